"""What a function returns reaches the client as the real host would send it."""

import json

import azure.functions as func
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localhost.http_response import Reply, ResponseError, reply
from localhost.outputs import Out

TEXT = "text/plain; charset=utf-8"

TEXTS = {
    "plain text": ("hello", "hello"),
    "a JSON object is indented": ('{"a":[1,{}]}', '{\n  "a": [\n    1,\n    {}\n  ]\n}'),
    "a JSON array is indented": ("[1,2]", "[\n  1,\n  2\n]"),
    "a JSON string loses its quotes": ('"x"', "x"),
    "true gets .NET's capital": ("true", "True"),
    "a number stays": ("12", "12"),
    "null is empty": ("null", ""),
    "the empty string is empty": ("", ""),
    "blanks are empty": (" \n", ""),
    "text that only begins as JSON": ('{"a":1} tail', '{"a":1} tail'),
    "letters beyond ASCII": ('{"a":"é"}', '{\n  "a": "é"\n}'),
    "nesting without end": ("[" * 100_000, "[" * 100_000),
}


@pytest.mark.parametrize(("returned", "body"), TEXTS.values(), ids=TEXTS.keys())
def test_a_str(returned, body):
    assert reply(returned, {}) == Reply(200, (("Content-Type", TEXT),), body.encode())


def described(**members):
    return reply(json.dumps(members), {})


def test_an_object_with_a_body_describes_the_response():
    answer = described(Body={"a": 1}, statusCode=201, headers={"X-A": "b", "X-Flag": True})
    assert answer.status == 201
    assert answer.body == b'{"a":1}'
    assert answer.header("x-a") == "b"
    assert answer.header("x-flag") == "True"
    assert answer.header("content-type") == TEXT


@pytest.mark.parametrize(
    ("status", "sent"), [(404, 404), ("410", 410), ("x", 200), (True, 200), (None, 200)]
)
def test_a_described_status_is_a_number_or_its_text(status, sent):
    assert described(body="", status=status).status == sent


def test_a_described_content_type_wins():
    answer = described(body="<p>", headers={"content-type": "text/html"})
    assert [name for name, _ in answer.headers] == ["content-type"]


def test_described_cookies_are_set():
    cookies = [{"name": "a", "value": "1", "path": "/", "httpOnly": True, "maxAge": 5}]
    answer = described(body=None, cookies=cookies)
    assert answer.header("Set-Cookie") == "a=1; HttpOnly; Max-Age=5; Path=/"
    assert answer.body == b""


TYPES = {
    "the default": ({}, TEXT),
    "a mime type other than text is bare": ({"mimetype": "application/json"}, "application/json"),
    "another charset": ({"charset": "latin-1"}, "text/plain; charset=latin-1"),
    "the header wins": ({"headers": {"Content-Type": "a/b"}}, "a/b"),
}


@pytest.mark.parametrize(("fields", "sent"), TYPES.values(), ids=TYPES.keys())
def test_the_content_type_of_an_http_response(fields, sent):
    assert reply(func.HttpResponse("x", **fields), {}).header("content-type") == sent


def test_an_http_response_goes_out_as_it_is():
    answer = reply(func.HttpResponse(b"\x00\xff", status_code=202, headers={"X-A": "1"}), {})
    assert (answer.status, answer.body, answer.header("x-a")) == (202, b"\x00\xff", "1")


def test_of_a_repeated_header_the_last_wins_but_cookies_all_go_out():
    response = func.HttpResponse("x")
    for name, value in (("X-A", "1"), ("x-a", "2"), ("Set-Cookie", "a=1; Path=/; Secure")):
        response.headers.add(name, value)
    response.headers.add("Set-Cookie", "b=2")
    answer = reply(response, {})
    assert [pair for pair in answer.headers if pair[0].lower() == "x-a"] == [("x-a", "2")]
    cookies = [value for name, value in answer.headers if name == "Set-Cookie"]
    assert cookies == ["a=1; Path=/; Secure", "b=2"]


BAD = {
    "a status of two digits": func.HttpResponse("x", status_code=99),
    "a status of four digits": func.HttpResponse("x", status_code=1000),
    "a status that is no number": func.HttpResponse("x", status_code="fine"),  # type: ignore[arg-type]
    "a header name with a blank": func.HttpResponse("x", headers={"a b": "1"}),
    "a header value beyond ASCII": func.HttpResponse("x", headers={"a": "é"}),
    "a header value with a control sign": func.HttpResponse("x", headers={"a": "\x01"}),
    "a length that is not the body's": func.HttpResponse("x", headers={"Content-Length": "9"}),
    "a dict": {"a": 1},
    "bytes": b"x",
}


@pytest.mark.parametrize("returned", BAD.values(), ids=BAD.keys())
def test_it_cannot_be_sent(returned):
    with pytest.raises(ResponseError):
        reply(returned, {})


def test_a_named_output_is_the_answer_and_204_when_never_set():
    out = Out()
    assert reply(None, {"res": out}) == Reply(204)
    out.set("first")
    out.set(func.HttpResponse("last", status_code=201))
    assert reply(None, {"res": out}).status == 201


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_json_keeps_its_meaning_whatever_the_layout(value):
    sent = reply(json.dumps([value]), {}).body
    assert json.loads(sent) == [value]
