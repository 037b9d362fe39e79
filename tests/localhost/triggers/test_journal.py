"""What a killed host held is given back by the next one, and what a living one holds is not."""

import dataclasses
import os

import pytest

from localhost.memory_queues import MemoryQueues
from localhost.memory_storage import MemoryStorage
from localhost.triggers.journal import SLOT, FileJournals, NoJournal
from localhost.wire import Unreachable
from tests.localhost.triggers.scene import settled, staged
from tests.localhost.triggers.work import Work, configured, encoded

ENDPOINT = "http://memory/account"


@pytest.fixture
def journals(tmp_path):
    return FileJournals("host", tmp_path)


async def messages(clock, count=1):
    queues = MemoryQueues(clock)
    for number in range(count):
        await queues.put("work", str(number))
    return await queues.receive("work", count, 600)


def killed(journal):
    """What a kill does: the file is closed, and with it its lock is gone."""
    journal._file.close()


def receipts(journal):
    return [[message.pop_receipt for message in held] for held in journal.left()]


async def test_what_a_dead_process_held_is_found_once(journals, clock):
    first, second = await messages(clock, 2)
    dead = journals.of(ENDPOINT, "work")
    dead.note(first)
    dead.note(second)
    dead.note(dataclasses.replace(first, pop_receipt="renewed"))
    killed(dead)
    journal = journals.of(ENDPOINT, "work")
    assert receipts(journal) == [["renewed", second.pop_receipt]]
    assert receipts(journal) == []
    journal.close()


async def test_what_a_dead_process_knew_of_a_message_comes_back_but_for_its_text(journals, clock):
    (message,) = await messages(clock)
    dead = journals.of(ENDPOINT, "work")
    dead.note(message)
    killed(dead)
    journal = journals.of(ENDPOINT, "work")
    assert list(journal.left()) == [[dataclasses.replace(message, text="")]]
    journal.close()


async def test_what_was_seen_off_is_forgotten_and_its_slot_taken_again(journals, clock, tmp_path):
    dead = journals.of(ENDPOINT, "work")
    for message in await messages(clock, 1000):
        dead.note(message)
        dead.drop(message)
    (last,) = await messages(clock)
    dead.note(last)
    killed(dead)
    assert max(file.stat().st_size for file in tmp_path.iterdir()) == SLOT
    journal = journals.of(ENDPOINT, "work")
    assert receipts(journal) == [[last.pop_receipt]]
    journal.close()


async def test_a_living_process_keeps_what_it_holds(journals, clock):
    living = journals.of(ENDPOINT, "work")
    for message in await messages(clock):
        living.note(message)
    journal = journals.of(ENDPOINT, "work")
    assert receipts(journal) == []
    journal.close()
    living.close()


async def test_another_queue_account_or_app_is_not_concerned(journals, clock, tmp_path):
    dead = journals.of(ENDPOINT, "work")
    for message in await messages(clock):
        dead.note(message)
    killed(dead)
    for journal in (
        journals.of(ENDPOINT, "other"),
        journals.of("http://elsewhere/account", "work"),
        FileJournals("another-app", tmp_path).of(ENDPOINT, "work"),
    ):
        assert receipts(journal) == []
        journal.close()


async def test_an_end_in_peace_leaves_no_file(journals, clock, tmp_path):
    journal = journals.of(ENDPOINT, "work")
    for message in await messages(clock):
        journal.note(message)
        journal.drop(message)
    journal.close()
    assert list(tmp_path.iterdir()) == []


async def test_a_slot_that_the_kill_tore_is_passed_over(journals, clock):
    first, second = await messages(clock, 2)
    dead = journals.of(ENDPOINT, "work")
    dead.note(first)
    dead.note(second)
    os.pwrite(dead._file.fileno(), b'["torn', 0)
    killed(dead)
    journal = journals.of(ENDPOINT, "work")
    assert receipts(journal) == [[second.pop_receipt]]
    journal.close()


async def test_a_receipt_too_long_for_a_slot_spoils_no_other(journals, clock):
    first, second = await messages(clock, 2)
    dead = journals.of(ENDPOINT, "work")
    dead.note(dataclasses.replace(first, pop_receipt="r" * SLOT))
    dead.note(second)
    killed(dead)
    journal = journals.of(ENDPOINT, "work")
    assert receipts(journal) == [[second.pop_receipt]]
    journal.close()


