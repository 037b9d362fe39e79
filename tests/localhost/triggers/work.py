"""A queue function that a test can hold, let fail, and ask what it was given."""

import asyncio
import base64
from typing import Any

import azure.functions as func

from tests.localhost.serving import app, settings


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def configured(**queues):
    return settings({"extensions": {"queues": queues}}, AzureFunctionsWebHost__hostid="host")


class Work:
    """A queue function: what it was given, when it may go on, and what it does then."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: dict[str, int] = {}
        self.running = self.most = 0

    def app(self, queue="work", **options):
        made = app()

        async def work(message: func.QueueMessage) -> None:
            self.seen.append(message)
            self.running += 1
            self.most = max(self.most, self.running)
            try:
                await self.gate.wait()
            finally:
                self.running -= 1
            body = message.get_body().decode()
            if self.failures.get(body, 0):
                self.failures[body] -= 1
                raise ValueError(body)

        made.queue_trigger("message", queue_name=queue, connection="", **options)(work)
        return made

    @property
    def bodies(self):
        return [message.get_body().decode() for message in self.seen]
