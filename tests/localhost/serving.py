"""Small apps served by the real server on a free port of this machine."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import azure.functions as func

from localhost.admin import Manual
from localhost.bindings import Bindings
from localhost.cors import Cors
from localhost.functions import Binding
from localhost.indexing import index
from localhost.invoke import Invoker
from localhost.server import Server, Webhook
from localhost.settings import HostSettings


@dataclass(frozen=True)
class Served:
    """A running server and a client that speaks to it."""

    server: Server
    client: aiohttp.ClientSession
    port: int


def app() -> func.FunctionApp:
    """An empty app that asks nobody for a key."""
    return func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


def settings(host_json: Mapping[str, Any] | None = None, **environment: str) -> HostSettings:
    """The configuration of a test."""
    return HostSettings(Path("/app"), {"version": "2.0", **(host_json or {})}, environment)


def no_client(binding: Binding) -> str:
    """What an invoker is given whose functions have no durable client."""
    raise AssertionError(f"nobody asked for {binding}")


@asynccontextmanager
async def serving(
    served: func.FunctionRegister,
    configured: HostSettings | None = None,
    webhooks: Mapping[str, Webhook] | None = None,
    manual: Mapping[str, Manual] | None = None,
    cors: Cors | None = None,
    bindings: Bindings | None = None,
) -> AsyncIterator[Served]:
    """Serve an app until the block ends."""
    logging.getLogger("localhost").setLevel(logging.INFO)
    configured = configured or settings()
    invoker = Invoker(no_client, threads=4, bindings=bindings)
    server = Server(index(served, configured), invoker, configured, webhooks or {}, manual, cors)
    port = await server.start("127.0.0.1", 0)
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:
        try:
            yield Served(server, client, port)
        finally:
            await server.stop(grace=1)
            invoker.close()
