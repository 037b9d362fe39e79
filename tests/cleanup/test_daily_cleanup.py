"""The process of the cleanup: every sweep in its turn and its share, none stopped by another."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from orchestrations.activities.cleanup import SLICE
from shared.eventstore.port import StoreUnavailable
from shared.projections.rows import MemoryRows
from tests.application.memory import Memory
from tests.cleanup.stage import DAY, Heap, Stage, tallies

Make = Callable[..., Stage]


@pytest.fixture
async def stage() -> AsyncIterator[Make]:
    made: list[Stage] = []

    def make(sweeps: Any, **more: Any) -> Stage:
        made.append(Stage(sweeps, **more))
        return made[-1]

    yield make
    for each in made:
        each.scene.close()


async def test_every_sweep_is_counted_returned_and_kept(stage):
    scene = stage({"first": Heap(250), "second": Heap(0), "third": Heap(7)})
    status, output = await scene.run()
    assert (status, output["status"]) == ("Completed", "completed")
    counts = {"first": 250, "second": 0, "third": 7}
    assert tallies(output) == {name: ("completed", count) for name, count in counts.items()}
    assert await scene.kept() == [output]
    assert (output["day"], output["startedAt"]) == (DAY, "2026-11-23T09:00:00.000Z")


async def test_each_slice_says_what_it_swept(stage, caplog):
    with caplog.at_level(logging.INFO, logger="orders"):
        await stage({"first": Heap(250), "second": Heap(0)}).run()
    lines = [json.loads(record.message) for record in caplog.records if record.name == "orders"]
    swept = [line for line in lines if line["action"] == "swept"]
    assert [(line["sweep"], line["count"], line["total"]) for line in swept] == [
        ("first", 250, 250),
        ("second", 0, 0),
    ]
    (ended,) = [line for line in lines if line["action"] == "cleaned_up"]
    assert ended["counts"] == {"first": 250, "second": 0}


async def test_a_sweep_that_breaks_is_told_and_the_others_go_on(stage):
    broken = Heap(5, faults=[ValueError("boom") for _ in range(9)])
    scene = stage({"first": Heap(1), "second": broken, "third": Heap(3)})
    status, output = await scene.run()
    assert status == "Failed"
    assert output.endswith("CleanupIncomplete: second: broken")
    (kept,) = await scene.kept()
    assert kept["status"] == "failed"
    assert tallies(kept) == {
        "first": ("completed", 1),
        "second": ("failed", 0),
        "third": ("completed", 3),
    }
    assert kept["sweeps"][1]["error"]["code"] == "broken"
    assert len(broken.pages) == 4  # the first attempt and the guide's three retries


async def test_what_passes_in_time_is_no_failure(stage):
    heap = Heap(350, faults=[StoreUnavailable(), StoreUnavailable(), StoreUnavailable()])
    status, output = await stage({"only": heap}).run()
    assert (status, tallies(output)) == ("Completed", {"only": ("completed", 350)})


async def test_what_was_swept_before_a_failure_counts_and_retries_go_on_from_there(stage):
    class Halfway(Heap):
        async def page(self, at, cursor, limit):
            if len(self.pages) == 2:
                self.faults = [StoreUnavailable() for _ in range(9)]
            return await super().page(at, cursor, limit)

    heap = Halfway(500)
    scene = stage({"only": heap})
    status, _ = await scene.run()
    assert status == "Failed"
    assert tallies((await scene.kept())[0]) == {"only": ("failed", 200)}
    assert heap.pages == [None, "1", "2", "2", "2", "2"]


async def test_each_sweep_has_its_share_of_the_time_and_the_rest_is_for_the_next_run(stage):
    endless, short = Heap(10_000_000, takes=SLICE), Heap(3)
    scene = stage({"endless": endless, "short": short})
    status, output = await scene.run(minutes=10)
    assert (status, output["status"]) == ("Completed", "unfinished")
    assert tallies(output) == {"endless": ("unfinished", 500), "short": ("completed", 3)}
    first_run = len(endless.pages)
    left_at = output["sweeps"][0]["cursor"]
    await scene.run("2026-11-24", minutes=10)
    assert endless.pages[first_run] == left_at
    assert [run["day"] for run in await scene.kept()] == ["2026-11-24", DAY]


async def test_one_slice_ends_long_before_the_function_would_be_stopped(stage):
    heap = Heap(1_000, takes=SLICE / 2)
    scene = stage({"only": heap})
    await scene.run()
    starts = (await scene.scene.story(f"daily-cleanup-{DAY}")).count("TS#")
    assert starts == 2 + 5  # begin and keep, and two pages a slice


async def test_a_run_that_failed_may_be_started_again_and_both_are_kept(stage):
    scene = stage({"only": Heap(5, faults=[ValueError() for _ in range(4)])})
    assert (await scene.run())[0] == "Failed"
    status, output = await scene.run()
    assert (status, tallies(output)) == ("Completed", {"only": ("completed", 5)})
    assert [run["status"] for run in await scene.kept()] == ["completed", "failed"]


class NoRecords(MemoryRows):
    async def write(self, *_: Any):
        raise StoreUnavailable


async def test_counts_that_cannot_be_kept_fail_the_run_though_everything_was_swept(stage):
    heap = Heap(5)
    scene = stage({"only": heap}, memory=Memory(records=NoRecords()))
    status, output = await scene.run()
    assert (status, heap.left) == ("Failed", 0)
    assert "CleanupNotKept: store_unavailable" in output


async def test_while_it_runs_it_is_kept_as_running(stage):
    seen: list[Any] = []

    async def look() -> None:
        seen.append(await scene.kept())

    scene = stage({"only": Heap(5)}, before=look)
    await scene.run()
    assert [[run["status"] for run in runs] for runs in seen] == [[], ["running"], ["running"]]


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("fatal", range(1, 6))
async def test_a_process_killed_in_any_activity_goes_on_after_the_next_start(stage, fatal, after):
    """The engine never hears of that activity's end; the next one runs it again."""
    dead, begun = asyncio.Event(), [0]

    async def die() -> None:
        begun[0] += 1
        if begun[0] == fatal:
            dead.set()
            await asyncio.Event().wait()

    heaps = {"first": Heap(150), "second": Heap(20)}
    scene = stage(heaps, **{"after" if after else "before": die})
    life = asyncio.create_task(scene.run())
    await asyncio.wait({life, asyncio.create_task(dead.wait())}, return_when="FIRST_COMPLETED")
    if not life.done():
        await scene.killed()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
    status, output = await scene.outcome()
    assert (status, output["status"]) == ("Completed", "completed")
    assert [heap.left for heap in heaps.values()] == [0, 0]
    assert await scene.kept() == [output]
    # What a killed slice had swept is gone, and nobody lived to count it (docs/cleanup.md).
    uncounted = {2: "first", 3: "second"}.get(fatal) if after else None
    counts = {"first": 150, "second": 20}
    expected = {name: 0 if name == uncounted else count for name, count in counts.items()}
    assert {name: count for name, (_, count) in tallies(output).items()} == expected
