"""What a good image becomes."""

import struct
import zlib

import pytest
from PIL import Image, ImageCms

from shared.images.kinds import Kind
from shared.images.thumbnail import thumbnail
from tests.images.samples import (
    BLUE,
    GREEN,
    RED,
    animated,
    each_kind,
    file_of,
    is_like,
    jpeg,
    noise,
    photo,
    png_of,
    shown,
)

# Where the green corner of the photo lies once EXIF has turned it, and how the sides lie.
TURNS = {
    1: ((5, 5), (200, 150)),
    2: ((195, 5), (200, 150)),
    3: ((195, 145), (200, 150)),
    4: ((5, 145), (200, 150)),
    5: ((5, 5), (150, 200)),
    6: ((145, 5), (150, 200)),
    7: ((145, 195), (150, 200)),
    8: ((5, 195), (150, 200)),
}


def tables(content: bytes) -> object:
    """What a JPEG's quality becomes in the file."""
    return getattr(shown(content), "quantization", None)


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "a camera that tells too much"
    return tags


@pytest.mark.parametrize(("name", "content"), each_kind().items(), ids=each_kind().keys())
def test_every_kind_becomes_a_small_jpeg_in_colour(name, content):
    made = thumbnail(content)
    image = shown(made.content)
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert (made.width, made.height) == image.size
    assert max(image.size) == 200
    assert name.split()[-1] == made.kind.name.lower()


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((4000, 3000), (200, 150)),
        ((3000, 4000), (150, 200)),
        ((200, 200), (200, 200)),
        ((201, 100), (200, 100)),
        ((10_000, 10), (200, 1)),
        ((3, 10_000), (1, 200)),
    ],
)
def test_it_fits_the_box_and_keeps_its_shape(size, small):
    made = thumbnail(file_of(Image.new("RGB", size, RED)))
    assert (made.width, made.height) == small


@pytest.mark.parametrize("size", [(1, 1), (40, 30), (199, 7)])
def test_a_small_image_is_never_enlarged(size):
    made = thumbnail(file_of(Image.new("RGB", size, RED), "PNG"))
    assert (made.width, made.height) == size


def test_the_quality_is_the_guides():
    flat = Image.new("RGB", (200, 200), GREEN)
    made = thumbnail(file_of(flat, "PNG"))
    assert tables(made.content) == tables(file_of(flat, quality=85))


@pytest.mark.parametrize(("orientation", "corner_and_size"), TURNS.items())
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_it_stands_upright_however_the_camera_was_held(kind, orientation, corner_and_size):
    corner, size = corner_and_size
    made = thumbnail(file_of(photo(), kind, exif=exif(orientation)))
    image = shown(made.content)
    assert image.size == size
    assert is_like(image.getpixel(corner), GREEN)


def test_it_carries_nothing_that_the_file_told_of_its_maker():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = jpeg(exif=exif(1), comment=b"taken at home", icc_profile=profile, dpi=(72, 72))
    made = shown(thumbnail(told).content)
    assert dict(made.getexif()) == {}
    assert {"comment", "icc_profile", "exif", "dpi"} & set(made.info) == set()


