"""One contract for blobs, on memory and on Azure Blob Storage."""

import asyncio
import gzip
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from shared.blobs.azure_blobs import AzureBlobs
from shared.blobs.memory import MemoryBlobs
from shared.blobs.port import PIECE, Access, BadName, PiecesGone
from shared.eventstore.port import StoreUnavailable
from shared.storage_account import StorageAccount
from tests.application.memory import Clock
from tests.application.storage import NOBODY

TEXT = "text/plain"


@pytest.fixture
def there() -> str:
    """A container nobody else uses."""
    return f"c{uuid.uuid4().hex}"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


class BlobsContract:
    async def test_where_nothing_was_written_nothing_is_found(self, blobs, there):
        assert await blobs.head(there, "a") is None
        assert await blobs.read(there, "a") is None
        assert (await blobs.page(there, "", None, 10)).blobs == []
        assert await blobs.remove(there, "a")

    @pytest.mark.parametrize("content", [b"", b"short", b"x" * (PIECE * 2 + 1)])
    async def test_a_blob_is_read_as_it_was_written(self, blobs, there, content):
        assert await blobs.write(there, "a/Ünï code.txt", content, TEXT)
        assert await blobs.read(there, "a/Ünï code.txt") == content
        info = await blobs.head(there, "a/Ünï code.txt")
        assert (info.name, info.size, info.content_type) == ("a/Ünï code.txt", len(content), TEXT)

    @pytest.mark.parametrize("content", [b"", b"ab", b"abc", b"abcdef"])
    async def test_the_beginning_alone_can_be_read(self, blobs, there, content):
        await blobs.write(there, "a", content, TEXT)
        assert await blobs.read(there, "a", 3) == content[:3]

    async def test_a_new_blob_replaces_none(self, blobs, there):
        assert await blobs.write(there, "a", b"first", TEXT, new=True)
        assert not await blobs.write(there, "a", b"second", TEXT, new=True)
        assert await blobs.read(there, "a") == b"first"
        assert await blobs.write(there, "a", b"third", TEXT)
        assert await blobs.read(there, "a") == b"third"

    async def test_what_comes_in_pieces_is_seen_when_it_is_complete(self, blobs, there):
        await blobs.write(there, "a", b"old", TEXT)
        seen = []

        async def watched() -> AsyncIterator[bytes]:
            for part in (b"1" * PIECE, b"2" * (PIECE + 7), b"3"):
                seen.append(await blobs.read(there, "a"))
                yield part

        await blobs.write_all(there, "a", watched(), "text/csv")
        assert seen == [b"old"] * 3
        assert await blobs.read(there, "a") == b"1" * PIECE + b"2" * (PIECE + 7) + b"3"
        assert (await blobs.head(there, "a")).content_type == "text/csv"

    async def test_nothing_in_pieces_is_an_empty_blob(self, blobs, there):
        await blobs.write_all(there, "a", pieces(), TEXT)
        assert await blobs.read(there, "a") == b""

    async def test_staged_pieces_are_a_blob_once_they_are_committed(self, blobs, there):
        for piece, content in (("2", b"two "), ("1", b"once"), ("1", b"one "), ("9", b"extra")):
            await blobs.stage(there, "a", piece, content)
        assert await blobs.head(there, "a") is None
        await blobs.commit(there, "a", ["1", "2"], "text/csv")
        assert await blobs.read(there, "a") == b"one two "
        assert (await blobs.head(there, "a")).content_type == "text/csv"

    async def test_the_same_pieces_may_be_committed_again(self, blobs, there):
        await blobs.stage(there, "a", "1", b"one")
        for _ in range(2):
            await blobs.commit(there, "a", ["1"], TEXT)
        await blobs.stage(there, "a", "2", b"two")
        await blobs.commit(there, "a", ["1", "2"], TEXT)
        assert await blobs.read(there, "a") == b"onetwo"

    async def test_a_piece_of_nothing_is_refused(self, blobs, there):
        """As Azure does with 400, which Azurite does not."""
        with pytest.raises(ValueError, match="empty"):
            await blobs.stage(there, "a", "1", b"")

    async def test_pieces_that_are_gone_are_missed_and_the_blob_stays(self, blobs, there):
        await blobs.stage(there, "a", "1", b"one")
        await blobs.stage(there, "a", "2", b"two")
        await blobs.commit(there, "a", ["1"], TEXT)
        with pytest.raises(PiecesGone):
            await blobs.commit(there, "a", ["1", "2"], TEXT)
        with pytest.raises(PiecesGone):
            await blobs.commit(there, "never", ["1"], TEXT)
        assert await blobs.read(there, "a") == b"one"
        assert await blobs.head(there, "never") is None

    async def test_pages_go_by_name_through_one_prefix(self, blobs, there):
        for name in ("p/3", "p/1", "q/0", "p/2"):
            await blobs.write(there, name, b"", TEXT)
        first = await blobs.page(there, "p/", None, 2)
        assert [blob.name for blob in first.blobs] == ["p/1", "p/2"]
        rest = await blobs.page(there, "p/", first.marker, 2)
        assert [blob.name for blob in rest.blobs] == ["p/3"]
        assert rest.marker is None

    async def test_a_blob_that_was_replaced_is_not_removed_as_the_old_one(self, blobs, there):
        await blobs.write(there, "a", b"old", TEXT)
        old = await blobs.head(there, "a")
        await blobs.write(there, "a", b"new", TEXT)
        assert not await blobs.remove(there, "a", old.etag)
        assert await blobs.remove(there, "a", (await blobs.head(there, "a")).etag)
        assert await blobs.head(there, "a") is None
        assert await blobs.remove(there, "a", old.etag)

    async def test_of_many_that_write_a_new_blob_at_once_one_does(self, blobs, there):
        await blobs.write(there, "other", b"", TEXT)
        ends = await asyncio.gather(
            *(blobs.write(there, "a", b"%d" % n, TEXT, new=True) for n in range(5))
        )
        assert sum(ends) == 1

    @pytest.mark.parametrize(
        "name",
        ["", ".", "..", "../c/a", "a/../b", "./a", "a/..", "a\\..\\b", "a\nb", "\x7f", "a" * 1025],
    )
    async def test_a_name_that_could_lead_elsewhere_is_refused_before_anybody_is_asked(
        self, blobs, there, name
    ):
        """An identity may reach every container, and clients resolve `..` on the way."""
        await blobs.write("elsewhere", "a", b"", TEXT)
        for work in (
            lambda: blobs.head(there, name),
            lambda: blobs.read(there, name),
            lambda: blobs.write(there, name, b"", TEXT),
            lambda: blobs.write_all(there, name, pieces(b"x"), TEXT),
            lambda: blobs.stage(there, name, "1", b"x"),
            lambda: blobs.commit(there, name, ["1"], TEXT),
            lambda: blobs.remove(there, name),
            lambda: blobs.link(there, name, Access.CREATE, datetime.now(UTC)),
        ):
            with pytest.raises(BadName):
                await work()
        assert (await blobs.page(there, "", None, 1)).blobs == []

    @pytest.mark.parametrize(
        "name", ["%2e%2e/x", "..a/b../.c", "a?b#c&d=e", "a//b", "a" * 1014, "Größe 100%.jpg"]
    )
    async def test_any_other_name_is_that_blobs_alone(self, blobs, there, name):
        await blobs.write(there, name, b"mine", TEXT)
        assert [each.name for each in (await blobs.page(there, "", None, 9)).blobs] == [name]
        assert await blobs.read(there, name) == b"mine"


