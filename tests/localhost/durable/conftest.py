"""Scenes are closed when their test is over."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.localhost.durable.scene import Scene


@pytest.fixture
def scene() -> Iterator[Callable[..., Scene]]:
    """Return a maker of scenes."""
    made: list[Scene] = []

    def make(*args: Any, **more: Any) -> Scene:
        made.append(Scene(*args, **more))
        return made[-1]

    yield make
    for one in made:
        one.close()