@pytest.mark.parametrize(
    "damaged", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_damaged_metadata_leaves_it_as_it_lies(damaged):
    content = jpeg(400, 300)
    segment = b"\xff\xe1" + struct.pack(">H", len(damaged) + 2) + damaged
    made = thumbnail(content[:2] + segment + content[2:])
    assert (made.width, made.height) == (200, 150)


def test_one_sees_white_through_it():
    clear = Image.new("RGBA", (100, 100), (*BLUE, 0))
    clear.paste((*RED, 255), (0, 0, 50, 100))
    clear.paste((*RED, 128), (50, 50, 100, 100))
    for kind in ("PNG", "WEBP"):
        image = shown(thumbnail(file_of(clear, kind, lossless=True)).content)
        assert is_like(image.getpixel((20, 50)), RED)
        assert is_like(image.getpixel((75, 20)), (255, 255, 255))
        assert is_like(image.getpixel((75, 75)), (238, 142, 142))


def test_the_colour_behind_clear_pixels_does_not_bleed_into_the_others():
    clear = Image.new("RGBA", (1000, 1000), (0, 0, 0, 0))
    clear.paste((255, 255, 255, 255), (0, 0, 501, 1000))
    image = shown(thumbnail(file_of(clear, "PNG")).content)
    assert sum(image.crop((0, 100, 200, 101)).convert("L").histogram()[:240]) == 0


def test_a_colour_that_a_palette_calls_clear_is_seen_as_white():
    palette = Image.new("P", (50, 50), 0)
    palette.putpalette([*BLUE, *RED])
    palette.paste(1, (25, 0, 50, 50))
    for kind in ("PNG", "GIF"):
        image = shown(thumbnail(file_of(palette, kind, transparency=0)).content)
        assert is_like(image.getpixel((5, 25)), (255, 255, 255))
        assert is_like(image.getpixel((45, 25)), RED)


def test_a_grey_that_is_called_clear_is_seen_as_white():
    grey = Image.new("L", (50, 50), 90)
    image = shown(thumbnail(file_of(grey, "PNG", transparency=90)).content)
    assert is_like(image.getpixel((25, 25)), (255, 255, 255))


def test_grey_of_16_bits_keeps_its_brightness():
    content = file_of(Image.new("I;16", (300, 300), 40_000), "PNG")
    assert is_like(shown(thumbnail(content).content).getpixel((50, 50)), (156, 156, 156), 3)


def test_colour_of_16_bits_is_taken():
    row = b"\0" + struct.pack(">HHH", 0xDC00, 0x1E00, 0x1E00) * 4
    content = png_of(4, 4, 16, 2, zlib.compress(row * 4))
    assert is_like(shown(thumbnail(content).content).getpixel((1, 1)), RED)


def test_inks_are_turned_into_light():
    image = shown(thumbnail(file_of(photo().convert("CMYK"))).content)
    assert is_like(image.getpixel((20, 100)), RED)
    assert is_like(image.getpixel((190, 100)), BLUE)


def test_colours_of_a_wide_profile_are_told_in_srgb():
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = thumbnail(jpeg())
    assert shown(thumbnail(jpeg(icc_profile=srgb)).content).size == (200, 150)
    # A profile that does not fit the image, or is none, is not believed.
    for profile in (swapped.tobytes(), b"no profile at all", b"\0" * 200):
        assert thumbnail(jpeg(icc_profile=profile)).content == plain.content


def test_a_profile_changes_what_the_same_numbers_look_like():
    profile = _gamma_one()
    middle = Image.new("RGB", (50, 50), (128, 128, 128))
    image = shown(thumbnail(file_of(middle, "PNG", icc_profile=profile)).content)
    assert is_like(
        image.getpixel((25, 25)), (188, 188, 188), 4
    )  # half the light is not half of 255


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_one_sees_the_first_picture(kind):
    image = shown(thumbnail(animated(kind)).content)
    assert is_like(image.getpixel((100, 100)), RED)


def test_of_several_pictures_in_one_jpeg_one_sees_the_first():
    first, second = (Image.new("RGB", (300, 300), colour) for colour in (RED, BLUE))
    content = file_of(first, "MPO", save_all=True, append_images=[second])
    made = thumbnail(content)
    assert made.kind is Kind.JPEG
    assert is_like(shown(made.content).getpixel((100, 100)), RED)


@pytest.mark.parametrize("behind", [b"\0" * 50, b"PK\x03\x04 a hidden archive", b"<script>"])
def test_what_hides_behind_an_image_is_not_in_its_thumbnail(behind):
    for content in each_kind().values():
        made = thumbnail(content + behind)
        assert made.content == thumbnail(content).content
        assert b"script" not in made.content


def test_the_same_file_always_gives_the_same_bytes():
    content = file_of(noise(500, 400))
    assert len({thumbnail(content).content for _ in range(3)}) == 1


@pytest.mark.parametrize(
    "declared",
    ["image/jpeg", "IMAGE/JPEG", "image/jpg", "image/pjpeg", "application/octet-stream", None],
)
def test_a_type_that_says_the_same_in_other_words_is_no_lie(declared):
    assert thumbnail(jpeg(), declared).kind is Kind.JPEG


def _gamma_one() -> bytes:
    """sRGB, but its numbers are amounts of light: only the three curves differ."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", profile, 128)[0]
    for at in range(132, 132 + count * 12, 12):
        name, offset, _ = struct.unpack_from(">4sII", profile, at)
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            # The simplest parametric curve, y = x ** 1.
            struct.pack_into(">4sIHHi", profile, offset, b"para", 0, 0, 0, 65536)
    return bytes(profile)
