"""Whether a file holds an image to its end, found by walking its parts without decoding any.

Decoders forgive a missing end where enough came before it, each in its own way; the original
would still be shown as a torn one, so a file that is cut is refused whatever they say.
"""

from collections.abc import Callable

from shared.images.kinds import Kind
from shared.images.refusal import Code, Refused

RIFF_HEADER = 8
PNG_SIGNATURE, PNG_FRAME = 8, 12  # a chunk's length, type and checksum
GIF_HEADER, GIF_FRAME = 13, 10
TABLE, TABLE_SIZE = 0x80, 0x07  # bits: a colour table follows, and the exponent of its length
ALONE = {0x01, *range(0xD0, 0xD8)}  # JPEG markers without a length
SCAN, END = 0xDA, 0xD9
# Programs write 10 or so; each is another pass over all pixels, and 1,000 in a file of 250 KB
# keep the decoder busy for a minute.
MOST_SCANS = 100


def require_whole(kind: Kind, content: bytes) -> None:
    """Refuse a file whose image does not end in it; what stands behind the end does not matter.

    Raises:
        Refused: it is cut, or its parts do not hang together.
    """
    try:
        WALKS[kind](content)
    except IndexError as beyond:
        raise Refused(Code.TRUNCATED) from beyond


def _walk_jpeg(content: bytes) -> None:
    at, scans = 2, 0
    while scans <= MOST_SCANS:
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it
            raise Refused(Code.CORRUPT, f"no marker at {at}")
        marker = content[at + 1]
        if marker == END:
            return
        if marker == 0xFF:  # noqa: PLR2004 - as many as one likes may fill up before a marker
            at += 1
            continue
        at += 2
        if marker in ALONE:
            continue
        at += max(int.from_bytes(_taken(content, at, 2)), 2)
        if marker == SCAN:
            at, scans = _behind_scan(content, at), scans + 1
    raise Refused(Code.TOO_COMPLEX, f"more than {MOST_SCANS} scans")


def _behind_scan(content: bytes, at: int) -> int:
    """The marker that ends a scan: inside of one, 0xFF is followed by 0 or a restart."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise Refused(Code.TRUNCATED)
        follows = content[at + 1]
        if follows != 0 and follows not in ALONE:
            return at
        at += 2


def _walk_png(content: bytes) -> None:
    at, kind = PNG_SIGNATURE, b""
    while kind != b"IEND":
        kind = _taken(content, at + 4, 4)
        at += PNG_FRAME + int.from_bytes(_taken(content, at, 4))
        _taken(content, at - 1, 1)


def _walk_gif(content: bytes) -> None:
    at = GIF_HEADER + _table(content[GIF_HEADER - 3])
    while (block := content[at : at + 1]) != b";":
        match block:
            case b"!":
                at = _behind_blocks(content, at + 2)
            case b",":
                at += GIF_FRAME + _table(content[at + GIF_FRAME - 1])
                at = _behind_blocks(content, at + 1)
            case b"":
                raise Refused(Code.TRUNCATED)
            case _:
                raise Refused(Code.CORRUPT, f"no block at {at}")


def _behind_blocks(content: bytes, at: int) -> int:
    while length := content[at]:
        at += 1 + length
    return at + 1


def _table(flags: int) -> int:
    return 3 << 1 + (flags & TABLE_SIZE) if flags & TABLE else 0


def _walk_webp(content: bytes) -> None:
    length = int.from_bytes(content[4:RIFF_HEADER], "little")
    _taken(content, RIFF_HEADER + length - 1, 1)


def _taken(content: bytes, at: int, count: int) -> bytes:
    """A slice that is there in full.

    Raises:
        IndexError: it is not.
    """
    found = content[at : at + count]
    if len(found) < count:
        raise IndexError(at)
    return found


WALKS: dict[Kind, Callable[[bytes], None]] = {
    Kind.JPEG: _walk_jpeg,
    Kind.PNG: _walk_png,
    Kind.GIF: _walk_gif,
    Kind.WEBP: _walk_webp,
}
