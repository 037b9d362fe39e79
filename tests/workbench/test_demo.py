"""The demo products, told to a real HTTP server that writes down what it hears."""

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from workbench import banner, demo


class Shop(http.server.HTTPServer):
    """Answers every GET with `status`, every PUT with 201, every POST with 200."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), Clerk)
        self.status = status
        self.heard: list[tuple[str, str, dict]] = []


class Clerk(http.server.BaseHTTPRequestHandler):
    """Writes the request down."""

    server: Shop

    def do_GET(self) -> None:
        self.answer(self.server.status)

    def do_PUT(self) -> None:
        self.answer(201)

    def do_POST(self) -> None:
        self.answer(200)

    def answer(self, status: int) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.loads(content) if content else {}
        self.server.heard.append((self.command, self.path, body))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"as you say")

    def log_message(self, *_words: object) -> None:
        """Keep the terminal clean."""


@pytest.fixture
def shop(request) -> Iterator[Shop]:
    with Shop(request.param) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("shop", [404], indirect=True)
def test_a_new_product_gets_its_stock(shop):
    new = demo.seed(shop.server_port)
    assert new == [product.sku for product in demo.PRODUCTS]
    _, put, post = shop.heard[:3]
    assert put == (
        "PUT",
        "/api/products/TEA-EARL-GREY",
        {"name": "Earl Grey, 100 g", "price": {"amount": 1290, "currency": "EUR"}},
    )
    assert post == (
        "POST",
        "/api/products/TEA-EARL-GREY/stock",
        {"delta": 100, "reason": "demo"},
    )


@pytest.mark.parametrize("shop", [404], indirect=True)
def test_the_sold_out_product_gets_none(shop):
    demo.seed(shop.server_port)
    asked = [method for method, path, _ in shop.heard if "SOLD-OUT" in path]
    assert asked == ["GET", "PUT"]


@pytest.mark.parametrize("shop", [200], indirect=True)
def test_a_product_that_is_there_keeps_its_price_and_stock(shop):
    assert demo.seed(shop.server_port) == []
    assert {method for method, _, _ in shop.heard} == {"GET"}


@pytest.mark.parametrize("shop", [500], indirect=True)
def test_a_refusal_says_what_the_app_answered(shop):
    with pytest.raises(demo.DemoRefused, match=r"GET /api/products/.* answered 500: as you say"):
        demo.seed(shop.server_port)


def test_the_banner_s_order_is_for_a_product_of_the_demo():
    stock = {product.sku: product.stock for product in demo.PRODUCTS}
    assert stock[banner.SKU] >= banner.QUANTITY


def test_the_banner_has_no_colours_for_a_pipe():
    text = banner.render(7071, data="here", seconds=1.5)
    assert "\033" not in text
    assert "curl -s localhost:7071/api/orders " in text
    assert "Durable Orders is ready (1.5 s)" in text
