"""The smoke test against apps that are ill in one way each: it waits, or it says what is wrong."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from workbench.deploy_smoke import SKU, UNKNOWN_SKU, Smoke, address
from workbench.trouble import Trouble

Said = tuple[int, Any]
ORDER = {"orderId": "o1", "status": "completed"}
WELL: dict[str, Said] = {
    "GET /api/health": (200, {"status": "ok"}),
    "GET /api/ready": (200, {"status": "ready"}),
    f"PUT /api/products/{SKU}": (201, {}),
    f"POST /api/products/{SKU}/stock": (200, {}),
    "POST /api/orders": (202, {"orderId": "o1"}),
    "GET /api/orders/o1": (200, ORDER),
    "GET /api/orders/o1/workflow": (200, {"runtimeStatus": "Completed"}),
}


class App(http.server.ThreadingHTTPServer):
    """Answers as the scene says; a list is told one by one, its last item for ever."""

    def __init__(self, scene: dict[str, Any]) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.scene = {**WELL, **scene}
        self.heard: list[tuple[str, dict[str, str], Any]] = []

    def next(self, request: str) -> Said:
        said = self.scene[request]
        if isinstance(said, list):
            return said.pop(0) if len(said) > 1 else said[0]
        return said


class Door(http.server.BaseHTTPRequestHandler):
    server: App

    def respond(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = f"{self.command} {self.path}"
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((request, headers, json.loads(content) if content else None))
        status, document = self.server.next(request)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(document).encode())

    do_GET = do_PUT = do_POST = respond  # noqa: N815 - the names that http.server asks for

    def log_message(self, *_words: object) -> None:
        """Keep the terminal clean."""


@contextmanager
def running(**scene: Any) -> Iterator[App]:
    with App({name.replace("_", " ", 1): said for name, said in scene.items()}) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def app() -> Callable[..., Any]:
    """A running app whose answers differ from a healthy one's by `scene`."""
    return lambda scene: running(
        **{name.replace(" ", "_", 1): said for name, said in scene.items()}
    )


def smoke(app: App, **options: Any) -> Smoke:
    url = f"http://127.0.0.1:{app.server_port}/api"
    return Smoke(url, **{"patience": 0.2, "pause": 0.01, **options})


def test_a_healthy_app_passes_and_each_step_is_told(app, capsys):
    with app({}) as well:
        smoke(well, token="secret").run()
        assert [request for request, _, _ in well.heard] == list(WELL)
        assert {headers["authorization"] for _, headers, _ in well.heard} == {"Bearer secret"}
    said = capsys.readouterr().out
    assert len(said.splitlines()) == len(WELL)
    assert "secret" not in said


def test_roles_that_lag_are_waited_for(app):
    late = [(503, {"status": "not_ready"}), (503, {}), (200, {"status": "ready"})]
    with app({"GET /api/ready": late, "GET /api/health": [(404, {}), (200, {})]}) as slow:
        smoke(slow, patience=20).run()
        asked = [request for request, _, _ in slow.heard]
    assert asked[:5] == ["GET /api/health"] * 2 + ["GET /api/ready"] * 3


def test_an_order_that_was_not_answered_is_asked_again_under_its_key(app):
    with app({"POST /api/orders": [(503, {}), (202, {"orderId": "o1"})]}) as shaky:
        smoke(shaky, patience=20).run()
        keys = [
            headers["idempotency-key"]
            for request, headers, _ in shaky.heard
            if "orders" in request
            if request.startswith("POST")
        ]
    assert len(keys) == 2
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("request_", "said", "sentence"),
    [
        ("GET /api/ready", (503, {"down": "workflow"}), r"Ready.*503.*workflow"),
        ("POST /api/orders", (500, {"detail": "oops"}), r"POST /orders: 500.*oops"),
        ("GET /api/orders/o1", (200, {"status": "reserved"}), "does not come to its end"),
        (
            "GET /api/orders/o1",
            (200, {"status": "failed", "outcome": {"code": "payment_failed"}}),
            "ended as failed, not completed.*payment_failed",
        ),
        ("GET /api/orders/o1/workflow", (200, {"runtimeStatus": "Running"}), "is not Completed"),
    ],
)
def test_what_stays_wrong_is_told_with_the_last_answer(app, request_, said, sentence):
    with app({request_: said}) as ill, pytest.raises(Trouble, match=f"(?s){sentence}"):
        smoke(ill).run()


@pytest.mark.parametrize(
    ("status", "problem", "sentence"),
    [
        (403, {"code": "forbidden"}, "app role operator"),
        (422, {"code": "x", "retryable": False}, "422"),
    ],
)
def test_what_waiting_cannot_cure_is_told_at_once(app, status, problem, sentence):
    with (
        app({f"PUT /api/products/{SKU}": (status, problem)}) as refusing,
        pytest.raises(Trouble, match=sentence),
    ):
        smoke(refusing, patience=3600, pause=3600).run()


def test_nobody_listening_is_told_as_such():
    with running() as gone:
        port = gone.server_port
    with pytest.raises(Trouble, match=r"Health: GET /health: not reached .*refused"):
        Smoke(f"http://127.0.0.1:{port}/api", patience=0.05, pause=0.01).run()


def test_without_payment_it_orders_what_does_not_exist_and_wants_that_told(app):
    failed = {**ORDER, "status": "failed", "outcome": {"code": "validation_error"}}
    scene = {
        "GET /api/orders/o1": (200, failed),
        "GET /api/orders/o1/workflow": (200, {"runtimeStatus": "Failed"}),
    }
    with app(scene) as real:
        smoke(real, charges=False).run()
        requests = [request for request, _, _ in real.heard]
        (order,) = [body for request, _, body in real.heard if request == "POST /api/orders"]
    assert not any("products" in request for request in requests)
    assert order["lines"][0]["sku"] == UNKNOWN_SKU


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("https://func-abc.azurewebsites.net/api", "https://func-abc.azurewebsites.net/api"),
        ("https://func-abc.azurewebsites.net/", "https://func-abc.azurewebsites.net/api"),
        ("func-abc.azurewebsites.net", "https://func-abc.azurewebsites.net/api"),
        ("http://127.0.0.1:7071/shop/api/", "http://127.0.0.1:7071/shop/api"),
    ],
)
def test_an_address_may_be_written_as_people_do(text, base):
    assert address(text) == base


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://host/api",
        "https://",
        "https://host/api?code=x",
        "https://me@host/api",
        "https://host:port/api",
        "https://[::1/api",
    ],
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Trouble, match="no address"):
        address(text)


def test_a_token_goes_over_https_or_stays_on_this_machine():
    with pytest.raises(Trouble, match="would show the token"):
        address("http://shop.example/api", token="secret")
    assert address("http://localhost:7071", token="secret") == "http://localhost:7071/api"
    assert address("http://shop.example/api") == "http://shop.example/api"
