"""The README's commands, run as a newcomer would paste them."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import host_on
from tests.e2e.shop import Shop
from workbench import azurite as emulator

README = Path(__file__).parents[2] / "README.md"
BLOCKS = [
    block
    for block in re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    if "curl" in block
]


SAID = {
    "a good order": "OrderCompleted",
    "one that is cancelled": '"status": "reserved"',
    "an export": '"status": "succeeded"',
}


@pytest.fixture
def storage() -> Iterator[str]:
    """An account of its own: the names of queues are fixed, and the shared host listens there."""
    with emulator.in_memory() as connection:
        yield connection


@pytest.mark.parametrize(
    ("block", "expected"), list(zip(BLOCKS, SAID.values(), strict=True)), ids=SAID
)
async def test_the_readmes_commands_work_as_written(storage, session, tmp_path, block, expected):
    # The pauses people meet: the shared host retries faster, and the cancel would come too late.
    host = host_on(storage, tmp_path / "log", RETRY_DELAYS_SECONDS="2,4,8")
    host.start()
    await host.ready(session)
    shop = Shop(host.url, session)
    await shop.stock("MUG-BLUE", 10)
    await shop.stock("KETTLE-1L", 10)
    script = block.replace("localhost:7071", urlsplit(shop.url).netloc)
    shell = shutil.which("sh")
    assert shell, "a POSIX shell is needed to run the README"
    child = await asyncio.create_subprocess_exec(
        shell,
        "-eu",
        "-c",
        script,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await child.communicate()
    host.stop()
    assert child.returncode == 0, complained.decode()
    assert "problem" not in said.decode()
    assert expected in said.decode()
