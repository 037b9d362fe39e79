"""The README's commands, run as a newcomer would paste them."""

import asyncio
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import host_on
from tests.e2e.shop import Shop

README = Path(__file__).parents[2] / "README.md"
BLOCKS = [
    block
    for block in re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    if "curl" in block
]


@pytest.mark.parametrize("block", BLOCKS, ids=["a good order", "one that is cancelled"])
async def test_the_readmes_commands_work_as_written(azurite, session, tmp_path, block):
    # The pauses people meet: the shared host retries faster, and the cancel would come too late.
    host = host_on(azurite, tmp_path / "log", RETRY_DELAYS_SECONDS="2,4,8")
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
    assert "OrderCompleted" in said.decode() or '"status": "reserved"' in said.decode()
