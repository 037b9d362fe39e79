"""A second app in one data account: neither takes the other's files for useless."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from blueprints.cleanup import sweeps_of
from orchestrations.activities.cleanup import CleanupActivities
from shared.application.cleanup.cleanups import Cleanups
from shared.application.cleanup.sweep import Swept
from shared.application.cleanup.tenants import MARKS, ForeignAccount, Tenants
from shared.names import CLAIM_CHECKS, EXPORTS, PROCESSED, TEMP, UPLOADS
from shared.plain import to_plain
from shared.settings import Settings
from tests.application.memory import Memory
from tests.cleanup.stage import Stage, tallies
from tests.cleanup.sweeping import names_in, put

FILES = {
    CLAIM_CHECKS: "order-1/event-1",
    EXPORTS: "orders/job-1.csv",
    PROCESSED: "thumbnails/gone.jpg",
    TEMP: "scratch",
    UPLOADS: "nobody/knows.jpg",
}
OF_CONTAINERS = {
    "orphaned_uploads",
    "orphaned_thumbnails",
    "orphaned_exports",
    "temporary_blobs",
    "unclaimed_events",
}


def app(prefix: str, blobs: Any = None) -> Memory:
    """An app of this prefix; with the blobs of another one it shares the account."""
    memory = Memory(settings=Settings("memory", table_prefix=prefix))
    memory.blobs = blobs or memory.blobs
    return memory


async def swept(memory: Memory, days: float) -> dict[str, Any]:
    """What each sweep of containers came to, that many days from now."""
    cleanups = Cleanups(memory.wiring.records("cleanups"))
    activities, sweeps = CleanupActivities(cleanups, lambda: 0.0), sweeps_of(memory.wiring, None)
    at = to_plain(memory.clock() + timedelta(days=days))
    return {
        name: await activities.sweep({"sweep": name, "at": at, "cursor": None}, sweeps)
        for name in OF_CONTAINERS
    }


async def test_an_app_that_is_alone_sweeps_and_its_mark_stays():
    memory = app("orders")
    for container, name in FILES.items():
        await put(memory, container, name)
    for day in (10, 20):
        told = await swept(memory, day)
        assert [each["failure"] for each in told.values()] == [None] * len(OF_CONTAINERS)
    for container in FILES.keys() - {UPLOADS}:  # a file that nobody announced is looked at first
        left = ["tenants/orders.json"] if container == CLAIM_CHECKS else []
        assert await names_in(memory, container) == left


async def test_where_two_prefixes_share_an_account_nothing_goes_and_each_is_told_why():
    first = app("orders")
    second = app("staging", first.blobs)
    for container, name in FILES.items():
        await put(first, container, name)
    await swept(first, 0)  # everything is young, but it has left its mark
    for memory, other in ((second, "orders"), (first, "staging")):
        for name, each in (await swept(memory, 400)).items():
            assert (each["count"], each["failure"]["code"]) == (0, "foreign_account"), name
            assert f"{CLAIM_CHECKS}/{MARKS}{other}.json" in each["failure"]["message"]
            assert not each["failure"]["retryable"]
    for container, name in FILES.items():
        assert name in await names_in(first, container)


async def test_who_moved_out_has_its_mark_removed_by_hand():
    memory = app("orders")
    with pytest.raises(ForeignAccount):
        await _both(memory)
    await memory.blobs.remove(CLAIM_CHECKS, f"{MARKS}old.json")
    await Tenants(memory.blobs, "orders").require_alone()


async def test_prefixes_that_differ_in_case_are_one_app():
    memory = app("orders")
    for prefix in ("orders", "Orders"):
        await Tenants(memory.blobs, prefix).require_alone()


async def test_a_run_in_a_shared_account_fails_at_once_and_does_the_rest():
    class Foreign:
        pages = 0

        async def page(self, *_: Any) -> Swept:
            self.pages += 1
            raise ForeignAccount("orders and staging")

    class Mine:
        async def page(self, *_: Any) -> Swept:
            return Swept(3, None)

    foreign = Foreign()
    stage = Stage({"temporary_blobs": foreign, "old_jobs": Mine()})
    with closing(stage.scene):
        status, _ = await stage.run()
        (run,) = await stage.kept()
    assert (status, foreign.pages) == ("Failed", 1)
    assert tallies(run) == {"temporary_blobs": ("failed", 0), "old_jobs": ("completed", 3)}
    assert run["sweeps"][0]["error"]["code"] == "foreign_account"


async def _both(memory: Memory) -> None:
    for prefix in ("old", "orders"):
        await Tenants(memory.blobs, prefix).require_alone()
