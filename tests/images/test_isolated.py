"""A file may do what it likes to its own process, and nothing to ours."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from PIL import Image

from shared.images import decoder
from shared.images.isolated import DecoderFailed, IsolatedThumbnails
from shared.images.refusal import Code, Refused
from shared.images.thumbnail import MOST_PIXELS, thumbnail
from tests.images.samples import bomb, each_kind, file_of, jpeg
from workbench.places import ROOT

DYING = "tests.images.dying_decoder"


@pytest.fixture
def made() -> IsolatedThumbnails:
    return IsolatedThumbnails()


@pytest.fixture
def dying() -> IsolatedThumbnails:
    return IsolatedThumbnails(program=DYING)


async def test_it_makes_the_same_thumbnails(made):
    for content in list(each_kind().values())[:4]:
        assert await made(content) == thumbnail(content)


async def test_it_refuses_in_the_same_words(made):
    for content, declared in ((b"", None), (bomb(9000, 9000), None), (jpeg(), "image/png")):
        with pytest.raises(Refused) as here:
            thumbnail(content, declared)
        with pytest.raises(Refused) as there:
            await made(content, declared)
        assert (there.value.code, str(there.value)) == (here.value.code, str(here.value))


async def test_many_at_once_wait_for_their_turn(made):
    contents = [jpeg(300 + each, 200) for each in range(8)]
    small = await asyncio.gather(*(made(content) for content in contents))
    assert [each.content for each in small] == [thumbnail(each).content for each in contents]


@pytest.mark.parametrize("broke", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
async def test_a_file_over_which_the_decoder_breaks_down_is_refused(dying, broke):
    with pytest.raises(Refused) as caught:
        await dying(b"", f"x/{int(broke)}")
    assert caught.value.code is Code.TOO_COMPLEX


async def test_a_file_that_keeps_the_decoder_busy_is_refused(dying):
    with pytest.raises(Refused) as caught:
        await dying(b"", "x/spin")
    assert caught.value.code is Code.TOO_COMPLEX


@pytest.mark.parametrize("ended", [signal.SIGKILL, signal.SIGTERM])
async def test_a_decoder_that_somebody_else_ended_says_nothing_of_the_file(dying, ended):
    with pytest.raises(DecoderFailed):
        await dying(b"", f"x/{int(ended)}")


async def test_a_decoder_that_gives_no_answer_is_ended_and_tried_again():
    slow = IsolatedThumbnails(seconds=1, program=DYING)
    with pytest.raises(DecoderFailed, match="no answer within 1 s"):
        await slow(b"x" * 3_000_000, "x/sleep")


@pytest.mark.parametrize("told", ["x/babble", "x/flood"])
async def test_a_decoder_that_says_something_else_is_not_believed(dying, told):
    with pytest.raises(DecoderFailed):
        await dying(b"", told)


async def test_whoever_gives_up_waiting_leaves_no_process_behind():
    slow = IsolatedThumbnails(program=DYING)
    waiting = asyncio.create_task(slow(b"", "x/sleep"))
    before = children()
    while children() == before:  # noqa: ASYNC110 - a process, which sets no event of ours
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert children() == before


async def test_the_decoder_is_told_no_secret(dying, monkeypatch):
    monkeypatch.setenv("PAYMENT_KEY", "secret")
    with pytest.raises(DecoderFailed) as caught:
        await dying(b"", "x/environment")
    assert "PYTHONPATH" in str(caught.value)
    assert "PAYMENT_KEY" not in str(caught.value)


async def test_passes_without_end_over_a_small_file_are_not_made(made):
    plain = file_of(Image.new("L", (2000, 2000)), progressive=True)
    last = plain[plain.rindex(b"\xff\xda") : -2]
    with pytest.raises(Refused) as caught:
        await made(plain[:-2] + last * 20_000 + b"\xff\xd9")
    assert caught.value.code is Code.TOO_COMPLEX


def test_a_system_without_limits_still_makes_thumbnails(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    decoder.limit()


LARGEST = {
    "jpeg": ("JPEG", "RGB", (8165, 6123), {}),
    "progressive jpeg": ("JPEG", "CMYK", (8165, 6123), {"progressive": True, "subsampling": 0}),
    "png": ("PNG", "RGBA", (8165, 6123), {"compress_level": 1}),
    "gif": ("GIF", "P", (8165, 6123), {"transparency": 0}),
    "webp": ("WEBP", "RGBA", (5000, 5000), {"lossless": True, "method": 0}),
}
PEAK = """
import resource, sys
from shared.images.thumbnail import thumbnail
content = open(sys.argv[1], "rb").read()
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
thumbnail(content)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)
"""


@pytest.mark.parametrize(("name", "most"), {**dict.fromkeys(LARGEST, 450), "jpeg": 30}.items())
def test_the_largest_images_stay_within_their_memory(tmp_path, name, most):
    """In MB; guide S2.1 allows 1,024 for the whole app, and two are made at once."""
    kind, mode, size, options = LARGEST[name]
    assert size[0] * size[1] > 0.99 * next(
        limit for each, limit in MOST_PIXELS.items() if each.name == kind
    )
    image = Image.new(mode, size, 3 if mode == "P" else (90, 120, 30, 200)[: len(mode)])
    (tmp_path / "image").write_bytes(file_of(image, kind, **options))
    answer = subprocess.run(
        [sys.executable, "-c", PEAK, str(tmp_path / "image")],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(answer.stdout) / 1024 < most
    assert most * 1024 * 1024 < decoder.MEMORY


def children() -> set[int]:
    """The processes of ours that live."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return {int(line.split()[0]) for line in listed.splitlines() if DYING in line}
