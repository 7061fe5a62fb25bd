"""At most one request per host and second."""

import asyncio

from bot.link_check.pace import Pace


async def times(pace, *turns):
    """When each turn came, in seconds."""
    loop = asyncio.get_running_loop()
    started = loop.time()

    async def one(keys):
        await pace.turn(*keys)
        return loop.time() - started

    return await asyncio.gather(*map(one, turns))


async def test_a_host_is_asked_once_a_second(monkeypatch):
    monkeypatch.setattr("bot.link_check.pace.SECONDS", 0.3)

    first, other, second, third = await times(Pace(), ["a"], ["b"], ["a"], ["a"])

    assert max(first, other) < 0.3 <= second < 0.6 <= third


async def test_many_names_of_one_address_are_one_host(monkeypatch):
    monkeypatch.setattr("bot.link_check.pace.SECONDS", 0.3)

    first, same_address, other = await times(Pace(), ["a", "1.1.1.1"], ["b", "1.1.1.1"], ["c", "8.8.8.8"])

    assert max(first, other) < 0.3 <= same_address


async def test_what_is_long_past_is_forgotten(monkeypatch):
    monkeypatch.setattr("bot.link_check.pace.SECONDS", 0)
    pace = Pace()
    for number in range(3000):
        await pace.turn(str(number))

    assert len(pace._free_at) <= 1001
