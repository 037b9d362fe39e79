"""Demo products, so that the first order can be placed a second after the first start."""

import http.client
import json
from dataclasses import dataclass
from typing import Any

from workbench.ports import LOOPBACK

ANSWER_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product of the demo; `price` in cents of EUR."""

    sku: str
    name: str
    price: int
    stock: int


PRODUCTS = (
    DemoProduct("TEA-EARL-GREY", "Earl Grey, 100 g", 1290, 100),
    DemoProduct("MUG-BLUE", "Mug, cobalt blue", 1499, 50),
    DemoProduct("KETTLE-1L", "Kettle, one litre", 5900, 10),
    DemoProduct("SPOON-SILVER", "Tea spoon, silver", 2450, 3),
    DemoProduct("SOLD-OUT", "Teapot, always sold out", 8900, 0),
)


class DemoRefused(Exception):
    """The app did not take a demo product."""


def seed(port: int) -> list[str]:
    """Put the products and, for a new one, its stock; returns the names of the new ones.

    Raises DemoRefused with what the app answered; a product that is there is left alone.
    """
    return [product.sku for product in PRODUCTS if _put(port, product)]


def _put(port: int, product: DemoProduct) -> bool:
    path = f"/api/products/{product.sku}"
    price = {"amount": product.price, "currency": "EUR"}
    is_new = (
        _send(port, "PUT", path, {"name": product.name, "price": price}) == http.HTTPStatus.CREATED
    )
    if is_new and product.stock:
        _send(port, "POST", f"{path}/stock", {"delta": product.stock, "reason": "demo"})
    return is_new


def _send(port: int, method: str, path: str, body: dict[str, Any]) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        said = answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise DemoRefused(f"{method} {path}: {error!r}") from error
    finally:
        connection.close()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise DemoRefused(f"{method} {path} answered {answer.status}: {said[:200]}")
    return answer.status
