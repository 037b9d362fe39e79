"""Times orders of six trivial steps on the embedded engine beside the bare requests they need.

Run `python -m bench.durable_engine`. The floor sends the same storage requests (list as active,
create, seven checkpoints, retire) through the same client, and does nothing else.
"""

import argparse
import asyncio
import logging
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import azure.durable_functions as df

from localhost.clock import SystemClock
from localhost.durable.engine import Engine, NewInstance
from localhost.durable.functions import AppFunctions
from localhost.durable.tables_hub import TablesTaskHub
from localhost.durable.timestamps import quicken
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.settings import HostSettings
from localhost.tables import Account, Operation, Tables
from workbench import azurite

STEPS = 6
EPISODE = {"PartParts": 1, "Part0": "=" + "x" * 700}  # what a trivial step's history row weighs


def six(context: Any) -> Any:
    """An order of six steps that do nothing."""
    value = context.get_input()
    for _ in range(STEPS):
        value = yield context.call_activity("Echo", value)
    return value


async def echo(value: Any) -> Any:
    """A step."""
    return value


def functions() -> AppFunctions:
    """The app's functions, indexed as the host does it."""
    app = df.DFApp()
    app.function_name("Six")(app.orchestration_trigger(context_name="context")(six))
    app.function_name("Echo")(app.activity_trigger(input_name="value")(echo))
    return AppFunctions(
        index(app, HostSettings(Path.cwd())), Invoker(lambda _binding: "{}", threads=1)
    )


class EngineOrders:
    """Whole orders through the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def one(self) -> None:
        order = f"order-{uuid.uuid4().hex}"
        await self._engine.start_new(NewInstance("Six", order, '"1"'))
        while (live := self._engine.live(order)) is not None:
            await asyncio.wait({live.task} if live.task else {asyncio.ensure_future(_turn())})


class BareRequests:
    """The same requests, with nothing between them."""

    def __init__(self, tables: Tables, table: str) -> None:
        self._tables, self._table = tables, table

    async def one(self) -> None:
        order = f"floor-{uuid.uuid4().hex}"
        row = {"PartitionKey": order, "RowKey": "instance", "Name": "Six"}
        first = {"PartitionKey": order, "RowKey": "inbox-0", **EPISODE}
        await self._tables.put(self._table, {"PartitionKey": "^floor", "RowKey": order})
        create = [Operation("POST", row), Operation("POST", first)]
        etag = (await self._tables.batch(self._table, create))[0]
        for number in range(STEPS + 1):
            history = {"PartitionKey": order, "RowKey": f"history-{number}", **EPISODE}
            step = [Operation("MERGE", row, etag), Operation("POST", history)]
            etag = (await self._tables.batch(self._table, step))[0]
        await self._tables.delete(self._table, "^floor", order)


async def _turn() -> None:
    await asyncio.sleep(0)


async def rate(one: Callable[[], Awaitable[None]], orders: int, at_once: int) -> float:
    """Orders a second in a closed loop of `at_once` workers."""
    gate = asyncio.Semaphore(at_once)

    async def guarded() -> None:
        async with gate:
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(guarded() for _ in range(orders)))
    return orders / (time.perf_counter() - began)


async def compare(connection: str, rounds: int) -> None:
    """Print both rates and their ratio, round by round in turn."""
    logging.disable(logging.INFO)
    quicken()
    tables, clock = Tables(Account.parse(connection)), SystemClock()
    name = f"Bench{uuid.uuid4().hex[:8]}"
    hub = TablesTaskHub(tables, name, clock)
    await hub.open()
    engine = EngineOrders(Engine(hub, functions(), clock, lambda: uuid.uuid4().hex))
    floor = BareRequests(tables, f"{name}Localhost")
    print("| at once | engine, orders/s | bare requests, orders/s | ratio, median [min-max] |")
    print("|---|---|---|---|")
    await rate(engine.one, 20, 1)
    for at_once, orders in ((1, 40), (10, 200)):
        pairs = [
            (await rate(engine.one, orders, at_once), await rate(floor.one, orders, at_once))
            for _ in range(rounds)
        ]
        ratios = [ours / bare for ours, bare in pairs]
        spread = f"{statistics.median(ratios):.2f} [{min(ratios):.2f}-{max(ratios):.2f}]"
        ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"| {at_once} | {ours:.0f} | {bare:.0f} | {spread} |")
    await hub.close()


def main() -> None:
    """Start an emulator of its own, in memory, and compare."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    with azurite.in_memory() as connection:
        asyncio.run(compare(connection, arguments.parse_args().rounds))


if __name__ == "__main__":
    main()
