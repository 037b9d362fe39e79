"""Elements of a page: a tree, so that whatever stands in it as text is escaped as it is written."""

import re
from collections.abc import Mapping
from typing import TypeAlias
from xml.etree.ElementTree import Element, tostring

Part: TypeAlias = Element | str | None

# What HTML forbids as a character: controls, halves of one, and the last two of each plane.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def element(tag: str, given: Mapping[str, str | int] | None = None, /, *parts: Part) -> Element:
    """An element with attributes and parts: elements and texts; None is left out."""
    made = Element(tag, {name: clean(str(value)) for name, value in (given or {}).items()})
    last: Element | None = None
    for part in parts:
        if isinstance(part, str):
            if last is None:
                made.text = (made.text or "") + clean(part)
            else:
                last.tail = (last.tail or "") + clean(part)
        elif part is not None:
            made.append(part)
            last = part
    return made


def foreign(text: str) -> Element:
    """A text of somebody else's: whichever way it runs, it turns around nothing beside it."""
    return element("bdi", None, text)


def clean(text: str) -> str:
    """A text without characters that no page may hold."""
    return FORBIDDEN.sub("\ufffd", text)


def written(page: Element) -> bytes:
    """A whole page, UTF-8."""
    return ("<!doctype html>\n" + tostring(page, encoding="unicode", method="html") + "\n").encode()
