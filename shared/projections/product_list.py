"""The products, by sku."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.product import Product
from shared.plain import Json, to_plain
from shared.projections.views import View, Views

MODEL = "products"
LIST = "sku"


def view_of(product: Product, version: int) -> View:
    """What the list shows of a product at this version."""
    return View(product.sku, version, (f"{LIST}|{product.sku}",), to_plain(product))


@dataclass(frozen=True, slots=True)
class ProductList:
    """The list that `GET /products` reads."""

    views: Views

    async def page(self, after: str, limit: int) -> Sequence[Json]:
        """At most `limit` products in the order of their skus, beginning behind `after`.

        Raises:
            StoreUnavailable: the storage did not answer.
        """
        rows = await self.views.page(MODEL, (f"{LIST}|{after}", f"{LIST}~"), limit)
        return [row.fields["document"] for row in rows]
