"""A product of the catalogue: what it is called and what it costs."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from shared.domain.money import Money

# ---- commands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DefineProduct:
    sku: str
    name: str
    price: Money


# ---- events: their names are the storage format (shared/eventstore/codec.py) -------------


@dataclass(frozen=True, slots=True)
class ProductDefined:
    sku: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True)
class ProductChanged:
    name: str
    price: Money


ProductEvent = ProductDefined | ProductChanged

# ---- state -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    name: str
    price: Money


# ---- decide, evolve, initial -----------------------------------------------------------

initial: Product | None = None


def decide(state: Product | None, command: DefineProduct, _now: datetime) -> list[ProductEvent]:
    """The events a definition causes: none when the product is already just so."""
    if state is None:
        return [ProductDefined(command.sku, command.name, command.price)]
    if (state.name, state.price) == (command.name, command.price):
        return []
    return [ProductChanged(command.name, command.price)]


def evolve(state: Product | None, event: ProductEvent) -> Product | None:
    """The product after one more event."""
    match event:
        case ProductDefined(sku, name, price):
            return Product(sku, name, price)
        case ProductChanged(name, price):
            return state and Product(state.sku, name, price)
        case _ as never:
            assert_never(never)
