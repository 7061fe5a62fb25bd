"""智能机器人 as the rest of the tenant meets it: its private chats, what people say to it, its calls."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from bot.tenant.calls import Ask, Call, Dialect, Frame, Upload
from bot.tenant.courier import Courier
from bot.tenant.installation import WeComAibot
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Deed, Heard, Outcome, Said, SaidKind, Tenant
from bot.tenant.transcript import Author, Does, Shown
from bot.tenant.wecom.aibot import bodies
from bot.tenant.wecom.aibot.answers import Answers
from bot.tenant.wecom.aibot.asked import CARD, ENTER, FEEDBACK, Asked, Asks, private
from bot.tenant.wecom.aibot.callback_url import CallbackUrl
from bot.tenant.wecom.aibot.commands import Commands
from bot.tenant.wecom.aibot.downloads import Downloads
from bot.tenant.wecom.aibot.drawing import DISLIKED, LIKED, draw_said
from bot.tenant.wecom.aibot.frames import CALLBACKS, FRAMES
from bot.tenant.wecom.aibot.long_connection import Carried, LongConnection
from bot.tenant.wecom.cards import selections
from bot.tenant.wecom.requests import OK, body_of

NO_BOT: Final = "机器人没有听到：智能机器人现在没有连上。"
NO_BOT_IN_GROUP: Final = "机器人没有听到：企业微信的群里只有智能机器人听得到，它现在没有连上。"
KEPT: Final = "机器人现在没有连上，它一连上就会收到。"
INTO_NOTHING: Final = "机器人没有听到：长连接已经断了，平台还没有发现。"
TOO_MANY: Final = "机器人还在处理你前面的三条消息，这一条没有送到。"
SPENT: Final = "这个按钮已经不能点了。"
_SHANGHAI = timezone(timedelta(hours=8))


class Aibot:
    """The installed AI bot; `bot` may be absent, and then nobody hears anything."""

    def __init__(self, tenant: Tenant, courier: Courier) -> None:
        self._tenant = tenant
        self._bot = tenant.installation.aibot or WeComAibot(bot_id="", secret="")
        self.installed = tenant.installation.aibot is not None
        self._asks = Asks(tenant)
        self._answers = Answers(tenant, self._bot, self._asks)
        self._downloads = Downloads(tenant, self._bot.encoding_aes_key)
        commands = Commands(tenant, self._bot, self._asks, self._answers)
        self._link = LongConnection(tenant, self._asks, commands, self._bot.bot_id)
        self._callback: CallbackUrl | None = None
        if self._bot.token and self._bot.encoding_aes_key:
            self._callback = CallbackUrl(tenant, courier, self._bot, self._asks, self._answers)
        self._entered: set[tuple[str, str]] = set()

    @property
    def connected(self) -> bool:
        """Whether somebody is there to hear; a callback address is taken for somebody."""
        return self._callback is not None or self._link.connected

    def chats_of(self, member: Member) -> Sequence[tuple[Chat, str]]:
        """The private chat; groups are the same for every robot in them."""
        account = member.account(Platform.WECOM)
        if not self.installed or not account:
            return ()
        return ((private(account), f"{self._bot.name}（智能机器人）"),)

    async def says(self, member: Member, chat: Chat, said: Said) -> Heard:
        """Shows the message and carries it; in a group only one that mentions the bot."""
        tenant = self._tenant
        mentioned = chat.room is Room.GROUP and said.to_bot
        asked = self._asked(member, chat)
        reason = bodies.not_heard(member, chat, said)
        if not reason:
            asked.body.update(bodies.content(said, self._bot.name, chat, self._downloads.link))
            self._add_response_url(asked)
        media_id = ""
        if said.kind is not SaidKind.TEXT and said.content:
            upload = Upload(said.file_name, "application/octet-stream", said.content)
            media_id = tenant.media.store(said.kind, upload, owner=member.key).media_id
        drawn = draw_said(said, media_id, f"@{self._bot.name} " if mentioned else "", asked.body)
        author = Author(member.name, member.key)
        asked.shown = tenant.transcript.post(chat, drawn, author, at_ms=tenant.clock.ms())
        if chat.room is Room.GROUP and not said.to_bot:
            return Heard(Outcome.NO_BOT)
        if not reason and tenant.switches.aibot_at_most_three and self._asks.too_many(member):
            reason = TOO_MANY
        if reason:
            tenant.transcript.remark(asked.shown, reason)
            return Heard(Outcome.NO_BOT, reason)
        return await self._carry(asked)

    async def presses(
        self, member: Member, shown: Shown, key: str, chosen: dict[str, tuple[str, ...]]
    ) -> Heard:
        button = next((b for b in shown.drawn.buttons if b.does is Does.PRESS and b.value == key), None)
        if button is None or button.spent:
            return Heard(Outcome.NO_BOT, SPENT)
        if key in (LIKED, DISLIKED):
            return await self._rates(member, shown, key)
        card = self._answers.cards.get(shown.number)
        if card is None:
            return Heard(Outcome.NO_BOT, SPENT)
        details: dict[str, Any] = {
            "card_type": card["card_type"],
            "event_key": key,
            "task_id": card.get("task_id", ""),
        }
        if items := selections(card, chosen):
            details["selected_items"] = {"selected_item": items}
        return await self._tells(member, shown.chat, CARD, details, shown)

    async def enters(self, member: Member) -> Heard:
        """Opens the private chat; the bot hears of it the first time on a day."""
        account = member.account(Platform.WECOM)
        at = datetime.fromtimestamp(self._tenant.clock.ms() / 1000, UTC).astimezone(_SHANGHAI)
        today = (member.key, at.date().isoformat())
        if not account or today in self._entered:
            return Heard(Outcome.ACKNOWLEDGED)
        self._entered.add(today)
        return await self._tells(member, private(account), ENTER, None, None)

    def has_talked_in(self, chat: Chat) -> None:
        """Before anything that is seen here: so the bot may write there."""
        self._asks.spoken.add(chat.key)

    async def repeats(self, shown: Shown) -> Heard:
        """The same msgid again, as when the platform has not seen an answer."""
        before = self._asks.of_message(shown)
        if before is None:
            return Heard(Outcome.NO_BOT, NO_BOT)
        again = replace(
            before,
            req_id=uuid4().hex,
            at_ms=self._tenant.clock.ms(),
            growing=set(),
            settled=asyncio.Event(),
        )
        return await self._carry(again)

    def calls(self) -> Sequence[Call]:
        return (
            self._downloads.call(),
            Call(
                name="wecom.aibot.response",
                method="POST",
                path="/wecom/cgi-bin/aibot/response",
                dialect=Dialect.QYAPI,
                title="智能机器人：用 response_url 回复",
                limits=(
                    "不加密的 JSON；1 小时内，一次（60140）",
                    "markdown ≤ 20480 字节；template_card 只在单聊",
                    "群里的回复会引用那条消息",
                ),
                source="官方文档 101138；60140 见更新卡片的接口",
                handle=self._respond,
            ),
        )

    def frames(self) -> Sequence[Frame]:
        return (*FRAMES, *CALLBACKS)

    def routes(self) -> Sequence[web.RouteDef]:
        return self._link.routes()

    def deeds(self) -> Sequence[Deed]:
        if not self.installed:
            return ()
        if self._callback is not None:
            return (Deed("wecom.aibot.verify", "智能机器人：重新验证回调地址", self._verify),)
        return (
            Deed("wecom.aibot.drop", "智能机器人：切断长连接", self._drop),
            Deed("wecom.aibot.half_dead", "智能机器人：长连接半死（不收不发，也不断开）", self._half_kill),
            Deed("wecom.aibot.steal", "智能机器人：另一个进程抢走长连接", self._steal),
        )

    async def verify_url(self) -> Heard:
        """Only in callback mode is there something to verify."""
        if self._callback is None:
            return Heard(Outcome.NO_BOT, "智能机器人没有设置回调地址。")
        return await self._callback.verify()

    async def close(self) -> None:
        """Ends the connection, what is still asked for again, and everybody's waiting."""
        self._answers.streams.close()
        self._asks.settle_all()
        if self._callback is not None:
            await self._callback.close()
        await self._link.close()

    def _asked(self, member: Member, chat: Chat, **more: Any) -> Asked:
        encrypted = self._tenant.switches.aibot_encrypted_ids
        body = bodies.head(self._bot.bot_id, member, chat, encrypted=encrypted)
        return Asked(body=body, chat=chat, member=member, at_ms=self._tenant.clock.ms(), **more)

    def _add_response_url(self, asked: Asked) -> None:
        if self._callback is not None or self._tenant.switches.aibot_response_url:
            address = f"{self._tenant.base_url}/wecom/cgi-bin/aibot/response"
            asked.body["response_url"] = f"{address}?response_code={asked.response_code}"

    async def _tells(
        self, member: Member, chat: Chat, event: str, details: dict[str, Any] | None, shown: Shown | None
    ) -> Heard:
        if not self.installed:
            return Heard(Outcome.NO_BOT, NO_BOT)
        asked = self._asked(member, chat, event=event, shown=shown)
        asked.body["create_time"] = self._tenant.clock.stamp_ms() // 1000
        if event == CARD:
            self._add_response_url(asked)
        asked.body.update(bodies.event(event, details))
        return await self._carry(asked)

    async def _rates(self, member: Member, shown: Shown, key: str) -> Heard:
        feedback = self._answers.streams.feedback.get(shown.number)
        if feedback is None:
            return Heard(Outcome.NO_BOT, SPENT)
        details = {"id": feedback, "type": 1 if key == LIKED else 2}
        return await self._tells(member, shown.chat, FEEDBACK, details, shown)

    async def _carry(self, asked: Asked) -> Heard:
        if self._callback is not None:
            return await self._callback.carry(asked)
        carried = await self._link.deliver(asked) if self.installed else Carried.NOBODY
        match carried:
            case Carried.SENT if asked.event == FEEDBACK:
                return Heard(Outcome.ACKNOWLEDGED)
            case Carried.SENT:
                return await self._answer_to(asked)
            case Carried.KEPT:
                return self._remarked(asked, Heard(Outcome.ACKNOWLEDGED, KEPT))
            case Carried.INTO_NOTHING:
                return self._remarked(asked, Heard(Outcome.UNHEARD, INTO_NOTHING))
            case Carried.NOBODY:
                group = asked.chat.room is Room.GROUP
                return self._remarked(asked, Heard(Outcome.NO_BOT, NO_BOT_IN_GROUP if group else NO_BOT))

    async def _answer_to(self, asked: Asked) -> Heard:
        """A frame is not acknowledged by itself: what counts is that something is said in time."""
        pace = self._tenant.pace
        for seconds in (pace.wecom_answer, pace.stream_life):
            with suppress(TimeoutError):
                await asyncio.wait_for(asked.settled.wait(), seconds)
            if asked.settled.is_set():
                return Heard(Outcome.ANSWERED)
            if not asked.growing:
                break
        return Heard(Outcome.ACKNOWLEDGED)

    def _remarked(self, asked: Asked, heard: Heard) -> Heard:
        if not asked.event and asked.shown is not None:
            self._tenant.transcript.remark(asked.shown, heard.reason)
        return heard

    def _respond(self, ask: Ask) -> Mapping[str, object]:
        self._answers.later(ask.query.get("response_code", ""), body_of(ask))
        return OK

    async def _verify(self) -> str:
        return (await self.verify_url()).reason

    async def _drop(self) -> str:
        return "长连接已经切断。" if self._link.drop() else "现在没有长连接。"

    async def _half_kill(self) -> str:
        return "长连接还开着，但不收也不发了。" if self._link.half_kill() else "现在没有长连接。"

    async def _steal(self) -> str:
        await self._link.steal()
        return "另一个进程连上了，消息都到它那里去了。"
