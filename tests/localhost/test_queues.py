"""One contract for queues, kept by the real service and by its twin."""

import uuid
from datetime import timedelta

import pytest

from localhost.account import Account
from localhost.clock import ManualClock
from localhost.memory_queues import MemoryQueues
from localhost.queues import Queues
from localhost.storage_queues import StorageQueues
from localhost.wire import Refused


@pytest.fixture(params=["memory", "azurite"])
async def queues(request):
    made: Queues
    if request.param == "memory":
        made = MemoryQueues(ManualClock())
    else:
        made = StorageQueues(Account.parse(request.getfixturevalue("azurite"), "queue"))
    yield made
    await made.close()


TEXTS = [
    "", "plain", "<a>&amp;</a>", "]]>", "<![CDATA[x]]>", "<!-- x -->", "&#13;", "eyJhIjogMX0=",
    " ", "\n", " ü\t\n\r ", "\r\n\r\n", "\t x \t", "\x7f\x85\u2028\u2029", "\ufeffmark", "\ufffd",
    "𝄞 👩\u200d👩\u200d👧 \U0010fffd", "e\u0301", "\u202etsal", "\ud7ff\ue000",
    '{"a": "\\u0000"}', "&" * 100,
]  # fmt: skip
"""Whatever XML can carry."""


@pytest.fixture
def queue():
    return f"q{uuid.uuid4().hex[:12]}"


@pytest.mark.parametrize("text", TEXTS)
async def test_a_text_comes_back_as_it_was_put(queues, queue, text):
    await queues.put(queue, text)
    (message,) = await queues.receive(queue, 32, 600)
    assert (message.text, message.dequeue_count) == (text, 1)
    assert message.expires - message.inserted == timedelta(days=7)
    assert message.next_visible >= message.inserted + timedelta(minutes=9)


@pytest.mark.parametrize("text", ["x" * 65_536, "ü" * 21_000, "👧" * 16_000])
async def test_a_text_as_long_as_azurite_takes_it_comes_back_as_it_was_put(queues, queue, text):
    await queues.put(queue, text)
    (message,) = await queues.receive(queue, 1, 600)
    assert message.text == text


@pytest.mark.parametrize(
    "text", ["a\x00", "\x01b", "\x0b", "\x0c", "\x1f", "\ud83d", "\ufffe", "\uffff"]
)
async def test_what_no_message_can_carry_is_refused_with_400_and_spoils_no_other(
    queues, queue, text
):
    await queues.put(queue, "good")
    with pytest.raises(Refused, match=r"no message carries the character '\\[ux]") as refused:
        await queues.put(queue, text)
    assert refused.value.status == 400
    assert [message.text for message in await queues.receive(queue, 32, 60)] == ["good"]


async def test_a_queue_that_is_not_there_is_refused_with_404(queues, queue):
    with pytest.raises(Refused) as refused:
        await queues.receive(queue, 1, 60)
    assert refused.value.status == 404


async def test_a_received_message_is_hidden_until_it_is_given_back(queues, queue):
    await queues.put(queue, "x")
    (first,) = await queues.receive(queue, 32, 60)
    assert await queues.receive(queue, 32, 60) == []
    await queues.hide(queue, first, 0)
    (second,) = await queues.receive(queue, 32, 60)
    assert (second.id, second.dequeue_count) == (first.id, 2)


async def test_a_renewed_message_has_a_new_receipt_and_the_old_one_is_void(queues, queue):
    await queues.put(queue, "x")
    (first,) = await queues.receive(queue, 1, 60)
    renewed = await queues.hide(queue, first, 120)
    assert renewed.next_visible >= first.next_visible
    for attempt in (queues.delete(queue, first), queues.hide(queue, first, 0)):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.status == 404
    await queues.delete(queue, renewed)
    with pytest.raises(Refused):
        await queues.delete(queue, renewed)


async def test_no_more_messages_are_received_than_asked_for(queues, queue):
    for number in range(3):
        await queues.put(queue, str(number))
    assert len(await queues.receive(queue, 2, 60)) == 2
    assert len(await queues.receive(queue, 2, 60)) == 1
