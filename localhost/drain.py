"""Lets running work end within a time, and ends the rest."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def drain(tasks: Iterable[asyncio.Task[Any]], grace: float) -> None:
    """Wait ``grace`` seconds for the tasks, cancel those that still run, and see them end.

    What they raise is theirs to tell; nothing is raised here.
    """
    every = list(tasks)
    if not every:
        return
    _, running = await asyncio.wait(every, timeout=grace)
    for task in running:
        task.cancel()
    await asyncio.gather(*every, return_exceptions=True)


async def to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Do work that must not be left half done: a cancellation waits until it has ended."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
