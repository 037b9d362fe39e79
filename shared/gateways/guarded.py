"""The payment gateway and the carrier, each behind its breaker."""

from dataclasses import dataclass

from shared.domain.money import Money
from shared.domain.order.values import Address
from shared.gateways.breaker import Breaker
from shared.gateways.carrier import Cancelled, Carrier, NothingShipped, Refused, Shipped
from shared.gateways.payment import (
    Captured,
    Declined,
    NothingCaptured,
    PaymentGateway,
    Refunded,
)


@dataclass(frozen=True, slots=True)
class GuardedPayments:
    payments: PaymentGateway
    breaker: Breaker

    async def capture(self, key: str, method: str, amount: Money) -> Captured | Declined:
        return await self.breaker.call(lambda: self.payments.capture(key, method, amount))

    async def refund(self, key: str) -> Refunded | NothingCaptured:
        return await self.breaker.call(lambda: self.payments.refund(key))


@dataclass(frozen=True, slots=True)
class GuardedCarrier:
    carrier: Carrier
    breaker: Breaker

    async def ship(self, key: str, to: Address) -> Shipped | Refused:
        return await self.breaker.call(lambda: self.carrier.ship(key, to))

    async def cancel(self, key: str) -> Cancelled | NothingShipped:
        return await self.breaker.call(lambda: self.carrier.cancel(key))
