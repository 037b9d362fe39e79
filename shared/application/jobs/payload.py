"""Reading a payload member by member, so that all its faults are told at once."""

import re
from collections.abc import Callable, Collection
from datetime import datetime

from shared.application.jobs.work import BadMember, BadPayload
from shared.moments import EXPECTED, read_moment
from shared.plain import Json


class Members:
    """The members of one payload; every one may be left out, or null."""

    def __init__(self, payload: Json, known: Collection[str]) -> None:
        """`known`: what there may be; anything else is a typing error, and a fault."""
        self._payload = payload
        self._faults = [
            BadMember(_pointer(name), f"there is no such member; there is {_listed(known)}")
            for name in payload
            if name not in known
        ]

    def one_of(self, name: str, choices: Collection[str]) -> str | None:
        """One of these words."""
        return self._text(name, choices.__contains__, f"write one of {', '.join(choices)}")

    def matching(self, name: str, pattern: str) -> str | None:
        """A text of this form."""
        form = re.compile(pattern)
        return self._text(name, form.fullmatch, f"write a text that matches {pattern}")

    def moment(self, name: str) -> datetime | None:
        """A moment (RFC 3339)."""
        value = self._text(name, read_moment, EXPECTED)
        return None if value is None else read_moment(value)

    def refuse(self, name: str, message: str) -> None:
        """A fault that only the members together show."""
        self._fault(name, message)

    def require_faultless(self) -> None:
        """Say what was wrong, if anything was.

        Raises:
            BadPayload: with every fault.
        """
        if self._faults:
            raise BadPayload(self._faults)

    def _text(self, name: str, accepts: Callable[[str], object], expected: str) -> str | None:
        value = self._payload.get(name)
        if value is None or (isinstance(value, str) and accepts(value)):
            return value
        self._fault(name, expected)
        return None

    def _fault(self, name: str, message: str) -> None:
        self._faults.append(BadMember(_pointer(name), message))


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) or "none at all"


def _pointer(name: str) -> str:
    """A JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
