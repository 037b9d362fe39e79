"""The routes of the description: for anybody, the same bytes each time, kept until they change."""

import json
import subprocess
import sys

import pytest
from openapi_spec_validator import validate

from blueprints import openapi_http
from tests.openapi.app import App
from workbench.places import ROOT

PROBE = """
import sys
import function_app
print([name for name in sys.modules if name.startswith(("blueprints.openapi.", "shared.openapi"))])
"""


async def test_what_is_sent_is_the_description():
    answer = await App().ask("OpenApi")
    assert answer.mimetype == "application/json"
    validate(json.loads(answer.get_body()))


@pytest.mark.parametrize("name", ["OpenApi", "Docs"])
async def test_anybody_may_read_it_where_people_sign_in(name):
    assert (await App().guarded(None).ask(name)).status_code == 200


@pytest.mark.parametrize("name", ["OpenApi", "Docs"])
async def test_who_has_it_is_not_sent_it_again(name):
    first = await App().ask(name)
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await App().ask(name, headers={"if-none-match": known})
        assert (again.status_code, again.get_body(), again.headers["ETag"]) == (304, b"", tag)
    assert (await App().ask(name, headers={"if-none-match": '"other"'})).status_code == 200


@pytest.mark.parametrize("name", ["OpenApi", "Docs"])
async def test_the_correlation_id_is_the_callers(name):
    answer = await App().ask(name, headers={"x-correlation-id": "mine"})
    assert answer.headers["X-Correlation-Id"] == "mine"


async def test_the_page_may_do_nothing_and_be_framed_by_nobody():
    answer = await App().ask("Docs")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_other_processes_make_the_same_bytes():
    code = "from blueprints.openapi_http import docs, openapi; import hashlib as h;"
    code += "print(h.sha256(openapi() + docs()).hexdigest())"
    runs = {output(code, hash_seed) for hash_seed in ("1", "2")}
    assert len(runs) == 1


def test_no_start_of_the_app_pays_for_it():
    assert output(PROBE, "0").strip() == "[]"
    assert openapi_http.openapi() is openapi_http.openapi()


def output(code: str, hash_seed: str) -> str:
    """What a process of its own prints."""
    settings = {"OrdersData": "UseDevelopmentStorage=true", "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
