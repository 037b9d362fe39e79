"""The host as a process: it starts, says why when it cannot, and stops when told."""

import asyncio
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

HERE = Path(__file__).parents[2]
APP = """
import logging
import os
import threading

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello")
def hello(req: func.HttpRequest) -> str:
    logging.info("saying hello")
    return os.environ["GREETING"]


@app.route(route="stuck")
def stuck(req: func.HttpRequest) -> str:
    threading.Event().wait()
    return ""
"""

pytestmark = pytest.mark.e2e


async def started(root: Path, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "localhost", "function_app:app", "--script-root", str(root),
        "--port", "0", *arguments,
        cwd=HERE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )  # fmt: skip


async def url_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async for line in process.stdout:
        found = re.search(r"(http://localhost:\d+)/api/hello", line.decode())
        if found:
            return found[1].replace("localhost", "127.0.0.1")
    raise AssertionError("it ended without a banner")


def write(root: Path, name: str, text: str) -> Path:
    (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_it_is_told_to_stop(tmp_path, number):
    local = '{"IsEncrypted": false, "Values": {"GREETING": "hi"}}'
    process = await started(
        write(write(tmp_path, "function_app.py", APP), "local.settings.json", local)
    )
    url = await url_of(process)
    async with aiohttp.ClientSession() as client, client.get(f"{url}/api/hello") as response:
        assert (response.status, await response.text()) == (200, "hi")
    process.send_signal(number)
    out, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    lines = out.decode().splitlines()
    assert [line for line in lines if re.fullmatch(r"\[\d{4}-.+Z\] saying hello", line)]


async def test_a_function_that_never_ends_does_not_hold_the_process(tmp_path):
    process = await started(write(tmp_path, "function_app.py", APP))
    url = await url_of(process)
    async with aiohttp.ClientSession() as client:
        stuck = asyncio.create_task(client.get(f"{url}/api/stuck"))
        assert process.stdout
        await process.stdout.readuntil(b"Executing 'Functions.stuck'")
        process.send_signal(signal.SIGTERM)
        await process.communicate()
        with pytest.raises(aiohttp.ClientError):
            await stuck
    assert process.returncode == 0


REFUSED = {
    "an app that fails to import": ("x = 1\nimport no_such_package\n", r"function_app\.py:2: No "),
    "an app with a syntax error": ("def f(:\n", r"function_app\.py:1: .*SyntaxError"),
    "a file without an app": ("x = 1\n", r"function_app\.py: there is no 'app'"),
    "a signature that does not fit": (
        APP + "\n@app.route(route='x')\ndef wrong(request) -> None: ...\n",
        r"function_app\.py:\d+: cannot load the wrong function: .*'request'",
    ),
    "a trigger that is not served": (
        APP + "\n@app.event_grid_trigger('m')\ndef wrong(m): ...\n",
        r"function_app\.py:\d+: cannot load the wrong function: .*'eventGridTrigger'",
    ),
}


@pytest.mark.parametrize(("source", "message"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_start_that_fails_says_where_in_one_line(tmp_path, source, message):
    process = await started(write(tmp_path, "function_app.py", source))
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert re.search(message, errors.decode())
    assert errors.count(b"\n") == 1


async def test_a_busy_port_ends_with_core_tools_sentence(tmp_path):
    write(tmp_path, "function_app.py", APP)
    first = await started(tmp_path)
    port = (await url_of(first)).rpartition(":")[2]
    second = await started(tmp_path, "--port", port)
    _, errors = await second.communicate()
    assert second.returncode == 1
    assert errors.decode().startswith(f"Port {port} is unavailable. Close the process")
    first.terminate()
    await first.communicate()


async def test_storage_that_does_not_answer_is_told_with_setting_and_cure(tmp_path):
    durable = (
        "import azure.durable_functions as df\napp = df.DFApp()\n"
        "@app.activity_trigger(input_name='item')\ndef work(item): return item\n"
    )
    account = "AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a"
    local = '{"IsEncrypted": false, "Values": {"AzureWebJobsStorage": "' + account + '"}}'
    process = await started(
        write(write(tmp_path, "function_app.py", durable), "local.settings.json", local)
    )
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert re.search(
        r"'AzureWebJobsStorage' does not answer at 127\.0\.0\.1:1.*Azurite", errors.decode()
    )


DURABLE = """
import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="hello")
@app.durable_client_input(client_name="client")
async def hello(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    return client.create_check_status_response(req, await client.start_new("process", None, 21))


@app.orchestration_trigger(context_name="context")
def process(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("double", context.get_input()))


@app.activity_trigger(input_name="item")
def double(item: int) -> int:
    return 2 * item
"""


async def test_a_durable_app_goes_through_its_engine(tmp_path, azurite):
    values = {"AzureWebJobsStorage": azurite}
    local = json.dumps({"IsEncrypted": False, "Values": values})
    write(tmp_path, "local.settings.json", local)
    hub = {"durableTask": {"hubName": "ProcessTest"}}
    write(tmp_path, "host.json", json.dumps({"version": "2.0", "extensions": hub}))
    process = await started(write(tmp_path, "function_app.py", DURABLE))
    url = await url_of(process)
    async with aiohttp.ClientSession() as client:
        async with client.get(f"{url}/api/hello") as response:
            links = await response.json()
            assert response.status == 202
        status: dict[str, Any] = {"runtimeStatus": "Pending"}
        while status["runtimeStatus"] in ("Pending", "Running"):
            async with client.get(links["statusQueryGetUri"]) as response:
                status = await response.json()
    assert (status["runtimeStatus"], status["output"]) == ("Completed", 42)
    process.send_signal(signal.SIGTERM)
    _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
