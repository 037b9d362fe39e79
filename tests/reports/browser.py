"""A real Chromium, driven by its own protocol: what a page asks for, measures and looks like."""

import asyncio
import base64
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
START_SECONDS, ANSWER_SECONDS = 30, 20


class Browser:
    """One tab. `requests`: every address it has asked for; `complaints`: what its console says."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._ids = socket, itertools.count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self._loaded = False

    async def ask(self, method: str, **params: Any) -> Any:
        """One command of the DevTools protocol, and its result."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            said = await self._heard()
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]

    async def open(self, page: Path, width: int = 1100, **media: str) -> None:
        """Show a file at a width, and wait until it is there; media such as `scheme="dark"`."""
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.ask(f"{domain}.enable")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        await self.ask("Emulation.setDeviceMetricsOverride", **size)
        features = [{"name": "prefers-color-scheme", "value": media.get("scheme", "light")}]
        await self.ask("Emulation.setEmulatedMedia", features=features)
        self._loaded = False
        await self.ask("Page.navigate", url=page.as_uri())
        while not self._loaded:
            await self._heard()

    async def value(self, expression: str) -> Any:
        """What an expression is in the page."""
        asked = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in asked, asked
        return asked["result"].get("value")

    async def landmarks(self) -> list[tuple[str, str]]:
        """What a screen reader finds to jump to: (role, name), the outer ones first."""
        nodes = (await self.ask("Accessibility.getFullAXTree"))["nodes"]
        wanted = ("heading", "banner", "main", "region", "contentinfo", "table")
        named = [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]
        return [(role, name) for role, name in named if role in wanted]

    async def picture(self) -> bytes:
        """The whole page as a PNG."""
        shot = await self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(shot["data"])

    async def paper(self) -> bytes:
        """The page as it is printed on A4."""
        sheet = {"preferCSSPageSize": True, "printBackground": False}
        return base64.b64decode((await self.ask("Page.printToPDF", **sheet))["data"])

    async def _heard(self) -> dict[str, Any]:
        said = dict(await self._socket.receive_json(timeout=ANSWER_SECONDS))
        match said.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(said["params"]["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(said["params"]["entry"]["text"])
            case "Page.loadEventFired":
                self._loaded = True
        return said


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Browser]:
    """A browser with a profile of its own, ended with the block."""
    assert PROGRAM is not None
    profile = f"--user-data-dir={folder / 'profile'}"
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *FLAGS,
        profile,
        "--remote-debugging-port=0",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
            port = await _port(process)
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                tabs = json.loads(await answer.text())
        (tab,) = (each for each in tabs if each["type"] == "page")
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket,
        ):
            yield Browser(socket)
    finally:
        process.kill()
        await process.communicate()


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stderr is not None
    async for line in process.stderr:
        if b"DevTools listening on" in line:
            return int(line.decode().split(":")[2].split("/")[0])
    raise AssertionError("Chromium ended before it listened")
