"""What gets no thumbnail, and what is said of it."""

import pytest
from PIL import Image

from shared.images.refusal import SENTENCES, Code, Refused
from shared.images.thumbnail import thumbnail
from tests.images.samples import bomb, each_kind, file_of, jpeg, noise, photo

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
STRANGERS = {
    "nothing": (b"", Code.EMPTY),
    "zeros": (b"\0" * 5000, Code.NOT_AN_IMAGE),
    "text": (b"I am a JPEG, believe me", Code.NOT_AN_IMAGE),
    "HTML": (b"<!DOCTYPE html><html><body>\xff\xd8\xff</body></html>", Code.NOT_AN_IMAGE),
    "PDF with a JPEG in it": (b"%PDF-1.7\n" + jpeg(), Code.NOT_AN_IMAGE),
    "archive": (b"PK\x03\x04" + b"\0" * 100, Code.NOT_AN_IMAGE),
    "program": (b"MZ\x90\0" + b"\0" * 100, Code.NOT_AN_IMAGE),
    "JPEG after one byte": (b" " + jpeg(), Code.NOT_AN_IMAGE),
    "SVG": (SVG, Code.UNSUPPORTED_FORMAT),
    "SVG with a prologue": (b'<?xml version="1.0"?>\n<!-- a -->\n' + SVG, Code.UNSUPPORTED_FORMAT),
    "BMP": (file_of(photo(20, 20), "BMP"), Code.UNSUPPORTED_FORMAT),
    "TIFF": (file_of(photo(20, 20), "TIFF"), Code.UNSUPPORTED_FORMAT),
    "ICO": (file_of(photo(64, 64), "ICO"), Code.UNSUPPORTED_FORMAT),
    "AVIF": (b"\0\0\0\x20ftypavif" + b"\0" * 100, Code.UNSUPPORTED_FORMAT),
    "HEIC": (b"\0\0\0\x18ftypheic" + b"\0" * 100, Code.UNSUPPORTED_FORMAT),
    "JPEG 2000": (file_of(photo(20, 20), "JPEG2000"), Code.UNSUPPORTED_FORMAT),
    "GIF and script in one": (b"GIF89a/*" + b"A" * 200 + b"*/=1;alert(1)", Code.CORRUPT),
    "JPEG of three bytes": (b"\xff\xd8\xff", Code.TRUNCATED),
    "PNG of a signature": (b"\x89PNG\r\n\x1a\n", Code.TRUNCATED),
    "GIF of a signature": (b"GIF89a", Code.TRUNCATED),
    "WebP of a signature": (b"RIFF\x10\0\0\0WEBP", Code.TRUNCATED),
    "JPEG without a picture": (b"\xff\xd8\xff\xd9", Code.CORRUPT),
    "GIF without a picture": (b"GIF89a\x01\0\x01\0\0\0\0;", Code.CORRUPT),
}


def refusal_of(content: bytes, declared: str | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        thumbnail(content, declared)
    return caught.value


@pytest.mark.parametrize(("content", "code"), STRANGERS.values(), ids=STRANGERS.keys())
def test_what_is_no_image_of_ours_is_refused_with_its_reason(content, code):
    refused = refusal_of(content)
    assert refused.code is code, refused
    assert str(refused).startswith(SENTENCES[code])


def test_every_code_has_a_sentence():
    assert set(SENTENCES) == set(Code)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


@pytest.mark.parametrize(
    "declared", ["image/png", "image/gif", "text/html", "application/pdf", "image/svg+xml"]
)
def test_a_file_that_was_announced_as_another_is_refused(declared):
    refused = refusal_of(jpeg(), declared)
    assert refused.code is Code.TYPE_MISMATCH
    assert declared in str(refused)


@pytest.mark.parametrize(("name", "content"), each_kind().items(), ids=each_kind().keys())
def test_a_file_that_is_cut_is_refused_wherever_it_was_cut(name, content):
    step = max(len(content) // 60, 1)
    cuts = {*range(12, len(content) - 1, step), len(content) - 1, len(content) - 2}
    codes = {refusal_of(content[:cut]).code for cut in sorted(cuts)}
    assert codes == {Code.TRUNCATED}, name


def test_a_bomb_is_refused_before_it_goes_off():
    for width, height in ((8000, 8000), (30_000, 30_000)):
        content = bomb(width, height)
        assert len(content) < 200_000
        assert refusal_of(content).code is Code.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    ("kind", "size"), [("JPEG", (10_001, 5000)), ("GIF", (7072, 7072)), ("WEBP", (5001, 5000))]
)
def test_each_kind_has_its_limit_of_pixels(kind, size):
    content = file_of(Image.new("L", size), kind)
    assert refusal_of(content).code is Code.TOO_MANY_PIXELS


def test_a_gif_cannot_hide_a_large_picture_behind_a_small_screen():
    content = bytearray(file_of(Image.new("P", (9000, 9000)), "GIF"))
    content[6:10] = b"\x01\0\x01\0"
    assert refusal_of(bytes(content)).code is Code.TOO_MANY_PIXELS


def test_a_jpeg_that_is_damaged_between_its_ends_is_shown_as_far_as_it_goes():
    """Every decoder fills what it cannot read with grey, and none says so."""
    content = file_of(noise())
    assert thumbnail(content[: len(content) // 2] + b"\xff\xd9").width == 160
