"""A provider of payments and parcels over real HTTP, as docs/providers.md asks for, with faults."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from shared.domain.money import Money
from shared.domain.order.values import Address
from shared.gateways.carrier import Carrier, NothingShipped, Refused
from shared.gateways.errors import PartyUnavailable
from shared.gateways.ledger import MemoryLedger
from shared.gateways.payment import Declined, NothingCaptured, PaymentGateway
from shared.gateways.sandbox_carrier import SandboxCarrier
from shared.gateways.sandbox_payment import SandboxPayments
from shared.plain import from_plain, to_plain
from shared.providers import HttpAccount

SECRET = "sk_live_swordfish"
Act = Callable[[web.Request], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Act], Awaitable[web.StreamResponse]]


class Provider:
    """What it does it keeps in a ledger; each fault in `faults` strikes one request."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.payments: PaymentGateway = SandboxPayments(self.ledger)
        self.carrier: Carrier = SandboxCarrier(self.ledger)
        self.faults: deque[Fault] = deque()
        self.asked: list[tuple[str, str]] = []
        self.url = ""

    @property
    def account(self) -> HttpAccount:
        return HttpAccount(self.url, SECRET)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Provider"]:
        app = web.Application(middlewares=[self._received])
        for act in (self.captures, self.refunds, self.shipments, self.cancellations):
            app.router.add_post(f"/v1/{act.__name__}", act)
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        try:
            yield self
        finally:
            await runner.cleanup()

    async def captures(self, request: web.Request) -> web.Response:
        asked = await request.json()
        amount = from_plain(Money, asked["amount"])
        done = await self.payments.capture(_key(request), asked["paymentMethod"], amount)
        return _answer(done, 402 if isinstance(done, Declined) else 201)

    async def refunds(self, request: web.Request) -> web.Response:
        done = await self.payments.refund((await request.json())["captureKey"])
        outcome = "voided" if isinstance(done, NothingCaptured) else "refunded"
        return _answer(done, 200, outcome=outcome)

    async def shipments(self, request: web.Request) -> web.Response:
        to = from_plain(Address, (await request.json())["to"])
        done = await self.carrier.ship(_key(request), to)
        return _answer(done, 422 if isinstance(done, Refused) else 201)

    async def cancellations(self, request: web.Request) -> web.Response:
        done = await self.carrier.cancel((await request.json())["shipmentKey"])
        outcome = "voided" if isinstance(done, NothingShipped) else "cancelled"
        return _answer(done, 200, outcome=outcome)

    @web.middleware
    async def _received(self, request: web.Request, handler: Act) -> web.StreamResponse:
        self.asked.append((request.path, request.headers.get("Idempotency-Key", "")))
        if request.headers.get("Authorization") != f"Bearer {SECRET}":
            return web.json_response({}, status=401)
        if self.faults:
            return await self.faults.popleft()(request, handler)
        try:
            return await handler(request)
        except PartyUnavailable:
            return web.json_response({}, status=424)


def _key(request: web.Request) -> str:
    return request.headers["Idempotency-Key"]


def _answer(done: Any, status: int, **more: str) -> web.Response:
    if "withdrawn" in getattr(done, "reason", ""):
        status = 410
    return web.json_response({**to_plain(done), **more}, status=status)


# ---- faults ----------------------------------------------------------------------------


def answering(status: int, text: str = "{}", **headers: str) -> Fault:
    """Nothing is done, and this is answered."""

    async def fault(request: web.Request, act: Act) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers)

    return fault


async def lost_request(request: web.Request, act: Act) -> web.StreamResponse:
    """The connection breaks before anything is done."""
    return _broken(request)


async def lost_answer(request: web.Request, act: Act) -> web.StreamResponse:
    """It is done, and then the connection breaks."""
    await act(request)
    return _broken(request)


async def half_an_answer(request: web.Request, act: Act) -> web.StreamResponse:
    """It is done, and the connection breaks in the middle of the answer."""
    await act(request)
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"paymentId')
    _broken(request)
    return response


async def silence(request: web.Request, act: Act) -> web.StreamResponse:
    """It is done, and no answer comes for as long as anybody waits."""
    await act(request)
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


async def no_http(request: web.Request, act: Act) -> web.StreamResponse:
    """It is done, and something that is no HTTP is answered."""
    await act(request)
    assert request.transport
    request.transport.write(b"SMTP ready\r\n\r\n")
    return _broken(request)


def _broken(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.close()
    return web.Response()
