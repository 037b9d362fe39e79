"""A scene's management API behind a real server."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from azure.durable_functions import DurableOrchestrationClient

from localhost.durable.links import WEBHOOK_PATH, Links
from localhost.durable.webhooks import Webhooks
from tests.localhost.durable.scene import Scene


@dataclass
class Api:
    """A scene behind a real server."""

    stage: Scene
    http: aiohttp.ClientSession
    origin: str
    client: Any

    async def ask(self, verb: str, path: str, **more: Any) -> tuple[int, Any, Any]:
        url = f"{self.origin}{WEBHOOK_PATH}/{path}"
        async with self.http.request(verb, url, **more) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None, response.headers

    async def settle(self) -> None:
        await self.stage.engine.settle()


@asynccontextmanager
async def served(stage: Scene) -> AsyncIterator[Api]:
    """Serve until the block ends."""
    links = Links("Hub", "Storage", "secret")
    webhooks = Webhooks(stage.engine, links)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await webhooks.handle(
            request, request.raw_path.partition("?")[0][len(WEBHOOK_PATH) :]
        )

    app = web.Application()
    app.router.add_route("*", WEBHOOK_PATH + "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    payload = links.client(origin, f"{origin}{WEBHOOK_PATH}/", {})
    async with aiohttp.ClientSession() as http:
        yield Api(stage, http, origin, DurableOrchestrationClient(payload))
    await runner.cleanup()
