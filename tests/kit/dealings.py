"""What the bots of a story have done with what they heard: so nobody waits for an answer that will not come."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import func, select

from bot.app import Parts
from bot.tenant.people import Platform
from messages.outgoing import NOTHING
from storage.inbox import fold, load_reply
from storage.tables import inbox


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in the life of one account."""

    platform: Platform
    account: str
    last: int  # id in the inbox
    repeated: int


@dataclass(frozen=True, slots=True)
class Since:
    """What has been taken in since a mark."""

    messages: int
    answers: int  # to so many of them the bot does not keep silent
    repeated: int


class Dealings:
    """On a connection nothing says that a message has been dealt with; the bot's own books do."""

    def __init__(self) -> None:
        self._parts: Parts | None = None

    def are_those_of(self, parts: Parts) -> None:
        self._parts = parts

    async def mark(self, platform: Platform, account: str) -> Mark:
        if self._parts is None:  # nobody is there
            return Mark(platform, account, 0, 0)
        last = await asyncio.to_thread(self._last)
        return Mark(platform, account, last, self._repeated(platform))

    async def since(self, mark: Mark) -> Since:
        replies = await asyncio.to_thread(self._replies, mark)
        answers = sum(load_reply(reply) != NOTHING for reply in replies)
        return Since(len(replies), answers, self._repeated(mark.platform) - mark.repeated)

    def _last(self) -> int:
        assert self._parts is not None
        with self._parts.database.reading() as connection:
            return connection.scalar(select(func.coalesce(func.max(inbox.c.id), 0))) or 0

    def _replies(self, mark: Mark) -> list[str]:
        if self._parts is None:
            return []
        theirs = (inbox.c.platform == mark.platform.value, inbox.c.folded == fold(mark.account))
        with self._parts.database.reading() as connection:
            return list(connection.scalars(select(inbox.c.reply).where(inbox.c.id > mark.last, *theirs)))

    def _repeated(self, platform: Platform) -> int:
        """By all processes of the story: they count in one place."""
        if self._parts is None:
            return 0
        labels = {"platform": platform.value}
        return round(self._parts.metrics.registry.get_sample_value("bot_repeated_total", labels) or 0)
