"""A carrier over HTTP, by the contract in docs/providers.md."""

from dataclasses import dataclass

from shared.domain.order.values import Address
from shared.gateways.carrier import Cancelled, NothingShipped, Refused, Shipped
from shared.gateways.errors import RequestRejected
from shared.gateways.http_provider import HttpProvider
from shared.plain import to_plain

REFUSED, VOIDED = 422, 410


@dataclass(frozen=True, slots=True)
class _Withdrawal:
    outcome: str


@dataclass(frozen=True, slots=True)
class HttpCarrier:
    """What makes a second call harmless is the provider's promise to do everything once a key.

    A cancellation closes its key, as a refund does (shared/gateways/http_payment.py).
    """

    provider: HttpProvider

    async def ship(self, key: str, to: Address) -> Shipped | Refused:
        """Send a parcel; raises what `HttpProvider.post` does."""
        asked = {"to": to_plain(to)}
        reply = await self.provider.post("/shipments", key, asked, REFUSED, VOIDED)
        return reply.read(Shipped) if reply.is_success else Refused(reply.reason)

    async def cancel(self, key: str) -> Cancelled | NothingShipped:
        """Stop the parcel of this key; raises what `HttpProvider.post` does.

        Raises:
            RequestRejected: it can no longer be stopped, or the key was not closed.
        """
        reply = await self.provider.post("/cancellations", key, {"shipmentKey": key})
        match reply.read(_Withdrawal).outcome:
            case "cancelled":
                return reply.read(Cancelled)
            case "voided":
                return NothingShipped()
            case _:
                raise RequestRejected("a cancellation that is neither cancelled nor voided")
