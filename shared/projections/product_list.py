"""The list of products, by sku: a row each, written after every change, read page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.domain.money import Money
from shared.domain.product import Product


@dataclass(frozen=True, slots=True)
class ProductRow:
    """What the list shows of a product, and which version of it."""

    sku: str
    name: str
    price: Money
    version: int


def row_of(product: Product, version: int) -> ProductRow:
    """The row of a product as it stands at this version."""
    return ProductRow(product.sku, product.name, product.price, version)


class ProductList(Protocol):
    """Rows by sku; a contract suite holds both twins to this."""

    async def put(self, row: ProductRow) -> None:
        """Show a product; a row of the same or a newer version stays.

        Raises:
            ListUnavailable: the storage did not answer.
        """
        ...

    async def page(self, after: str, limit: int) -> Sequence[ProductRow]:
        """At most `limit` rows in the order of their skus, beginning behind `after`."""
        ...


class ListUnavailable(Exception):
    """The storage did not answer. Try again in a moment."""


class MemoryProductList:
    """The twin in memory."""

    def __init__(self) -> None:
        self._rows: dict[str, ProductRow] = {}

    async def put(self, row: ProductRow) -> None:
        present = self._rows.get(row.sku)
        if present is None or present.version < row.version:
            self._rows[row.sku] = row

    async def page(self, after: str, limit: int) -> Sequence[ProductRow]:
        return [self._rows[sku] for sku in sorted(self._rows) if sku > after][:limit]
