"""The bodies of callbacks, alike in both modes (official documents 100719, 101027 and 101138)."""

import secrets
from collections.abc import Callable
from typing import Any

from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Said, SaidKind
from bot.tenant.wecom.identifiers import open_userid

Link = Callable[[Said], dict[str, str]]
"""Keeps a file for downloading, and gives `url` and, in a long connection, `aeskey`."""

NOT_HEARD = {
    SaidKind.LOCATION: "智能机器人收不到位置。",
    SaidKind.LINK: "智能机器人收不到链接卡片。",
}
OUTSIDER = "外部人员的消息，企业微信不会送给机器人。"
ONLY_PRIVATE = "群里的图片、语音、文件和视频，智能机器人收不到；请单独发给它。"


def not_heard(member: Member, chat: Chat, said: Said) -> str:
    """Why WeCom does not carry this to an AI bot; empty when it does."""
    if not member.account(Platform.WECOM):
        return OUTSIDER
    if said.kind in NOT_HEARD:
        return NOT_HEARD[said.kind]
    mixed = said.kind is SaidKind.IMAGE and said.text
    if chat.room is Room.GROUP and said.kind is not SaidKind.TEXT and not mixed:
        return ONLY_PRIVATE
    return ""


def head(bot_id: str, member: Member, chat: Chat, *, encrypted: bool) -> dict[str, Any]:
    """What every callback begins with."""
    account = member.account(Platform.WECOM)
    group = {"chatid": chat.id} if chat.room is Room.GROUP else {}
    return {
        "msgid": "CAIQ" + secrets.token_urlsafe(24),
        "aibotid": bot_id,
        **group,
        "chattype": "group" if group else "single",
        "from": {"userid": open_userid(account) if encrypted else account},
    }


def content(said: Said, bot_name: str, chat: Chat, link: Link) -> dict[str, Any]:
    """The msgtype and what belongs to it. In a group the text begins with the bot's name."""
    text = f"@{bot_name} {said.text}" if chat.room is Room.GROUP else said.text
    match said.kind:
        case SaidKind.TEXT:
            return {"msgtype": "text", "text": {"content": text}}
        case SaidKind.VOICE:
            return {"msgtype": "voice", "voice": {"content": said.text}}
        case SaidKind.IMAGE if said.text:
            items = [
                {"msgtype": "text", "text": {"content": text}},
                {"msgtype": "image", "image": link(said)},
            ]
            return {"msgtype": "mixed", "mixed": {"msg_item": items}}
        case _:
            return {"msgtype": said.kind.value, said.kind.value: link(said)}


def event(kind: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """`details` stand under the event's own name."""
    named = {} if details is None else {kind: details}
    return {"msgtype": "event", "event": {"eventtype": kind, **named}}
