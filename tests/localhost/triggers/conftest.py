"""Fixtures of the trigger tests."""

import pytest

from localhost.clock import ManualClock


@pytest.fixture
def clock():
    return ManualClock()
