"""The quick parser and the SDK's own agree on every instant a host can send."""

from datetime import UTC, datetime, timedelta

import pytest
from azure.durable_functions.models.history.HistoryEvent import HistoryEvent
from dateutil.parser import parse  # type: ignore[import-untyped]  # the SDK's own parser
from hypothesis import given
from hypothesis import strategies as st

from localhost.durable.history import stamp
from localhost.durable.timestamps import quicken


def read(text: str) -> datetime:
    quicken()
    return HistoryEvent(12, -1, False, text).timestamp


INSTANTS = st.integers(0, 4 * 10**15).map(
    lambda microseconds: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
)


@given(INSTANTS)
def test_an_instant_of_ours_is_read_as_the_sdk_reads_it(moment):
    text = stamp(moment)
    assert read(text) == parse(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.1Z",
        "2026-01-01T00:00:00.1234567Z",
        "2026-01-01T00:00:00+02:00",
        "2026-01-01T00:00:00.5-08:00",
    ],
)
def test_what_net_hosts_print_is_read_to_the_microsecond(text):
    assert abs(read(text) - parse(text)) < timedelta(microseconds=1)


def test_what_the_standard_library_refuses_goes_to_the_sdks_own_parser():
    assert read("Thu, 1 Jan 2026 00:00:00 GMT") == datetime(2026, 1, 1, tzinfo=UTC)
