"""One provider's HTTP API: a keyed POST, and which of its answers are failures of what kind."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from shared import logs
from shared.gateways.errors import GatewayUnavailable, PartyUnavailable, RequestRejected
from shared.gateways.ledger import require_key
from shared.plain import Json, NotPlain, from_plain
from shared.providers import HttpAccount

T = TypeVar("T")
PATIENCE = (
    20.0  # seconds a call lasts at most, its repetition included (reference/ecosystem.md 4.3)
)
CONNECTING = 5.0  # seconds
ATTEMPTS = 2
LONGEST_ANSWER = 64 * 1024  # bytes; an answer of the contract has a few hundred
LONGEST_REASON = 200  # characters; it is stored with the order and shown to the customer
SUCCESS = range(200, 300)
REQUEST_FAULT = range(400, 500)
# What is wrong then is wrong for every call: an account, not this request.
NOT_OURS = {401: "the key", 403: "the key", 404: "the address"}
TRY_AGAIN = {408, 429}
PARTY = {409, 424}  # this key is being worked on; the bank or the depot does not answer


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that the contract knows."""

    gateway: str
    status: int
    document: Json

    def read(self, kind: type[T]) -> T:
        """The answer as a value.

        Raises:
            GatewayUnavailable: it holds something else, so what was done is unknown.
        """
        try:
            return from_plain(kind, self.document)
        except NotPlain:
            raise _unclear(self.gateway) from None

    @property
    def is_success(self) -> bool:
        """Whether the provider did what it was asked for."""
        return self.status in SUCCESS

    @property
    def reason(self) -> str:
        """Why the provider says no, fit to be shown."""
        told = " ".join(str(self.document.get("reason", "")).split())
        return told[:LONGEST_REASON] or "no reason was given"


class HttpProvider:
    """Connects when first used, inside the running loop, and again after it was closed.

    No error is chained to one of aiohttp: the text of those may hold the request's headers, and
    with them the key of the account.
    """

    def __init__(self, gateway: str, account: HttpAccount, patience: float = PATIENCE) -> None:
        """`gateway`: its name for messages; `patience`: seconds a call lasts at most."""
        self._gateway, self._account, self._patience = gateway, account, patience
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, key: str, document: Json, *noes: int) -> Reply:
        """Ask for something that happens once a key.

        `noes`: the statuses by which the contract refuses such a request for good.

        Raises:
            GatewayUnavailable: down, busy, misconfigured, or the answer was lost.
            PartyUnavailable: it works, but could not do this at this moment.
            RequestRejected: it does not accept the request; another try changes nothing.
            KeyMissing: a call without a key.
        """
        require_key(key)
        try:
            async with asyncio.timeout(self._patience):
                status, body = await self._repeated(path, key, document)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            sort = type(error).__name__
            raise GatewayUnavailable(
                f"the {self._gateway} gateway gave no answer: {sort}"
            ) from None
        if status not in SUCCESS and status not in noes:
            raise self._failure(status)
        return Reply(self._gateway, status, _object(self._gateway, body))

    async def close(self) -> None:
        """Let go of all connections."""
        session, self._session = self._session, None
        if session:
            await session.close()

    async def _repeated(self, path: str, key: str, document: Json) -> tuple[int, bytes]:
        # A broken connection is most often a kept one that the other side has just let go. Since
        # the key makes it harmless, the question is asked again at once, also when it was heard
        # and only the answer got lost. Whatever else fails is repeated by the process, with pauses.
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._once(path, key, document)
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError):
                continue
        return await self._once(path, key, document)

    async def _once(self, path: str, key: str, document: Json) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._account.key}", "Idempotency-Key": key}
        url = self._account.url.rstrip("/") + path
        # A redirect could carry the key of the account to another host.
        asked = self._open().post(url, json=document, headers=headers, allow_redirects=False)
        async with asked as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(LONGEST_ANSWER):
                body += chunk
                if len(body) > LONGEST_ANSWER:
                    raise _unclear(self._gateway)
            return response.status, bytes(body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECTING),
            )
        return self._session

    def _failure(self, status: int) -> Exception:
        told = f"{status} from the {self._gateway} gateway"
        if wrong := NOT_OURS.get(status):
            sentence = f"The {self._gateway} gateway does not accept {wrong} we use."
            logs.error(sentence, "provider_misconfigured", gateway=self._gateway, status=status)
            return GatewayUnavailable(told)
        if status in PARTY:
            return PartyUnavailable(told)
        if status in REQUEST_FAULT and status not in TRY_AGAIN:
            return RequestRejected(told)
        return GatewayUnavailable(told)


def _object(gateway: str, body: bytes) -> Json:
    try:
        document: Any = json.loads(body)
    except ValueError:
        raise _unclear(gateway) from None
    if not isinstance(document, dict):
        raise _unclear(gateway)
    return document


def _unclear(gateway: str) -> GatewayUnavailable:
    return GatewayUnavailable(f"the {gateway} gateway gave an answer that we cannot read")
