"""DingTalk as a whole: what it answers the bot, and what its people do."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.tenant.calls import Call, Frame
from bot.tenant.courier import Courier
from bot.tenant.dingtalk import callbacks, card_callbacks
from bot.tenant.dingtalk.api import RobotApi
from bot.tenant.dingtalk.bodies import Bodies
from bot.tenant.dingtalk.callbacks import Callbacks
from bot.tenant.dingtalk.card_callbacks import CardCallbacks
from bot.tenant.dingtalk.cards import Cards
from bot.tenant.dingtalk.contacts import Contacts
from bot.tenant.dingtalk.files import Files
from bot.tenant.dingtalk.gate import Gate
from bot.tenant.dingtalk.identifiers import sender_id
from bot.tenant.dingtalk.posting import Posting, group_chat, private_chat
from bot.tenant.dingtalk.sent import SentMessages
from bot.tenant.dingtalk.sessions import Sessions
from bot.tenant.dingtalk.stream import Stream
from bot.tenant.dingtalk.webhook import Webhooks
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Deed, Heard, Outcome, Said, SaidKind, Tenant
from bot.tenant.transcript import Author, Does, Shown

_HEARD_IN_GROUPS = (SaidKind.TEXT, SaidKind.IMAGE)
_KEPT_BODIES = 2000
_NOT_IN_GROUPS = "机器人没有听到：钉钉的群里，它只收得到 @ 它的文字和图片。"
_NO_ROBOT = "机器人没有听到：这里没有安装机器人。"
_NOT_TAPPED_IN_GROUPS = "机器人没有听到：在群里点这个按钮，发出的话没有 @ 它。"


class DingTalkSide:
    """Implements `Side`."""

    platform = Platform.DINGTALK

    def __init__(self, tenant: Tenant, courier: Courier) -> None:
        self._tenant = tenant
        self.stream = Stream(tenant)
        self.gate = Gate(tenant)
        self._posting = Posting(tenant)
        sent, sessions = SentMessages(tenant), Sessions(tenant)
        self._files = Files(tenant, self.gate)
        self._bodies = Bodies(tenant, sessions, self._files)
        self._callbacks = Callbacks(tenant, courier, self.stream, self._posting)
        self._webhooks = Webhooks(tenant, self._posting, sessions)
        self._api = RobotApi(tenant, self.gate, self._posting, sent, self._files)
        self._contacts = Contacts(tenant, self.gate, self._posting)
        self._cards = Cards(tenant, self.gate, self._posting, sent)
        self._card_callbacks = CardCallbacks(tenant, courier, self.stream, self.gate, self._cards)
        self._sent_bodies: dict[int, Mapping[str, Any]] = {}

    def calls(self) -> Sequence[Call]:
        parts = (
            self.gate,
            self._webhooks,
            self._api,
            self._files,
            self._contacts,
            self._cards,
            self._card_callbacks,
            self.stream,
        )
        return [call for part in parts for call in part.calls()]

    def frames(self) -> Sequence[Frame]:
        return (callbacks.FRAME, card_callbacks.FRAME, *self.stream.frames())

    def routes(self) -> Sequence[web.RouteDef]:
        return self.stream.routes()

    def deeds(self) -> Sequence[Deed]:
        return (*self.gate.deeds(), *self.stream.deeds())

    async def close(self) -> None:
        await self.stream.close()

    def chats_of(self, member: Member) -> Sequence[tuple[Chat, str]]:
        groups = self._tenant.directory.groups_of(self.platform, member)
        private = private_chat(member.account(self.platform) or sender_id(member))
        return [(private, self._posting.robot_name), *((group_chat(group), group.name) for group in groups)]

    async def says(self, member: Member, chat: Chat, said: Said) -> Heard:
        tenant = self._tenant
        tenant.read.add((member.key, chat.key))
        group = self._posting.group(chat.id) if chat.room is Room.GROUP else None
        silence = self._silence(chat, said)
        composed = self._bodies.compose(member, chat, said, group, told=silence is None)
        shown = tenant.transcript.post(
            chat,
            composed.drawn,
            Author(member.name, member.key),
            at_ms=tenant.clock.ms(),
            key=composed.message_id,
        )
        robot = tenant.installation.robot
        if silence is not None or robot is None or composed.body is None:
            reason = silence or ""
            if reason:
                tenant.transcript.remark(shown, reason)
            return Heard(Outcome.NO_BOT, reason)
        self._sent_bodies[shown.number] = composed.body
        if len(self._sent_bodies) > _KEPT_BODIES:
            del self._sent_bodies[next(iter(self._sent_bodies))]
        return await self._callbacks.carry(robot, shown, composed.body)

    async def presses(
        self, member: Member, shown: Shown, key: str, chosen: dict[str, tuple[str, ...]]
    ) -> Heard:
        """A card's button calls the bot; a dtmd button lets the person say its text."""
        tapped = (*shown.drawn.buttons, *shown.drawn.links)
        if any(button.does is Does.SAY and button.value == key for button in tapped):
            return await self.says(member, shown.chat, Said(text=key, tapped=True))
        self._tenant.read.add((member.key, shown.chat.key))
        return await self._card_callbacks.press(member, shown, key, chosen)

    async def joins(self, member: Member) -> Heard:
        """Nothing is sent: an enterprise robot is simply there."""
        return Heard(Outcome.NO_BOT, f"{member.name}可以直接找机器人，钉钉不会另外通知它。")

    async def repeats(self, shown: Shown) -> Heard:
        robot, body = self._tenant.installation.robot, self._sent_bodies.get(shown.number)
        if robot is None or body is None:
            return Heard(Outcome.NO_BOT, "这条消息没有送给过机器人。")
        return await self._callbacks.repeat(robot, shown, body)

    def _silence(self, chat: Chat, said: Said) -> str | None:
        """Why the robot does not hear it, which may need no explanation; None when it does."""
        if self._tenant.installation.robot is None:
            return _NO_ROBOT
        if chat.room is not Room.GROUP:
            return None
        if said.tapped:
            return None if self._tenant.switches.dingtalk_dtmd_in_group else _NOT_TAPPED_IN_GROUPS
        if not said.to_bot:
            return ""
        return None if said.kind in _HEARD_IN_GROUPS else _NOT_IN_GROUPS
