"""``hoso backup`` and ``hoso restore``: everything that cannot be made again, into a folder and back."""

from __future__ import annotations

import shutil
from pathlib import Path

from archive import backup
from archive.clock import system_clock
from archive.database import Database, open_database
from archive.errors import Problem
from archive.settings import Settings
from archive.storing import make_store, open_store
from workers.console import DONE, PARTLY, Console

KEYS = "test-pki"


def back_up(out: Console, folder: Path) -> None:
    """Add a snapshot to the folder. Exit 1 when objects were lost here; they are named."""
    settings = Settings()
    database = open_database(settings.database)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name, made = backup.back_up(database, open_store(settings), folder, system_clock())
    database.close()
    if settings.keys.exists():
        shutil.copytree(settings.keys, folder / KEYS, dirs_exist_ok=True)
    answer = {
        "snapshot": name, "rows": made.rows, "objects": {area: len(found) for area, found in made.objects.items()},
        "missing": made.missing,
    }  # fmt: skip
    lost = [f"  mất / missing: {one}" for one in made.missing]
    out.answer(
        answer,
        lambda: "\n".join([f"{name}: {made.rows} dòng / rows, {answer['objects']}", *lost]),
        PARTLY if made.missing else DONE,
    )


def restore(out: Console, folder: Path, name: str | None) -> None:
    """Bring a snapshot back into an empty installation. Raises Problem; then the installation is still empty."""
    settings = Settings()
    backup.find(folder, name)
    if settings.keys.exists():
        raise Problem(
            "NOT_EMPTY",
            f"{settings.home} đã có kho; hãy phục hồi vào nơi trống",
            f"There is an installation in {settings.home}; restore into an empty place",
        )
    settings.home.mkdir(parents=True, exist_ok=True)
    make_store(settings)
    database = Database(settings.database)
    database.migrate()
    chosen, made, rows = backup.restore(database, open_store(settings), folder, name)
    database.close()
    if (folder / KEYS).exists():
        shutil.copytree(folder / KEYS, settings.keys)
    answer = {"snapshot": chosen, "at": made.at, "rows": rows, "missing": made.missing}
    out.notice("run 'hoso audit' before the service is opened")
    out.answer(answer, lambda: f"{chosen}: {rows} dòng / rows", PARTLY if made.missing else DONE)
