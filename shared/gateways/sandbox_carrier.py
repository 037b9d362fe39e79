"""A carrier that plays every part the address asks for (design/api.md, Sandbox gateways)."""

import re
from dataclasses import dataclass

from shared.domain.order.values import Address
from shared.gateways.carrier import Cancelled, NothingShipped, Refused, Shipped
from shared.gateways.errors import PartyUnavailable
from shared.gateways.ledger import Ledger, require_key
from shared.gateways.outage import Outage
from shared.gateways.reference import reference
from shared.plain import from_plain, to_plain

FLAKY = re.compile(r"FLAKY-(\d)")
NOWHERE = "ZZ"
NAME = "Sandbox Parcel"


@dataclass(frozen=True, slots=True)
class SandboxCarrier:
    """Parcels move in the ledger only: one entry for a shipment, one more for its cancelling."""

    ledger: Ledger
    outage: Outage | None = None

    async def ship(self, key: str, to: Address) -> Shipped | Refused:
        require_key(key)
        if self.outage:
            self.outage.strike("carrier")
        if to.country == NOWHERE:
            return Refused(f"no parcel service to {NOWHERE}")
        flaky = FLAKY.fullmatch(to.postal_code)
        if flaky and await self.ledger.count(f"{key}:ship") <= int(flaky[1]):
            raise PartyUnavailable("503: the carrier is busy")
        shipped = Shipped(reference("shp", key), reference("trk", key).upper(), NAME)
        entry = await self.ledger.keep(f"{key}:ship", {"shipped": to_plain(shipped)})
        if "refused" in entry:
            return Refused(entry["refused"])
        return from_plain(Shipped, entry["shipped"])

    async def cancel(self, key: str) -> Cancelled | NothingShipped:
        # Taking the shipment's place makes one that comes later find the door shut.
        void = {"refused": "the shipment was withdrawn"}
        require_key(key)
        if self.outage:
            self.outage.strike("carrier")
        entry = await self.ledger.keep(f"{key}:ship", void)
        if "shipped" not in entry:
            return NothingShipped()
        await self.ledger.keep(f"{key}:cancel", entry)
        return Cancelled(from_plain(Shipped, entry["shipped"]).shipment_id)