def test_a_folder_that_cannot_be_made_is_told_and_done_without(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    journal = FileJournals("host", tmp_path / "file" / "below").of(ENDPOINT, "work")
    assert isinstance(journal, NoJournal)
    assert "its messages of 'work' stay hidden for up to ten minutes" in caplog.text


async def test_a_journal_that_cannot_be_written_is_told_of_once(journals, clock, caplog):
    journal = journals.of(ENDPOINT, "work")
    unwritable = os.open(os.devnull, os.O_RDONLY)
    os.dup2(unwritable, journal._file.fileno())
    os.close(unwritable)
    for message in await messages(clock, 3):
        journal.note(message)
    journal.close()
    assert caplog.text.count("cannot be written any more") == 1


async def held_by_a_dead_host(clock, journals, queues, queue="work"):
    """Put a message, take it as a host does, and die."""
    await queues.put(queue, encoded("x"))
    dead = journals.of(ENDPOINT, queue)
    for message in await queues.receive(queue, 1, 600):
        dead.note(message)
    killed(dead)


async def test_the_next_host_gives_it_back_at_once_and_takes_it(journals, clock):
    work, storage = Work(), MemoryStorage(clock)
    await held_by_a_dead_host(clock, journals, storage.queues())
    async with staged(work.app(), clock, storage, journals=journals):
        await settled()
    assert [(message.get_body(), message.dequeue_count) for message in work.seen] == [(b"x", 2)]
    assert storage.queues().texts("work") == []


async def test_a_kill_in_the_last_attempt_ends_in_the_poison_queue(journals, clock):
    work, storage = Work(), MemoryStorage(clock)
    queues = storage.queues()
    await queues.put("work", encoded("x"))
    for _ in range(2):
        await queues.receive("work", 1, 0)
    dead = journals.of(ENDPOINT, "work")
    for message in await queues.receive("work", 1, 600):
        assert message.dequeue_count == 3
        dead.note(message)
    killed(dead)
    thrice = configured(maxDequeueCount=3)
    async with staged(work.app(), clock, storage, thrice, journals=journals):
        await settled()
    assert work.seen == []
    assert queues.queues.keys() == {"work", "work-poison"}
    assert (queues.texts("work"), queues.texts("work-poison")) == ([], [encoded("x")])


async def test_a_message_that_is_gone_or_somebody_elses_is_left_alone(journals, clock, caplog):
    work, storage = Work(), MemoryStorage(clock)
    await held_by_a_dead_host(clock, journals, storage.queues())
    clock.advance(601)
    await storage.queues().receive("work", 1, 600)
    async with staged(work.app(), clock, storage, journals=journals) as stage:
        await stage.advance(10)
    assert work.seen == []
    assert not [record for record in caplog.records if record.name.startswith("localhost")]


async def test_storage_that_is_away_at_the_start_leaves_the_journal_to_the_next(journals, clock):
    class Away(MemoryQueues):
        away = True

        async def hide(self, queue, message, visibility):
            if self.away:
                raise Unreachable("gone")
            return await super().hide(queue, message, visibility)

    work, storage, queues = Work(), MemoryStorage(clock), Away(clock)
    storage._queues = queues
    await held_by_a_dead_host(clock, journals, queues)
    async with staged(work.app(), clock, storage, journals=journals) as stage:
        await stage.advance(10)
    assert work.seen == []
    queues.away = False
    async with staged(work.app(), clock, storage, journals=journals) as stage:
        await stage.advance(0)
    assert work.bodies == ["x"]


async def test_a_renewed_receipt_is_the_one_that_is_kept(journals, clock):
    work, storage = Work(), MemoryStorage(clock)
    work.gate.clear()
    async with staged(work.app(), clock, storage, journals=journals) as stage:
        await storage.queues().put("work", encoded("x"))
        await stage.advance(2)
        await stage.advance(301)
        (message,) = storage.queues().queues["work"].values()
        (file,) = journals._folder.iterdir()
        assert f'"{message.pop_receipt}"' in file.read_text()


async def test_a_host_that_ends_in_peace_leaves_nothing_behind(journals, clock):
    work, storage = Work(), MemoryStorage(clock)
    async with staged(work.app(), clock, storage, journals=journals, grace=1) as stage:
        await storage.queues().put("work", encoded("x"))
        await stage.advance(2)
        assert len(list(journals._folder.iterdir())) == 1
    assert list(journals._folder.iterdir()) == []
