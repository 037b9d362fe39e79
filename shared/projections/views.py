"""What lists show: a thing once in every list it belongs to, never in an older version."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.eventstore.port import StoreUnavailable
from shared.plain import Json
from shared.projections.generations import Generations
from shared.projections.rows import Batch, Row, RowConflict, Rows
from shared.recent import Recent

ATTEMPTS = 5  # the writers of one thing are few; five conflicts in a row are a fault
REMEMBERED = 2_000  # anchors a process keeps; each spares the next write of its thing a read
ANCHORS, LISTED = "id|", "in|"


@dataclass(frozen=True, slots=True)
class View:
    """A thing at one version: where it is listed, and what is shown of it there.

    One that is listed nowhere (deleted) still has its version, so nothing older comes back.
    """

    identity: str
    version: int
    keys: tuple[str, ...]
    document: Json


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a partition holds of one thing; written together with its rows, so it never lies."""

    view: View
    etag: str | None


class Views:
    """Every read model; the rows of one lie in one partition a generation (docs/decisions/007)."""

    def __init__(self, rows: Rows, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`monotonic`: seconds on a clock that only goes forward."""
        self.rows, self.monotonic = rows, monotonic
        self.generations = Generations(rows, monotonic)
        self._known: Recent[tuple[str, str], Anchor] = Recent(REMEMBERED)

    async def show(self, model: str, view: View) -> None:
        """Show a thing; a newer version of it stays.

        Raises:
            StoreUnavailable: perhaps shown; showing it again is safe.
        """
        while True:
            present = await self.generations.of(model)
            for generation in present.written:
                await self.put(generation, view)
            # A switch needs every writer to see it in time; whoever slept on the way writes again.
            if self.generations.is_fresh(present):
                return

    async def page(self, model: str, span: tuple[str, str], limit: int) -> Sequence[Row]:
        """At most `limit` rows between two keys; each row's key is the one it was listed under.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        present = await self.generations.of(model)
        first, end = (f"{LISTED}{key}" for key in span)
        found = await self.rows.page(present.live, first, end, limit)
        return [Row(row.key.removeprefix(LISTED), row.fields, row.etag) for row in found]

    async def put(self, generation: str, view: View) -> None:
        """Show a thing in one generation; for `show`, and for rebuilding."""
        known = self._known.get((generation, view.identity))
        for _ in range(ATTEMPTS):
            if known is not None and _stays(known.view, view):
                return
            try:
                etag = await self.rows.write(generation, _batch(view, known))
            except RowConflict:
                known = await self._anchor(generation, view.identity)
                continue
            self._known.put((generation, view.identity), Anchor(view, etag))
            return
        raise StoreUnavailable(f"the row of {view.identity} in {generation} never rested")

    async def listed(self, generation: str, after: str, limit: int) -> Sequence[Row]:
        """At most `limit` listed rows of a generation, by key; for comparing two."""
        return await self.rows.page(generation, after or LISTED, f"{LISTED}~", limit)

    async def _anchor(self, generation: str, identity: str) -> Anchor | None:
        row = await self.rows.get(generation, f"{ANCHORS}{identity}")
        if row is None:
            return None
        anchor = _anchor_of(row)
        self._known.put((generation, identity), anchor)
        return anchor


def _stays(present: View, view: View) -> bool:
    # Of one version, another look is another program's: a rebuild brings in the present one's.
    return present.version > view.version or present == view


def _batch(view: View, known: Anchor | None) -> Batch:
    fields = {"version": view.version, "keys": list(view.keys), "document": view.document}
    guard = Row(f"{ANCHORS}{view.identity}", fields, known.etag if known else None)
    shown = {"version": view.version, "document": view.document}
    left = set(known.view.keys if known else ()) - set(view.keys)
    return Batch(
        guard,
        [Row(f"{LISTED}{key}", shown) for key in view.keys],
        [f"{LISTED}{key}" for key in sorted(left)],
    )


def _anchor_of(row: Row) -> Anchor:
    fields, identity = row.fields, row.key.removeprefix(ANCHORS)
    view = View(identity, fields["version"], tuple(fields["keys"]), fields["document"])
    return Anchor(view, row.etag)
