"""The smoke test: whether a deployed app answers, and takes an order from its door to its end."""

import http.client
import json
import time
import urllib.parse
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.terminal import TICK, paint, say
from workbench.trouble import Trouble

SKU = "SMOKE-TEST"
UNKNOWN_SKU = "SMOKE-TEST-UNKNOWN"
FINAL = {"completed", "failed", "cancelled", "compensation_failed"}
ANSWER_SECONDS = 60.0  # a cold start, with a virtual network, takes its time
# A role takes up to ten minutes to be known everywhere, and the app cannot work before
# (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting).
PATIENCE_SECONDS = 900.0
ORDER_SECONDS = 180.0
SIGN_IN_SECONDS = 120.0  # until a new sign-in has reached every front end
REFUSALS = {400, 409, 422}
LOOPBACKS = {"127.0.0.1", "::1", "localhost"}
PAUSE_SECONDS = 5.0  # at most; the first pauses are shorter
ADDRESS = {
    "name": "Smoke Test",
    "line1": "1 Test Street",
    "city": "London",
    "postalCode": "SW1Y 4JH",
    "country": "GB",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app said; status 0 if it could not be reached."""

    status: int
    text: str

    def json(self) -> dict[str, Any]:
        """The body, or nothing if it is no JSON object."""
        try:
            document = json.loads(self.text)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


@dataclass(frozen=True, slots=True)
class Smoke:
    """A test of the app at `url`, such as https://func-x.azurewebsites.net/api.

    `token`: of an operator, where the app asks who calls. `charges`: whether an order may be paid;
    without it the order names a product that does not exist, so that the same workflow runs to
    its end and no real provider hears of it.
    """

    url: str
    token: str = ""
    charges: bool = True
    patience: float = PATIENCE_SECONDS
    pause: float = PAUSE_SECONDS

    def run(self) -> None:
        """Ask step by step and tell each; raises Trouble at the first that fails."""
        self._until("GET", "/health", None, {200}, "Health")
        self._until("GET", "/ready", None, {200}, "Ready, with storage and task hub")
        if self.charges:
            self._stock()
        order_id = self._place(SKU if self.charges else UNKNOWN_SKU)
        self._finish(order_id)
        self._workflow(order_id)

    def _stock(self) -> None:
        """A product of one cent, and one more unit of it."""
        product = {"name": "Smoke test", "price": {"amount": 1, "currency": "EUR"}}
        self._until("PUT", f"/products/{SKU}", product, {200, 201}, "Product")
        delivery = {"delta": 1, "reason": "smoke test"}
        self._until("POST", f"/products/{SKU}/stock", delivery, {200}, "Stock")

    def _place(self, sku: str) -> str:
        order = {
            "customerId": "smoke-test",
            "lines": [{"sku": sku, "quantity": 1}],
            "paymentMethod": "pm_card_ok",
            "shippingAddress": ADDRESS,
        }
        said = self._until("POST", "/orders", order, {202}, "Order accepted").json()
        return str(said["orderId"])

    def _finish(self, order_id: str) -> None:
        """Wait for its end, and see that it is the right one."""
        order = self._wait(
            lambda: self._ask("GET", f"/orders/{order_id}"),
            lambda answer: answer.json().get("status") in FINAL,
            f"Order {order_id} does not come to its end",
            min(ORDER_SECONDS, self.patience),
        ).json()
        outcome = order.get("outcome") or {}
        end = "validation_error" if not self.charges else "completed"
        if end not in {order["status"], outcome.get("code")}:
            raise Trouble(f"Order {order_id} ended as {order['status']}, not {end}: {outcome}")
        self._told(f"Order ended as it should: {end}")

    def _workflow(self, order_id: str) -> None:
        """The status of its orchestration, which ends a moment after the order."""
        expected = "Completed" if self.charges else "Failed"
        self._wait(
            lambda: self._ask("GET", f"/orders/{order_id}/workflow"),
            lambda answer: answer.json().get("runtimeStatus") == expected,
            f"The workflow of order {order_id} is not {expected}",
            min(ORDER_SECONDS, self.patience),
        )
        self._told(f"Workflow: {expected}")

    def _until(self, method: str, path: str, body: Any, wanted: set[int], title: str) -> Answer:
        """Ask until the app answers one of the statuses wanted, then tell it."""
        key = uuid.uuid4().hex  # the same each time, so that a lost answer orders nothing twice
        answer = self._wait(
            lambda: self._ask(method, path, body, key),
            lambda answer: answer.status in wanted,
            f"{title}: {method} {path}",
            self.patience,
        )
        self._told(title)
        return answer

    def _wait(
        self,
        ask: Callable[[], Answer],
        done: Callable[[Answer], bool],
        what: str,
        seconds: float,
    ) -> Answer:
        began, pause = time.monotonic(), self.pause / 32
        while not done(answer := ask()):
            waited = time.monotonic() - began
            if reason := _hopeless(answer, waited):
                raise Trouble(f"{what}: {reason}")
            if waited > seconds:
                raise Trouble(f"{what}: {_last(answer)}")
            time.sleep(pause)
            pause = min(2 * pause, self.pause)
        return answer

    def _ask(self, method: str, path: str, body: Any = None, key: str = "") -> Answer:
        base = urllib.parse.urlsplit(self.url)
        secure = base.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(base.hostname or "", base.port, timeout=ANSWER_SECONDS)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key and method == "POST" else {}
        content = None if body is None else json.dumps(body)
        try:
            connection.request(method, base.path.rstrip("/") + path, content, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode("utf-8", "replace"))
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, repr(error))
        finally:
            connection.close()

    def _told(self, sentence: str) -> None:
        say(f"{paint(TICK, 'green')} {sentence}")


def address(text: str, token: str = "") -> str:
    """The base of the API that a person means.

    Raises Trouble if it is no address, or one on which others could read the token.
    """
    try:
        base = urllib.parse.urlsplit(text if "://" in text else f"https://{text}")
        sound = base.scheme in {"http", "https"} and base.hostname and base.port != 0
    except ValueError:
        sound = False
    if not sound or base.query or base.fragment or base.username:
        raise Trouble(f"{text} is no address. Write one such as https://host/api.")
    if token and base.scheme == "http" and base.hostname not in LOOPBACKS:
        raise Trouble(f"{text} would show the token to everyone on the way. Write https.")
    return f"{base.scheme}://{base.netloc}{base.path.rstrip('/') or '/api'}"


def _hopeless(answer: Answer, waited: float) -> str:
    """Why more waiting changes nothing; empty while it may."""
    problem = answer.json()
    if answer.status == http.HTTPStatus.UNAUTHORIZED and waited >= SIGN_IN_SECONDS:
        return "401, the app does not know us. See docs/deployment.md, sign-in."
    if answer.status == http.HTTPStatus.FORBIDDEN and "code" in problem:
        return "403, the test needs the app role operator. See docs/deployment.md, sign-in."
    if problem.get("retryable") is False and answer.status in REFUSALS:
        return _last(answer)
    return ""


def _last(answer: Answer) -> str:
    return f"{answer.status or 'not reached'} {answer.text[:300]}".strip()
