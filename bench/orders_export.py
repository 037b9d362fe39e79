"""Exports many orders from one Azurite in a process of its own: its time and its memory.

Run `python -m bench.orders_export --orders 10000`. The emulator looks through a whole partition at
each insert, so it takes hours to list 100,000: with `--made-up` the rows come from a twin that
makes them up page by page, and everything else is as it was.
"""

import argparse
import asyncio
import multiprocessing
import resource
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.application.jobs.desk import Jobs
from shared.application.jobs.export_orders import TYPE, ExportOrders
from shared.application.jobs.job import Job
from shared.application.jobs.job_records import JobRecords
from shared.application.jobs.worker import Worker
from shared.plain import Json, rfc3339
from shared.projections.newest_first import place
from shared.projections.order_list import OrderList
from shared.projections.rows import Batch, MemoryRows, Row
from shared.projections.views import Views
from shared.settings import Settings
from shared.wiring import utc_now, wire
from workbench import azurite

PREFIX, JOB = "export", "bench"
BATCH = 100  # rows of one request
ID_LENGTH = 32


@dataclass(frozen=True)
class Measured:
    """What one export took; `idle` and `peak`: resident memory in KiB, before and at most."""

    seconds: float
    slices: int
    result: Json
    idle: int
    peak: int


def an_order(number: int, now: datetime) -> Row:
    """Its row in the list of all; the higher its number, the older, a minute each."""
    order_id, placed_at = f"{number:032x}", now - timedelta(minutes=number)
    document = {
        "orderId": order_id,
        "customerId": f"customer-{number % 500}",
        "status": "completed",
        "placedAt": rfc3339(placed_at),
        "total": {"amount": number, "currency": "EUR"},
        "outcome": None,
    }
    return Row(f"in|*|*|{place(placed_at, order_id)}", {"version": 9, "document": document})


class MadeUp(MemoryRows):
    """A list whose rows are made up when they are asked for."""

    def __init__(self, count: int, now: datetime) -> None:
        super().__init__()
        self._count, self._now = count, now

    async def page(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        """The rows behind one of them; whatever else is asked for begins at the first."""
        del partition, before
        identity = after.rpartition("|")[2]
        first = int(identity, 16) + 1 if len(identity) == ID_LENGTH else 1
        return [an_order(n, self._now) for n in range(first, min(first + limit, self._count + 1))]


async def seed(connection: str, count: int) -> None:
    """Put so many rows into the list of all orders."""
    wiring, now = wire(Settings(connection, table_prefix=PREFIX)), utc_now()
    rows = wiring.read_models.views.rows
    try:
        for first in range(1, count + 1, BATCH):
            last = min(first + BATCH, count + 1)
            some = [an_order(number, now) for number in range(first, last)]
            await rows.write("orders.1", Batch(some[0], some[1:]))
    finally:
        await wiring.close()


async def export(connection: str, made_up: int) -> Measured:
    """Run the job as ProcessJob does, message by message."""
    wiring = wire(Settings(connection, table_prefix=PREFIX))
    records = wiring.records("jobs")
    orders = OrderList(Views(MadeUp(made_up, utc_now()))) if made_up else wiring.orders
    works = {TYPE: ExportOrders(orders, wiring.blobs, wiring.now)}
    worker = Worker(JobRecords(records), wiring.queues, works, wiring.now, wiring.new_id)
    desk, now = Jobs(records, wiring.queues, wiring.now), utc_now()
    try:
        job = await desk.submit(Job(JOB, TYPE, {}, "bench", now, now, now))
        idle = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        while not job.is_finished:
            await worker.process(f'{{"jobId": "{JOB}"}}')
            job = await desk.find(JOB) or job
        seconds = time.perf_counter() - began
    finally:
        await wiring.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measured(seconds, job.attempts, job.result or {}, idle, peak)


def exported(connection: str, made_up: int) -> Measured:
    """The same, for a process that does nothing else."""
    return asyncio.run(export(connection, made_up))


def main() -> None:
    """Start an emulator of its own, in memory, fill it and export."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--orders", type=int, default=10_000)
    arguments.add_argument("--made-up", action="store_true", help="rows made up, not stored")
    given = arguments.parse_args()
    orders: int = given.orders
    with azurite.in_memory() as connection:
        began = time.perf_counter()
        if not given.made_up:
            asyncio.run(seed(connection, orders))
            print(f"{orders} orders listed in {time.perf_counter() - began:.0f} s")
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
            took = alone.submit(exported, connection, orders * given.made_up).result()
    assert took.result["rows"] == orders, took
    print(f"{took.result['bytes']} bytes in {took.seconds:.1f} s, {took.slices} slice(s)")
    print(f"memory: {took.idle // 1024} MiB before, {took.peak // 1024} MiB at most")


if __name__ == "__main__":
    main()
