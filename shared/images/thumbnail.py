"""The thumbnail of an image: bytes in, a small JPEG out (guide S2.5)."""

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.images.kinds import Kind, kind_of
from shared.images.refusal import Code, Refused
from shared.images.wholeness import require_whole

if TYPE_CHECKING:  # loaded when the first image comes, which most processes never see
    from PIL.Image import Image

BOX = (200, 200)
QUALITY = 85
WHITE = (255, 255, 255)
# Refused from the header alone. JPEG is decoded at an eighth of its size, PNG and GIF line by
# line; of WebP the library holds whole canvases, four times as much for each pixel.
MOST_PIXELS = {
    Kind.JPEG: 50_000_000,
    Kind.PNG: 50_000_000,
    Kind.GIF: 50_000_000,
    Kind.WEBP: 25_000_000,
}
ORIENTATION = 0x0112  # the tag of EXIF
PROFILED = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}  # modes, as colour profiles call them


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """`content`: the JPEG; width and height in pixels; `kind`: what it was made from."""

    content: bytes
    width: int
    height: int
    kind: Kind


def thumbnail(content: bytes, declared: str | None = None) -> Thumbnail:
    """The thumbnail of a file, the same bytes for the same file; it carries no metadata.

    Pillow may take long over a hostile file, or crash: give it a process of its own
    (shared/images/isolated.py). It is not for threads: it silences warnings for a while.

    Raises:
        Refused: the file is no image that we take.
    """
    kind = kind_of(content, declared)
    require_whole(kind, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of damaged metadata, which is dropped anyway
        return _made(kind, content)


def _made(kind: Kind, content: bytes) -> Thumbnail:
    try:
        small = _upright(_reduced(_opened(kind, content)))
        shown = _in_srgb(_flat(small))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a damaged file makes Pillow raise whatever it likes
        cut = "truncated" in str(error).lower()
        raise Refused(Code.TRUNCATED if cut else Code.CORRUPT) from error
    shown.info = {}  # or its comment would be written, too
    written = io.BytesIO()
    shown.save(written, "JPEG", quality=QUALITY)
    return Thumbnail(written.getvalue(), *shown.size, kind)


def _opened(kind: Kind, content: bytes) -> "Image":
    """The image with its header read and no pixel decoded."""
    from PIL import Image  # noqa: PLC0415 - 80 ms that a start need not spend

    most = MOST_PIXELS[kind]
    # Pillow refuses from twice this on, some formats before they set memory aside.
    Image.MAX_IMAGE_PIXELS = most // 2
    try:
        # JPEG with several pictures, as cameras write it, is MPO to Pillow and opened as JPEG.
        opened = Image.open(io.BytesIO(content), formats=[kind.name])
    except Image.DecompressionBombError as bomb:
        raise Refused(Code.TOO_MANY_PIXELS, f"at most {most:,}") from bomb
    if opened.width * opened.height > most:
        raise Refused(Code.TOO_MANY_PIXELS, f"{opened.width} x {opened.height}, at most {most:,}")
    return opened


def _reduced(image: "Image") -> "Image":
    """The image in the box, as it lies in the file; never larger than it was.

    The first thing done to the pixels: JPEG is then decoded small (reference/perf.md 7).
    """
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.point(lambda grey: grey * (1 / 256)).convert("L")
    elif image.mode not in ("RGB", "RGBA", "L", "LA", "CMYK") or "transparency" in image.info:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail(BOX)
    return image


def _upright(image: "Image") -> "Image":
    from PIL.Image import Transpose  # noqa: PLC0415 - see above

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: "Image") -> Any:
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 - damaged metadata does no harm: the image stays as it lies
        return None


def _flat(image: "Image") -> "Image":
    """The image on white where one could see through it."""
    from PIL import Image  # noqa: PLC0415 - see above

    if image.mode not in ("RGBA", "LA"):
        return image
    seen = image.convert("RGBA")
    ground = Image.new("RGB", seen.size, WHITE)
    ground.paste(seen, mask=seen.getchannel("A"))
    ground.info = image.info
    return ground


def _in_srgb(image: "Image") -> "Image":
    """The image in the colours that every screen takes for granted."""
    profile = image.info.get("icc_profile")
    if profile:
        from PIL import ImageCms  # noqa: PLC0415 - see above

        try:
            given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if given.profile.xcolor_space.strip() == PROFILED[image.mode]:
                srgb = ImageCms.createProfile("sRGB")
                turned = ImageCms.profileToProfile(image, given, srgb, outputMode="RGB")
                return turned or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image.convert("RGB")  # a damaged profile: the usual colours are the best guess
    return image.convert("RGB")
