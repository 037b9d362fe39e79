"""`dev.py start`, whole: a copy of this checkout, its real host, its own emulator with a disk."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.architecture.tree import files
from workbench import installation, places, ports, storage
from workbench.azurite import connection_string

pytestmark = [pytest.mark.e2e, pytest.mark.azurite, pytest.mark.timeout(180)]
if sys.platform == "win32":
    pytest.skip("these tests speak in POSIX signals", allow_module_level=True)

SECONDS = 60


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What a clone holds, with what the first start would install already in its place."""
    if not (installation.is_current(places.ROOT) and installation.npm_is_current(places.ROOT)):
        pytest.fail("The installation is out of date. Run the tests with: python3 dev.py test")
    for path in files():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(places.ROOT / path, tmp_path / path)
    for folder in (places.VENV, "node_modules"):
        (tmp_path / folder).symlink_to(places.ROOT / folder, target_is_directory=True)
    return tmp_path


@pytest.fixture
def app_port() -> int:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        return int(server.getsockname()[1])


@pytest.fixture
def storage_port() -> int:
    """The first of three free ports, below those that the system gives to clients."""
    starts = range(20_000 + os.getpid() % 1000 * 3, 32_000, 3)
    return next(p for p in starts if all(ports.is_free(p + n) for n in range(3)))


@contextmanager
def started(checkout: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`dev.py start` in the checkout; killed, and its children with it, if the test fails."""
    unset = {storage.SETTING, storage.DATA_SETTING, "TABLE_PREFIX"}
    with subprocess.Popen(
        [sys.executable, "dev.py", "start", *options],
        cwd=checkout,
        env={name: value for name, value in os.environ.items() if name not in unset},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def read_until(program: "subprocess.Popen[str]", text: str) -> list[str]:
    """The lines up to the one that holds `text`."""
    assert program.stdout is not None
    lines: list[str] = []
    for line in program.stdout:
        lines.append(line.rstrip("\n"))
        if text in line:
            return lines
    pytest.fail(f"dev.py ended without {text!r}:\n" + "\n".join(lines))


def get(port: int, path: str) -> tuple[int, dict]:
    connection = http.client.HTTPConnection(ports.LOOPBACK, port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def use(checkout: Path, connection: str) -> None:
    """Write settings that name a storage account."""
    values = dict.fromkeys((storage.SETTING, storage.DATA_SETTING), connection)
    (checkout / places.SETTINGS).write_text(json.dumps({"IsEncrypted": False, "Values": values}))


def stop(program: "subprocess.Popen[str]") -> str:
    program.send_signal(signal.SIGTERM)
    said, _ = program.communicate(timeout=SECONDS)
    return said


def test_a_start_seeds_says_what_to_type_and_keeps_its_data(checkout, app_port, storage_port):
    options = ["--port", str(app_port), "--azurite-port", str(storage_port)]
    with started(checkout, *options) as program:
        lines = read_until(program, "Ctrl-C stops everything")
        assert any(f"curl -s localhost:{app_port}/api/orders " in line for line in lines)
        assert any("Made local.settings.json" in line for line in lines)
        assert any("Stored demo products" in line for line in lines), "\n".join(lines)
        assert get(app_port, "/api/products/SOLD-OUT")[0] == 200
        said = stop(program)
        assert program.returncode == 0
        assert said.index("Host stopped") < said.index("Azurite stopped")
    assert all(ports.is_free(port) for port in (app_port, *range(storage_port, storage_port + 3)))

    with started(checkout, *options) as program:
        lines = read_until(program, "Ctrl-C stops everything")
        assert not any("Stored demo products" in line for line in lines)
        stock = get(app_port, "/api/products/MUG-BLUE")[1]["stock"]
        assert stock["onHand"] == 50
        stop(program)

    with started(checkout, *options, "--fresh", "--no-demo") as program:
        read_until(program, "Ctrl-C stops everything")
        assert get(app_port, "/api/products/MUG-BLUE")[0] == 404
        stop(program)


def test_an_app_that_cannot_be_loaded_ends_the_start(checkout, app_port, azurite):
    (checkout / "function_app.py").write_text("import no_such_module\n")
    use(checkout, azurite)
    with started(checkout, "--port", str(app_port), "--no-azurite") as program:
        said, _ = program.communicate(timeout=SECONDS)
    assert program.returncode == 1
    assert "no_such_module" in said
    assert "Host ended by itself with exit code 1" in said.splitlines()[-1]


def test_storage_that_does_not_answer_ends_the_start(checkout, app_port, storage_port):
    silent = dict.fromkeys(("blob", "queue", "table"), f"http://127.0.0.1:{storage_port}")
    use(checkout, connection_string(silent))
    with started(checkout, "--port", str(app_port), "--no-azurite") as program:
        said, _ = program.communicate(timeout=SECONDS)
    assert program.returncode == 1
    assert f"does not answer at 127.0.0.1:{storage_port}" in said.splitlines()[-1]
