"""Listings over a real table: moments in any time zone, and tokens that are damaged or made up."""

import base64
import uuid
from collections.abc import AsyncIterator

import pytest

from localhost.clock import SystemClock
from localhost.durable.tables_hub import TablesTaskHub
from localhost.tables import Account, Tables
from tests.localhost.durable.api import Api, served

HEADER = "x-ms-continuation-token"


def wait(context):
    yield context.wait_for_external_event("Go")


@pytest.fixture
async def api(scene, azurite) -> AsyncIterator[Api]:
    """Three instances in a real table, whose service makes the tokens."""
    tables = Tables(Account.parse(azurite))
    hub = TablesTaskHub(tables, f"T{uuid.uuid4().hex[:12]}", SystemClock())
    await hub.open()
    stage = scene({"Wait": wait}, hub=hub)
    for name in ("a", "b", "c"):
        await stage.start("Wait", instance_id=name)
    async with served(stage) as api:
        yield api
    await hub.close()


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


DAMAGED = [
    "x",
    "%%%",
    "ü",
    "====",
    "//4=",
    encoded("ü"),
    encoded("&NextPartitionKey="),
    encoded("&NextPartitionKey=%f"),
    encoded("&NextPartitionKey=a b"),
    encoded("&NextPartitionKey=a\x00"),
    encoded("&NextPartitionKey=a\r\nX-Evil: 1"),
    encoded("&NextPartitionKey=1!4!YQ--&$filter=true"),
    encoded("&NextPartitionKey=a&NextRowKey=b&$top=1000"),
    encoded("&$top=1000"),
]


@pytest.mark.parametrize("token", DAMAGED)
async def test_a_token_that_is_none_of_ours_is_a_bad_request(api, token):
    status, said, _ = await api.ask("GET", "instances", headers={HEADER: token})
    assert (status, "continuation token" in said["Message"]) == (400, True)


async def test_a_token_that_was_cut_off_anywhere_is_refused_or_finds_what_is_there(api):
    _, _, headers = await api.ask("GET", "instances?top=2")
    whole = headers[HEADER]
    assert whole
    for length in range(len(whole)):
        status, found, _ = await api.ask("GET", "instances", headers={HEADER: whole[:length]})
        assert status in (200, 400), whole[:length]
        assert status == 400 or {one["instanceId"] for one in found} <= {"a", "b", "c"}


async def test_an_empty_token_is_the_start(api):
    status, found, headers = await api.ask("GET", "instances", headers={HEADER: ""})
    assert (status, [one["instanceId"] for one in found]) == (200, ["a", "b", "c"])
    assert headers[HEADER] == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("createdTimeFrom=2026-01-01T00:30:00%2B01:00", 3),
        ("createdTimeFrom=2025-12-31T23:30:00-01:00", 0),
        ("createdTimeTo=2026-01-01T00:30:00%2B01:00", 0),
        ("createdTimeTo=2025-12-31T23:30:00-01:00", 3),
        ("createdTimeFrom=0001-01-01T00:00:00%2B14:00", 3),
    ],
)
async def test_a_time_zone_moves_no_instance_in_or_out(api, query, expected):
    status, found, _ = await api.ask("GET", f"instances?{query}")
    assert (status, len(found)) == (200, expected)
