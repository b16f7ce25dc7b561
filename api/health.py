"""Health: whether the process lives, and whether it can serve."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select

from api.callers import Called
from api.problems import Refused
from archive.tables import Agency

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well; anything else is a problem."""

    status: Literal["ok"] = "ok"


@router.get("/health/live", name="health.live")
def live(call: Called) -> Health:
    """The process answers."""
    return Health()


@router.get("/health/ready", name="health.ready")
def ready(call: Called) -> Health:
    """The database answers and has this version's tables."""
    try:
        if not call.office.database.is_current():
            raise Refused("NOT_SERVING")
        with call.office.database.reading() as session:
            session.execute(select(Agency.id).limit(1))
    except Refused:
        raise
    except Exception as error:
        raise Refused("NOT_SERVING") from error
    return Health()
