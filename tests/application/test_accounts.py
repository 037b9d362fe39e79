"""No two users ever have the same address, whoever is slow and whoever dies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest

from shared.application.accounts import Accounts
from shared.application.aggregates import USER, Aggregates, Cause
from shared.azure_tables import Tables
from shared.cells.azure_tables import AzureTablesCells
from shared.cells.memory import MemoryCells
from shared.cells.port import CellMoved
from shared.domain.errors import EmailTaken, UserExists, UserNotFound
from shared.domain.user import ChangeUser, EndClaim, Profile
from shared.emails.index import CLAIM_PATIENCE
from shared.eventstore.azure_tables import AzureTablesEventStore
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import ConcurrencyConflict, StoreUnavailable
from shared.plain import to_plain
from shared.projections.rows import MemoryRows
from shared.storage_account import StorageAccount
from tests.application.memory import Memory
from tests.application.mortal import Died, Mortal

CAUSE = Cause("cid", "test", "tester")
ADA, OTHER_ADA = "Ada@example.com", "aDA@EXAMPLE.com"
_numbers = count(1)


async def owner(accounts: Accounts, email: str) -> Profile:
    """The one who has an address that somebody has."""
    found = await accounts.by_email(email)
    assert found
    return found.state


async def emails_of(aggregates: Aggregates, user_ids: list[str]) -> list[str]:
    loaded = [await aggregates.load(USER, user_id) for user_id in user_ids]
    return [each.state.profile.email for each in loaded if each.state.profile]


class AccountsContract:
    async def test_of_many_users_with_one_address_one_is_registered(self, memory: Memory):
        wiring = memory.wiring
        ids = [f"u{number}" for number in range(8)]
        tries = [wiring.accounts.register(each, ADA, each, CAUSE) for each in ids]
        ends = await asyncio.gather(*tries, return_exceptions=True)
        assert sum(isinstance(end, EmailTaken) for end in ends) == 7, ends
        assert await emails_of(wiring.aggregates, ids) == [ADA]

    async def test_an_address_is_found_in_any_spelling(self, memory: Memory):
        accounts = memory.wiring.accounts
        await accounts.register("u1", ADA, "Ada", CAUSE)
        found = await accounts.by_email(OTHER_ADA)
        assert found
        assert (found.state.user_id, found.version) == ("u1", 1)
        assert await accounts.by_email("nobody@example.com") is None

    async def test_an_address_that_was_left_is_free(self, memory: Memory):
        accounts = memory.wiring.accounts
        await accounts.register("u1", ADA, "Ada", CAUSE)
        await accounts.change("u1", ChangeUser("new@example.com", "Ada"), CAUSE, None)
        assert await accounts.by_email(ADA) is None
        await accounts.register("u2", OTHER_ADA, "Other", CAUSE)
        await accounts.delete("u2", CAUSE, None)
        assert await accounts.by_email(ADA) is None
        await accounts.register("u3", ADA, "Third", CAUSE)
        with pytest.raises(EmailTaken):
            await accounts.change("u1", ChangeUser(ADA, "Ada"), CAUSE, None)

    async def test_a_change_is_seen_under_the_address_at_once(self, memory: Memory):
        accounts = memory.wiring.accounts
        await accounts.register("u1", ADA, "Ada", CAUSE)
        await accounts.change("u1", ChangeUser(OTHER_ADA, "Lovelace"), CAUSE, None)
        found = await accounts.by_email(ADA)
        assert found
        assert (found.state.name, found.state.email) == ("Lovelace", OTHER_ADA)

    async def test_many_changes_at_once_of_ones_own_address_never_find_it_taken(self, memory):
        accounts = memory.wiring.accounts
        await accounts.register("u1", ADA, "Ada", CAUSE)
        names = [f"Ada {number}" for number in range(8)]
        changes = [accounts.change("u1", ChangeUser(ADA, each), CAUSE, None) for each in names]
        ends = await asyncio.gather(*changes, return_exceptions=True)
        refused = [end for end in ends if isinstance(end, BaseException)]
        assert len(refused) < len(ends)
        assert all(isinstance(end, ConcurrencyConflict) for end in refused), refused
        user = (await memory.wiring.aggregates.load(USER, "u1")).state
        assert await owner(accounts, ADA) == user.profile


class TestAccountsInMemory(AccountsContract):
    @pytest.fixture
    def memory(self) -> Memory:
        return Memory()


class TestAccountsOnAzureTables(AccountsContract):
    @pytest.fixture
    async def memory(self, azurite: str) -> AsyncIterator[Memory]:
        tables = Tables(StorageAccount(azurite), f"accounts{next(_numbers)}")
        cells = AzureTablesCells(tables, "emails")
        yield Memory(store=AzureTablesEventStore(tables), emails=cells)
        await tables.close()


# ---- who dies --------------------------------------------------------------------------


async def deaths(act: Callable[[Accounts], Any], *, after: bool) -> AsyncIterator[Memory]:
    """Kill the act at its first request, at its second, ... until it comes through."""
    for number in count(1):
        store, emails, rows = MemoryEventStore(), MemoryCells(), MemoryRows()
        world = Memory(store=store, emails=emails, rows=rows)
        await world.wiring.accounts.register("ada", ADA, "Ada", CAUSE)
        dies = [number]
        mortal = Memory(
            store=Mortal(store, dies, after=after),
            emails=Mortal(emails, dies, after=after),
            rows=Mortal(rows, dies, after=after),
            clock=world.clock,
            ids=f"run{number}",
        )
        try:
            await act(mortal.wiring.accounts)
        except Died:
            yield world
            continue
        assert number > 3
        return


ACTS: dict[str, Callable[[Accounts], Any]] = {
    "change": lambda it: it.change("ada", ChangeUser("new@x.org", "Ada"), CAUSE, None),
    "rename": lambda it: it.change("ada", ChangeUser(ADA, "Lovelace"), CAUSE, None),
    "delete": lambda it: it.delete("ada", CAUSE, None),
    "register": lambda it: it.register("bob", "new@x.org", "Bob", CAUSE),
}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("act", ACTS)
async def test_whatever_dies_lists_tell_the_truth_and_every_free_address_can_be_had(act, after):
    async for world in deaths(ACTS[act], after=after):
        wiring = world.wiring
        world.clock.forward(seconds=CLAIM_PATIENCE.total_seconds())
        loaded = [await wiring.aggregates.load(USER, each) for each in ("bob", "ada")]
        users = [each.state.profile for each in loaded if each.state.profile]
        await wiring.read_models.catch_up()
        listed = [row.document for row in await wiring.users.page(None, None, 9, None)]
        assert listed == to_plain(sorted(users, key=lambda user: user.user_id))
        for email in (ADA, "new@x.org"):
            owners = [user for user in users if user.email == email]
            found = await wiring.accounts.by_email(email)
            assert ([found.state] if found else []) == owners
            if not owners:
                await wiring.accounts.register(f"next-{email[:3]}", email, "Next", CAUSE)
                assert (await owner(wiring.accounts, email)).name == "Next"


# ---- who is slow -----------------------------------------------------------------------


class Slow(MemoryCells):
    """Cells whose first write waits, when it is done, for a sign to answer."""

    def __init__(self) -> None:
        super().__init__()
        self.wrote, self.go = asyncio.Event(), asyncio.Event()

    async def write(self, *args):
        cell = await super().write(*args)
        if not self.wrote.is_set():
            self.wrote.set()
            await self.go.wait()
        return cell


async def test_a_claimer_who_was_only_slow_finds_the_address_taken():
    cells, memory = Slow(), Memory()
    memory.emails = cells
    wiring = memory.wiring
    slow = asyncio.create_task(wiring.accounts.register("slow", ADA, "Slow", CAUSE))
    await cells.wrote.wait()
    with pytest.raises(EmailTaken):  # the claim is young: its claimer may well be at work
        await wiring.accounts.register("fast", OTHER_ADA, "Fast", CAUSE)
    memory.clock.forward(seconds=CLAIM_PATIENCE.total_seconds())
    await wiring.accounts.register("fast", OTHER_ADA, "Fast", CAUSE)
    cells.go.set()
    with pytest.raises(EmailTaken):
        await slow
    assert await emails_of(wiring.aggregates, ["slow", "fast"]) == [OTHER_ADA]
    assert (await owner(wiring.accounts, ADA)).user_id == "fast"


async def test_a_claim_that_ended_while_nobody_took_the_address_is_made_again():
    cells, memory = Slow(), Memory()
    memory.emails = cells
    wiring = memory.wiring
    slow = asyncio.create_task(wiring.accounts.register("slow", ADA, "Slow", CAUSE))
    await cells.wrote.wait()
    held = await wiring.accounts.emails.find(ADA)
    assert held
    end = EndClaim("slow", held.entry.claim_id, ADA)
    await wiring.aggregates.handle(USER, "slow", end, CAUSE)
    cells.go.set()
    assert (await slow).version == 2
    assert (await owner(wiring.accounts, ADA)).user_id == "slow"


class NeverOurs(MemoryCells):
    async def write(self, *args):
        raise CellMoved("others were first")


async def test_an_address_others_keep_claiming_is_taken_in_the_end():
    accounts = Memory(emails=NeverOurs()).wiring.accounts
    with pytest.raises(EmailTaken, match="right now"):
        await accounts.register("u1", ADA, "Ada", CAUSE)


class Overtaken(MemoryCells):
    """Cells in which the same user is always a moment faster, from another window."""

    async def write(self, key, document, over):
        if over is not None:
            await super().write(key, over.document, over)
        return await super().write(key, document, over)


async def test_one_who_is_overtaken_by_oneself_is_told_to_come_again_and_not_that_it_is_taken():
    accounts = Memory(emails=Overtaken()).wiring.accounts
    await accounts.register("u1", ADA, "Ada", CAUSE)
    with pytest.raises(ConcurrencyConflict):
        await accounts.change("u1", ChangeUser(ADA, "Lovelace"), CAUSE, None)


class Restless(MemoryEventStore):
    async def append(self, head, *_):
        raise ConcurrencyConflict(head.stream, ())


async def test_a_user_who_never_rests_is_a_conflict_in_the_end():
    with pytest.raises(ConcurrencyConflict):
        await Memory(store=Restless()).wiring.accounts.register("u1", ADA, "Ada", CAUSE)


async def test_a_refused_command_claims_nothing():
    memory = Memory()
    accounts = memory.wiring.accounts
    await accounts.register("u1", ADA, "Ada", CAUSE)
    with pytest.raises(UserExists):
        await accounts.register("u1", "free@example.com", "Ada", CAUSE)
    with pytest.raises(UserNotFound):
        await accounts.change("u2", ChangeUser("free@example.com", "Bob"), CAUSE, None)
    assert await accounts.emails.find("free@example.com") is None


class Deaf(MemoryCells):
    async def read(self, *_):
        raise StoreUnavailable("no answer")


async def test_an_index_that_does_not_answer_knows_nobody():
    with pytest.raises(StoreUnavailable):
        await Memory(emails=Deaf()).wiring.accounts.by_email(ADA)


class Unsettled(MemoryCells):
    """Cells that take claims and nothing else."""

    async def write(self, key, document, over):
        if document["profile"]:
            raise StoreUnavailable("no answer")
        return await super().write(key, document, over)

    async def remove(self, *_):
        raise StoreUnavailable("no answer")


async def test_what_was_recorded_stands_when_the_index_cannot_be_settled():
    accounts = Memory(emails=Unsettled()).wiring.accounts
    await accounts.register("u1", ADA, "Ada", CAUSE)
    assert (await owner(accounts, ADA)).user_id == "u1"
    await accounts.change("u1", ChangeUser("new@example.com", "Ada"), CAUSE, None)
    assert await accounts.by_email(ADA) is None
    assert (await accounts.delete("u1", CAUSE, None)).decided
    assert await accounts.by_email("new@example.com") is None
