"""The orders of the lists as a CSV file: each once, in bounded memory, whatever comes between."""

import csv
import gc
import io
import tracemalloc
from collections.abc import Sequence

import pytest

from blueprints.bodies import NAME
from shared.application.jobs import export_orders
from shared.application.jobs.export_orders import CUSTOMER_ID, TYPE, ExportOrders
from shared.application.jobs.job import JobStatus
from shared.application.jobs.slice import Slice
from shared.application.jobs.work import BadPayload
from shared.blobs.memory import MemoryBlobs
from shared.blobs.port import PIECE
from shared.domain.order.state import OrderStatus
from shared.names import EXPORTS
from shared.projections.order_list import MODEL, OrderList
from shared.projections.rows import MemoryRows, Row
from shared.projections.views import Views
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal
from tests.jobs.listed_orders import list_orders, order_view
from tests.jobs.scene import Scene, a_job

FILE = "orders/job-1.csv"


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    """So that few orders are many pages and pieces."""
    monkeypatch.setattr(export_orders, "PAGE", 7)
    monkeypatch.setattr(export_orders, "FULL", 1_000)


def scene_over(memory: Memory) -> Scene:
    scene = Scene(memory=memory)
    wiring = memory.wiring
    scene.works[TYPE] = ExportOrders(wiring.orders, wiring.blobs, memory.clock)
    return scene


async def exported(scene: Scene, **payload: str) -> list[dict[str, str]]:
    payload = scene.works[TYPE].read(payload)
    await scene.submit(a_job("job-1", TYPE, **payload))
    await scene.drain()
    job = await scene.job()
    assert job.status is JobStatus.SUCCEEDED, job.error
    assert job.result
    content = await scene.memory.blobs.read(EXPORTS, FILE)
    assert content
    assert (job.result["file"], job.result["bytes"]) == (FILE, len(content))
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert job.result["rows"] == len(rows)
    return rows


def numbers(rows: list[dict[str, str]]) -> list[int]:
    return [int(row["orderId"].removeprefix("order-")) for row in rows]


async def test_every_order_is_a_line_the_newest_first():
    scene = scene_over(Memory())
    await list_orders(scene.memory.wiring.read_models.views, 50)
    rows = await exported(scene)
    assert numbers(rows) == list(range(1, 51))
    assert rows[0] == {
        "orderId": "order-1",
        "customerId": "ada",
        "status": "completed",
        "placedAt": "2026-11-23T08:59:00.000Z",
        "totalAmount": "101",
        "totalCurrency": "EUR",
        "outcomeCode": "",
    }
    info = await scene.memory.blobs.head(EXPORTS, FILE)
    assert info
    assert info.content_type == "text/csv; charset=utf-8"


async def test_nothing_to_export_is_a_file_of_its_header():
    assert await exported(scene_over(Memory())) == []


@pytest.mark.parametrize("count", [7, 14, 21])
async def test_orders_that_fill_their_last_piece_leave_no_empty_one_behind(count, monkeypatch):
    monkeypatch.setattr(export_orders, "FULL", 1)  # a page a piece, and then a page of nothing
    scene = scene_over(Memory())
    await list_orders(scene.memory.wiring.read_models.views, count)
    assert len(await exported(scene)) == count


async def test_a_slice_that_is_over_before_its_first_page_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(export_orders, "FULL", 1)
    scene = scene_over(Memory())
    await list_orders(scene.memory.wiring.read_models.views, 30)
    # Looked at before each piece and, but for the header's, before each page: in between it ends.
    looks = iter([False, False, False, False, True, True])
    monkeypatch.setattr(Slice, "is_over_time", lambda _slice: next(looks, False))
    assert numbers(await exported(scene)) == list(range(1, 31))
    assert (await scene.job()).attempts == 2


async def test_an_order_that_has_no_price_yet_has_empty_cells():
    scene = scene_over(Memory())
    view = order_view(1, OrderStatus.ACCEPTED)
    view.document["total"] = None
    await scene.memory.wiring.read_models.views.show(MODEL, view)
    (row,) = await exported(scene)
    assert (row["totalAmount"], row["totalCurrency"]) == ("", "")


