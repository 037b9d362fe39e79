"""A function that a setting disables has no listener, and still runs by hand."""

import azure.functions as func
import pytest

from localhost.families import needs
from localhost.indexing import index
from localhost.memory_storage import MemoryStorage
from tests.localhost.serving import app, settings
from tests.localhost.triggers.scene import staged

NAMES = ("Nightly", "Work", "Shout")


class Runs:
    """One function of each trigger, and which of them ran."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def app(self):
        made = app()

        async def nightly(timer: func.TimerRequest) -> None:
            self.names.append("Nightly")

        async def work(message: func.QueueMessage) -> None:
            self.names.append("Work")

        async def shout(blob: func.InputStream) -> None:
            self.names.append("Shout")

        made.function_name("Nightly")(made.timer_trigger("timer", "0 0 2 * * *")(nightly))
        made.function_name("Work")(made.queue_trigger("message", "work", "")(work))
        made.function_name("Shout")(made.blob_trigger("blob", "uploads/{name}", "")(shout))
        return made


def configured(spelling, value, names=NAMES):
    disabled = {spelling.format(name): value for name in names}
    return settings(AzureFunctionsWebHost__hostid="host", **disabled)


@pytest.fixture
async def storage(clock):
    made = MemoryStorage(clock)
    await made.queues().put("work", "eA==")
    await made.blobs().put("uploads", "x", b"x")
    return made


@pytest.mark.parametrize("value", ["1", "true", "True", " TRUE "])
@pytest.mark.parametrize("spelling", ["AzureWebJobs.{}.Disabled", "AzureWebJobs_{}_Disabled"])
async def test_nothing_that_is_disabled_is_looked_for(clock, storage, spelling, value):
    runs = Runs()
    async with staged(runs.app(), clock, storage, configured(spelling, value)) as stage:
        await stage.advance(3 * 86_400)
        assert runs.names == []
        (message,) = storage.queues().queues["work"].values()
        assert message.dequeue_count == 0
        assert storage.blobs().containers.keys() == {"uploads"}  # no receipt, no timer's status
        for name, text in zip(NAMES, ("", "x", "uploads/x"), strict=True):
            await stage.by_hand(name, text)
    assert runs.names == list(NAMES)


@pytest.mark.parametrize("value", ["0", "false", "", "yes"])
async def test_any_other_value_disables_nothing(clock, storage, value):
    runs = Runs()
    given = configured("AzureWebJobs.{}.Disabled", value)
    async with staged(runs.app(), clock, storage, given) as stage:
        await stage.advance(3 * 86_400)
    assert sorted(runs.names) == sorted(NAMES)


async def test_the_others_of_the_same_trigger_go_on(clock, storage):
    runs, made = Runs(), Runs().app()
    made = runs.app()

    async def second(blob: func.InputStream) -> None:
        runs.names.append("Second")

    made.function_name("Second")(made.blob_trigger("blob", "uploads/{name}", "")(second))
    given = configured("AzureWebJobs.{}.Disabled", "1", ("Shout", "Nightly"))
    async with staged(made, clock, storage, given) as stage:
        await stage.advance(86_400)
    assert sorted(runs.names) == ["Second", "Work"]


def test_a_disabled_function_needs_no_storage(clock):
    specs = index(Runs().app(), configured("AzureWebJobs.{}.Disabled", "1"))
    assert needs(specs, clock) == set()
