"""``python -m workers``: the console script.

Kept this small, and named so, because children are forked with the main module in hand: multiprocessing runs any other
main module anew in every child, with all that it imports, but leaves a package's ``__main__`` alone.
"""

from __future__ import annotations

if __name__ == "__main__":
    from workers.cli import main

    main()
