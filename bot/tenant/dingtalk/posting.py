"""Puts what a robot says into a chat, under its name."""

from collections.abc import Mapping
from typing import Any

from bot.tenant.dingtalk.drawing import NOBODY, Named, People, draw_message
from bot.tenant.people import Chat, Group, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Author, Drawn, Shown

_NAME = "研修助手"


class Posting:
    """Finds the chats of DingTalk and writes into them."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    @property
    def robot_name(self) -> str:
        robot = self._tenant.installation.robot
        return _NAME if robot is None else robot.name

    def post(self, chat: Chat, drawn: Drawn, key: str = "") -> Shown:
        tenant = self._tenant
        return tenant.transcript.post(chat, drawn, Author(self.robot_name), at_ms=tenant.clock.ms(), key=key)

    def message(self, chat: Chat, message: Mapping[str, Any]) -> Shown:
        """One that is checked already, with the names of those it mentions."""
        return self.post(chat, draw_message(message, self._people(chat) if message.get("at") else NOBODY))

    def member(self, account: str) -> Member | None:
        """To the letter: nothing says that DingTalk overlooks the case of a userId."""
        found = self._tenant.directory.by_account(Platform.DINGTALK, account)
        return found if found is not None and found.account(Platform.DINGTALK) == account else None

    def group(self, conversation: object) -> Group | None:
        if not isinstance(conversation, str):
            return None
        return self._tenant.directory.group_of_chat(Platform.DINGTALK, conversation)

    def _people(self, chat: Chat) -> People:
        group = self.group(chat.id) if chat.room is Room.GROUP else None
        people: dict[str, Named] = {}
        for member in self._tenant.directory.people_in(group) if group is not None else ():
            named = Named(member.account(Platform.DINGTALK) or member.key, member.name)
            people |= {call: named for call in (member.account(Platform.DINGTALK), member.mobile) if call}
        return people


def group_chat(group: Group) -> Chat:
    return Chat(Platform.DINGTALK, Room.GROUP, group.chat_id)


def private_chat(account: str) -> Chat:
    """With the enterprise robot."""
    return Chat(Platform.DINGTALK, Room.ROBOT, account)
