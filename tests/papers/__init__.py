"""Synthetic scans of Vietnamese administrative papers with ground truth, for tests and benches.

Read README.md for what it makes and what it cannot; begin with ``generate.paper``.
"""
