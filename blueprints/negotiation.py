"""Which of several media types a request asks for (RFC 9110, 12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
PARAMETER = re.compile(rf"\s*;\s*({WORD})\s*=\s*({WORD}|\"(?:[^\"\\]|\\.)*\")")
RANGE = re.compile(
    rf"\s*({WORD})/({WORD})((?:\s*;\s*{WORD}\s*=\s*(?:{WORD}|\"(?:[^\"\\]|\\.)*\"))*)\s*(?:,|$)"
)
QUALITY = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")
LONGEST = 2_000  # characters of a header that are read; browsers send some hundred


@dataclass(frozen=True, slots=True)
class Range:
    """One thing a caller accepts; `*` stands for any."""

    main: str
    sub: str
    quality: float

    def fits(self, media_type: str) -> int:
        """How closely it names a type: 3 exactly, 2 by its first half, 1 anyhow, 0 not."""
        main, _, sub = media_type.partition("/")
        if (self.main, self.sub) == (main, sub):
            return 3
        if (self.main, self.sub) == (main, "*"):
            return 2
        return int((self.main, self.sub) == ("*", "*"))


def chosen(accept: str | None, offered: Sequence[str]) -> str | None:
    """The type to answer with, or None when no offer will do.

    Of several that are as welcome, the first one offered; parameters but `q` do not matter, and
    what is no media range is passed over. Without the header, anything will do.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = _ranges(accept[:LONGEST])
    qualities = {offer: _quality(ranges, offer) for offer in offered}
    best = max(offered, key=lambda offer: qualities[offer])  # the first of the highest
    return best if qualities[best] > 0 else None


def _quality(ranges: Sequence[Range], offer: str) -> float:
    """What the closest range says; among equally close ones the kindest."""
    fitting = [(each.fits(offer), each.quality) for each in ranges if each.fits(offer)]
    return max(fitting)[1] if fitting else 0.0


def _ranges(accept: str) -> list[Range]:
    found = []
    for main, sub, parameters in RANGE.findall(accept):
        given = {name.lower(): value for name, value in PARAMETER.findall(parameters)}
        quality = given.get("q", "1")
        if QUALITY.fullmatch(quality):
            found.append(Range(main.lower(), sub.lower(), float(quality)))
    return found
