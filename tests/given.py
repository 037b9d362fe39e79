"""The grammar of domain tests: given events, when a command, then events or a refusal."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from shared.application.aggregates import ORDER, PRODUCT, STOCK, Aggregate
from shared.domain.errors import Refusal

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """An aggregate to which some events have happened."""

    kind: Aggregate
    events: tuple[Any, ...] = ()
    now: datetime = NOW

    def given(self, *events: Any) -> "Scene":
        return Scene(self.kind, (*self.events, *events), self.now)

    def at(self, now: datetime) -> "Scene":
        return Scene(self.kind, self.events, now)

    @property
    def state(self) -> Any:
        return reduce(self.kind.evolve, self.events, self.kind.initial)

    def when(self, command: Any) -> "Decision":
        return Decision(self, command)


@dataclass(frozen=True)
class Decision:
    """A command about to be decided."""

    scene: Scene
    command: Any

    @property
    def events(self) -> list[Any]:
        return self.scene.kind.decide(self.scene.state, self.command, self.scene.now)

    def then(self, *events: Any) -> None:
        assert self.events == list(events)

    def decides_nothing(self) -> None:
        assert self.events == []

    def is_refused(self, refusal: type[Refusal], saying: str | None = None) -> None:
        with pytest.raises(refusal, match=saying):
            _ = self.events


AN_ORDER = Scene(ORDER)
A_PRODUCT = Scene(PRODUCT)
A_STOCK = Scene(STOCK)
