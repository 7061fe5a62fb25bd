"""Sends of the AI bot's own accord, on its long connection: aibot_send_msg (official document 101463)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import md5
from math import ceil
from typing import Any, Final

from bot.platforms.halves import whole_or_halves
from bot.platforms.refusals import Refusals, refused, too_long, unanswered
from bot.platforms.wecom.aibot import frames
from bot.platforms.wecom.aibot.connection import Line, NotAcknowledged, NotSaid
from bot.platforms.wecom.aibot.frames import Body, ChatType, Cmd, name_for
from bot.platforms.wecom.cards import card_of
from bot.platforms.wecom.failures import AIBOT, AIBOT_PEOPLE, row_of
from bot.policy.outgoing import Way
from bot.sending import (
    IN_DOUBT,
    LEFT,
    PLATFORM_DOWN,
    TAKEN,
    Address,
    Attempt,
    Limits,
    SendFailed,
    Taken,
    Verdict,
    Window,
)
from messages.incoming import Platform
from messages.outgoing import Answer, Page, Picture, Reply
from messages.rendering import AIBOT as DIALECT
from messages.rendering import pages_in

PICTURE_BYTES: Final = 10 << 20
CHUNK: Final = 512 << 10  # before base64
_IN_ONE_CONVERSATION: Final = replace(IN_DOUBT, everybody=False)


class AibotGroups:
    """To groups in which somebody has spoken to the bot."""

    name: str = Way.WECOM_AIBOT.value
    platform: Final = Platform.WECOM
    # 30 a minute and 1,000 an hour in one conversation, answers included: half of it is left to them.
    limits: Final = Limits(
        each=Window(most=14, seconds=60), together=Window(most=3_000, seconds=60), side_by_side=10
    )
    knows_repetitions_for_s: Final = 0
    _kind: ChatType = ChatType.GROUP
    _table: Refusals = AIBOT
    _too_long: Final = too_long(AIBOT)

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def connected(self) -> bool:
        return self._line.connected

    def pages(self, answer: Answer) -> Sequence[Reply]:
        return pages_in(answer, DIALECT)

    async def send(self, to: Sequence[Address], page: Page, attempt: Attempt) -> Sequence[Verdict | Taken]:
        (one,) = to
        chat = self._chat_of(one)
        if isinstance(page, Picture):
            await self._push(chat, frames.image(await self._uploaded(page)))
            return (TAKEN,)

        async def post(part: Reply, _attempt: Attempt) -> Sequence[Verdict | Taken]:
            await self._push(chat, frames.markdown(part))
            return (TAKEN,)

        taken = await whole_or_halves(page, attempt, post, self._too_long)
        await self._card(chat, page, attempt)
        return taken

    def _chat_of(self, to: Address) -> str:
        return to.chat

    async def _card(self, chat: str, page: Reply, attempt: Attempt) -> None:
        """The words have said it all: a card that is refused is missed by nobody."""
        shown = card_of(page.buttons, name_for(attempt.key))
        if shown is None:
            return
        try:
            await self._push(chat, frames.card(shown))
        except SendFailed:
            return

    async def _push(self, chat: str, body: Body) -> None:
        await self._asked(Cmd.PUSH, frames.push(chat, self._kind, body))

    async def _uploaded(self, picture: Picture) -> str:
        """The media id. Until it is shown nothing is in doubt."""
        png = picture.png
        if not 0 < len(png) <= PICTURE_BYTES:
            raise SendFailed(LEFT, "picture size")
        chunks = ceil(len(png) / CHUNK)
        try:
            begun = await self._asked(
                Cmd.UPLOAD_INIT,
                {
                    "type": "image",
                    "filename": "picture.png",
                    "total_size": len(png),
                    "total_chunks": chunks,
                    "md5": md5(png, usedforsecurity=False).hexdigest(),
                },
            )
            upload = {"upload_id": _text(begun, "upload_id")}
            for number in range(chunks):  # from 0, as the official Node SDK counts
                piece = b64encode(png[number * CHUNK : (number + 1) * CHUNK]).decode()
                await self._asked(Cmd.UPLOAD_CHUNK, {**upload, "chunk_index": number, "base64_data": piece})
            return _text(await self._asked(Cmd.UPLOAD_FINISH, upload), "media_id")
        except SendFailed as failed:
            if failed.verdict.do is IN_DOUBT.do:
                raise unanswered(replace(PLATFORM_DOWN, everybody=False), "upload") from None
            raise

    async def _asked(self, cmd: Cmd, body: Body) -> Mapping[str, Any]:
        """The body of an acknowledgement with errcode 0. Raises SendFailed."""
        try:
            ack = await self._line.ask(cmd, body)
        except NotSaid:
            raise unanswered(PLATFORM_DOWN, "no connection") from None
        except NotAcknowledged:
            raise unanswered(_IN_ONE_CONVERSATION, "no acknowledgement") from None
        if not ack.taken:
            raise refused(row_of(ack.errcode, self._table), ack.errcode)
        return ack.body


class AibotPeople(AibotGroups):
    """To people who have spoken to the bot in private."""

    name: str = "wecom.aibot.people"
    _kind = ChatType.SINGLE
    _table = AIBOT_PEOPLE

    def __init__(self, line: Line, *, veiled: bool | None = None) -> None:
        """`veiled`: True where the application leads to all whose ids are not (`bot.sending.SomeAccounts`)."""
        super().__init__(line)
        self.veiled: Final = veiled

    def _chat_of(self, to: Address) -> str:
        return to.account


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise unanswered(replace(PLATFORM_DOWN, everybody=False), f"no {name}")
    return value