async def test_filters_are_those_of_the_lists():
    scene = scene_over(Memory())
    views = scene.memory.wiring.read_models.views
    for number in range(1, 13):
        status = OrderStatus.FAILED if number % 2 else OrderStatus.COMPLETED
        await views.show(MODEL, order_view(number, status, "bob" if number % 3 else "ada"))
    rows = await exported(
        scene,
        status="failed",
        customerId="bob",
        placedAfter="2026-11-23T08:50:00Z",
        placedBefore="2026-11-23T09:58:00+01:00",
    )
    assert numbers(rows) == [5, 7]


async def test_orders_that_move_while_it_pages_are_neither_missed_nor_doubled():
    memory = Memory()
    views = memory.wiring.read_models.views
    turns: list[int] = []

    class Busy(MemoryRows):
        """Before each page every order takes another status, and a new one comes."""

        async def page(self, partition, after, before, limit):
            turns.append(len(turns) + 1)
            for number in range(1, 41):
                status = list(OrderStatus)[(turns[-1] + number) % len(OrderStatus)]
                await views.show(MODEL, order_view(number, status, version=turns[-1] + 1))
            await views.show(MODEL, order_view(-turns[-1]))
            return await super().page(partition, after, before, limit)

    scene = scene_over(memory)
    await list_orders(views, 40)
    busy = Busy()
    busy._rows, busy._etags = memory.rows._rows, memory.rows._etags
    scene.works[TYPE] = ExportOrders(OrderList(Views(busy)), memory.blobs, memory.clock)
    assert numbers(await exported(scene)) == list(range(1, 41))
    assert len(turns) > 5


@pytest.mark.parametrize("after", [False, True])
async def test_a_worker_that_dies_anywhere_leaves_a_whole_file_to_the_next(after):
    for request_number in range(1, 1_000):
        scene = scene_over(Memory())
        await list_orders(scene.memory.wiring.read_models.views, 50)
        await scene.submit(a_job("job-1", TYPE))
        survived = await _killed_at(scene, request_number, after)
        assert numbers(await exported(scene)) == list(range(1, 51))
        if survived:
            assert request_number > 20
            return


async def _killed_at(scene: Scene, request_number: int, after: bool) -> bool:
    """One delivery to a process that dies at this request to the rows, the records or the blobs."""
    dies, memory = [request_number], scene.memory
    rows, records, blobs = memory.rows, memory.records, memory.blobs
    memory.rows, memory.records = (Mortal(each, dies, after=after) for each in (rows, records))
    memory.replaced = {"blobs": Mortal(blobs, dies, after=after)}
    work, scene.works = scene.works, scene_over(memory).works
    try:
        await scene.deliver()
    except Died:
        return False
    else:
        return True
    finally:
        memory.rows, memory.records, memory.replaced = rows, records, {}
        scene.works = work


async def test_two_workers_on_one_export_make_one_file():
    """The first one's message came to another; it wakes up late and stages pieces of its own."""
    scene = scene_over(Memory())
    memory = scene.memory
    await list_orders(memory.wiring.read_models.views, 50)

    class Slow(MemoryBlobs):
        async def stage(self, container, name, piece, content):
            if piece.startswith("00001-000001"):
                await scene.worker().process('{"jobId": "job-1"}')
                content = b"late and wrong\r\n"
            await super().stage(container, name, piece, content)

    memory.blobs = Slow(memory.clock)
    scene.works[TYPE] = ExportOrders(memory.wiring.orders, memory.blobs, memory.clock)
    assert numbers(await exported(scene)) == list(range(1, 51))
    assert (await scene.job()).attempts == 2


async def test_an_export_that_rested_until_its_pieces_were_gone_begins_anew():
    scene = scene_over(Memory())
    memory = scene.memory
    await list_orders(memory.wiring.read_models.views, 50)
    await scene.submit(a_job("job-1", TYPE))
    await _killed_at(scene, 30, True)
    assert (await scene.job()).checkpoint
    memory.blobs._pieces.clear()
    assert numbers(await exported(scene)) == list(range(1, 51))


