"""Where somebody sits and talks to the bot: at a phone of the practice tenant, or at the operator's terminal."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from bot.app import Parts
from bot.cli.console import Console
from storage.console_accounts import speak_as
from storage.inbox import fold
from tests.kit.county import PEOPLE
from tests.kit.people import GroupChat, Person


class Seat(Protocol):
    """What the contract asks of whoever talks."""

    async def says(self, text: str, *, in_group: bool = False) -> str:
        """The one answer; "" when the bot keeps silent."""
        ...

    async def again(self) -> str:
        """The platform delivers the last message once more: what is read then."""
        ...


Seats = Callable[[Parts], AbstractContextManager[Callable[[str], Seat]]]
"""Around a test: gives `seat("T1")`, where whoever has this account sits."""


class AtPhone:
    """Over the wire, signed or on a connection, as in production."""

    def __init__(self, person: Person, group: GroupChat | None) -> None:
        self.person = person
        self._group = group

    async def says(self, text: str, *, in_group: bool = False) -> str:
        return await self.person.says(text, group=self._group if in_group else None)

    async def again(self) -> str:
        return await self.person.again()


class AtTerminal:
    """`python -m bot chat`, without its loop of lines. It has an event loop of its own, and so a thread."""

    def __init__(self, parts: Parts, account: str) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._parts = parts
        self._account = account

    async def says(self, text: str, *, in_group: bool = False) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._say, text, in_group)

    async def again(self) -> str:
        raise NotImplementedError("every line is a message of its own")

    def close(self) -> None:
        self._thread.shutdown()

    def _say(self, text: str, in_group: bool) -> str:  # noqa: FBT001  run_in_executor passes no names
        with Console(self._parts, self._account, in_group=in_group) as console:
            return console.say(text).body


@contextmanager
def at_terminals(county: Parts) -> Iterator[Callable[[str], Seat]]:
    """Each of the county's people at a terminal of their own."""
    taken: list[AtTerminal] = []
    known = {fold(account): (account, number) for number, account in enumerate(PEOPLE, 1)}

    def sit(account: str) -> Seat:
        if fold(account) in known:
            with county.database.writing() as connection:
                speak_as(connection, *known[fold(account)], at=county.clock.real_ms())
        taken.append(AtTerminal(county, account))
        return taken[-1]

    yield sit
    for one in taken:
        one.close()
