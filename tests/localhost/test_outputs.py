"""What functions set or return goes out as the real host sends it.

See reference/host-triggers.md 3.6, 4.7, 6.3.
"""

import base64
import json

import azure.functions as func
import pytest

from localhost.clock import ManualClock
from localhost.expressions import ExpressionError, filled
from localhost.functions import Binding
from localhost.outgoing import content, messages
from localhost.triggers.queue_options import QueueOptions
from localhost.wire import Refused
from tests.localhost.serving import app, serving, settings
from tests.localhost.triggers.scene import staged

QUEUE = Binding("out", "queue", "OUT")
BLOB = Binding("out", "blob", "OUT")


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("value", "bodies"),
    [
        ("plain", [b"plain"]),
        ("", [b""]),
        ("[1,2]", [b"1", b"2"]),
        ('["a", true, {"b": 1}]', [b"a", b"True", b'{\n  "b": 1\n}']),
        ("[]", []),
        (' {"a": "\u00fc"} ', ['{\n  "a": "ü"\n}'.encode()]),
        ("{ is only the start", [b"{ is only the start"]),
        (b'[1, 2]\xff', [b"[1, 2]\xff"]),
    ],
)  # fmt: skip
def test_a_text_is_split_and_indented_when_it_is_json_and_bytes_never(value, bodies, raw):
    assert messages(QUEUE, value, raw=raw) == bodies


@pytest.mark.parametrize("value", ["[hello]", "{x}"])
def test_brackets_around_what_is_not_json_fail(value):
    with pytest.raises(ValueError, match=r".+"):
        messages(QUEUE, value, raw=False)


def test_lists_and_messages_go_out_one_by_one_with_their_plain_bodies():
    assert messages(QUEUE, ["a", "[1]"], raw=False) == [b"a", b"[1]"]
    assert messages(QUEUE, func.QueueMessage(body='{"a":1}'), raw=False) == [b'{"a":1}']
    many = [func.QueueMessage(body=b"x\xff"), func.QueueMessage(body="y")]
    assert messages(QUEUE, many, raw=False) == [b"x\xff", b"y"]


def test_an_out_of_str_takes_json_values_and_others_are_refused():
    assert messages(QUEUE, {"a": [1]}, raw=True) == [b'{\n  "a": [\n    1\n  ]\n}']
    assert messages(QUEUE, 5, raw=True) == [b"5"]
    for value, raw in ((5, False), (object(), True)):
        with pytest.raises(TypeError, match="unable to encode outgoing TypedData"):
            messages(QUEUE, value, raw=raw)


@pytest.mark.parametrize("value", ["[1,  2]", b"[1,  2]", bytearray(b"[1,  2]")], ids=type)
def test_a_blob_gets_the_text_or_the_bytes_untouched(value):
    assert content(BLOB, value, raw=False) == b"[1,  2]"


DATA = {"name": "a/b", "Order": {"Id": 7, "paid": True}, "DequeueCount": "1"}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("x/{name}.txt", "x/a/b.txt"),
        ("{order.id}-{ORDER.Paid}", "7-True"),
        ("{dequeueCount}{{x}}", "1{x}"),
        ("{datetime:yyyy-MM-dd}/{datetime:HHmmss}", "2026-01-01/000000"),
    ],
)
def test_names_in_paths_are_filled(template, text):
    assert filled(template, DATA, ManualClock().now()) == text


def test_each_random_name_is_another():
    assert filled("{rand-guid}", {}) != filled("{rand-guid}", {})


@pytest.mark.parametrize("template", ["{missing}", "{name.part}", "{name:x}", "{datetime:fff}"])
def test_a_name_that_stands_for_nothing_fails(template):
    with pytest.raises(ExpressionError):
        filled(template, DATA)


def outgoing_app():
    made = app()

    async def fan(message: func.QueueMessage, out: func.Out[str]) -> str:
        text = message.get_body().decode()
        if text != "nothing":
            out.set(text)
        if text == "fail":
            raise ValueError(text)
        return f"told {text}"

    told = made.queue_output("$return", queue_name="TOLD-{mood}", connection="")(fan)
    out = made.queue_output("out", queue_name="other", connection="")(told)
    made.queue_trigger("message", queue_name="incoming", connection="")(out)
    return made


def encoded(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.b64encode(text.encode()).decode()


async def test_outputs_are_written_together_after_the_function():
    clock = ManualClock()
    async with staged(outgoing_app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("incoming", encoded({"mood": "glad"}))
        await stage.advance(2)
        assert queues.texts("other") == [encoded('{\n  "mood": "glad"\n}')]
        assert queues.texts("told-glad") == [encoded('told {"mood": "glad"}')]
        assert queues.texts("incoming") == []


async def test_nothing_goes_out_when_the_function_fails_or_an_output_cannot_be_sent():
    clock = ManualClock()
    async with staged(outgoing_app(), clock) as stage:
        queues = stage.storage.queues()
        await queues.put("incoming", encoded("fail"))
        await stage.advance(2)
        assert queues.texts("incoming-poison") == [encoded("fail")]
        await queues.put("incoming", encoded("moodless"))
        await stage.advance(2)
        # The other output was sent: they go out together, each for itself, at every attempt.
        assert queues.texts("other") == [encoded("moodless")] * 5
        assert queues.texts("incoming-poison") == [encoded("fail"), encoded("moodless")]


async def test_an_http_function_may_send_messages_too():
    made = app()

    def order(req: func.HttpRequest, out: func.Out[bytes]) -> str:
        out.set(req.get_body())
        return "taken"

    bound = made.queue_output("out", queue_name="orders-{shop}", connection="")(order)
    made.route(route="shops/{shop}/orders")(bound)
    clock = ManualClock()
    async with staged(app(), clock) as stage:
        around = stage.around
        async with serving(made, bindings=around.bindings()) as served:
            path = "/api/shops/north/orders?shop=south"
            async with served.client.post(path, data=b'{"shop": "east"}') as response:
                assert (response.status, await response.text()) == (200, "taken")
        assert stage.storage.queues().texts("orders-north") == [encoded('{"shop": "east"}')]


async def test_an_output_that_the_service_refuses_fails_the_call():
    made = app()

    def order(req: func.HttpRequest, out: func.Out[str]) -> str:
        out.set("x")
        return "taken"

    made.route(route="x")(made.queue_output("out", queue_name="full", connection="")(order))
    async with staged(app(), ManualClock()) as stage:

        async def refuse(queue: str, text: str) -> None:
            raise Refused(413, "RequestBodyTooLarge", f"{queue} {text}")

        stage.storage.queues().put = refuse
        async with (
            serving(made, bindings=stage.around.bindings()) as served,
            served.client.get("/api/x") as response,
        ):
            assert response.status == 500


def test_texts_go_out_plain_when_host_json_says_so():
    plain = {"extensions": {"queues": {"messageEncoding": "none"}}}
    assert not QueueOptions.of(settings(plain)).base64
