"""A payment gateway that plays every part the payment method asks for (design/api.md, Sandbox)."""

import re
from dataclasses import dataclass

from shared.domain.money import Money
from shared.gateways.errors import PartyUnavailable
from shared.gateways.ledger import Ledger, require_key
from shared.gateways.outage import Outage
from shared.gateways.payment import Captured, Declined, NothingCaptured, Refunded
from shared.gateways.reference import reference
from shared.plain import Json, from_plain, to_plain

FLAKY = re.compile(r"pm_flaky_(\d)")
REFUND_DOWN = re.compile(r"pm_refund_down_(\d)")
DECLINES = {
    "pm_card_declined": "the card was declined",
    "pm_card_insufficient_funds": "the card has insufficient funds",
}


@dataclass(frozen=True, slots=True)
class SandboxPayments:
    """Money moves in the ledger only: one entry for a capture, one more for its refund."""

    ledger: Ledger
    outage: Outage | None = None

    async def capture(self, key: str, method: str, amount: Money) -> Captured | Declined:
        require_key(key)
        if self.outage:
            self.outage.strike("payment")
        await self._be_down_if_asked(key, method)
        entry = await self.ledger.keep(f"{key}:capture", _capture_entry(key, method, amount))
        if "declined" in entry:
            return Declined(entry["declined"])
        return from_plain(Captured, entry["captured"])

    async def refund(self, key: str) -> Refunded | NothingCaptured:
        # Taking the capture's place makes a capture that comes later find the door shut.
        void = {"declined": "the payment was withdrawn"}
        require_key(key)
        if self.outage:
            self.outage.strike("payment")
        entry = await self.ledger.keep(f"{key}:capture", void)
        if "captured" not in entry:
            return NothingCaptured()
        refusals = entry.get("refundRefusals", 0)
        if refusals and await self.ledger.count(f"{key}:refund") <= refusals:
            raise PartyUnavailable("503: the bank takes no refund now")
        kept = await self.ledger.keep(f"{key}:refund", entry["captured"])
        return from_plain(Refunded, kept)

    async def _be_down_if_asked(self, key: str, method: str) -> None:
        flaky = FLAKY.fullmatch(method)
        if method == "pm_down":
            raise PartyUnavailable("503: the payment gateway is down")
        if flaky and await self.ledger.count(f"{key}:capture") <= int(flaky[1]):
            raise PartyUnavailable("503: the payment gateway is busy")


def _capture_entry(key: str, method: str, amount: Money) -> Json:
    captured = {"captured": to_plain(Captured(reference("pay", key), amount))}
    if method == "pm_card_ok" or FLAKY.fullmatch(method):
        return captured
    if refund_down := REFUND_DOWN.fullmatch(method):
        return {**captured, "refundRefusals": int(refund_down[1])}
    return {"declined": DECLINES.get(method, f"unknown payment method {method}")}
