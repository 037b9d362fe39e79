"""Images of every kind, made on the spot, so that no binary file lies in the repository."""

import io
import random
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageDraw

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)


def photo(width: int = 640, height: int = 480) -> Image.Image:
    """Red on the left, blue on the right, a green corner at the top left: it shows every turn."""
    image = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height), fill=BLUE)
    draw.rectangle((0, 0, width // 4, height // 4), fill=GREEN)
    return image


def file_of(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The image as a file."""
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def jpeg(width: int = 640, height: int = 480, **options: object) -> bytes:
    return file_of(photo(width, height), "JPEG", **options)


def noise(width: int = 160, height: int = 120) -> Image.Image:
    """Pixels that do not compress, the same every time."""
    chance = random.Random(7)  # noqa: S311 - the same noise every time
    return Image.frombytes("RGB", (width, height), chance.randbytes(width * height * 3))


def shown(thumbnail: bytes) -> Image.Image:
    """A thumbnail as one sees it."""
    return Image.open(io.BytesIO(thumbnail))


def is_like(seen: object, wanted: tuple[int, int, int], most: int = 40) -> bool:
    """Whether two colours are about the same: JPEG never keeps one exactly."""
    assert isinstance(seen, tuple)
    return all(abs(one - other) <= most for one, other in zip(seen, wanted, strict=True))


def animated(kind: str) -> bytes:
    """Red first, then blue."""
    first, second = (Image.new("RGB", (300, 300), colour) for colour in (RED, BLUE))
    return file_of(first, kind, save_all=True, append_images=[second], duration=100)


def png_of(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    """A PNG put together by hand, header and pixels as they are given."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes and very many black pixels."""
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    return png_of(width, height, 1, 0, b"".join(_packed(packer, row, height)))


def _packed(packer: "zlib._Compress", row: bytes, times: int) -> Iterator[bytes]:
    for _ in range(times):
        yield packer.compress(row)
    yield packer.flush()


def each_kind() -> dict[str, bytes]:
    """One good file of each kind and mode that we take."""
    image = photo(300, 200)
    grey, clear = image.convert("L"), image.convert("RGBA")
    return {
        "jpeg": file_of(image),
        "progressive jpeg": file_of(image, progressive=True),
        "grey jpeg": file_of(grey),
        "cmyk jpeg": file_of(image.convert("CMYK")),
        "png": file_of(image, "PNG"),
        "clear png": file_of(clear, "PNG"),
        "palette png": file_of(image.convert("P"), "PNG"),
        "bilevel png": file_of(image.convert("1"), "PNG"),
        "deep png": file_of(Image.new("I;16", (300, 200), 40_000), "PNG"),
        "gif": file_of(image.convert("P"), "GIF"),
        "animated gif": animated("GIF"),
        "webp": file_of(image, "WEBP"),
        "lossless webp": file_of(clear, "WEBP", lossless=True),
        "animated webp": animated("WEBP"),
    }
