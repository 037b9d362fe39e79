"""The end lets work finish, cuts off what takes too long, and leaves nothing half done."""

import asyncio

import pytest

from localhost.drain import drain, to_the_end


async def test_work_that_ends_within_the_grace_is_waited_for():
    gate, ended = asyncio.Event(), []

    async def work():
        await gate.wait()
        ended.append(True)

    task = asyncio.create_task(work())
    asyncio.get_running_loop().call_soon(gate.set)
    await drain([task], 5)
    assert ended == [True]


async def test_the_rest_is_cancelled_and_seen_to_end():
    ended = []

    async def work():
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    await drain([task], 0)
    assert (ended, task.cancelled()) == ([True], True)


async def test_what_the_work_raises_is_its_own_business():
    async def work():
        raise ValueError("mine")

    task = asyncio.create_task(work())
    await drain([task], 1)
    with pytest.raises(ValueError, match="mine"):
        task.result()
    await drain([], 1)


async def test_a_cancellation_waits_for_what_must_not_be_left_half_done():
    gate, ended = asyncio.Event(), []

    async def settle():
        await gate.wait()
        ended.append(True)

    task = asyncio.create_task(to_the_end(settle()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]