class TestMemoryBlobs(BlobsContract):
    @pytest.fixture
    def blobs(self) -> MemoryBlobs:
        return MemoryBlobs(Clock())


class TestAzureBlobs(BlobsContract):
    @pytest.fixture
    async def blobs(self, azurite: str) -> AsyncIterator[AzureBlobs]:
        made = AzureBlobs(StorageAccount(azurite))
        yield made
        await made.close()

    async def test_who_holds_a_link_may_do_what_it_says_and_no_more(self, blobs, there):
        await blobs.write(there, "read me", b"content", TEXT)
        until = datetime.now(UTC) + timedelta(minutes=5)
        read = await blobs.link(there, "read me", Access.READ, until)
        create = await blobs.link(there, "new", Access.CREATE, until)
        late = await blobs.link(there, "read me", Access.READ, until - timedelta(hours=1))
        put = {"headers": {"x-ms-blob-type": "BlockBlob"}, "data": b"mine"}
        async with aiohttp.ClientSession() as session:

            async def status(method: str, url: str, **more) -> int:
                async with session.request(method, url, **more) as answer:
                    return answer.status

            assert await status("GET", read) == 200
            assert await status("PUT", read, **put) == 403
            assert await status("GET", late) == 403
            assert await status("PUT", create, **put) == 201
            assert await status("PUT", create, **put) in (403, 409)
            assert await status("GET", create) == 403
        assert await blobs.read(there, "new") == b"mine"

    async def test_a_link_may_serve_a_blob_as_something_else(self, blobs, there):
        await blobs.write(there, "a", b"<script>", "text/html")
        until = datetime.now(UTC) + timedelta(minutes=5)
        link = await blobs.link(there, "a", Access.READ, until, TEXT)
        async with aiohttp.ClientSession() as session, session.get(link) as answer:
            assert (answer.status, answer.content_type) == (200, TEXT)

    async def test_what_was_sent_encoded_is_read_as_it_was_sent(self, blobs, there):
        """300 MB of nothing are 300 KB on the way, and would be 300 MB in our memory again."""
        bomb = gzip.compress(b"\0" * 10_000_000)
        until = datetime.now(UTC) + timedelta(minutes=5)
        for encoding, content in (("gzip", bomb), ("gzip", b"none"), ("br", b"x"), ("odd", b"x")):
            link = await blobs.link(there, f"{encoding}{len(content)}", Access.CREATE, until)
            headers = {"x-ms-blob-type": "BlockBlob", "x-ms-blob-content-encoding": encoding}
            async with (
                aiohttp.ClientSession() as session,
                session.put(link, data=content, headers=headers) as answer,
            ):
                assert answer.status == 201
            name = f"{encoding}{len(content)}"
            for most in (None, 20_000_000):
                assert await blobs.read(there, name, most) == content
            info = await blobs.head(there, name)
            assert (info.size, info.encoding) == (len(content), encoding)
        page = await blobs.page(there, "", None, 10)
        assert {info.encoding for info in page.blobs} == {"gzip", "br", "odd"}

    async def test_a_link_to_create_leads_somewhere_from_the_first(self, blobs, there):
        until = datetime.now(UTC) + timedelta(minutes=5)
        for name in ("a", "b"):
            link = await blobs.link(there, name, Access.CREATE, until)
            headers = {"x-ms-blob-type": "BlockBlob"}
            async with (
                aiohttp.ClientSession() as session,
                session.put(link, data=b"mine", headers=headers) as answer,
            ):
                assert answer.status == 201


async def test_blobs_whose_storage_is_down_are_unavailable():
    blobs = AzureBlobs(StorageAccount(f"{NOBODY}BlobEndpoint=http://127.0.0.1:9/a;"))
    try:
        for work in (
            blobs.head("ccc", "a"),
            blobs.read("ccc", "a"),
            blobs.write("ccc", "a", b"", TEXT),
            blobs.write_all("ccc", "a", pieces(b"x"), TEXT),
            blobs.stage("ccc", "a", "1", b"x"),
            blobs.commit("ccc", "a", ["1"], TEXT),
            blobs.remove("ccc", "a"),
            blobs.page("ccc", "", None, 1),
        ):
            with pytest.raises(StoreUnavailable):
                await work
    finally:
        await blobs.close()
