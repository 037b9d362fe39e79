"""Times messages through a queue function that does nothing beside the bare requests they need.

Run `python -m bench.queue_trigger --sizes 1000,2000,4000`. The same messages are taken by bare
receives and deletes on Azurite, by the host on Azurite, and by the host on queues in memory. What
grows faster than the size in the first column is the emulator's; what the last one takes is ours.
"""

import argparse
import asyncio
import logging
import socket
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import azure.functions as func

from localhost.clock import SystemClock
from localhost.families import Surroundings, families
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.memory_queues import MemoryQueues
from localhost.memory_storage import MemoryStorage
from localhost.queues import Queues
from localhost.settings import HostSettings
from localhost.storage import AccountStorage, Storage
from localhost.triggers.journal import FileJournals, Journals
from workbench import azurite, ports
from workbench.child import Child
from workbench.places import ROOT

BATCH = 10
TEXT = '{"jobId": "b2f4", "kind": "thumbnail", "blob": "uploads/a.png"}'
AT_ONCE = 16
PRICED = 10_000
Taken = Callable[[str, int], Awaitable[float]]


class Work:
    """A queue function that does nothing, and knows when it has done it often enough."""

    def __init__(self, expected: int) -> None:
        self._left, self.done = expected, asyncio.Event()

    async def run(self, message: func.QueueMessage) -> None:
        """The function."""
        del message
        self._left -= 1
        if not self._left:
            self.done.set()


async def filled(queues: Queues, queue: str, size: int) -> None:
    """Put so many messages."""
    await queues.put(queue, TEXT)  # alone, because it makes the queue
    for start in range(1, size, AT_ONCE):
        count = min(AT_ONCE, size - start)
        await asyncio.gather(*(queues.put(queue, TEXT) for _ in range(count)))


@asynccontextmanager
async def host(
    work: Work, queue: str, settings: HostSettings, storage: Storage, journals: Journals
) -> AsyncIterator[None]:
    """A host of one queue function, as the real one is put together, without HTTP."""
    app, clock = func.FunctionApp(), SystemClock()
    app.function_name("Work")(app.queue_trigger("message", queue, "")(work.run))
    around = Surroundings.of(settings, storage, clock, journals)
    specs = index(app, settings)
    (triggers,) = families(specs, around).values()
    invoker = Invoker(lambda _binding: "", threads=1, bindings=around.bindings(), clock=clock)
    await triggers.start(specs, invoker)
    try:
        yield
    finally:
        await triggers.stop(grace=10)
        invoker.close()


class Contest:
    """The ways to take the messages of a queue."""

    def __init__(self, connection: str, journals: Journals) -> None:
        queues = {"batchSize": BATCH, "newBatchThreshold": 0, "messageEncoding": "none"}
        host_json = {"version": "2.0", "extensions": {"queues": queues}}
        self._settings = HostSettings(Path.cwd(), host_json, {"AzureWebJobsStorage": connection})
        self._journals = journals

    async def bare(self, queue: str, size: int) -> float:
        """Receive a batch, delete it, and again: the seconds it takes."""
        storage = AccountStorage(self._settings)
        queues = storage.queues("")
        await filled(queues, queue, size)
        began = time.perf_counter()
        while found := await queues.receive(queue, BATCH, 600):
            await asyncio.gather(*(queues.delete(queue, message) for message in found))
        taken = time.perf_counter() - began
        await storage.close()
        return taken

    async def hosted(self, queue: str, size: int) -> float:
        """The host on the emulator."""
        return await self._hosted(queue, size, AccountStorage(self._settings))

    async def in_memory(self, queue: str, size: int) -> float:
        """The host without any request."""
        return await self._hosted(queue, size, MemoryStorage(SystemClock()))

    async def _hosted(self, queue: str, size: int, storage: Storage) -> float:
        queues, work = storage.queues(""), Work(size)
        await filled(queues, queue, size)
        began = time.perf_counter()
        async with host(work, queue, self._settings, storage, self._journals):
            await work.done.wait()
        taken = time.perf_counter() - began  # the end of the block waits for the last deletes
        assert not await queues.receive(queue, 1, 1), "a message is left"
        await storage.close()
        return taken


async def compare(connection: str, sizes: list[int], rounds: int) -> None:
    """Print all times, size by size, round by round in turn."""
    logging.disable(logging.WARNING)
    print("| messages | bare, s | host, s | host : bare, median [min-max] | in memory, s |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        contest = Contest(connection, FileJournals("bench", Path(folder)))
        await contest.hosted(_name(), 100)
        for size in sizes:
            print(_row(size, [await _round(contest, size) for _ in range(rounds)]), flush=True)
    await _price_of_the_journal()


async def _round(contest: Contest, size: int) -> list[float]:
    ways: tuple[Taken, ...] = (contest.bare, contest.hosted, contest.in_memory)
    return [await way(_name(), size) for way in ways]


def _row(size: int, taken: list[list[float]]) -> str:
    bare, hosted, memory = (statistics.median(column) for column in zip(*taken, strict=True))
    ratios = [host / floor for floor, host, _ in taken]
    spread = f"{statistics.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}]"
    return f"| {size} | {bare:.1f} | {hosted:.1f} | {spread} | {memory:.2f} |"


async def _price_of_the_journal() -> None:
    queues = MemoryQueues(SystemClock())
    await filled(queues, "priced", PRICED)
    messages = await queues.receive("priced", PRICED, 600)
    with tempfile.TemporaryDirectory() as folder:
        journal = FileJournals("bench", Path(folder)).of(queues.endpoint, "priced")
        began = time.perf_counter()
        for message in messages:
            journal.note(message)
            journal.drop(message)
        taken = time.perf_counter() - began
        journal.close()
    print(f"the journal's part of it: {taken / PRICED * 1e6:.0f} microseconds a message")


@contextmanager
def emulator() -> Iterator[str]:
    """An Azurite with its data on disk; one in memory stands still while it forgets messages."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as probes:
        found = [probes.enter_context(socket.socket()) for _ in azurite.SERVICES]
        for probe in found:
            probe.bind((ports.LOOPBACK, 0))
        chosen = [probe.getsockname()[1] for probe in found]
        probes.close()
        command = azurite.command(ROOT, chosen, location=Path(folder))
        child = Child(command, cwd=ROOT, on_line=lambda _: None)
        try:
            while not all(ports.answers(ports.LOOPBACK, port) for port in chosen):
                time.sleep(0.1)
            names = zip(azurite.SERVICES, chosen, strict=True)
            yield azurite.connection_string(
                {name: f"http://{ports.LOOPBACK}:{port}" for name, port in names}
            )
        finally:
            child.stop(azurite.STOP_SECONDS)


def _name() -> str:
    return f"q{uuid.uuid4().hex[:12]}"


def main() -> None:
    """Start an emulator of its own and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="500,1000,2000")
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with emulator() as connection:
        asyncio.run(compare(connection, sizes, options.rounds))


if __name__ == "__main__":
    main()
