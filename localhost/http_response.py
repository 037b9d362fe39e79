"""Turns what a function returned into the answer a client sees (reference/host-triggers.md 2.5)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

from localhost import converters
from localhost.functions import RETURN, FunctionSpec
from localhost.newtonsoft import text_of
from localhost.outputs import Out

TEXT = ("Content-Type", "text/plain; charset=utf-8")
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
COOKIE_ATTRIBUTES = (
    "domain",
    "expires",
    "max-age",
    "path",
    "samesite",
    "secure",
    "httponly",
)


class ResponseError(ValueError):
    """The host cannot send this answer; the client gets a 500."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, ready to be sent."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, its name compared ignoring case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


FAILED = Reply(500)
"""Nothing of the error reaches the client."""


def outputs(spec: FunctionSpec) -> dict[str, Out]:
    """Return a fresh ``Out`` for each http output that is a parameter, to pass to the function."""
    return {b.name: Out() for b in spec.bindings_of("http", "OUT") if b.name != RETURN}


def reply(returned: Any, outs: Mapping[str, Out]) -> Reply:
    """Return the answer for a function that ended well.

    A named output that was never set gives 204. Raises ResponseError for a status outside 100-999,
    for a header that HTTP cannot carry, and for a value that is neither HttpResponse nor str.
    """
    value = next(iter(outs.values())).get() if outs else returned
    if value is None:
        return Reply(204)
    try:
        encoded = converters.converter("http").encode(value, expected_type=None)
    except NotImplementedError as unknown:
        raise ResponseError(f"a {type(value).__name__} is no http response") from unknown
    if encoded.type == "string":
        return _checked(_from_text(encoded.value))
    head = encoded.value
    cookies = [cookie for jar in head["cookies"] or () for cookie in _set_cookies(jar)]
    names = {name.lower(): name for name in head["headers"]}  # of one name, the last wins
    headers = tuple((name, head["headers"][name].value) for name in names.values())
    return _checked(Reply(_status(head["status_code"].value), headers + tuple(cookies),
                          head["body"].value))  # fmt: skip


def _from_text(text: str) -> Reply:
    """A ``str`` is parsed as JSON if it can be, and then it depends on what it says."""
    try:
        parsed = json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return Reply(200, (TEXT,), _octets(text))
    if isinstance(parsed, dict) and "body" in {key.lower() for key in parsed}:
        return _described({key.lower(): value for key, value in parsed.items()})
    return Reply(200, (TEXT,), _octets(text_of(parsed, indent=2)))


def _described(response: Mapping[str, Any]) -> Reply:
    """An object with a ``body`` describes the whole response."""
    given = response.get("headers")
    headers = [
        (name, text_of(value)) for name, value in (given if isinstance(given, dict) else {}).items()
    ]
    if "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(TEXT)
    status = response.get("statuscode", response.get("status", 200))
    is_status = re.fullmatch(r"\s*[+-]?\d+\s*", str(status)) and not isinstance(status, bool)
    return Reply(
        _status(status) if is_status else 200,
        (*headers, *_described_cookies(response.get("cookies"))),
        _octets(text_of(response["body"])),
    )


def _described_cookies(cookies: Any) -> list[tuple[str, str]]:
    jar: list[tuple[str, str]] = []
    for cookie in cookies if isinstance(cookies, list) else ():
        fields = {key.lower(): value for key, value in cookie.items()}
        made: SimpleCookie = SimpleCookie({str(fields["name"]): str(fields.get("value", ""))})
        for attribute in COOKIE_ATTRIBUTES:
            if value := fields.get(attribute.replace("-", "")):
                made[str(fields["name"])][attribute] = value
        jar.extend(_set_cookies(made))
    return jar


def _set_cookies(jar: SimpleCookie) -> Sequence[tuple[str, str]]:
    return [("Set-Cookie", morsel.OutputString(list(COOKIE_ATTRIBUTES))) for morsel in jar.values()]


def _status(value: Any) -> int:
    try:
        status = int(value)
    except ValueError as wrong:
        raise ResponseError(f"'{value}' is no HTTP status") from wrong
    if not 100 <= status <= 999:  # noqa: PLR2004 - three digits, as HTTP has them
        raise ResponseError(f"{status} is no HTTP status")
    return status


def _checked(answer: Reply) -> Reply:
    """Refuse what Kestrel refuses to write: bad names, control or non-ASCII characters."""
    for name, value in answer.headers:
        printable = value.isascii() and all(sign.isprintable() or sign == "\t" for sign in value)
        if not TOKEN.fullmatch(name) or not printable:
            raise ResponseError(f"the header {name!r}: {value!r} cannot be sent")
        if name.lower() == "content-length" and answer.body and value != str(len(answer.body)):
            raise ResponseError(f"Content-Length says {value}, the body has {len(answer.body)}")
    return answer


def _octets(text: str) -> bytes:
    return text.encode("utf-8", errors="replace")
