"""Storage seen from outside: the requests that leave, and an account nobody answers for."""

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
