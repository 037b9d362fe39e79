"""The host's smallest parts: banner, CORS, time spans, traces, options."""

import re

import azure.functions as func
import pytest

from localhost.banner import banner
from localhost.cors import cors
from localhost.errors import SettingsError
from localhost.host import function_timeout
from localhost.indexing import index
from localhost.options import parse
from localhost.timespan import seconds
from localhost.tracing import continued
from tests.localhost.serving import app, settings


def test_the_banner_lists_functions_as_core_tools_does():
    made = app()

    def place(req: func.HttpRequest) -> str:
        return req.url

    def tick(timer: func.TimerRequest) -> None:
        del timer

    made.timer_trigger(arg_name="timer", schedule="0 * * * * *")(tick)
    made.function_name("zoo")(made.route(route="o/{id:int?}", methods=["GET", "POST"])(place))
    made.function_name("any")(made.route(route="any")(place))
    made.function_name("off")(made.route(route="off")(place))
    made.function_name("bad")(made.route(route="admin")(place))
    served = frozenset({"httptrigger", "http", "timertrigger"})
    specs = index(made, settings(AzureWebJobs_off_Disabled="1"), served)
    assert banner(specs, "http://localhost:7071/", "api").splitlines()[:10] == [
        "",
        "Functions:",
        "",
        "\tany:  http://localhost:7071/api/any",
        "",
        "\tzoo: [GET,POST] http://localhost:7071/api/o/{id:int?}",
        "",
        "\ttick: timerTrigger",
        "",
        "The 'bad' function is in error: The specified route conflicts with one or more built in "
        f"routes. ({specs[1].source})",
    ]
    assert "Function off is disabled." in banner(specs, "http://localhost:7071", "api")


PREFLIGHT = {
    "Origin": "http://a",
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "x-a",
}


def test_a_preflight_of_an_allowed_origin_gets_what_it_asks_for():
    assert cors("http://A/, http://b", credentials=True).preflight(PREFLIGHT) == {
        "Access-Control-Allow-Origin": "http://a",
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Methods": "PUT",
        "Access-Control-Allow-Headers": "x-a",
        "Vary": "Origin",
    }


def test_a_foreign_origin_gets_nothing_and_any_gets_a_star():
    assert cors("http://b").preflight(PREFLIGHT) == {}
    assert cors("*").simple(PREFLIGHT) == {"Access-Control-Allow-Origin": "*"}
    assert cors("*").simple({}) == {}


def test_without_origins_options_is_an_ordinary_verb():
    assert not cors("").is_preflight("OPTIONS", PREFLIGHT)
    assert cors("*").is_preflight("OPTIONS", PREFLIGHT)
    assert not cors("*").is_preflight("OPTIONS", {"Origin": "http://a"})


def test_any_origin_with_credentials_stops_the_start():
    with pytest.raises(SettingsError, match="credentials"):
        cors("*", credentials=True)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("00:05:00", 300),
        ("1.00:00:00", 86_400),
        ("24:00:00", 24 * 86_400),
        ("00:00:00.5", 0.5),
        ("01:30", 5400),
        ("2", 172_800),
        ("-00:00:01", -1),
    ],
)
def test_a_time_span_is_read_as_dotnet_reads_it(text, length):
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "5s", "00:60:00", "00:00:60", "1.24:00:00", "1:2:3:4"])
def test_what_is_no_time_span_is_refused(text):
    with pytest.raises(ValueError, match=r"time span|too large"):
        seconds(text)


def test_the_function_timeout_is_half_an_hour_a_setting_or_never():
    assert function_timeout(settings()) == 1800
    assert function_timeout(settings({"functionTimeout": "00:00:05"})) == 5
    assert function_timeout(settings({"functionTimeout": "-1"})) is None
    for text in ("soon", "00:00:00"):
        with pytest.raises(SettingsError, match="functionTimeout"):
            function_timeout(settings({"functionTimeout": text}))


def test_a_trace_is_continued_with_a_span_of_its_own():
    trace = "0af7651916cd43dd8448eb211c80319c"
    found = continued(f"00-{trace}-b7ad6b7169203331-01")
    assert re.fullmatch(rf"00-{trace}-[0-9a-f]{{16}}-01", found)
    assert "b7ad6b7169203331" not in found


@pytest.mark.parametrize("header", [None, "", "x", "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
def test_without_a_valid_trace_a_new_one_begins(header):
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", continued(header))


def test_options_are_read(tmp_path):
    given = parse(["m:app", "-p", "0", "--script-root", str(tmp_path), "--cors", "a,b"])
    assert (given.target, given.port, given.script_root) == ("m:app", 0, tmp_path)
    assert (given.cors, given.address, given.verbose) == ("a,b", None, False)


@pytest.mark.parametrize(
    "wrong",
    [["--enable-auth"], ["--port", "70000"], ["--port", "x"], ["--script-root", "/nowhere"]],
)
def test_a_wrong_option_ends_with_the_usage(wrong, capsys):
    with pytest.raises(SystemExit) as left:
        parse(["m:app", *wrong])
    assert left.value.code == 2
    assert wrong[0] in capsys.readouterr().err
