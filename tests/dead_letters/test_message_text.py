"""What the texts of queue messages hold."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.message_text import all_json, as_json, decoded


def base64_of(text: str | bytes) -> str:
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


@pytest.mark.parametrize("inner", ['{"a": 1}', "[1, 2]", '{"é": "𝄞"}', ' {"a": {}} \r\n'])
def test_base64_of_a_json_object_or_array_is_taken_off(inner):
    assert decoded(base64_of(inner)) == inner
    assert decoded(f" {base64_of(inner)}\n") == inner


@pytest.mark.parametrize(
    "text",
    [
        "test",  # four letters that happen to be base64
        "",
        "dGVzdA==",  # base64 of what is no JSON
        "MTIz",  # base64 of 123, which nobody sends
        base64_of(b"\xff\xfe{}"),
        base64_of('{"a": NaN}'),
        base64_of('{"a": 1}').replace("=", ""),
        '{"a": 1}',
        "𝄞",
    ],
)
def test_every_other_text_stays_as_it_is(text):
    assert decoded(text) == text


def test_an_object_is_read_with_and_without_base64_and_byte_order_mark():
    for text in ('{"a": [1]}', '\ufeff{"a": [1]}', base64_of('\ufeff{"a": [1]}')):
        assert as_json(text) == {"a": [1]}


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "7",
        '"{}"',
        "null",
        "{",
        '{"a": Infinity}',
        '{"a": 1e999}',
        '{"a": "\\ud800"}',  # half a surrogate pair: it could never be written again
        '{"a": ' + "9" * 5000 + "}",
        '{"a":' * 100_000,
        "",
    ],
)
def test_what_is_no_object_or_could_not_be_written_again_is_none(text):
    assert as_json(text) is None


def test_one_object_and_an_array_of_objects_are_alike():
    assert all_json('{"a": 1}') == all_json('[{"a": 1}]') == [{"a": 1}]
    assert all_json(base64_of('[{"a": 1}, {}]')) == [{"a": 1}, {}]
    assert all_json("[]") == []
    assert all_json("[1]") is all_json("1") is all_json("junk") is None


@given(st.text() | st.binary().map(base64_of))
def test_no_text_breaks_the_reader(text):
    for read in (decoded, as_json, all_json):
        read(text)


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none()))
def test_an_object_is_found_again_however_it_is_packed(told):
    text = json.dumps(told)
    assert as_json(text) == as_json(base64_of(text)) == told
