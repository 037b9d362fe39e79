"""Dataclasses go to plain JSON and come back the same, or say why not."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.plain import NotPlain, from_plain, shape, to_plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    some_number: int


@dataclass(frozen=True, slots=True)
class Outer:
    text: str
    yes: bool
    ratio: float
    moment: datetime
    colour: Colour
    inner: tuple[Inner, ...]
    by_name: dict[str, Inner]
    maybe: Inner | None = None


moments = st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1)).map(  # noqa: DTZ001 - hypothesis adds the zone
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)


@given(st.builds(Outer, moment=moments, ratio=st.floats(allow_nan=False, allow_infinity=False)))
def test_what_goes_to_plain_json_comes_back_the_same(value):
    assert from_plain(Outer, json.loads(json.dumps(to_plain(value)))) == value


def test_members_are_camel_case_and_moments_end_in_z():
    moment = datetime(2026, 11, 23, 9, 0, 0, 5000, tzinfo=UTC)
    value = Outer("", True, 1.5, moment, Colour.RED, (Inner(1),), {"a": Inner(2)})
    assert to_plain(value) == {
        "text": "",
        "yes": True,
        "ratio": 1.5,
        "moment": "2026-11-23T09:00:00.005Z",
        "colour": "red",
        "inner": [{"someNumber": 1}],
        "byName": {"a": {"someNumber": 2}},
        "maybe": None,
    }


@pytest.mark.parametrize(
    "plain", [{"someNumber": "1"}, {"someNumber": True}, {"someNumber": 1.5}, {}, None, [], "x"]
)
def test_what_does_not_fit_is_refused(plain):
    with pytest.raises(NotPlain):
        from_plain(Inner, plain)


def test_a_value_without_a_plain_form_is_refused():
    with pytest.raises(NotPlain, match="complex"):
        to_plain(1j)


@pytest.mark.parametrize("kind", [int | str, set[int], complex])
def test_a_type_without_a_plain_form_is_refused(kind):
    with pytest.raises(NotPlain):
        from_plain(kind, 1)


def test_the_shape_of_a_type_changes_with_a_field_deep_inside():
    @dataclass(frozen=True)
    class Wider:
        some_number: int
        more: str

    assert shape(tuple[Inner, ...] | None) == shape(tuple[Inner, ...] | None)
    assert shape(tuple[Inner, ...] | None) != shape(tuple[Wider, ...] | None)