async def test_the_progress_grows_with_the_time_that_is_walked_through():
    scene = scene_over(Memory())
    seen = []
    write = scene.memory.records.write

    async def watched(partition, batch):
        if partition == "jobs":
            seen.append(batch.guard.fields["document"]["progress"])
        return await write(partition, batch)

    scene.memory.records.write = watched
    views = scene.memory.wiring.read_models.views
    for day in range(60):
        await views.show(MODEL, order_view(1 + day * 24 * 60))
    await exported(scene)
    assert seen == sorted(seen)
    assert len({value for value in seen if 0 < value < 1}) >= 2


@pytest.mark.parametrize(
    ("payload", "pointers"),
    [
        ({"placedAfter": "yesterday"}, ["/placedAfter"]),
        ({"placedBefore": 7, "status": "gone"}, ["/placedBefore", "/status"]),
        ({"customerId": "a|=paid"}, ["/customerId"]),
        ({"customerId": "ada\n"}, ["/customerId"]),
        ({"placedafter": None, "a/b~": 1}, ["/placedafter", "/a~1b~0"]),
        (
            {"placedAfter": "2026-11-23T09:00:00Z", "placedBefore": "2026-11-23T09:00:00Z"},
            ["/placedBefore"],
        ),
    ],
)
def test_a_payload_tells_all_its_faults(payload, pointers):
    with pytest.raises(BadPayload) as raised:
        scene_over(Memory()).works[TYPE].read(payload)
    assert [each.pointer for each in raised.value.faults] == pointers


def test_a_payload_that_was_read_reads_the_same_again():
    work = scene_over(Memory()).works[TYPE]
    given = {
        "placedAfter": "2026-11-23T10:00:00.123456+01:00",
        "status": "paid",
        "customerId": None,
    }
    read = work.read(given)
    assert read == {"placedAfter": "2026-11-23T09:00:00.123456Z", "status": "paid"}
    assert work.read(read) == read


def test_a_customer_here_is_a_customer_there():
    assert f"^{CUSTOMER_ID}$" == NAME


class Shelf(MemoryRows):
    """A list of so many orders that are made up when they are asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    async def page(self, partition: str, after: str, before: str, limit: int) -> Sequence[Row]:
        last = after.rpartition("order-")[2]
        first = int(last) + 1 if last.isdigit() else 1
        end = min(first + limit, self._count + 1)
        views = (order_view(number) for number in range(first, end))
        return [Row(f"in|{each.keys[0]}", {"document": each.document}) for each in views]


class Sink(MemoryBlobs):
    """Where blobs are only counted."""

    size = 0

    async def stage(self, container, name, piece, content):
        assert len(content) <= PIECE
        self.size += len(content)

    async def commit(self, container, name, pieces, content_type):
        assert pieces


async def _peak(count: int) -> tuple[int, int]:
    """The most memory that an export of so many took, and the size of its file."""
    scene = Scene()
    blobs = Sink(scene.clock)
    scene.works[TYPE] = ExportOrders(OrderList(Views(Shelf(count))), blobs, scene.clock)
    await scene.submit(a_job("job-1", TYPE))
    gc.collect()  # what other tests left is not ours
    tracemalloc.start()
    try:
        await scene.drain()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    result = (await scene.job()).result
    assert result
    assert (result["rows"], result["bytes"]) == (count, blobs.size)
    return peak, blobs.size


async def test_ten_times_the_orders_take_no_more_memory(monkeypatch):
    monkeypatch.setattr(export_orders, "PAGE", 100)
    monkeypatch.setattr(export_orders, "FULL", 20_000)
    few, small = await _peak(2_000)
    many, large = await _peak(20_000)
    # Rows in memory weigh more than lines in the file; the rest is when garbage is collected.
    assert many - few < (large - small) / 2
