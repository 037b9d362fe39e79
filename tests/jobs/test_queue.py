"""The queue of jobs as the guide wants it, and what its function makes of a message."""

import json

import azure.durable_functions as df
import azure.functions as func
import pytest

from blueprints import job_queue
from blueprints.job_queue import job_queue_of
from shared.application.failures import Failures
from shared.application.jobs.job import UNTOUCHED
from shared.application.jobs.messages import UnreadableMessage
from shared.application.jobs.slice import LONGEST
from shared.names import JOBS
from tests.application.memory import Memory
from workbench.places import ROOT


def seconds(timespan: str) -> int:
    hours, minutes, rest = (int(part) for part in timespan.split(":"))
    return hours * 3600 + minutes * 60 + rest


def test_the_host_reads_it_as_the_guide_says():
    host = json.loads((ROOT / "host.json").read_text("utf-8"))
    queues = host["extensions"]["queues"]
    assert (queues["batchSize"], queues["newBatchThreshold"]) == (10, 0)  # guide S3.3, S3.4
    assert seconds(queues["maxPollingInterval"]) == 5  # guide S3.4
    assert queues["maxDequeueCount"] == 3  # guide S3.2
    assert seconds(queues["visibilityTimeout"]) == 300  # guide S3.1
    # A slice ends, with a minute for its last step, before the host would end the process; and a
    # job is sent again only when a message that is there would long have come.
    assert seconds(host["functionTimeout"]) >= LONGEST + 60
    assert UNTOUCHED.total_seconds() >= 2 * (600 + seconds(queues["visibilityTimeout"]))


def test_the_function_takes_bytes_from_the_queue_of_jobs():
    app = df.DFApp()
    app.register_functions(job_queue.blueprint(Memory().wiring))
    (function,) = app.get_functions()
    (binding,) = function.get_bindings_dict()["bindings"]
    assert (function.get_function_name(), binding["queueName"]) == ("ProcessJob", JOBS)
    assert (binding["connection"], str(binding["dataType"])) == ("OrdersData", "BINARY")


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'{"dequeueCount": "x", "id": 1}'])
async def test_a_message_nobody_can_read_is_noted_before_the_host_has_it_back(body):
    memory = Memory()
    with pytest.raises(UnreadableMessage):
        await job_queue_of(memory.wiring).process(func.QueueMessage(body=body))
    failures = Failures(memory.wiring.records("failures"), memory.clock)
    noted = (await failures.of(JOBS, body.decode(errors="replace"))).failed
    assert noted
    assert (noted.count, noted.reason.code) == (1, "unreadable_message")
