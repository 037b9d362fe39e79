"""Sends requests to one storage service over kept connections and tells silence from an answer."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from yarl import URL

TIMEOUT = 30.0
"""Seconds for one request with its answer."""


PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
"""Refusals that say: come again."""


class Unreachable(ConnectionError):
    """The storage service did not answer, or is in trouble; whether it wrote is unknown."""


class Refused(Exception):
    """The service answered that it will not; ``code`` is the service's own word for the reason."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said, good or bad, below 500."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def refused(self) -> bool:
        """Whether the service did not do what it was asked."""
        return self.status >= HTTPStatus.BAD_REQUEST

    def accepted(self) -> "Answer":
        """Return this answer; raise Refused when the service did not do what it was asked."""
        if self.refused:
            raise Refused(self.status, self.headers.get("x-ms-error-code", ""), self.text[:200])
        return self

    def xml(self) -> ET.Element:
        """Return the body of an accepted answer as XML; Unreachable when it is none."""
        try:
            # It comes from the account that the app trusts with its data.
            return ET.fromstring(self.accepted().body)  # noqa: S314
        except ET.ParseError as broken:
            raise Unreachable(f"the answer is no XML ({broken}): {self.text[:200]}") from broken

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", errors="replace")


class Wire:
    """A session with one service. Use it inside one event loop, then close it."""

    def __init__(self, endpoint: str, timeout: aiohttp.ClientTimeout | None = None) -> None:
        """Without a ``timeout`` a request with its answer may take ``TIMEOUT``."""
        self._endpoint = endpoint
        self._timeout = timeout or aiohttp.ClientTimeout(total=TIMEOUT)
        self._session: aiohttp.ClientSession | None = None
        self.requests = 0
        """How many requests were sent: what the service bills and throttles by."""

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(
        self, verb: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a signed request; ``path`` is encoded and relative to the endpoint.

        Raises:
            Unreachable: nobody answered, or with 5xx.
        """
        if self._session is None:
            # The emulator and the service both keep connections; no proxy look-up per request.
            # A body stays as it was stored: one that was stored encoded has no bound once decoded.
            self._session = aiohttp.ClientSession(
                timeout=self._timeout,
                auto_decompress=False,
                headers={"Accept-Encoding": "identity"},
            )
        self.requests += 1
        url = URL(self._endpoint + path, encoded=True)
        try:
            async with self._session.request(verb, url, data=body, headers=headers) as response:
                answer = Answer(response.status, response.headers, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(f"{self._endpoint} does not answer: {error!r}") from error
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in PASSING:
            raise Unreachable(f"{self._endpoint} answered {answer.status}: {answer.text[:200]}")
        return answer
