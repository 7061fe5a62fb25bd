"""What stands in every chat, as the people in it see it, and who is told when it changes."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum, unique
from itertools import count

from bot.tenant.people import Chat

# A watcher that does not read is dropped, so that a sleeping browser tab cannot fill the memory.
_WATCHER_QUEUE = 1000
_KEPT_PER_CHAT = 500


@unique
class Does(StrEnum):
    """What a tap does."""

    OPEN = "open"  # a page: `value` is its address
    SAY = "say"  # the person says `value` here (DingTalk's dtmd link)
    PRESS = "press"  # the platform calls the bot: `value` is the button's key


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap below a message."""

    label: str
    does: Does
    value: str
    style: str = ""  # "primary", "danger", "muted" or nothing
    spent: bool = False  # shown, and no longer to be tapped


@dataclass(frozen=True, slots=True)
class Choice:
    """A list to choose from in a card, sent along when one of its buttons is pressed."""

    key: str
    title: str
    options: tuple[tuple[str, str], ...]  # id, label
    several: bool = False
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """`member` is a Member.key; empty when a robot or the platform itself speaks."""

    name: str
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A message as its platform shows it: `text` is what a person reads, `html` how it is drawn."""

    kind: str
    text: str
    html: str
    wire: object  # the message as it was sent, for the wire view and for strict tests
    links: tuple[Button, ...] = ()  # to be tapped within the text
    buttons: tuple[Button, ...] = ()  # below it
    choices: tuple[Choice, ...] = ()
    picture: str = ""  # id in Media
    file_name: str = ""
    mentions: tuple[str, ...] = ()  # user ids, or "@all"
    unfinished: bool = False  # a stream that still grows


@dataclass(slots=True, kw_only=True)
class Shown:
    """One message in one chat."""

    number: int
    chat: Chat
    at_ms: int
    dated_ms: int  # by the calendar of the people, who may live in another year
    author: Author
    drawn: Drawn
    key: str  # what recalls or updates it: msgid, processQueryKey, task_id, outTrackId, stream id
    recalled: bool = False
    note: str = ""  # below a person's own message: why nobody heard it

    @property
    def by_bot(self) -> bool:
        return not self.author.member


class Transcript:
    """Every chat's messages in order; lives on the event loop of the tenant."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._chats: defaultdict[str, list[Shown]] = defaultdict(list)
        self._watchers: set[asyncio.Queue[Shown]] = set()
        self.calendar: Callable[[], int] | None = None
        """Epoch milliseconds of the people's own day; without one it is the platforms'."""

    def post(self, chat: Chat, drawn: Drawn, author: Author, *, at_ms: int, key: str = "") -> Shown:
        shown = Shown(
            number=next(self._numbers),
            chat=chat,
            at_ms=at_ms,
            dated_ms=at_ms if self.calendar is None else self.calendar(),
            author=author,
            drawn=drawn,
            key=key,
        )
        messages = self._chats[chat.key]
        messages.append(shown)
        del messages[:-_KEPT_PER_CHAT]
        self.changed(shown)
        return shown

    def redraw(self, shown: Shown, drawn: Drawn) -> None:
        """In place: a card that was pressed, a stream that has grown."""
        shown.drawn = drawn
        self.changed(shown)

    def remark(self, shown: Shown, note: str) -> None:
        shown.note = note
        self.changed(shown)

    def recall(self, shown: Shown) -> None:
        shown.recalled = True
        self.changed(shown)

    def changed(self, shown: Shown) -> None:
        """Tells whoever watches."""
        for queue in tuple(self._watchers):
            try:
                queue.put_nowait(shown)
            except asyncio.QueueFull:
                self._watchers.discard(queue)

    def of(self, chat: Chat) -> Sequence[Shown]:
        return tuple(self._chats.get(chat.key, ()))

    def find(self, key: str) -> list[Shown]:
        """Every message with this key: one to a thousand people is a thousand messages."""
        return [shown for messages in self._chats.values() for shown in messages if shown.key == key]

    def numbered(self, number: int) -> Shown | None:
        return next(
            (shown for messages in self._chats.values() for shown in messages if shown.number == number), None
        )

    def chats(self) -> Sequence[str]:
        return tuple(self._chats)

    @contextmanager
    def watch(self) -> Iterator[asyncio.Queue[Shown]]:
        """A queue of everything that is posted or changed from now on."""
        queue: asyncio.Queue[Shown] = asyncio.Queue(_WATCHER_QUEUE)
        self._watchers.add(queue)
        try:
            yield queue
        finally:
            self._watchers.discard(queue)
