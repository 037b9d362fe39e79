"""Which generation of a read model is shown, and which others are written beside it."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.plain import Json
from shared.projections.rows import Batch, Row, RowConflict, Rows

PARTITION = "generations"
TRUSTED = 10.0  # seconds a process goes by what it read; a switch waits for twice as long


@dataclass(frozen=True, slots=True)
class Present:
    """`number` is shown; `beside` is written too: one being built, or one being retired."""

    model: str
    number: int
    beside: int | None
    read_at: float
    etag: str | None = None

    @property
    def live(self) -> str:
        """The partition that is read."""
        return partition(self.model, self.number)

    @property
    def written(self) -> tuple[str, ...]:
        """The partitions that are written."""
        if self.beside is None:
            return (self.live,)
        return (self.live, partition(self.model, self.beside))


class Generations:
    """One row a model; a model without a row is in its first generation, and nothing beside it."""

    def __init__(self, rows: Rows, monotonic: Callable[[], float]) -> None:
        self._rows, self._monotonic = rows, monotonic
        self._read: dict[str, Present] = {}

    async def of(self, model: str) -> Present:
        """What is shown and written; at most one request in ten seconds a model.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        known = self._read.get(model)
        if known is not None and self.is_fresh(known):
            return known
        return await self.read(model)

    async def read(self, model: str) -> Present:
        """The same, certainly as it stands now."""
        began = self._monotonic()
        row = await self._rows.get(PARTITION, model)
        fields: Json = row.fields if row else {"live": 1, "beside": None}
        present = Present(model, fields["live"], fields["beside"], began, row.etag if row else None)
        self._read[model] = present
        return present

    def is_fresh(self, present: Present) -> bool:
        """Whether it was read a moment ago, by a clock that only goes forward."""
        return self._monotonic() - present.read_at < TRUSTED

    async def point(self, model: str, live: int, beside: int | None) -> None:
        """Say what is shown and written from now on; the one write that switches."""
        await self._rows.put(PARTITION, _row(model, live, beside))
        self._read.pop(model, None)

    async def move(self, present: Present, live: int, beside: int | None) -> None:
        """The same, if it still is as it was read.

        Raises:
            RowConflict: it is not, and not as it should be either; nothing was changed.
        """
        self._read.pop(present.model, None)
        try:
            await self._rows.write(
                PARTITION, Batch(_row(present.model, live, beside, present.etag))
            )
        except RowConflict:
            found = await self.read(present.model)
            # A write whose answer was lost meets itself when it is sent again.
            if (found.number, found.beside) != (live, beside):
                raise


def _row(model: str, live: int, beside: int | None, etag: str | None = None) -> Row:
    return Row(model, {"live": live, "beside": beside}, etag)


def partition(model: str, number: int) -> str:
    """Where the rows of one generation of a model lie."""
    return f"{model}.{number}"
