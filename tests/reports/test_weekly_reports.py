"""Reports on storage: counted in slices, written once, the same whenever they are made."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from blueprints.weekly_report import KIND, reports_of
from shared.application import weekly_count
from shared.application.dead_letters import KIND as DEAD_LETTERS
from shared.domain.order.events import OrderCompleted
from shared.names import REPORTS, TEMP
from shared.records import Record, Records
from shared.reports.formats import Format
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.reports.making import RUN, made, stored, where
from tests.reports.past import WEEK, Telling, happened, moment, sold
from tests.reports.scene import orders, orders_before


@pytest.fixture
async def shop():
    memory = Memory()
    for order_id, story in {**orders(), **orders_before()}.items():
        await happened(memory.wiring, order_id, story)
    return memory


async def document(memory, week=WEEK):
    return json.loads(await stored(memory, week=week))


async def file_letter(memory, letter_id, at, queue="data-processing-queue"):
    record = Record(letter_id, at, {}, ("all",), {"queue": queue})
    return await Records(memory.records, DEAD_LETTERS).write(record, None)


async def test_a_report_tells_of_the_week_beside_the_week_before(shop):
    await made(shop)
    report = await document(shop)
    assert report["orders"] == {"value": 13, "before": 3}
    assert report["busiestDay"] == {"value": 5, "before": 1}
    assert report["outcomes"][0]["orders"] == {"value": 6, "before": 2}


async def test_the_same_week_gives_the_same_bytes_in_any_slices(shop, monkeypatch):
    names = ("tally.json", "report.json", "report.csv", "report.html")
    await made(shop)
    whole = {name: await stored(shop, name) for name in names}
    monkeypatch.setattr(weekly_count, "SLICE", 1)
    again = Memory()
    for order_id, story in reversed({**orders_before(), **orders()}.items()):
        await happened(again.wiring, order_id, story)
    await made(again, run="another")
    assert {name: await stored(again, name) for name in names} == whole


async def test_a_later_run_tells_the_same_whatever_happened_since(shop):
    await made(shop)
    first = await stored(shop)
    later = Memory()
    for order_id, story in {**orders(), **orders_before()}.items():
        since = [(WEEK.cut_off + timedelta(milliseconds=1), OrderCompleted())]
        more = since if order_id == "o-open" else []
        await happened(later.wiring, order_id, [*story, *more])
    await happened(later.wiring, "next", sold("next", WEEK.ends_at))
    later.clock.forward(days=300)
    await made(later)
    assert await stored(later) == first


async def test_what_happened_at_the_cut_off_itself_is_told():
    memory = Memory()
    telling = Telling(moment(7)).placed("o")
    await happened(
        memory.wiring, "o", [*telling.story, (WEEK.cut_off, telling.cancelled().story[-1][1])]
    )
    await made(memory)
    assert [each["orders"]["value"] for each in (await document(memory))["outcomes"]][2] == 1


async def test_making_a_report_again_leaves_it_as_it_is(shop):
    await made(shop)
    before = await shop.blobs.head(REPORTS, await where(shop))
    assert before is not None
    assert (await made(shop, run="again")).differing == ()
    assert await shop.blobs.head(REPORTS, await where(shop)) == before


async def test_a_report_that_would_be_another_is_kept_and_told_loudly(shop, caplog):
    await made(shop)
    before = await stored(shop)
    await happened(shop.wiring, "late", sold("late", moment(2)))
    written = await made(shop, run="again")
    assert written.differing == ("tally.json", "report.json", "report.csv", "report.html")
    assert await stored(shop) == before
    assert '"action": "report_differs"' in caplog.text
    assert "ERROR" in caplog.text


async def test_files_that_were_deleted_come_back(shop):
    await made(shop)
    before = await stored(shop)
    await shop.blobs.remove(REPORTS, await where(shop))
    assert (await made(shop, run="again")).differing == ()
    assert await stored(shop) == before


async def test_a_file_that_was_changed_is_not_believed_and_comes_back(shop, caplog):
    await made(shop)
    before, reports = await stored(shop), reports_of(shop.wiring)
    tag = await reports.etag(WEEK, Format.JSON)
    assert tag is not None
    await shop.blobs.write(REPORTS, await where(shop), before + b" ", "application/json")
    assert await reports.read(WEEK, Format.JSON, tag) is None
    assert '"action": "report_damaged"' in caplog.text
    assert (await made(shop, run="again")).differing == ()
    assert await reports.read(WEEK, Format.JSON, tag) == before


async def test_sums_that_were_changed_are_counted_anew_for_the_next_week(shop):
    await made(shop, WEEK.previous)
    place = await where(shop, "tally.json", WEEK.previous)
    await shop.blobs.write(REPORTS, place, b'{"placed": {"1T09": 99}}', "application/json")
    await made(shop)
    assert (await document(shop))["orders"] == {"value": 13, "before": 3}


async def test_files_of_a_run_that_never_ended_are_no_report(shop):
    await shop.blobs.write(REPORTS, f"{WEEK}/report.json", b"half", "application/json")
    assert (await made(shop)).differing == ()
    assert (await document(shop))["orders"]["value"] == 13


async def test_no_paper_is_left_behind(shop):
    await made(shop)
    assert (await shop.blobs.page(TEMP, "weekly-report/", None, 100)).blobs == []


async def test_nor_are_papers_of_a_week_before_that_was_reported_meanwhile(shop):
    reports = reports_of(shop.wiring)
    for day in WEEK.previous.days:
        await reports.count.count(WEEK, day, RUN)
    await made(shop, WEEK.previous)
    await made(shop)
    assert (await shop.blobs.page(TEMP, "weekly-report/", None, 100)).blobs == []


async def test_the_week_before_is_read_from_its_own_report(shop):
    await made(shop, WEEK.previous)
    reports = reports_of(shop.wiring)
    written = await reports.write(WEEK, RUN)
    assert written.left == WEEK.days
    await made(shop)
    assert (await document(shop))["orders"] == {"value": 13, "before": 3}


async def test_a_paper_of_another_run_or_program_is_counted_anew(shop):
    day = WEEK.days[0]
    reports = reports_of(shop.wiring)
    await reports.count.count(WEEK, day, "earlier")
    assert await reports.count.counted(WEEK, day, RUN) is None
    paper = f"weekly-report/{WEEK}/{day}.json"
    await shop.blobs.write(TEMP, paper, b'{"run": 1}', "application/json")
    assert await reports.count.counted(WEEK, day, RUN) is None
    assert (await reports.count.count(WEEK, day, RUN)).is_complete
    tally = await reports.count.counted(WEEK, day, RUN)
    assert tally is not None
    assert tally.ends["completed"].count == 1


async def test_a_slice_that_ran_twice_counts_once(shop, monkeypatch):
    monkeypatch.setattr(weekly_count, "SLICE", 2)
    reports, day = reports_of(shop.wiring), WEEK.days[4]
    while not (await reports.count.count(WEEK, day, RUN)).is_complete:
        pass
    assert (await reports.count.count(WEEK, day, RUN)).is_complete
    tally = await reports.count.counted(WEEK, day, RUN)
    assert tally is not None
    assert sum(tally.placed.values()) == 3


async def test_an_unreadable_order_is_told_and_holds_up_nobody(shop, caplog):
    head = await shop.store.head("order-o-yen")
    unknown = replace(
        head.tip[-1], event_id="odd", version=head.version + 1, type="OrderTeleported"
    )
    await shop.store.append(head, [unknown], head.snapshot)
    await made(shop)
    report = await document(shop)
    assert report["unreadable"] == {"orders": {"value": 1, "before": 0}, "orderIds": ["o-yen"]}
    assert report["orders"]["value"] == 13
    assert '"action": "order_unreadable"' in caplog.text


async def test_dead_letters_are_counted_by_the_day_they_were_filed(shop, monkeypatch):
    monkeypatch.setattr(weekly_count, "SLICE", 2)
    for number in range(5):
        await file_letter(shop, f"in-{number}", moment(3, seconds=number))
    await file_letter(shop, "first", WEEK.starts_at, "upload-events")
    await file_letter(shop, "before", WEEK.starts_at - timedelta(milliseconds=1))
    await file_letter(shop, "after", WEEK.ends_at)
    await made(shop)
    report = await document(shop)
    assert report["deadLetters"] == {"value": 6, "before": 1}
    assert [(each["queue"], each["messages"]["value"]) for each in report["queues"]] == [
        ("data-processing-queue", 5),
        ("upload-events", 1),
    ]


async def test_letters_that_were_forgotten_since_change_no_report(shop):
    letter = await file_letter(shop, "one", moment(3))
    await made(shop)
    await Records(shop.records, DEAD_LETTERS).remove(letter)
    assert (await made(shop, run="later")).differing == ()


async def test_a_week_without_orders_is_a_report_too():
    memory = Memory()
    await made(memory)
    assert (await document(memory))["orders"] == {"value": 0, "before": 0}


async def test_every_file_is_named_by_its_bytes(shop):
    await made(shop)
    reports = reports_of(shop.wiring)
    tags = {await reports.etag(WEEK, each) for each in Format}
    assert len(tags) == len(Format)
    assert await reports.etag(WEEK.next, Format.JSON) is None
    assert await reports.newest(shop.clock()) == WEEK


@pytest.mark.parametrize("after", [False, True])
async def test_a_process_that_dies_at_any_request_leaves_nothing_another_cannot_end(shop, after):
    whole = Memory(store=shop.store, rows=shop.rows)
    await made(whole)
    deaths = 0
    for nth in itertools.count(1):
        mortal: Any = Memory(store=shop.store, rows=shop.rows)
        dies = [nth]
        blobs, rows = mortal.blobs, mortal.records
        mortal.blobs, mortal.records = (Mortal(each, dies, after=after) for each in (blobs, rows))
        try:
            await made(mortal)
        except Died:
            deaths += 1
        mortal.blobs, mortal.records = blobs, rows
        assert (await made(mortal)).differing == ()  # the platform runs it again
        for name in ("report.json", "report.csv", "report.html", "tally.json"):
            assert await stored(mortal, name) == await stored(whole, name)
        assert await Records(rows, KIND).read(str(WEEK)) is not None
        if dies[0] > 0:
            break
    assert deaths > 60
