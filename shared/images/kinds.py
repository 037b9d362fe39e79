"""Which kind of image a file is, by its first bytes alone: its name and its sender may lie."""

import re
from enum import StrEnum

from shared.images.refusal import Code, Refused


class Kind(StrEnum):
    """What we take, by its media type: what browsers show, and no decoder beyond these four."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"


MAGIC = {
    Kind.JPEG: re.compile(rb"\xff\xd8\xff"),
    Kind.PNG: re.compile(rb"\x89PNG\r\n\x1a\n"),
    Kind.GIF: re.compile(rb"GIF8[79]a"),
    Kind.WEBP: re.compile(rb"RIFF....WEBP", re.DOTALL),
}
# Images, too, so that we can say more than that they are none.
OTHERS = {
    "TIFF": re.compile(rb"II[*+]\0|MM\0[*+]"),
    "BMP": re.compile(rb"BM.{4}\0\0\0\0", re.DOTALL),
    "ICO": re.compile(rb"\0\0[\1\2]\0[^\0]\0"),
    "HEIC or AVIF": re.compile(rb".{4}ftyp(hei|hev|mif1|msf1|avi[fs])", re.DOTALL),
    "JPEG 2000": re.compile(rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    "JPEG XL": re.compile(rb"\xff\x0a|\0\0\0\x0cJXL "),
    "PSD": re.compile(rb"8BPS"),
    "SVG": re.compile(rb"(\xef\xbb\xbf)?\s*<(svg[\s>]|[?!].*<svg[\s>])", re.DOTALL | re.IGNORECASE),
}
HEAD = 4096  # bytes that are looked at
ALIASES = {"image/jpg": Kind.JPEG, "image/pjpeg": Kind.JPEG, "image/x-png": Kind.PNG}
ANYTHING = "application/octet-stream"  # what says nothing, and so contradicts nothing


def kind_of(content: bytes, declared: str | None = None) -> Kind:
    """The kind of a file; `declared`: the media type that somebody announced.

    Raises:
        Refused: empty, no image, none of ours, or another one than was announced.
    """
    if not content:
        raise Refused(Code.EMPTY)
    head = content[:HEAD]
    kind = next((kind for kind, magic in MAGIC.items() if magic.match(head)), None)
    if kind is None:
        other = next((name for name, magic in OTHERS.items() if magic.match(head)), None)
        raise Refused(Code.UNSUPPORTED_FORMAT, other) if other else Refused(Code.NOT_AN_IMAGE)
    announced = (declared or ANYTHING).lower()
    if ALIASES.get(announced, announced) not in (kind, ANYTHING):
        raise Refused(Code.TYPE_MISMATCH, f"announced {announced}, found {kind}")
    return kind
