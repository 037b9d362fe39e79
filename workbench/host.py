"""The two hosts that can run the app: ours, embedded, and Azure Functions Core Tools."""

import http.client
import os
import shutil
from pathlib import Path

from workbench import places
from workbench.ports import LOOPBACK
from workbench.trouble import Trouble

APP = "function_app:app"
HOSTS = ("embedded", "func")


def command(kind: str, root: Path, port: int) -> list[str]:
    """The command line of the host; raises Trouble if Core Tools is asked for and missing."""
    if kind == "embedded":
        return [str(places.python(root)), "-m", "localhost", APP, "--port", str(port)]
    func = shutil.which("func")
    if func is None:
        raise Trouble(
            "Core Tools (func) is not installed: npm install -g azure-functions-core-tools@4 "
            "(https://learn.microsoft.com/azure/azure-functions/functions-run-local), "
            "or leave out --host func."
        )
    return [func, "start", "--port", str(port)]


def environment(root: Path) -> dict[str, str]:
    """Our environment with the virtual environment active: Core Tools takes Python from PATH
    (reference/host-triggers.md 8.1); and no output is held back in a buffer.
    """
    path = os.pathsep.join([str(places.scripts(root)), os.environ.get("PATH", "")])
    ours = {"PATH": path, "VIRTUAL_ENV": str(root / places.VENV), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **ours, "PYTHONUTF8": "1"}


def is_ready(port: int) -> bool:
    """Whether the host says that it serves: `GET /admin/host/ping` is 200 (same source, 2.8)."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
    try:
        connection.request("GET", "/admin/host/ping")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
