"""An amount of money, whole minor units of one currency."""

from dataclasses import dataclass

from shared.domain.errors import CurrenciesDiffer


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units (cents) as an int, so that no amount is ever rounded (design/house.md)."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency}")
        return Money(self.amount + other.amount, self.currency)

    def times(self, quantity: int) -> "Money":
        """The price of `quantity` units."""
        return Money(self.amount * quantity, self.currency)
