"""Fixtures that the whole session shares."""

from collections.abc import Iterator

import pytest

from workbench import azurite as emulator


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that takes the emulator, so that `-m "not azurite"` needs no Node."""
    for item in items:
        if "azurite" in getattr(item, "fixturenames", ()):
            item.add_marker("azurite")


@pytest.fixture(scope="session")
def azurite() -> Iterator[str]:
    """The connection string of one Azurite in memory, started for the first test that asks.

    The session shares it: use tables of your own, so that tests stay free of each other.
    """
    with emulator.in_memory() as connection_string:
        yield connection_string
