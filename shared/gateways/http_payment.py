"""A payment gateway over HTTP, by the contract in docs/providers.md."""

from dataclasses import dataclass

from shared.domain.money import Money
from shared.gateways.errors import RequestRejected
from shared.gateways.http_provider import HttpProvider
from shared.gateways.payment import Captured, Declined, NothingCaptured, Refunded
from shared.plain import to_plain

DECLINED, VOIDED = 402, 410


@dataclass(frozen=True, slots=True)
class _Withdrawal:
    outcome: str


@dataclass(frozen=True, slots=True)
class HttpPayments:
    """What makes a second call harmless is the provider's promise to do everything once a key.

    So is what makes a late capture impossible: a refund closes its key, and says so by `voided`
    when there was nothing to give back. A provider that answers anything else is not believed.
    """

    provider: HttpProvider

    async def capture(self, key: str, method: str, amount: Money) -> Captured | Declined:
        """Take the money; raises also what `HttpProvider.post` does.

        Raises:
            RequestRejected: another amount was taken than we asked for; a refund undoes it.
        """
        asked = {"paymentMethod": method, "amount": to_plain(amount)}
        reply = await self.provider.post("/captures", key, asked, DECLINED, VOIDED)
        if not reply.is_success:
            return Declined(reply.reason)
        captured = reply.read(Captured)
        if captured.amount != amount:
            raise RequestRejected(f"{captured.amount} was captured instead of {amount}")
        return captured

    async def refund(self, key: str) -> Refunded | NothingCaptured:
        """Give back what was captured under this key; raises what `HttpProvider.post` does.

        Raises:
            RequestRejected: the provider did not say that the key is closed.
        """
        reply = await self.provider.post("/refunds", key, {"captureKey": key})
        match reply.read(_Withdrawal).outcome:
            case "refunded":
                return reply.read(Refunded)
            case "voided":
                return NothingCaptured()
            case _:
                raise RequestRejected("a refund that is neither refunded nor voided")
