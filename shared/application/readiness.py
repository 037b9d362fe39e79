"""Whether what the app depends on answers: everything asked once, at the same time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from shared import logs

PATIENCE = 5.0  # seconds; who asks us gives up not much later

Ask = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether a dependency answered, and after how long."""

    name: str
    is_well: bool
    milliseconds: float


async def ask(dependencies: Mapping[str, Ask], patience: float = PATIENCE) -> list[Answered]:
    """Ask each by what its name stands for; whatever goes wrong, that one is down."""
    asked = (_asked(name, one, patience) for name, one in dependencies.items())
    return await asyncio.gather(*asked)


async def _asked(name: str, ask_it: Ask, patience: float) -> Answered:
    began = time.perf_counter()
    try:
        async with asyncio.timeout(patience):
            await ask_it()
        is_well = True
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is that this one is down
        logs.warning(f"{name} is not ready: {error!r}", "not_ready", dependency=name)
        is_well = False
    return Answered(name, is_well, round((time.perf_counter() - began) * 1000, 1))
