"""What an order costs by today's catalogue: prices never come from the client (design/api.md)."""

from collections.abc import Iterable, Sequence

from shared.domain.errors import OrderInvalid
from shared.domain.order.events import OrderValidated
from shared.domain.order.values import PricedLine, RequestedLine
from shared.domain.product import Product


def price(requested: Sequence[RequestedLine], catalogue: Iterable[Product]) -> OrderValidated:
    """The priced lines and their total.

    Raises:
        OrderInvalid: with every fault at once, so that one correction is enough.
    """
    known = {product.sku: product for product in catalogue}
    currencies = sorted({product.price.currency for product in known.values()})
    faults = [f"unknown sku {line.sku}" for line in requested if line.sku not in known]
    if len(currencies) > 1:
        faults.append(f"prices in {' and '.join(currencies)} cannot be one order")
    if faults or not requested:
        raise OrderInvalid("; ".join(faults) or "no lines")
    lines = tuple(_priced(line, known[line.sku]) for line in requested)
    first, *rest = (line.unit_price.times(line.quantity) for line in lines)
    return OrderValidated(lines, sum(rest, start=first))


def _priced(line: RequestedLine, product: Product) -> PricedLine:
    return PricedLine(line.sku, product.name, line.quantity, product.price)
