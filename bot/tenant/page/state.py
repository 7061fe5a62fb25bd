"""What the page knows between two requests: read marks, deliveries on their way, sentences to show once."""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Protocol

from aiohttp import web

from bot.clock import SHANGHAI
from bot.tenant.page.programme import Programme
from bot.tenant.page.signals import Signal, Signals, Topic
from bot.tenant.people import Chat, Member, Platform
from bot.tenant.tenant import Heard, Outcome, Side, Tenant
from bot.tenant.transcript import Shown

PLATFORM_NAMES = {Platform.WECOM: "企业微信", Platform.DINGTALK: "钉钉"}
_KEPT_NOTICES = 50
_KEPT_TAKEN = 1000
_WITHOUT_REASON = {
    Outcome.REFUSED: "机器人收到了，但每次都回了错误。",
    Outcome.UNHEARD: "机器人没有及时应答，平台已经不再重发。",
}


class Platforms(Protocol):
    """The part of TenantApp that the page needs."""

    @property
    def web(self) -> web.Application: ...

    @property
    def tenant(self) -> Tenant: ...

    @property
    def wecom(self) -> Side: ...

    @property
    def dingtalk(self) -> Side: ...


class ReadMarks:
    """Up to which message each person has read each chat; a phone remembers that, not a browser."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._up_to: dict[tuple[str, str], int] = {}

    def read(self, member: Member, chat: Chat) -> None:
        self._tenant.read.add((member.key, chat.key))
        messages = self._tenant.transcript.of(chat)
        if messages:
            self._up_to[member.key, chat.key] = max(message.number for message in messages)

    def unread(self, member: Member, chat: Chat) -> int:
        read = self._up_to.get((member.key, chat.key), 0)
        return sum(
            message.number > read and message.author.member != member.key
            for message in self._tenant.transcript.of(chat)
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and perhaps what is to stand in the entry of one of the phones."""

    sentence: str = ""
    draft: str = ""
    platform: str = ""


class Notices:
    """For the next page of somebody without JavaScript; the address only holds a number."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._kept: deque[tuple[str, Notice]] = deque(maxlen=_KEPT_NOTICES)

    def keep(self, notice: Notice) -> str:
        number = str(next(self._numbers))
        self._kept.append((number, notice))
        return number

    def find(self, number: str) -> Notice:
        return next((notice for kept, notice in self._kept if kept == number), Notice())


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Something on its way to the bot. `asked` finds the person's message, where there is one yet."""

    chat: Chat
    asked: Callable[[], Shown | None]


class Sending:
    """Deliveries that run while the page already shows the message."""

    def __init__(self, tenant: Tenant, signals: Signals) -> None:
        self._tenant = tenant
        self._signals = signals
        self._running: dict[asyncio.Task[None], Delivery] = {}
        self._taken: dict[int, None] = {}  # numbers of messages, the oldest first

    def busy(self, chat: Chat) -> bool:
        """Whether an answer is to be expected there soon; not while the platform only waits to send again."""
        return any(
            delivery.chat.key == chat.key and not ((asked := delivery.asked()) and asked.note)
            for delivery in self._running.values()
        )

    def say(self, member: Member, chat: Chat, heard: Coroutine[None, None, Heard]) -> asyncio.Task[None]:
        """Explains below the message what became of it, unless the platform already has."""
        before = max((shown.number for shown in self._tenant.transcript.of(chat)), default=0)

        def asked() -> Shown | None:
            messages = self._tenant.transcript.of(chat)
            return next((s for s in messages if s.number > before and s.author.member == member.key), None)

        async def carry() -> None:
            told = await heard
            reason, shown = _reason(told), asked()
            if shown is None:
                return
            if told.outcome is Outcome.ACKNOWLEDGED:
                self._take(shown)
            elif reason and not shown.note:
                self._tenant.transcript.remark(shown, reason)

        return self._start(Delivery(chat, asked), carry(), heard)

    def do(self, chat: Chat, heard: Coroutine[None, None, Heard]) -> asyncio.Task[None]:
        """Tells whoever has the chat open why nobody heard it: a press has no message of its own."""

        async def carry() -> None:
            if reason := _reason(await heard):
                self._signals.tell(Signal(Topic.NOTICE, chat.key, reason))

        return self._start(Delivery(chat, lambda: None), carry(), heard)

    def is_silent(self, shown: Shown) -> bool:
        """Whether the bot has taken this message and nothing has come from it since."""
        return shown.number in self._taken and not any(
            later.by_bot and later.number > shown.number for later in self._tenant.transcript.of(shown.chat)
        )

    def answered_by(self, said: Shown) -> Sequence[Shown]:
        """The messages whose silence ends with what the bot says here."""
        found = []
        for earlier in reversed(self._tenant.transcript.of(said.chat)):
            if earlier.number < said.number:
                if earlier.by_bot:
                    break
                if earlier.number in self._taken:
                    found.append(earlier)
        return found

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _take(self, shown: Shown) -> None:
        self._taken[shown.number] = None
        if len(self._taken) > _KEPT_TAKEN:
            del self._taken[next(iter(self._taken))]
        self._tenant.transcript.changed(shown)

    def _start(
        self, delivery: Delivery, work: Coroutine[None, None, None], heard: Coroutine[None, None, Heard]
    ) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._running[task] = delivery
        busy = Signal(Topic.BUSY, delivery.chat.key)
        self._signals.tell(busy)

        def ended(task: asyncio.Task[None]) -> None:
            del self._running[task]
            heard.close()  # cancelled before it began, it would be complained of as never awaited
            self._signals.tell(busy)
            if not task.cancelled() and (error := task.exception()) is not None:
                context = {"message": "a delivery has failed", "exception": error}
                task.get_loop().call_exception_handler(context)

        task.add_done_callback(ended)
        return task


def _reason(heard: Heard) -> str:
    if heard.outcome in (Outcome.ANSWERED, Outcome.ACKNOWLEDGED):
        return ""
    return heard.reason or _WITHOUT_REASON.get(heard.outcome, "")


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that the page's handlers share."""

    tenant: Tenant
    sides: Mapping[Platform, Side]
    programme: Programme | None
    signals: Signals
    sending: Sending
    marks: ReadMarks
    notices: Notices
    names: frozenset[str]
    """Names of hosts at which the page answers besides the local ones."""
    instance: str = field(default_factory=lambda: secrets.token_hex(8))
    """Another one after every start, so that an open page notices that everything is new."""

    def today(self) -> date:
        """The programme's, where there is one."""
        if self.programme is not None:
            return self.programme.now().date()
        return datetime.fromtimestamp(self.tenant.clock.ms() / 1000, SHANGHAI).date()


def make_page(platforms: Platforms, programme: Programme | None, names: Collection[str]) -> Page:
    tenant, signals = platforms.tenant, Signals()
    return Page(
        tenant=tenant,
        sides={Platform.WECOM: platforms.wecom, Platform.DINGTALK: platforms.dingtalk},
        programme=programme,
        signals=signals,
        sending=Sending(tenant, signals),
        marks=ReadMarks(tenant),
        notices=Notices(),
        names=frozenset(names),
    )
