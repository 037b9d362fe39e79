"""Storage seen from outside: the requests that leave, and an account nobody answers for."""

import re
from collections import Counter

import pytest
from azure.core.pipeline.transport import AioHttpTransport

NOBODY = (
    "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;"
    "TableEndpoint=http://127.0.0.1:9/a;"
)


def sent_requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The method of every request from now on, noted at the SDK's transport (not our code)."""
    sent: list[str] = []
    send = AioHttpTransport.send

    async def noted(self, request, **options):
        sent.append(request.method)
        return await send(self, request, **options)

    monkeypatch.setattr(AioHttpTransport, "send", noted)
    return sent


def requests_by_table(monkeypatch: pytest.MonkeyPatch, prefix: str) -> Counter[str]:
    """How many requests went to each table from now on, as `GET events`; a batch is one."""
    sent: Counter[str] = Counter()
    send = AioHttpTransport.send

    async def noted(self, request, **options):
        table = re.search(rf"/{prefix}([a-z]+)", _first_part(request).url)
        sent[f"{request.method} {table[1] if table else 'elsewhere'}"] += 1
        return await send(self, request, **options)

    monkeypatch.setattr(AioHttpTransport, "send", noted)
    return sent


def _first_part(request):
    """The first request of a batch, or of the changeset in it."""
    while request.multipart_mixed_info:
        request = request.multipart_mixed_info[0][0]
    return request
