"""What the robot gets when a person says something, field for field, and how that looks in the chat.

Official documents receive-message and robot-message-type; what they leave open is a switch.
"""

import html
import re
from dataclasses import dataclass, replace
from typing import Any

from bot.tenant.calls import Upload
from bot.tenant.dingtalk.drawing import draw_text
from bot.tenant.dingtalk.files import Files
from bot.tenant.dingtalk.identifiers import new_message_id, private_conversation, robot_user_id, sender_id
from bot.tenant.dingtalk.sessions import Sessions
from bot.tenant.installation import DingTalkRobot
from bot.tenant.people import Chat, Group, Member, Platform
from bot.tenant.tenant import Said, SaidKind, Tenant
from bot.tenant.transcript import Drawn

_QUOTA_USED_UP = 20001
_QUOTA_TEXT = "企业机器人消息额度已用完"
_RECORDED_MS = 4000  # how long the little recordings of this tenant are said to be
_TYPES = {
    SaidKind.IMAGE: "image/png",
    SaidKind.VOICE: "audio/amr",
    SaidKind.VIDEO: "video/mp4",
    SaidKind.FILE: "application/octet-stream",
}


@dataclass(frozen=True, slots=True)
class Composed:
    """`body` is None where DingTalk tells the robot nothing."""

    drawn: Drawn
    body: dict[str, Any] | None
    message_id: str


class Bodies:
    """Writes them; `msgId` is new for each."""

    def __init__(self, tenant: Tenant, sessions: Sessions, files: Files) -> None:
        self._tenant = tenant
        self._sessions = sessions
        self._files = files

    def compose(self, member: Member, chat: Chat, said: Said, group: Group | None, *, told: bool) -> Composed:
        """`told`: the robot is to hear it."""
        robot = self._tenant.installation.robot
        media, code = "", ""
        if said.kind in _TYPES:
            upload = Upload(said.file_name or said.kind, _TYPES[said.kind], said.content)
            stored, code = self._files.received(said.kind, upload)
            media = stored.media_id
        message_id = new_message_id()
        body = None
        if told and robot is not None:
            text, others = self._without_mentions(said, group)
            body = self._about(robot, member, chat, group) | {"msgId": message_id}
            if group is not None:
                body["atUsers"] += others
            body |= (
                self._quota()
                if self._tenant.switches.dingtalk_quota_used_up
                else _content(replace(said, text=text), code, group)
            )
        called = f"@{robot.name} " if group and said.to_bot and not said.tapped and robot is not None else ""
        return Composed(_drawn(said, called, media, body), body, message_id)

    def _about(self, robot: DingTalkRobot, member: Member, chat: Chat, group: Group | None) -> dict[str, Any]:
        switches = self._tenant.switches
        webhook, expires = self._sessions.open(chat)
        now = self._tenant.clock.stamp_ms()
        about: dict[str, Any] = {
            "conversationId": private_conversation(robot, member) if group is None else group.chat_id,
            "conversationType": "1" if group is None else "2",
            "chatbotCorpId": robot.corp_id,
            "chatbotUserId": robot_user_id(robot),
            "senderNick": member.name,
            "senderId": sender_id(member),
            "isAdmin": False,
            "createAt": str(now) if switches.dingtalk_created_as_text else now,
            "sessionWebhook": webhook,
            "sessionWebhookExpiredTime": expires,
            "robotCode": robot.robot_code,
            "senderPlatform": "Android",
        }
        if group is not None:
            about |= {
                "conversationTitle": group.name,
                "isInAtList": True,
                "atUsers": [{"dingtalkId": robot_user_id(robot)}],
            }
        account = member.account(Platform.DINGTALK)
        if account:
            return about | {"senderStaffId": account, "senderCorpId": robot.corp_id}
        outsider: dict[str, dict[str, Any]] = {
            "absent": {},
            "empty": {"senderStaffId": ""},
            "null": {"senderStaffId": None},
        }
        return about | outsider[switches.dingtalk_outsider_id]

    def _without_mentions(self, said: Said, group: Group | None) -> tuple[str, list[dict[str, str]]]:
        """What is left of the text when the members it mentions are cut out, and those as `atUsers` lists them."""
        if group is None or said.kind is not SaidKind.TEXT or said.tapped or "@" not in said.text:
            return said.text, []
        people = {member.name: member for member in self._tenant.directory.people_in(group)}
        longest_first = "|".join(re.escape(name) for name in sorted(people, key=len, reverse=True))
        called = re.compile(rf"@({longest_first})(?=\s|$)")
        found = [people[name] for name in dict.fromkeys(called.findall(said.text))]
        return called.sub("", said.text), [_called(member) for member in found]

    def _quota(self) -> dict[str, Any]:
        if self._tenant.switches.dingtalk_quota_names == "errCode":
            return {"msgtype": "text", "errCode": _QUOTA_USED_UP, "errMsg": _QUOTA_TEXT}
        return {"msgtype": "text", "errorCode": _QUOTA_USED_UP, "errorMessage": _QUOTA_TEXT}


def _called(member: Member) -> dict[str, str]:
    account = member.account(Platform.DINGTALK)
    return {"dingtalkId": sender_id(member)} | ({"staffId": account} if account else {})


def _content(said: Said, code: str, group: Group | None) -> dict[str, Any]:
    if said.kind is SaidKind.TEXT:
        # The mention of the robot is cut out, and what was behind it keeps its space.
        return {"msgtype": "text", "text": {"content": said.text if group is None else f" {said.text}"}}
    if said.kind is SaidKind.IMAGE and said.text:
        runs = [{"text": said.text}, {"type": "picture", "downloadCode": code}]
        return {"msgtype": "richText", "content": {"richText": runs}}
    file = {"downloadCode": code}
    contents: dict[SaidKind, tuple[str, dict[str, object]]] = {
        SaidKind.IMAGE: ("picture", {}),
        SaidKind.VOICE: ("audio", {"duration": _RECORDED_MS, "recognition": said.text}),
        SaidKind.VIDEO: ("video", {"duration": _RECORDED_MS, "videoType": "mp4"}),
        SaidKind.FILE: ("file", {"fileName": said.file_name}),
    }
    if said.kind in contents:
        kind, content = contents[said.kind]
        return {"msgtype": kind, "content": file | content}
    # A location is none of the documented types; others have seen what is not known come like this.
    return {"msgtype": "unknownMsgType", "content": {"unknownMsgType": said.kind.value}}


_LABELS = {
    SaidKind.IMAGE: "[图片]",
    SaidKind.VOICE: "[语音]",
    SaidKind.VIDEO: "[视频]",
    SaidKind.FILE: "[文件]",
    SaidKind.LOCATION: "[位置]",
    SaidKind.LINK: "[链接]",
}


def _drawn(said: Said, called: str, media: str, wire: object) -> Drawn:
    if said.kind is SaidKind.TEXT:
        return draw_text(called + said.text, wire)
    shown = said.file_name if said.kind is SaidKind.FILE else said.text
    text = f"{called}{_LABELS[said.kind]} {shown}".rstrip()
    drawn = Drawn(kind=said.kind, text=text, html=f"<p>{html.escape(text)}</p>", wire=wire)
    if said.kind is SaidKind.IMAGE:
        return replace(drawn, picture=media)
    return replace(drawn, file_name=said.file_name) if said.kind is SaidKind.FILE else drawn
