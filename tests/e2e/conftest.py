"""A running shop: a host of our own on Azurite, or any other one named by E2E_BASE_URL."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.e2e.running_host import RunningHost, wait_until_ready
from tests.e2e.shop import Shop


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


def host_on(azurite: str, log: Path, **settings: str) -> RunningHost:
    """A host with tables and a task hub of its own, and short pauses between retries."""
    name = f"e2e{uuid.uuid4().hex[:10]}"
    own = {
        "AzureWebJobsStorage": azurite,
        "OrdersData": azurite,
        "TABLE_PREFIX": name,
        "AzureFunctionsJobHost__extensions__durableTask__hubName": name,
        "RETRY_DELAYS_SECONDS": "0.1,0.2,0.4",
    }
    return RunningHost(own | settings, log)


@pytest.fixture(scope="session")
def shared_host(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The base URL of the host that all tests share but those that kill theirs."""
    given = os.environ.get("E2E_BASE_URL")
    if given:
        yield given.rstrip("/")
        return
    host = host_on(request.getfixturevalue("azurite"), tmp_path_factory.mktemp("host") / "log")
    host.start()
    yield host.url
    assert host.stop() == 0, host.output()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """One HTTP session a test."""
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
async def shop(shared_host: str, session: aiohttp.ClientSession) -> Shop:
    """A client of the shared host, which answers by now."""
    await wait_until_ready(shared_host, session)
    return Shop(shared_host, session)


@pytest.fixture
def sku() -> str:
    """A product nobody else uses."""
    return f"SKU-{uuid.uuid4().hex[:12].upper()}"
