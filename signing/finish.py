"""Running pyHanko's coroutines from plain code."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end and give what it gives. For threads without a running event loop.

    The result goes around the task: on the main thread asyncio.run writes out its task, result and all, when it puts
    its Ctrl-C handler aside (through signal's enum conversion); for a result of 23 MB that took half a second.
    """
    results: list[T] = []

    async def keep() -> None:
        results.append(await work)

    asyncio.run(keep())
    return results[0]
