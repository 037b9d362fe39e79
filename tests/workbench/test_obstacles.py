"""What stands in the way of a start is told in one line with its cure."""

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from workbench import azurite, cli, host, node, ports
from workbench.trouble import Trouble


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        return int(server.getsockname()[1])


def only_line(capsys: pytest.CaptureFixture[str]) -> str:
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_a_port_with_a_listener_is_not_free(busy_port):
    assert not ports.is_free(busy_port)
    assert ports.answers(ports.LOOPBACK, busy_port)


def test_a_port_without_one_is_free(free_port):
    assert ports.is_free(free_port)
    assert not ports.answers(ports.LOOPBACK, free_port)


def test_a_busy_app_port_is_named_with_the_flag(busy_port, capsys):
    assert cli.main(["start", "--port", str(busy_port)]) == 1
    line = only_line(capsys)
    assert f"Port {busy_port} is in use" in line
    assert f"--port {busy_port + 1}" in line


def test_a_busy_storage_port_suggests_to_use_what_is_there(busy_port, free_port, capsys):
    assert cli.main(["start", "--port", str(free_port), "--azurite-port", str(busy_port)]) == 1
    line = only_line(capsys)
    assert f"Port {busy_port} is in use" in line
    assert "--no-azurite" in line


def test_fresh_without_the_emulator_is_refused(capsys):
    assert cli.main(["start", "--fresh", "--no-azurite"]) == 1
    assert "Drop one of them" in only_line(capsys)


@pytest.mark.parametrize("port", ["0", "65534", "seven", "-1"])
def test_a_number_that_is_no_port_is_refused(port, capsys):
    with pytest.raises(SystemExit):
        cli.parse(["start", f"--port={port}"])
    assert "between 1 and 65533" in capsys.readouterr().err


def test_missing_core_tools_are_told_with_their_source(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Trouble, match="npm install -g azure-functions-core-tools@4"):
        host.command("func", tmp_path, 7071)


def test_a_missing_node_is_told_with_its_source(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Trouble, match=r"Node is missing.*Install Node 20"):
        node.find()


def test_an_azurite_that_is_not_installed_is_told(tmp_path):
    with pytest.raises(Trouble, match="Azurite is missing from node_modules"):
        azurite.command(tmp_path, (0, 0, 0), location=None)


@pytest.mark.skipif(os.name == "nt", reason="a script with #! is no program on Windows")
@pytest.mark.parametrize(
    ("version", "fault"), [("v18.19.0", "v18.19.0 is too old"), ("", "unknown version")]
)
def test_an_old_node_is_told_with_the_age_that_will_do(version, fault, monkeypatch, tmp_path):
    program = tmp_path / "node"
    program.write_text(f"#!{sys.executable}\nprint({version!r})\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Trouble, match=rf"{fault}.*20 or newer") as raised:
        node.find()
    assert "\n" not in str(raised.value)
