"""What the AI bot says on its long connection: answers, the cards below them, and what became of a card."""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog

from bot.answering import Fate, Rest
from bot.clock import Clock
from bot.platforms.wecom.aibot import frames
from bot.platforms.wecom.aibot.connection import Line, NotAcknowledged, NotSaid
from bot.platforms.wecom.aibot.frames import Ack, Body, ChatType, Cmd, name_for
from bot.platforms.wecom.aibot.pace import LinePace
from bot.platforms.wecom.cards import Tapped, card_of, is_left, outcome_of, settled_card
from bot.platforms.wecom.failures import AIBOT, row_of
from bot.sending import Do
from messages.incoming import Door, IncomingMessage, Platform
from messages.outgoing import Answer, Buttons, Reply
from messages.rendering import pages
from messages.texts.problems import being_done, being_looked_up, not_kept, nothing_to_say
from storage.inbox import inbox_key
from storage.owed import SAID_WITHIN_MS, Owed

log = structlog.get_logger()

UNKNOWN_REQ_ID: Final = 846605
STREAM_OVER: Final = 846608  # finished before, or six minutes old
_BREATH_S: Final = 0.02
STREAM_LIVES_MS: Final = 330_000
"""A stream that is younger cannot have run out, so it was finished before."""


@dataclass(frozen=True, slots=True)
class _Chat:
    """Where something is pushed."""

    id: str
    kind: ChatType


def page(said: Answer) -> Reply:
    """In the AI bot's dialect; of what fits one message."""
    return pages(said, Platform.WECOM, Door.AIBOT)[0]


class Saying:
    """Of one line."""

    def __init__(self, line: Line, clock: Clock, pace: LinePace) -> None:
        self._line = line
        self._clock = clock
        self._pace = pace
        self._full: dict[str, int] = {}  # until when a conversation takes no more, in epoch milliseconds

    async def say(self, one: Owed) -> Fate | Rest:
        """What `Answering` asks for: never raises, and does not take long."""
        chat, now = _chat_of(one).id, self._clock.real_ms()
        if now < self._full.get(chat, 0):
            return Rest(self._full[chat] - now)
        try:
            async with asyncio.timeout(self._pace.say):
                fate = await self._say_over_breaks(one)
        except TimeoutError:
            return Fate.LATER
        if isinstance(fate, Rest):
            now = self._clock.real_ms()
            self._full = {of: until for of, until in self._full.items() if now < until}
            self._full[chat] = now + fate.ms
        return fate

    async def hold_on(self, message: IncomingMessage) -> bool:
        """Says that the answer is on its way; whether that stands there now, perhaps."""
        return await self._grow(message, page(being_looked_up()), finish=False)

    async def end(self, message: IncomingMessage) -> None:
        """There is no answer that would take the place of `hold_on`."""
        await self._grow(message, page(nothing_to_say()), finish=True)

    async def not_kept(self, message: IncomingMessage) -> None:
        await self._grow(message, page(not_kept()), finish=True)

    async def settle(self, message: IncomingMessage, tap: Tapped, reply: Reply | None) -> None:
        """The tapped card shows what came of it; None: nothing has yet."""
        if reply is not None and is_left(reply):
            return
        outcome = outcome_of(page(being_done()) if reply is None else reply)
        update = frames.card_update(settled_card(tap, message.card, outcome))
        await self._quietly(Cmd.UPDATE, update, message.reply_to)

    async def welcome(self, req_id: str, said: Reply) -> None:
        await self._quietly(Cmd.WELCOME, frames.text(said.body), req_id)

    # ── an answer ──

    async def _say_over_breaks(self, one: Owed) -> Fate | Rest:
        """The same process may say it once more after a break; later it is said by whoever is connected."""
        again = one.tries > 0
        while True:
            try:
                return await self._say(one, again=again)
            except NotAcknowledged:
                if _is_pushed(one):
                    # Nothing tells the platform that it is the same: once more after a while, and no oftener.
                    return Fate.TAKEN if one.tries else Fate.LATER
                again = True
            except NotSaid:
                await asyncio.sleep(_BREATH_S)  # whoever is about to notice the break must get to it
            if one.tries or self._line.over:
                return Fate.LATER
            await self._line.comes_up()

    async def _say(self, one: Owed, *, again: bool) -> Fate | Rest:
        """Raises NotSaid or NotAcknowledged."""
        name, chat = name_for(one.key), _chat_of(one)
        if _is_pushed(one):
            return await self._pushed(chat, one.reply, name)
        body = frames.stream(name, one.reply.body, finish=True)
        ack = await self._line.ask(Cmd.RESPOND, body, one.reply_to)
        if ack.errcode == UNKNOWN_REQ_ID:
            return await self._pushed(chat, one.reply, name)
        if ack.errcode == STREAM_OVER:
            if again and self._clock.real_ms() - one.noted_at < STREAM_LIVES_MS:
                return Fate.TAKEN
            return await self._pushed(chat, one.reply, name)
        fate = _fate(ack)
        if fate is Fate.TAKEN:
            await self._card(one.reply.buttons, name, Cmd.RESPOND, one.reply_to)
        return fate

    async def _pushed(self, chat: _Chat, reply: Reply, name: str) -> Fate | Rest:
        ack = await self._line.ask(Cmd.PUSH, frames.push(chat.id, chat.kind, frames.markdown(reply)))
        fate = _fate(ack)
        if fate is Fate.TAKEN:
            await self._card(reply.buttons, name, Cmd.PUSH, chat=chat)
        return fate

    async def _card(
        self, buttons: Buttons | None, task_id: str, cmd: Cmd, req_id: str = "", *, chat: _Chat | None = None
    ) -> None:
        """The words have said it all: a card that is refused is missed by nobody."""
        shown = card_of(buttons, task_id)
        if shown is not None:
            body = frames.card(shown)
            await self._quietly(cmd, body if chat is None else frames.push(chat.id, chat.kind, body), req_id)

    async def _grow(self, message: IncomingMessage, shown: Reply, *, finish: bool) -> bool:
        body = frames.stream(name_for(inbox_key(message)), shown.body, finish=finish)
        return await self._quietly(Cmd.RESPOND, body, message.reply_to)

    async def _quietly(self, cmd: Cmd, body: Body, req_id: str) -> bool:
        """Whether the platform may have taken it; nobody waits for it."""
        try:
            ack = await self._line.ask(cmd, body, req_id)
        except NotSaid:
            return False
        except NotAcknowledged:
            return True
        if not ack.taken:
            log.warning("not taken", cmd=cmd.value, errcode=ack.errcode)
        return ack.taken


def _is_pushed(one: Owed) -> bool:
    """A tap is answered below everything that was said since, in a message of its own."""
    return bool(one.card) or not one.reply_to


def _chat_of(one: Owed) -> _Chat:
    return _Chat(one.chat, ChatType.GROUP) if one.chat else _Chat(one.account, ChatType.SINGLE)


def _fate(ack: Ack) -> Fate | Rest:
    if ack.taken:
        return Fate.TAKEN
    log.warning("an answer was not taken", errcode=ack.errcode)
    became = row_of(ack.errcode, AIBOT).verdict
    if became.do is not Do.AGAIN:
        return Fate.NEVER
    rest_ms = became.after_s * 1000
    return Rest(rest_ms) if rest_ms > SAID_WITHIN_MS else Fate.LATER
