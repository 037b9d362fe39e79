"""What the timers do: one cleanup a day, and a process that is kept warm or says why not."""

import json
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import azure.durable_functions as df
import pytest

from blueprints import schedules
from blueprints.problems import WorkflowUnavailable
from blueprints.schedules import day_of, keep_warm_of, start_cleanup
from shared import names
from shared.application.dead_letters import KIND, DeadLetters
from shared.application.dead_letters_filing import Poison
from shared.application.keep_warm import DependencyDown
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import StoreUnavailable
from shared.queues.memory import MemoryQueues
from shared.settings import Settings, UploadSource
from tests.application.memory import Memory
from tests.dead_letters.scene import QUEUE, Scene
from tests.given import NOW


class Engine:
    """The durable client's calls, and how each instance stands."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str, Any]] = []
        self.standing: dict[str, str] = {}
        self.fault: Exception | None = None

    async def start_new(self, name: str, instance_id: str, client_input: Any) -> str:
        self._may_fail()
        self.started.append((name, instance_id, client_input))
        self.standing[instance_id] = "Running"
        return instance_id

    async def get_status(self, instance_id: str) -> Any:
        self._may_fail()
        if instance_id not in self.standing:
            return None
        status = SimpleNamespace(name=self.standing[instance_id])
        return SimpleNamespace(runtime_status=status, custom_status=None)

    async def raise_event(self, instance_id: str, event_name: str, event_data: Any) -> None:
        raise NotImplementedError(instance_id)  # no timer does

    def create_http_management_payload(self, instance_id: str) -> dict[str, str]:
        raise NotImplementedError(instance_id)

    def _may_fail(self) -> None:
        if self.fault:
            raise self.fault


@pytest.fixture
def lines(caplog):
    """What was logged, by action: level and line."""
    caplog.set_level(logging.INFO, logger="orders")

    def logged(action: str) -> list[tuple[str, Any]]:
        found = [(each.levelname, json.loads(each.message)) for each in caplog.records]
        return [(level, line) for level, line in found if line["action"] == action]

    return logged


class TestDailyCleanup:
    @pytest.mark.parametrize(
        ("fired", "day"),
        [
            ("2026-11-23T02:00:00Z", "2026-11-23"),
            ("2026-11-23T01:59:59.900Z", "2026-11-23"),  # a timer's clock is not ours
            ("2026-11-23T23:59:59Z", "2026-11-23"),
            ("2026-11-24T01:30:00Z", "2026-11-23"),  # past due, on the day after
            ("2026-11-24T02:00:00Z", "2026-11-24"),
            ("2027-01-01T00:00:00Z", "2026-12-31"),
        ],
    )
    def test_a_run_counts_for_the_day_whose_02_00_was_last(self, fired, day):
        assert day_of(datetime.fromisoformat(fired)) == day

    async def test_it_starts_the_process_once_a_day(self, lines):
        memory, engine = Memory(), Engine()
        for _ in range(3):
            await start_cleanup(memory.wiring, engine)
        ((name, instance_id, given),) = engine.started
        assert (name, instance_id) == ("CleanUp", "daily-cleanup-2026-11-23")
        assert given["at"] == "2026-11-23T09:00:00.000Z"
        assert given["sweeps"][-1] == "old_cleanups"
        assert len(lines("cleanup_known")) == 2
        memory.clock.forward(days=1)
        await start_cleanup(memory.wiring, engine)
        assert engine.started[1][1] == "daily-cleanup-2026-11-24"

    @pytest.mark.parametrize(
        ("stands", "starts"),
        [
            ("Completed", 0),
            ("Pending", 0),
            ("Suspended", 0),
            ("Failed", 1),
            ("Terminated", 1),
        ],
    )
    async def test_only_one_that_did_not_end_well_is_started_again(self, stands, starts):
        engine = Engine()
        engine.standing["daily-cleanup-2026-11-23"] = stands
        await start_cleanup(Memory().wiring, engine)
        assert len(engine.started) == starts

    async def test_a_clock_that_jumped_ahead_starts_one_that_takes_nothing_for_old(self):
        memory, engine = Memory(), Engine()
        ahead = replace(memory.wiring, now=lambda: NOW + timedelta(days=400))
        await start_cleanup(ahead, engine)
        ((_, instance_id, given),) = engine.started
        assert instance_id == "daily-cleanup-2027-12-28"
        assert given["at"] == "2026-11-23T09:00:00.000Z"

    async def test_an_engine_that_does_not_take_it_fails_the_timer(self):
        engine = Engine()
        engine.fault = Exception("no engine")
        with pytest.raises(WorkflowUnavailable):
            await start_cleanup(Memory().wiring, engine)


class NoStore(MemoryEventStore):
    async def head(self, *_: Any):
        raise StoreUnavailable


class NoQueues(MemoryQueues):
    async def depth(self, queue: str) -> int:
        raise StoreUnavailable


class TestKeepWarm:
    async def test_when_all_is_well_it_tells_every_latency(self, lines):
        await keep_warm_of(Memory().wiring, Engine()).run()
        ((level, line),) = lines("kept_warm")
        assert level == "INFO"
        assert set(line["latenciesMs"]) == {
            "eventStore",
            "readModels",
            "workflow",
            "records",
            "blobs",
            "queues",
        }
        ((level, line),) = lines("poison_count")
        assert (level, line["deadLetters"]) == ("INFO", 0)
        assert set(line["queues"]) == {
            names.POISON_JOBS,
            names.POISON_UPLOAD_EVENTS,
            names.POISON_BLOBS,
        }

    async def test_the_blob_triggers_queue_is_counted_only_where_there_is_one(self, lines):
        memory = Memory(settings=replace(Settings("memory"), upload_source=UploadSource.EVENTS))
        await keep_warm_of(memory.wiring, Engine()).run()
        ((_, line),) = lines("poison_count")
        assert names.POISON_BLOBS not in line["queues"]

    async def test_what_waits_for_a_person_is_a_warning(self, lines):
        scene = Scene()
        for number in range(3):
            await scene.filing.file(Poison(QUEUE, f"text-{number}", f"id-{number}", None))
        await scene.memory.queues.send(names.POISON_JOBS, "junk")
        await keep_warm_of(scene.memory.wiring, Engine()).run()
        ((level, line),) = lines("poison_count")
        assert (level, line["deadLetters"], line["queues"][names.POISON_JOBS]) == ("WARNING", 3, 1)
        assert line["oldest"] == "2026-11-23T09:00:00.000Z"

    async def test_a_letter_that_was_decided_on_waits_no_more(self, lines):
        scene = Scene()
        await scene.filing.file(Poison(QUEUE, "text", "id-1", None))
        await scene.filing.discard("id-1", "ops-1", "seen")
        assert await DeadLetters(scene.memory.wiring.records(KIND), scene.memory.clock).get("id-1")
        await keep_warm_of(scene.memory.wiring, Engine()).run()
        ((level, line),) = lines("poison_count")
        assert (level, line["deadLetters"]) == ("INFO", 0)

    @pytest.mark.parametrize(
        ("memory", "down"),
        [(Memory(store=NoStore()), "eventStore"), (Memory(queues=NoQueues()), "queues")],
        ids=["store", "queues"],
    )
    async def test_what_is_down_is_named_and_the_rest_is_done(self, lines, memory, down):
        with pytest.raises(DependencyDown, match=down):
            await keep_warm_of(memory.wiring, Engine()).run()
        ((level, line),) = lines("kept_warm")
        assert level == "WARNING"
        assert line["down"][0] == down
        assert len(line["latenciesMs"]) == 6

    async def test_it_shows_what_nobody_has_listed_yet(self):
        memory = Memory()
        await memory.wiring.read_models.backlog.add("product-MUG")
        memory.clock.forward(hours=2)
        await keep_warm_of(memory.wiring, Engine()).run()
        assert (await memory.wiring.read_models.backlog.lag()).waiting == 0


def functions_of(settings: Settings) -> dict[str, list[dict[str, Any]]]:
    app = df.DFApp()
    app.register_functions(schedules.blueprint(Memory(settings=settings).wiring))
    return {
        each.get_function_name(): each.get_bindings_dict()["bindings"]
        for each in app.get_functions()
    }


def test_the_schedules_are_the_guides():
    found = functions_of(Settings("memory"))
    timers = {
        name: binding["schedule"]
        for name, bindings in found.items()
        for binding in bindings
        if binding["type"] == "timerTrigger"
    }
    assert timers == {"DailyCleanup": "0 0 2 * * *", "KeepWarm": "0 */5 * * * *"}


def test_where_instances_are_kept_ready_nothing_keeps_them_warm():
    assert set(functions_of(replace(Settings("memory"), keep_warm=False))) == {"DailyCleanup"}
