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
    # Asked first: a person may have changed the price of a demo product, and means it.
    status, said = _send(port, "GET", path)
    if status != http.HTTPStatus.NOT_FOUND:
        _accept(status, f"GET {path}", said)
        return False
    price = {"amount": product.price, "currency": "EUR"}
    _do(port, "PUT", path, {"name": product.name, "price": price})
    if product.stock:
        _do(port, "POST", f"{path}/stock", {"delta": product.stock, "reason": "demo"})
    return True


def _do(port: int, method: str, path: str, body: dict[str, Any]) -> None:
    status, said = _send(port, method, path, body)
    _accept(status, f"{method} {path}", said)


def _accept(status: int, request: str, said: str) -> None:
    if status >= http.HTTPStatus.BAD_REQUEST:
        raise DemoRefused(f"{request} answered {status}: {said[:200]}")


def _send(port: int, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_SECONDS)
    content = None if body is None else json.dumps(body)
    try:
        connection.request(method, path, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise DemoRefused(f"{method} {path}: {error!r}") from error
    finally:
        connection.close()
