"""WeCom as a whole: the self-built app, the group robots and the AI bot, and who of them hears what.

The app hears only what is said to it alone; in a group only the AI bot is heard, and only when it is mentioned
(official documents 90235 and 100719).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from aiohttp import web

from bot.tenant.calls import Ask, Call, Frame, Refused
from bot.tenant.courier import Courier
from bot.tenant.dispatch import route
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Deed, Heard, Outcome, Said, Tenant
from bot.tenant.transcript import Author, Shown
from bot.tenant.wecom.aibot.aibot import Aibot
from bot.tenant.wecom.api import WeComApi
from bot.tenant.wecom.callbacks import OUTSIDER, Callbacks, draw_said
from bot.tenant.wecom.webhook import Webhooks

NO_AIBOT = "机器人没有听到：企业微信的群里只有智能机器人听得到，这里没有装。"
NO_APP = "机器人没有听到：企业微信里没有安装自建应用。"

_CALLBACKS = (
    Frame(
        name="wecom.callback",
        direction="平台 → 机器人",
        title="自建应用：消息和事件，POST /wecom/app/callback",
        limits=(
            "签名、加密的 XML，receiveid 是 CorpID；每次重发换新的签名和密文（可选）",
            "5 秒内应答，一共送 3 次；应答不是 200 也算没送到",
            "被动回复：文字 ≤ 2048 字节，超过的截断；没有 markdown",
            "文件不转给自建应用；群里的话它听不到",
        ),
        source="官方文档 90238–90241、90235",
    ),
    Frame(
        name="wecom.verify",
        direction="平台 → 机器人",
        title="自建应用：验证回调地址，GET /wecom/app/callback",
        limits=("1 秒内回 echostr 解密后的原文，不带引号和换行",),
        source="官方文档 90930",
    ),
)


class WeComSide:
    """Implements `Side`."""

    platform = Platform.WECOM

    def __init__(self, tenant: Tenant, courier: Courier) -> None:
        self._tenant = tenant
        self.api = WeComApi(tenant)
        self.webhooks = Webhooks(tenant)
        self.aibot = Aibot(tenant, courier)
        app = tenant.installation.app
        self.app = None if app is None else Callbacks(tenant, courier, app, self.api.messages, self.api.cards)

    def calls(self) -> Sequence[Call]:
        return (*self.api.calls(), *self.webhooks.calls(), *self.aibot.calls())

    def frames(self) -> Sequence[Frame]:
        return (*_CALLBACKS, *self.aibot.frames())

    def routes(self) -> Sequence[web.RouteDef]:
        # The error table has a code for it, so that a GET is answered like everything else.
        by_get = [
            route(self._tenant, replace(call, method="GET", handle=_without_body))
            for call in self.calls()
            if call.method == "POST"
        ]
        return [*by_get, *self.aibot.routes()]

    def deeds(self) -> Sequence[Deed]:
        verify = Deed("wecom.verify", "企业微信：重新验证回调地址", self._verify)
        return (*self.api.deeds(), verify, *self.aibot.deeds())

    async def close(self) -> None:
        await self.aibot.close()

    def chats_of(self, member: Member) -> Sequence[tuple[Chat, str]]:
        chats: list[tuple[Chat, str]] = []
        if self.app is not None and member.account(Platform.WECOM):
            app = self._tenant.installation.app
            chats.append((self.app.chat_of(member), app.name if app is not None else ""))
        chats += self.aibot.chats_of(member)
        groups = self._tenant.directory.groups_of(Platform.WECOM, member)
        return [*chats, *((Chat(Platform.WECOM, Room.GROUP, g.chat_id), g.name) for g in groups)]

    async def says(self, member: Member, chat: Chat, said: Said) -> Heard:
        reason = self._nobody_hears(member, chat, said)
        if reason is not None:
            return self._unheard(member, chat, said, reason)
        if chat.room is Room.APP and self.app is not None:
            return await self.app.says(member, said)
        return await self.aibot.says(member, chat, said)

    async def presses(
        self, member: Member, shown: Shown, key: str, chosen: dict[str, tuple[str, ...]]
    ) -> Heard:
        if shown.chat.room is Room.APP and self.app is not None:
            return await self.app.presses(member, shown, key, chosen)
        return await self.aibot.presses(member, shown, key, chosen)

    async def joins(self, member: Member) -> Heard:
        if self.app is None:
            return Heard(Outcome.NO_BOT, NO_APP)
        return await self.app.joins(member)

    async def repeats(self, shown: Shown) -> Heard:
        if shown.chat.room is Room.APP and self.app is not None:
            return await self.app.repeats(shown)
        return await self.aibot.repeats(shown)

    async def _verify(self) -> str:
        if self.app is None:
            return NO_APP
        return (await self.app.verify_url()).reason

    def _nobody_hears(self, member: Member, chat: Chat, said: Said) -> str | None:
        """Why nobody does; empty when nobody was spoken to, None when somebody hears it."""
        if chat.room is Room.GROUP and not said.to_bot:
            return ""
        if not member.account(Platform.WECOM):
            return OUTSIDER
        if chat.room is Room.APP:
            return NO_APP if self.app is None else None
        return NO_AIBOT if self._tenant.installation.aibot is None else None

    def _unheard(self, member: Member, chat: Chat, said: Said, reason: str) -> Heard:
        """Shown in the chat; `reason` is empty when nobody was spoken to."""
        author = Author(member.name, member.key)
        drawn = draw_said(said, {"to_bot": said.to_bot})
        shown = self._tenant.transcript.post(chat, drawn, author, at_ms=self._tenant.clock.ms())
        if reason:
            self._tenant.transcript.remark(shown, reason)
        return Heard(Outcome.NO_BOT, reason)


def _without_body(_ask: Ask) -> NoReturn:
    raise Refused(40058, "no body: this api takes POST")
