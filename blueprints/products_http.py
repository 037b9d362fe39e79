"""Products and their stock over HTTP: define, read, list, restock."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from blueprints.answers import answer, tags_wanted, versioned
from blueprints.bodies import SKU, ProductBody, StockBody, invalid, read_body
from blueprints.edge import Call, Edge, register
from blueprints.idempotency import once
from blueprints.pages import cursor_of, limit_of, page
from blueprints.problems import Fault, Problem
from shared.application.aggregates import PRODUCT, STOCK, Loaded, VersionPassed
from shared.application.history import has_happened
from shared.application.uploads.product_images import ProductImages, tag_of
from shared.application.uploads.register import Register
from shared.application.uploads.uploads import KIND
from shared.domain.money import Money
from shared.domain.product import DefineProduct, Product
from shared.domain.stock import AdjustStock, Stock, StockAdjusted, StockEvent
from shared.idempotency.keys import Attempt
from shared.plain import Json, to_plain
from shared.wiring import Wiring

TAG = re.compile(r"([0-9]{1,9})-[0-9]{1,9}(?:-[0-9]{1,9})?(?:-i[0-9a-f]{12})?")


@dataclass(frozen=True, slots=True)
class ProductsApi:
    wiring: Wiring

    async def put(self, call: Call) -> func.HttpResponse:
        """201 for a new product, 200 for a changed or unchanged one."""
        call.principal.require_operator()
        sku = _sku(call)
        body = read_body(ProductBody, call.req)
        price = Money(body.price.amount, body.price.currency)
        command = DefineProduct(sku, body.name, price)
        only_at = await self._only_at(call.req, sku)
        cause = call.cause("PutProduct")
        handled = await self.wiring.read_models.handle(PRODUCT, sku, command, cause, only_at)
        product = Product(sku, body.name, price)
        stock, images = await self._stock_and_images(sku)
        created = handled.decided and handled.version == 1
        tag = self._tag(handled.version, stock) + tag_of(images)
        document = self._document(product, stock.state, images)
        headers = {"ETag": f'"{tag}"', "Location": f"/api/products/{sku}"}
        return answer(document, 201 if created else 200, headers)

    async def get(self, call: Call) -> func.HttpResponse:
        """200, or 304; the ETag names the versions of the product and its stock, and its images."""
        sku = _sku(call)
        product, (stock, images) = await asyncio.gather(
            self._product(sku), self._stock_and_images(sku)
        )
        tag = self._tag(product.version, stock) + tag_of(images)
        return versioned(call.req, self._document(product.state, stock.state, images), tag)

    async def page(self, call: Call) -> func.HttpResponse:
        """200 with a page of products, by sku."""
        limit = limit_of(call.req.params)
        after = cursor_of(call.req.params, "products", SKU) or ""
        await self.wiring.read_models.catch_up()
        items = await self.wiring.products.page(after, limit + 1)
        last = items[limit - 1]["sku"] if len(items) > limit else None
        return answer(page(items[:limit], "products", last))

    async def adjust_stock(self, call: Call) -> func.HttpResponse:
        """200 with the new stock; 409 when it would fall below what is reserved."""
        call.principal.require_operator()
        sku = _sku(call)

        async def work(attempt: Attempt) -> func.HttpResponse:
            body = read_body(StockBody, call.req)
            await self._product(sku)
            if attempt.may_be_repeated(self.wiring.now()) and await self._has(sku, attempt.subject):
                stock = (await self.wiring.aggregates.load(STOCK, sku)).state
                return answer({"sku": sku, **self._stock(stock)})
            command = AdjustStock(attempt.subject, body.delta, body.reason)
            cause = call.cause("AdjustStock")
            handled = await self.wiring.aggregates.handle(STOCK, sku, command, cause)
            return answer({"sku": sku, **self._stock(handled.state)})

        return await once(self.wiring.keys, call, f"AdjustStock/{sku}", work)

    async def _has(self, sku: str, adjustment_id: str) -> bool:
        """Whether an adjustment is there already; the stock itself remembers the last few."""

        def is_it(event: StockEvent) -> bool:
            return isinstance(event, StockAdjusted) and event.adjustment_id == adjustment_id

        return await has_happened(self.wiring.aggregates, STOCK, sku, is_it)

    async def _stock_and_images(self, sku: str) -> tuple[Loaded[Stock], list[Json]]:
        images = ProductImages(Register(self.wiring.records(KIND)))
        return await asyncio.gather(self.wiring.aggregates.load(STOCK, sku), images.of(sku))

    async def _product(self, sku: str) -> Loaded[Product]:
        loaded = await self.wiring.aggregates.load(PRODUCT, sku)
        if loaded.state is None:
            missing = "There is no such product. Check the sku."
            raise Problem(404, "product_not_found", missing, members={"sku": sku})
        return Loaded(loaded.state, loaded.version)

    async def _only_at(self, req: func.HttpRequest, sku: str) -> int | None:
        """The one version an If-Match allows; the parts of stock and images do not matter.

        Raises:
            VersionPassed: it allows none, or not the present one.
        """
        if "if-match" not in req.headers:
            return None
        tags = tags_wanted(req)
        version = (await self.wiring.aggregates.load(PRODUCT, sku)).version
        found = [TAG.fullmatch(tag) for tag in tags or ()]
        allowed = tags is None or version in [int(each[1]) for each in found if each]
        if version == 0 or not allowed:
            raise VersionPassed(VersionPassed.__doc__)
        return None if tags is None else version

    def _tag(self, version: int, stock: Loaded[Stock]) -> str:
        """Both versions, and how many reservations have expired: that changes what is shown."""
        now = self.wiring.now()
        expired = sum(each.expires_at <= now for each in stock.state.reservations.values())
        return f"{version}-{stock.version}" + (f"-{expired}" if expired else "")

    def _document(self, product: Product, stock: Stock, images: list[Json]) -> Json:
        return {**to_plain(product), "stock": self._stock(stock), "images": images}

    def _stock(self, stock: Stock) -> Json:
        now = self.wiring.now()
        return {
            "onHand": stock.on_hand,
            "reserved": stock.reserved(now),
            "available": stock.available(now),
        }


def _sku(call: Call) -> str:
    sku: str = call.req.route_params["sku"]
    if not re.fullmatch(SKU, sku):
        raise invalid([Fault("/sku", f"a sku matches {SKU}")])
    return sku


def blueprint(wiring: Wiring) -> Any:
    """The routes of products."""
    routes, api, edge = df.Blueprint(), ProductsApi(wiring), Edge(wiring.settings, wiring.new_id)
    register(routes, "PutProduct", "PUT products/{sku}", edge.guarded(api.put))
    register(routes, "GetProduct", "GET products/{sku}", edge.guarded(api.get))
    register(routes, "ListProducts", "GET products", edge.guarded(api.page))
    register(routes, "AdjustStock", "POST products/{sku}/stock", edge.guarded(api.adjust_stock))
    return routes
