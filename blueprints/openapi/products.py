"""The routes of products and their stock, described."""

from blueprints.bodies import SKU
from blueprints.openapi.orders_examples import page
from blueprints.openapi.pages_shown import page_of
from blueprints.openapi.parameters import PAGED, place
from blueprints.openapi.route import Answer, Route, Who
from shared.openapi.schema import COUNT, TEXT, Schema, array, record, reference, said

STOCK: dict[str, Schema] = {
    "onHand": said({"type": "integer"}, "On the shelf"),
    "reserved": said(COUNT, "Of these, held for orders"),
    "available": said(COUNT, "What an order may take"),
}
IMAGE = record({"name": TEXT, "url": TEXT, "thumbnailUrl": TEXT})
LISTED: dict[str, Schema] = {"sku": TEXT, "name": TEXT, "price": reference("Money")}
SCHEMAS: dict[str, Schema] = {
    "ProductListed": record(LISTED),
    "ProductPage": page_of("ProductListed"),
    "Product": record(
        {
            **LISTED,
            "stock": record(STOCK),
            "images": said(array(IMAGE), "The newest 50; the ETag changes with them"),
        }
    ),
    "Stock": record({"sku": TEXT, **STOCK}),
}
BODY = {"name": "Blue mug", "price": {"amount": 1450, "currency": "EUR"}}
SHOWN = {"sku": "MUG-BLUE", **BODY}
ON_SHELF = {"onHand": 25, "reserved": 2, "available": 23}
PRODUCT = {
    **SHOWN,
    "stock": ON_SHELF,
    "images": [
        {
            "name": "mug.jpg",
            "url": "/api/uploads/7c9e6679/original",
            "thumbnailUrl": "/api/uploads/7c9e6679/thumbnail",
        }
    ],
}
PATH = {"sku": place("What the shop calls it", "MUG-BLUE", SKU)}
ROUTES = (
    Route(
        "ListProducts",
        "GET products",
        "List the products",
        (Answer(200, "By sku.", "ProductPage", page(SHOWN)),),
        parameters=PAGED,
    ),
    Route(
        "GetProduct",
        "GET products/{sku}",
        "Read a product with its stock and images",
        (Answer(200, "The product.", "Product", PRODUCT, ("ETag",)),),
        path=PATH,
        refuses=("validation_error", "product_not_found"),
        tagged=True,
    ),
    Route(
        "PutProduct",
        "PUT products/{sku}",
        "Define or change a product",
        (
            Answer(200, "Changed, or as it was.", "Product", PRODUCT, ("ETag", "Location")),
            Answer(201, "New.", "Product", headers=("ETag", "Location")),
        ),
        "Of an `If-Match` only the part about the product itself counts, not those about stock"
        " and images.",
        body="ProductBody",
        example=BODY,
        path=PATH,
        who=Who.OPERATORS,
        guarded=True,
    ),
    Route(
        "AdjustStock",
        "POST products/{sku}/stock",
        "Add to the stock, or take from it",
        (Answer(200, "The stock as it is now.", "Stock", {"sku": "MUG-BLUE", **ON_SHELF}),),
        "It never falls below what is reserved for orders.",
        body="StockBody",
        example={"delta": 25, "reason": "delivery"},
        path=PATH,
        refuses=("product_not_found", "insufficient_stock"),
        who=Who.OPERATORS,
        keyed=True,
    ),
)
