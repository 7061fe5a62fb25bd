"""Everything the two platforms and the page share: people, chats, files, faults, switches, clock, wire."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Protocol

from aiohttp import web

from bot.tenant.calls import Call, Frame
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Faults
from bot.tenant.installation import Installation
from bot.tenant.media import Media
from bot.tenant.pace import Pace
from bot.tenant.people import Chat, Directory, Member, Platform
from bot.tenant.switches import Switches
from bot.tenant.transcript import Shown, Transcript
from bot.tenant.wire import Wire

_STEP_SECONDS = 0.2


@unique
class SaidKind(StrEnum):
    """What a person can send."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person sends. `to_bot`: the bot is mentioned, which only matters in a group."""

    kind: SaidKind = SaidKind.TEXT
    text: str = ""  # of a voice message: what was recognised; of a link: its title
    address: str = ""  # of a link
    file_name: str = ""
    content: bytes = b""
    to_bot: bool = True
    tapped: bool = False  # by a tap on a link that says something (DingTalk's dtmd)


@unique
class Outcome(StrEnum):
    """What became of it."""

    ANSWERED = "answered"  # with something to read
    ACKNOWLEDGED = "acknowledged"  # taken; an answer may come later, or none
    REFUSED = "refused"  # the bot said 4xx or 5xx to every try
    UNHEARD = "unheard"  # no answer in time, at every try
    NO_BOT = "no_bot"  # nobody on this platform was there to hear it


@dataclass(frozen=True, slots=True)
class Heard:
    """`reason` is a sentence for the person, where there is something to explain."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something one can do to a platform from the page or a test; `do` returns the sentence that says what it did."""

    name: str  # "wecom.tokens.expire"
    title: str
    do: Callable[[], Awaitable[str]]


@dataclass(slots=True, kw_only=True)
class Tenant:
    """Shared state; everything runs on one event loop, so nothing is locked."""

    installation: Installation
    directory: Directory
    clock: PlatformClock
    pace: Pace = field(default_factory=Pace)
    transcript: Transcript = field(default_factory=Transcript)
    wire: Wire = field(default_factory=Wire)
    faults: Faults = field(default_factory=Faults)
    switches: Switches = field(default_factory=Switches)
    media: Media = field(init=False)
    bot_url: str = ""
    """Where callbacks go: the bot's address, without a slash at its end."""
    base_url: str = ""
    """Where this tenant is reached, without a slash at its end; session webhooks begin with it."""
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    read: set[tuple[str, str]] = field(default_factory=set)
    """Who has opened which chat: Member.key and Chat.key. What stands there counts as read by them."""

    def __post_init__(self) -> None:
        self.media = Media(self.clock)

    async def wait(self, seconds: float) -> None:
        """Sleeps, but not beyond the end of the tenant."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), seconds)

    async def be_slow(self, seconds: float) -> None:
        """As a fault makes it; nobody waits on once faults have been switched off."""
        switched_off, left = self.faults.switched_off, seconds
        while left > 0 and switched_off == self.faults.switched_off and not self.closing.is_set():
            step = min(left, _STEP_SECONDS)
            await self.wait(step)
            left -= step


class Side(Protocol):
    """One platform: what it answers the bot, and what its people do."""

    platform: Platform

    def calls(self) -> Sequence[Call]:
        """Every API of it that is emulated."""
        ...

    def frames(self) -> Sequence[Frame]:
        """What its long connection carries."""
        ...

    def routes(self) -> Sequence[web.RouteDef]:
        """Its long connections' addresses; those of the calls are made from them."""
        ...

    def deeds(self) -> Sequence[Deed]:
        """What can be done to it at once: tokens, long connections."""
        ...

    async def close(self) -> None:
        """Ends its connections and what is still being sent again."""
        ...

    def chats_of(self, member: Member) -> Sequence[tuple[Chat, str]]:
        """This person's conversations with their titles, the private ones first."""
        ...

    async def says(self, member: Member, chat: Chat, said: Said) -> Heard:
        """Shows the message in the chat, carries it to the bot and waits until that has answered or failed."""
        ...

    async def presses(
        self, member: Member, shown: Shown, key: str, chosen: dict[str, tuple[str, ...]]
    ) -> Heard:
        """A button of a card, with what is chosen in its lists."""
        ...

    async def joins(self, member: Member) -> Heard:
        """The person may use the bot from now on (WeCom sends an event, DingTalk nothing)."""
        ...

    async def repeats(self, shown: Shown) -> Heard:
        """Sends a person's earlier message once more, as a platform does that has not seen the answer."""
        ...
