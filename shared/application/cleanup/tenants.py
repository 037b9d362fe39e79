"""Whose containers these are: they carry no prefix, so a data account belongs to one app."""

import json
from dataclasses import dataclass
from datetime import datetime

from shared.application.cleanup.sweep import Sweep, Swept
from shared.blobs.port import Blobs
from shared.names import CLAIM_CHECKS

MARKS = "tenants/"  # no stream is called so (shared/application/aggregates.py)
MOST = 100  # marks looked at: whoever is not alone sees one that is not its own


class ForeignAccount(Exception):
    """Apps with different table prefixes share the data account, so nothing is swept there."""

    code = "foreign_account"


@dataclass(frozen=True, slots=True)
class Tenants:
    """Every app leaves a mark before it first sweeps, and sweeps only where no other mark stands.

    Without it, an app would find its neighbour's claim checks and exports in no table of its own,
    and take them for useless. What is swept is a day old at least, and every app marks daily.
    """

    blobs: Blobs
    prefix: str

    async def require_alone(self) -> None:
        """Leave our mark, and look whether others did.

        Raises:
            ForeignAccount: another app was here; who goes for good has its mark removed by hand.
            StoreUnavailable: the storage did not answer.
        """
        mark = f"{MARKS}{self.prefix.lower()}.json"  # names of tables know no case either
        marks = await self._marks()
        if mark not in marks:
            told = json.dumps({"tablePrefix": self.prefix}).encode()
            await self.blobs.write(CLAIM_CHECKS, mark, told, "application/json", new=True)
            marks = await self._marks()  # of two that come at once one sees the other at least
        others = [name for name in marks if name != mark]
        if others:
            detail = f"the mark of another app is {CLAIM_CHECKS}/{others[0]}"
            raise ForeignAccount(f"{ForeignAccount.__doc__} ({detail})")

    async def _marks(self) -> list[str]:
        page = await self.blobs.page(CLAIM_CHECKS, MARKS, None, MOST)
        return [blob.name for blob in page.blobs]


@dataclass(frozen=True, slots=True)
class OnlyAlone:
    """A sweep that is not begun where others live."""

    sweep: Sweep
    tenants: Tenants

    async def page(self, at: datetime, cursor: str | None, limit: int) -> Swept:
        """Sweep a page, if the account is ours alone.

        Raises:
            ForeignAccount: it is not. And whatever the sweep raises.
        """
        await self.tenants.require_alone()
        return await self.sweep.page(at, cursor, limit)
