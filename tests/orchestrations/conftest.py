"""Stages are opened for a test and closed after it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from tests.orchestrations.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Callable[..., Awaitable[Stage]]]:
    """A maker of stages."""
    made: list[Stage] = []

    async def make(**wishes: Any) -> Stage:
        made.append(Stage(**wishes))
        await made[-1].shop.open()
        return made[-1]

    yield make
    for one in made:
        one.scene.close()
