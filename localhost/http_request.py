"""Turns a request on the wire into the `HttpRequest` a function gets.

See reference/host-triggers.md 2.4.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl

import azure.functions as func

from localhost import converters
from localhost.expressions import properties


class BadTarget(ValueError):
    """The request target cannot be a path; the answer is 400."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request as it came in, before anything was interpreted."""

    method: str
    target: str
    """Path and query as sent, still percent-encoded."""
    scheme: str = "http"
    host: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def raw_path(self) -> str:
        """The path as sent; an absolute target is cut down to its path."""
        path = self.target.partition("?")[0]
        absolute = re.match(r"[a-z][a-z0-9+.-]*://[^/]*", path, re.IGNORECASE)
        return path[absolute.end() :] or "/" if absolute else path

    @property
    def query(self) -> str:
        """The query as sent, without its question mark."""
        return self.target.partition("?")[2]

    @property
    def path(self) -> str:
        """The path that routing sees; raises BadTarget.

        As in Kestrel: percent-decoded as UTF-8, except that an encoded slash stays encoded and so
        never cuts a segment, and without dot segments.
        """
        return _without_dots(decoded(self.raw_path))


def decoded(path: str) -> str:
    """Percent-decode a path; ``%2F`` and what is not UTF-8 stay as they are.

    Raises BadTarget for an encoded NUL, which Kestrel refuses.
    """

    def decode(run: re.Match[str]) -> str:
        octets = bytes.fromhex(run[0].replace("%", ""))
        if 0 in octets:
            raise BadTarget("the path holds an encoded NUL")
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError:
            return run[0]

    return re.sub(r"(?:%(?!2[fF])[0-9a-fA-F]{2})+", decode, path)


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    pieces = path.split("/")
    for piece in pieces:
        if piece == "..":
            del kept[max(1, len(kept) - 1) :]  # the first, empty piece is the root: it stays
        elif piece != ".":
            kept.append(piece)
    if pieces[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept) or "/"


def merged(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join values of the same name, compared ignoring case, with commas; the first spelling stays.

    ASP.NET does this to the query and to headers.
    """
    spelling: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return {name: ",".join(parts) for name, parts in values.items()}


def params(query: str) -> dict[str, str]:
    """Return a function's ``req.params``; a parameter without a value is dropped."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return {name: value for name, value in merged(pairs).items() if value}


def http_request(incoming: Incoming, route_values: Mapping[str, str]) -> func.HttpRequest:
    """Build the SDK's request object, through the SDK's own converter.

    Header names arrive in lower case; the body is always bytes.
    """
    query = f"?{incoming.query}" if incoming.query else ""
    fields = {
        "method": incoming.method,
        "url": f"{incoming.scheme}://{incoming.host}{incoming.raw_path}{query}",
    }
    mappings = {
        "headers": {name.lower(): value for name, value in merged(incoming.headers).items()},
        "query": params(incoming.query),
        "params": route_values,
    }
    value = {
        **{key: converters.datum("string", text) for key, text in fields.items()},
        **{
            key: {name: converters.datum("string", text) for name, text in mapping.items()}
            for key, mapping in mappings.items()
        },
        "body": converters.datum("bytes", incoming.body),
    }
    decode = converters.converter("httpTrigger").decode
    return cast(func.HttpRequest, decode(converters.datum("http", value), trigger_metadata=None))


def binding_data(incoming: Incoming, route_values: Mapping[str, str]) -> dict[str, object]:
    """Return what ``{name}`` in other bindings stands for; the path wins over query and body.

    See reference/host-triggers.md 2.4.
    """
    query, body = params(incoming.query), incoming.body.decode("utf-8", errors="replace")
    headers = merged(incoming.headers)
    return {**properties(body), **query, **route_values, "Query": query, "Headers": headers}
