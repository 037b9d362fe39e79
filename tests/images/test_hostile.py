"""Files that nobody made with an image program: nothing escapes but a refusal."""

import random
import struct
import zlib

import pytest

from shared.images.refusal import Code, Refused
from shared.images.thumbnail import thumbnail
from tests.images.samples import chunk, each_kind, file_of, noise, photo

KINDS = each_kind()
ROUNDS = 60


def chance_of(seed: object) -> random.Random:
    """Dice that fall the same way every time."""
    return random.Random(str(seed))  # noqa: S311 - no secret


def outcome(content: bytes) -> Code | None:
    """The code of the refusal, None for a thumbnail that is one; anything else fails the test."""
    try:
        made = thumbnail(content)
    except Refused as refused:
        return refused.code
    assert made.content.startswith(b"\xff\xd8")
    assert 1 <= made.width <= 200
    assert 1 <= made.height <= 200
    return None


@pytest.mark.parametrize(("name", "content"), KINDS.items(), ids=KINDS.keys())
def test_flipped_bits(name, content):
    chance = chance_of(name)
    for flips in (1, 3, 20, 200):
        for _ in range(ROUNDS // 4):
            damaged = bytearray(content)
            for _ in range(flips):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            outcome(bytes(damaged))


@pytest.mark.parametrize(("name", "content"), KINDS.items(), ids=KINDS.keys())
def test_flipped_bits_in_the_header(name, content):
    chance = chance_of(name)
    for _ in range(ROUNDS):
        damaged = bytearray(content)
        for _ in range(2):
            damaged[chance.randrange(min(len(damaged), 64))] ^= 1 << chance.randrange(8)
        outcome(bytes(damaged))


@pytest.mark.parametrize(("name", "content"), KINDS.items(), ids=KINDS.keys())
def test_parts_that_are_taken_out_doubled_or_replaced_by_noise(name, content):
    chance = chance_of(name)
    for _ in range(ROUNDS // 3):
        start = chance.randrange(len(content))
        end = min(start + chance.randrange(1, 500), len(content))
        outcome(content[:start] + content[end:])
        outcome(content[:end] + content[start:])
        outcome(content[:start] + chance.randbytes(end - start) + content[end:])


def test_noise_behind_every_signature():
    chance = chance_of(3)
    for content in KINDS.values():
        for length in (10, 100, 5000):
            assert outcome(content[:12] + chance.randbytes(length)) is not None


def test_two_images_glued_together():
    for first in KINDS.values():
        for second in KINDS.values():
            outcome(first + second)
            outcome(first[: len(first) // 2] + second)


def test_a_png_whose_texts_unfold_without_end():
    folded = zlib.compress(b"\0" * 50_000_000, 9)
    content = file_of(photo(), "PNG")
    for hidden in (
        chunk(b"zTXt", b"note\0\0" + folded),
        chunk(b"iTXt", b"note\0\1\0\0\0" + folded),
        chunk(b"iCCP", b"note\0\0" + folded),
    ):
        outcome(content[:33] + hidden * 3 + content[33:])


def test_pixels_that_are_more_or_less_than_the_header_says():
    content = file_of(noise(), "PNG")
    for width, height in ((1, 1), (160, 119), (160, 5000), (5000, 120)):
        header = chunk(b"IHDR", struct.pack(">II", width, height) + content[24:29])
        outcome(content[:8] + header + content[33:])
    for width, height in ((0, 120), (160, 0), (0, 0)):
        header = chunk(b"IHDR", struct.pack(">II", width, height) + content[24:29])
        assert outcome(content[:8] + header + content[33:]) is Code.CORRUPT
