"""Looks side by side, each within its time: what hangs costs one line, not the whole report."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from bot.doctor.finding import Area, Finding, careful

LONGEST_S: Final = 14.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """One of them, and the line that stands for it when it does not come to an end."""

    area: Area
    name: str
    what: str  # as in “…没有在 14 秒内查完”
    run: Callable[[], Awaitable[Sequence[Finding]]]


class LookFailed(Exception):
    """A mistake of ours in one look; its thread has said which."""


async def side_by_side(looks: Iterable[Look], longest_s: float = LONGEST_S) -> list[Finding]:
    """In the order of the looks."""
    found = await asyncio.gather(*(_within(look, longest_s) for look in looks))
    return [one for of_look in found for one in of_look]


async def _within(look: Look, longest_s: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(longest_s):
            return await look.run()
    except TimeoutError:
        say = f"{look.what}没有在 {longest_s:.0f} 秒内查完。"
        return [careful(look.area, look.name, say, "过一会儿再查一次。")]
    except LookFailed:
        return [careful(look.area, look.name, f"{look.what}没有查成。", "请告诉维护机器人的人。")]


async def aside(work: Callable[[], T]) -> T:
    """In a thread for which nobody waits at the end of the program: a database that hangs cannot be interrupted."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(results: Sequence[T]) -> None:
        if not done.done():
            if results:
                done.set_result(results[0])
            else:
                done.set_exception(LookFailed)

    def run() -> None:
        results: list[T] = []
        try:
            results.append(work())
        finally:
            with suppress(RuntimeError):  # nobody waits any more, and the loop is gone
                loop.call_soon_threadsafe(settle, results)

    threading.Thread(target=run, name="doctor", daemon=True).start()
    return await done
