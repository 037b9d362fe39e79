"""Builds a read model anew beside the one that is shown, compares the two, and switches."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from shared import logs
from shared.application.aggregates import Aggregates
from shared.application.read_models import READ_MODELS, ReadModel
from shared.projections.generations import TRUSTED, Present, partition
from shared.projections.rows import Row, RowConflict
from shared.projections.views import Views

PAGE = 100  # streams or rows in memory at a time
AT_ONCE = 8  # streams folded at the same time
EXAMPLES = 20
CLEARED = 10  # pages a step

MODELS = {model.name: model for model in READ_MODELS}
Pause = Callable[[float], Awaitable[None]]


class RebuildOvertaken(Exception):
    """Another rebuild of this read model came between. Run it again when that one has ended."""


class Phase(StrEnum):
    """What a rebuild does next, in this order (docs/decisions/007-read-models.md)."""

    TIDY = "tidy"  # let go of what an earlier rebuild left beside the list that is shown
    SWEEP = "sweep"
    POINT = "point"
    FILL = "fill"
    COMPARE = "compare"
    SWITCH = "switch"
    RETIRE = "retire"
    CLEAR = "clear"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Difference:
    """Rows the old list lacked, rows it should not have had, rows that said something else."""

    model: str
    built: int
    missing: int = 0
    extra: int = 0
    different: int = 0
    examples: tuple[str, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether the old list was right in every row."""
        return not (self.missing or self.extra or self.different)

    def with_row(self, old: Row | None, new: Row | None) -> "Difference":
        """One more row that was not the same, of which at least one is there."""
        what = "different" if old and new else "missing" if new else "extra"
        row = new or old
        noted = (*self.examples, f"{what}: {row.key if row else ''}")[:EXAMPLES]
        return replace(self, **{what: getattr(self, what) + 1, "examples": noted})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a rebuild stands: all that another process needs to go on with it.

    `after`: the stream or the row that was the last to be built or compared.
    """

    difference: Difference
    phase: Phase = Phase.TIDY
    old: int = 0
    new: int = 0
    after: str = ""

    @property
    def model(self) -> ReadModel:
        """The read model that is built."""
        return MODELS[self.difference.model]

    def to(self, phase: Phase) -> "Standing":
        """The same, about to begin with this phase."""
        return replace(self, phase=phase, after="")


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Runs beside a serving app, and again after it was stopped at any point (decisions/007)."""

    aggregates: Aggregates
    views: Views
    pause: Pause = asyncio.sleep

    async def run(self, model: ReadModel) -> Difference:
        """Rebuild one read model from the events alone.

        Raises:
            StoreUnavailable: run it again; it goes on where writers already write both.
            UnknownEvent: the old list is still shown.
            RebuildOvertaken: somebody else is rebuilding it.
        """
        at = Standing(Difference(model.name, 0))
        while at.phase is not Phase.DONE:
            at = await self.step(at)
        return at.difference

    async def step(self, at: Standing) -> Standing:
        """Do a page of work, or one change of what is shown; a step may be taken twice.

        Raises:
            StoreUnavailable, UnknownEvent, RebuildOvertaken: as for `run`.
        """
        steps = {
            Phase.TIDY: self._tidy,
            Phase.SWEEP: self._sweep,
            Phase.POINT: self._point,
            Phase.FILL: self._fill,
            Phase.COMPARE: self._compare,
            Phase.SWITCH: self._switch,
            Phase.RETIRE: self._retire,
            Phase.CLEAR: self._clear,
        }
        return await steps[at.phase](at)

    async def _tidy(self, at: Standing) -> Standing:
        present = await self.views.generations.read(at.model.name)
        if present.beside is not None and present.beside < present.number:
            await self._move(present, present.number, None)
        return replace(at.to(Phase.SWEEP), old=present.number)

    async def _sweep(self, at: Standing) -> Standing:
        more = await self._drop_some(partition(at.model.name, at.old - 1))
        return at if more else at.to(Phase.POINT)

    async def _point(self, at: Standing) -> Standing:
        present = await self.views.generations.read(at.model.name)
        await self._move(present, at.old, at.old + 1, expected=((at.old, None),))
        return replace(at.to(Phase.FILL), new=at.old + 1)

    async def _fill(self, at: Standing) -> Standing:
        model, generation = at.model, partition(at.model.name, at.new)
        found = await self.aggregates.store.streams(model.kind.category, at.after, PAGE)
        if not found:
            return at.to(Phase.COMPARE)
        for start in range(0, len(found), AT_ONCE):
            together = found[start : start + AT_ONCE]
            await asyncio.gather(*(self._build(model, each, generation) for each in together))
        built = at.difference.built + len(found)
        return replace(at, after=found[-1], difference=replace(at.difference, built=built))

    async def _compare(self, at: Standing) -> Standing:
        """Both lists side by side, as far as the page of each reaches that ends first."""
        old, new = (partition(at.model.name, number) for number in (at.old, at.new))
        olds = {row.key: row for row in await self.views.listed(old, at.after, PAGE)}
        news = {row.key: row for row in await self.views.listed(new, at.after, PAGE)}
        ends = [max(page) for page in (olds, news) if len(page) == PAGE]
        difference = at.difference
        for key in sorted({*olds, *news}):
            if ends and key > min(ends):
                break
            if _shown(olds.get(key)) != _shown(news.get(key)):
                difference = await self._looked_at_again(at, difference, key)
        compared = replace(at, difference=difference)
        return replace(compared, after=min(ends)) if ends else compared.to(Phase.SWITCH)

    async def _switch(self, at: Standing) -> Standing:
        present = await self.views.generations.read(at.model.name)
        await self._move(present, at.new, at.old, expected=((at.old, at.new),))
        return at.to(Phase.RETIRE)

    async def _retire(self, at: Standing) -> Standing:
        present = await self.views.generations.read(at.model.name)
        await self._move(present, at.new, None, expected=((at.new, at.old),))
        return at.to(Phase.CLEAR)

    async def _clear(self, at: Standing) -> Standing:
        if await self._drop_some(partition(at.model.name, at.old)):
            return at
        sentence, difference = "A read model was rebuilt.", at.difference
        logs.info(sentence, "read_model_rebuilt", model=difference.model, built=difference.built)
        return at.to(Phase.DONE)

    async def _move(
        self,
        present: Present,
        live: int,
        beside: int | None,
        expected: tuple[tuple[int, int | None], ...] | None = None,
    ) -> None:
        """Change what is shown and written, once or again, and wait until every process knows."""
        found = (present.number, present.beside)
        if found != (live, beside):
            if expected is not None and found not in expected:
                raise RebuildOvertaken(RebuildOvertaken.__doc__)
            try:
                await self.views.generations.move(present, live, beside)
            except RowConflict as conflict:
                raise RebuildOvertaken(RebuildOvertaken.__doc__) from conflict
        await self.pause(2 * TRUSTED)  # by then every process reads and writes accordingly

    async def _build(self, model: ReadModel, stream: str, generation: str) -> None:
        key = stream.removeprefix(f"{model.kind.category}-")
        folded = await self.aggregates.fold(model.kind, key)
        await self.views.put(generation, model.view(folded.state, folded.version))

    async def _looked_at_again(self, at: Standing, before: Difference, key: str) -> Difference:
        """What is left of it when what happened to its thing meanwhile was built in, too."""
        identity = key.rpartition("|")[2]
        model, built = at.model, partition(at.model.name, at.new)
        if await self.aggregates.store.read(model.kind.stream(identity), limit=1):
            await self._build(model, model.kind.stream(identity), built)
        old = await self.views.rows.get(partition(model.name, at.old), key)
        new = await self.views.rows.get(built, key)
        return before if _shown(old) == _shown(new) else before.with_row(old, new)

    async def _drop_some(self, generation: str) -> bool:
        """Drop a thousand rows that nobody reads or writes any more; whether there were any."""
        for _ in range(CLEARED):
            found = await self.views.rows.page(generation, "", "~", PAGE)
            if not found:
                return False
            await self.views.rows.drop(generation, [row.key for row in found])
        return True


def _shown(row: Row | None) -> object:
    return row and row.fields
