"""Builds a read model anew beside the one that is shown, compares the two, and switches."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from shared import logs
from shared.application.aggregates import Aggregates
from shared.application.read_models import ReadModel
from shared.projections.generations import TRUSTED, Present, partition
from shared.projections.rows import Row
from shared.projections.views import Views

PAGE = 100  # streams or rows in memory at a time
AT_ONCE = 8  # streams folded at the same time
EXAMPLES = 20

Pause = Callable[[float], Awaitable[None]]


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
        """
        present = await self._retired(await self.views.generations.read(model.name))
        new = present.beside or present.number + 1
        await self._point(model.name, present.number, new)
        built = await self._fill(model, partition(model.name, new))
        difference = Difference(model.name, built)
        async for key in self._suspects(present.live, partition(model.name, new)):
            old_row, new_row = await self._looked_at_again(model, key, present, new)
            if _shown(old_row) != _shown(new_row):
                difference = difference.with_row(old_row, new_row)
        await self._point(model.name, new, beside=present.number)  # the switch
        await self._retired(await self.views.generations.read(model.name))
        logs.info("A read model was rebuilt.", "read_model_rebuilt", model=model.name, built=built)
        return difference

    async def _retired(self, present: Present) -> Present:
        """Let go of an older generation that is still beside the one shown, and drop its rows."""
        if present.beside is not None and present.beside < present.number:
            await self._point(present.model, present.number, None)
        if present.beside is None or present.beside < present.number:
            await self.views.clear(partition(present.model, present.number - 1))
            return replace(present, beside=None)
        return present

    async def _point(self, model: str, live: int, beside: int | None) -> None:
        await self.views.generations.point(model, live, beside)
        await self.pause(2 * TRUSTED)  # by then every process reads and writes accordingly

    async def _fill(self, model: ReadModel, generation: str) -> int:
        built, after = 0, ""
        while found := await self.aggregates.store.streams(model.kind.category, after, PAGE):
            for start in range(0, len(found), AT_ONCE):
                together = found[start : start + AT_ONCE]
                await asyncio.gather(*(self._build(model, each, generation) for each in together))
            built, after = built + len(found), found[-1]
        return built

    async def _build(self, model: ReadModel, stream: str, generation: str) -> None:
        key = stream.removeprefix(f"{model.kind.category}-")
        folded = await self.aggregates.fold(model.kind, key)
        await self.views.put(generation, model.view(folded.state, folded.version))

    async def _looked_at_again(
        self, model: ReadModel, key: str, present: Present, new: int
    ) -> tuple[Row | None, Row | None]:
        """Both rows, after what happened to their thing while we compared was built in too."""
        identity = key.rpartition("|")[2]
        built = partition(model.name, new)
        if await self.aggregates.store.read(model.kind.stream(identity), limit=1):
            await self._build(model, model.kind.stream(identity), built)
        return await self.views.rows.get(present.live, key), await self.views.rows.get(built, key)

    async def _suspects(self, old: str, new: str) -> AsyncIterator[str]:
        """The keys of rows that are not the same in both; both lists are walked side by side."""
        olds, news = self._rows(old), self._rows(new)
        left, right = await anext(olds, None), await anext(news, None)
        while left is not None or right is not None:
            if right is None or (left is not None and left.key < right.key):
                yield left.key if left else ""
                left = await anext(olds, None)
            elif left is None or right.key < left.key:
                yield right.key
                right = await anext(news, None)
            else:
                if _shown(left) != _shown(right):
                    yield left.key
                left, right = await anext(olds, None), await anext(news, None)

    async def _rows(self, generation: str) -> AsyncIterator[Row]:
        after = ""
        while found := await self.views.listed(generation, after, PAGE):
            for row in found:
                yield row
            after = found[-1].key


def _shown(row: Row | None) -> object:
    return row and row.fields
