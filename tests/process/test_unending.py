"""Connections are kept up by tasks that nobody waits for: none of them may end in silence."""

import asyncio

import pytest

from bot.unending import unending
from tests.kit.patience import PATIENCE_SECONDS


async def test_after_a_bug_it_begins_anew_until_it_is_cancelled():
    begun = []
    third = asyncio.Event()

    async def work():
        begun.append(len(begun))
        if len(begun) == 3:
            third.set()
            await asyncio.Event().wait()
        raise RuntimeError("a bug")

    task = asyncio.create_task(unending("example", work, 0.0))
    await asyncio.wait_for(third.wait(), PATIENCE_SECONDS)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert begun == [0, 1, 2]
