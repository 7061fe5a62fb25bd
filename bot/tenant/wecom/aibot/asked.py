"""What the bot was asked: every callback, for as long as it may be answered."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from bot.tenant.calls import Refused
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Shown

UNKNOWN_ASK: Final = 846605
"""req_id unknown, too old, or of another kind (known from the official plugin)."""
_ANSWERED_FOR_MS = 24 * 3600 * 1000
_RESPONSE_URL_MS = 3600 * 1000
_AT_ONCE = 3
_KEPT = 5000

MESSAGE = ""
ENTER = "enter_chat"
CARD = "template_card_event"
FEEDBACK = "feedback_event"


@dataclass(slots=True, kw_only=True)
class Asked:
    """One callback. `event` is its eventtype, and empty for a message."""

    body: dict[str, Any]
    chat: Chat
    member: Member
    at_ms: int
    event: str = MESSAGE
    shown: Shown | None = None  # the person's message, or the card that was pressed
    req_id: str = field(default_factory=lambda: uuid4().hex)
    response_code: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    response_used: bool = False
    answered: bool = False  # an event takes one answer
    growing: set[str] = field(default_factory=set)  # ids of its unfinished streams
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    """There is something to read, and it does not grow any more."""

    @property
    def target(self) -> str:
        """What a fault may single out."""
        return self.chat.id

    @property
    def frame_name(self) -> str:
        return "wecom.aibot.event_callback" if self.event else "wecom.aibot.msg_callback"


class Asks:
    """All of them, found by req_id or by the code of their response_url."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._asked: dict[str, Asked] = {}
        self._unsettled: dict[str, Asked] = {}
        self.spoken: set[str] = set()
        """Chat.key of every conversation in which somebody has spoken to the bot: only there may it push."""

    def add(self, asked: Asked) -> None:
        self._asked[asked.req_id] = self._unsettled[asked.req_id] = asked
        if asked.event == MESSAGE:
            self.spoken.add(asked.chat.key)
        while len(self._asked) > _KEPT:
            oldest = next(iter(self._asked))
            del self._asked[oldest]
            self._unsettled.pop(oldest, None)

    def find(self, req_id: str, event: str) -> Asked:
        """Raises Refused(846605) unless it is of this kind and still may be answered."""
        asked = self._asked.get(req_id)
        if asked is None or asked.event != event:
            raise Refused(UNKNOWN_ASK, "invalid req_id")
        life_ms = self._tenant.pace.wecom_card * 1000 if event else _ANSWERED_FOR_MS
        if (event and asked.answered) or self._tenant.clock.ms() - asked.at_ms > life_ms:
            raise Refused(UNKNOWN_ASK, "invalid req_id: expired")
        return asked

    def by_response_code(self, code: str) -> Asked:
        """Raises Refused when it is unknown, was used, or is older than an hour."""
        asked = next((a for a in self._asked.values() if _is_same(a.response_code, code)), None)
        if asked is None:
            raise Refused(40058, "invalid response_code")
        if asked.response_used or self._tenant.clock.ms() - asked.at_ms > _RESPONSE_URL_MS:
            # Known from message/update_template_card, where a second use is answered like this.
            raise Refused(60140, "response_code expired")
        return asked

    def target(self, req_id: str) -> str:
        """What a fault may single out among the answers to it; empty when the req_id is unknown."""
        asked = self._asked.get(req_id)
        return "" if asked is None else asked.target

    def of_message(self, shown: Shown) -> Asked | None:
        """The callback that a person's message was carried with."""
        return next((asked for asked in self._asked.values() if asked.shown is shown), None)

    def settle(self, chat: Chat) -> None:
        """Somebody who waits for an answer there has one."""
        for asked in self._open():
            if asked.chat.key == chat.key and not asked.growing:
                asked.settled.set()

    def too_many(self, member: Member) -> bool:
        """Three messages of one person may be in processing (document 100719)."""
        return sum(self._in_processing(a) for a in self._open() if a.member is member) >= _AT_ONCE

    def settle_all(self) -> None:
        for asked in self._asked.values():
            asked.settled.set()

    def _in_processing(self, asked: Asked) -> bool:
        if asked.event:
            return False
        pace = self._tenant.pace
        seconds = pace.stream_life if asked.growing else pace.wecom_answer
        return self._tenant.clock.ms() - asked.at_ms < seconds * 1000

    def _open(self) -> list[Asked]:
        """Those that somebody may still wait for."""
        self._unsettled = {key: asked for key, asked in self._unsettled.items() if not asked.settled.is_set()}
        return list(self._unsettled.values())


def _is_same(known: str, code: str) -> bool:
    """As bytes: what came in an address may be anything but ASCII."""
    return secrets.compare_digest(known.encode(), code.encode("utf-8", "surrogatepass"))


def private(account: str) -> Chat:
    return Chat(Platform.WECOM, Room.AIBOT, account)


def in_group(chat_id: str) -> Chat:
    return Chat(Platform.WECOM, Room.GROUP, chat_id)
