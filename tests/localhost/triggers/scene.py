"""A host without HTTP: an app's functions, its triggers, storage and a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from localhost.clock import ManualClock
from localhost.families import Family, Surroundings, families
from localhost.functions import FunctionSpec
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.memory_storage import MemoryStorage
from localhost.settings import HostSettings
from localhost.triggers.journal import Journals
from tests.localhost.serving import no_client, settings

TURNS = 60
"""Turns of the event loop: more than any step of a trigger takes when its storage is memory."""


async def settled() -> None:
    """Let everything run that can run without time passing."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


@dataclass
class Stage:
    """A started host of one app."""

    clock: ManualClock
    storage: Any
    specs: dict[str, FunctionSpec]
    triggers: dict[str, Family]
    around: Surroundings

    async def advance(self, seconds: float) -> None:
        """Let time pass at once, as when the machine slept, then let everything settle."""
        await settled()
        self.clock.advance(seconds)
        await settled()

    async def by_hand(self, name: str, text: str = "") -> None:
        """Run a function as the admin API does."""
        spec = self.specs[name]
        await self.triggers[spec.trigger.type.lower()].run_by_hand(spec, text)


@asynccontextmanager
async def staged(
    made: func.FunctionApp,
    clock: ManualClock,
    storage: Any = None,
    configured: HostSettings | None = None,
    grace: float = 0,
    journals: Journals | None = None,
) -> AsyncIterator[Stage]:
    """Run an app's triggers until the block ends."""
    configured = configured or settings(AzureFunctionsWebHost__hostid="host")
    storage = storage or MemoryStorage(clock)
    specs = index(made, configured)
    around = Surroundings.of(configured, storage, clock, journals)
    triggers = dict(families(specs, around))
    invoker = Invoker(no_client, threads=4, bindings=around.bindings(), clock=clock)
    running = [spec for spec in specs if spec.runs]
    try:
        for family in triggers.values():
            await family.start(running, invoker)
        await settled()
        yield Stage(clock, storage, {spec.name: spec for spec in specs}, triggers, around)
    finally:
        for family in triggers.values():
            await family.stop(grace)
        invoker.close()
