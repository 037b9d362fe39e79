"""host.json's figures for queues, and their bounds (reference/host-triggers.md 3.1)."""

import pytest

from localhost.errors import SettingsError
from localhost.triggers.queue_options import Limits, QueueOptions
from tests.localhost.serving import settings
from tests.localhost.triggers.work import configured


def test_defaults_and_development():
    limits = QueueOptions.of(settings()).limits
    assert (limits.batch, limits.longest_rest, limits.attempts) == (16, 60, 5)
    assert limits.threshold % 8 == 0
    local = settings(AZURE_FUNCTIONS_ENVIRONMENT="Development")
    assert QueueOptions.of(local).limits.longest_rest == 2
    given = {"batchSize": 1, "newBatchThreshold": 0, "maxPollingInterval": "00:00:05",
             "visibilityTimeout": "00:00:10", "maxDequeueCount": 3}  # fmt: skip
    assert QueueOptions.of(configured(**given)).limits == Limits(1, 0, 5, 10, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batchSize", 0), ("batchSize", 33), ("newBatchThreshold", -1), ("maxDequeueCount", 0),
        ("maxPollingInterval", "00:00:00.05"), ("messageEncoding", "hex"),
        ("visibilityTimeout", "soon"),
    ],
)  # fmt: skip
def test_values_out_of_bounds_stop_the_start_and_name_the_key(name, value):
    with pytest.raises(SettingsError, match=rf"extensions\.queues\.{name}"):
        QueueOptions.of(configured(**{name: value}))
