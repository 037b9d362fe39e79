"""Makes thumbnails in a process of their own: a file may crash, hang or flood only that."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE

from shared.images.kinds import ANYTHING, Kind
from shared.images.refusal import Code, Refused
from shared.images.thumbnail import Thumbnail

DECODER = "shared.images.decoder"
AT_ONCE = 2  # 0.4 GB each at worst (docs/uploads.md), in an instance of 2 GB
SECONDS = 60.0  # by the clock on the wall, which a busy machine may need; the CPU's is 20
INHERITED = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # what an interpreter may need to start
# How the system ends a process that hit its CPU limit or broke down over a file. SIGKILL is not
# among them: whoever sends that (a machine out of memory) does not say that the file is bad.
BROKE = {"SIGXCPU", "SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL"}


class DecoderFailed(Exception):
    """The decoder gave no answer, which need not be the file's fault. Try again."""

    code = "decoder_failed"


class IsolatedThumbnails:
    """As shared/images/thumbnail.py, some at a time; each costs a start of the interpreter."""

    def __init__(
        self, at_once: int = AT_ONCE, seconds: float = SECONDS, program: str = DECODER
    ) -> None:
        self._places, self._seconds = asyncio.Semaphore(at_once), seconds
        self._program = program

    async def __call__(self, content: bytes, declared: str | None = None) -> Thumbnail:
        """The thumbnail of a file.

        Raises:
            Refused: the file is no image that we take, or one that no decoder gets through.
            DecoderFailed: nothing is known of the file.
        """
        async with self._places:
            code, said, complaint = await self._run(content, declared)
        if code < 0 and _name(code) in BROKE:
            raise Refused(Code.TOO_COMPLEX, _name(code))
        if code != 0:
            raise DecoderFailed(f"{DecoderFailed.__doc__} ({code}: {complaint[-500:]})")
        return _read(said)

    async def _run(self, content: bytes, declared: str | None) -> tuple[int, bytes, str]:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self._program, declared or ANYTHING),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        try:
            async with asyncio.timeout(self._seconds):
                said, complaint = await process.communicate(content)
        except TimeoutError as late:
            raise DecoderFailed(f"no answer within {self._seconds:g} s") from late
        finally:
            if process.returncode is None:
                process.kill()
                # Its pipes are closed with it, or they would be told of when they are forgotten.
                await process.communicate()
        return process.returncode or 0, said, complaint.decode(errors="replace")


def _read(said: bytes) -> Thumbnail:
    line, _, content = said.partition(b"\n")
    try:
        told = json.loads(line)
        if "refused" in told:
            raise Refused(Code(told["refused"]), str(told["more"]))
        return Thumbnail(content, told["width"], told["height"], Kind(told["kind"]))
    except (ValueError, KeyError, TypeError) as error:
        raise DecoderFailed("the decoder said something else than it should") from error


def _name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
