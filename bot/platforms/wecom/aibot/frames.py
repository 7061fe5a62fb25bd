"""Frames of the AI bot's long connection, as text and back (official document 101463). Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from hashlib import blake2b
from typing import Any, Final

from messages.outgoing import Reply

_DIGITS: Final = re.compile(r"-?[0-9]{1,9}")
LARGEST: Final = 4 << 20
"""Bytes of a frame that is read: a callback has a few hundred."""


@unique
class Cmd(StrEnum):
    """What a frame is for."""

    SUBSCRIBE = "aibot_subscribe"
    PING = "ping"
    MESSAGE = "aibot_msg_callback"
    EVENT = "aibot_event_callback"
    WELCOME = "aibot_respond_welcome_msg"
    RESPOND = "aibot_respond_msg"
    UPDATE = "aibot_respond_update_msg"
    PUSH = "aibot_send_msg"
    UPLOAD_INIT = "aibot_upload_media_init"
    UPLOAD_CHUNK = "aibot_upload_media_chunk"
    UPLOAD_FINISH = "aibot_upload_media_finish"


@unique
class ChatType(StrEnum):
    """Of a push; as numbers on the wire."""

    SINGLE = "1"
    GROUP = "2"


@dataclass(frozen=True, slots=True)
class Ack:
    """What the platform says to a frame of ours."""

    req_id: str
    errcode: int
    body: Mapping[str, Any]

    @property
    def taken(self) -> bool:
        return self.errcode == 0


@dataclass(frozen=True, slots=True)
class Callback:
    """What the platform tells us of its own accord. `cmd` as it came: nobody promises that we know it."""

    cmd: str
    req_id: str
    body: Mapping[str, Any]


Body = Mapping[str, object]


def frame(cmd: Cmd, req_id: str, body: Body | None = None) -> str:
    """One of ours, as it goes over the wire."""
    whole: dict[str, object] = {"cmd": cmd.value, "headers": {"req_id": req_id}}
    if body is not None:
        whole["body"] = body
    # A lone surrogate is no text; it would end the connection instead of one message.
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace").decode()


def read_frame(text: str) -> Ack | Callback | None:
    """None for what is neither: a gateway's page, or something that nobody has described yet."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(whole, dict):
        return None
    headers, body, cmd = whole.get("headers"), whole.get("body"), whole.get("cmd")
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(req_id, str) or not req_id.isprintable():  # no database takes NUL or a lone surrogate
        req_id = ""
    if not isinstance(body, dict):
        body = {}
    if isinstance(cmd, str) and cmd:
        return Callback(cmd, req_id, body)
    errcode = _number(whole.get("errcode"))
    return None if errcode is None or not req_id else Ack(req_id, errcode, body)


def _number(found: object) -> int | None:
    """Also from a string, as other interfaces write it."""
    if isinstance(found, str) and _DIGITS.fullmatch(found):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


# ── bodies ──


def stream(stream_id: str, content: str, *, finish: bool) -> Body:
    """The whole text so far; the last one must not be empty."""
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": finish, "content": content}}


def card(template_card: Body) -> Body:
    return {"msgtype": "template_card", "template_card": template_card}


def card_update(template_card: Body) -> Body:
    return {"response_type": "update_template_card", "template_card": template_card}


def text(content: str) -> Body:
    """Only a welcome may be one."""
    return {"msgtype": "text", "text": {"content": content}}


def markdown(page: Reply) -> Body:
    return {"msgtype": "markdown", "markdown": {"content": page.body}}


def image(media_id: str) -> Body:
    return {"msgtype": "image", "image": {"media_id": media_id}}


def push(chat: str, kind: ChatType, body: Body) -> Body:
    """`chat`: the group's id with its case kept, or a person's account."""
    return {"chatid": chat, "chat_type": int(kind), **body}


def name_for(key: str) -> str:
    """Of the stream, and of the card below it, with which the message of this inbox key is answered.

    The same in every process and at every try: what the platform has taken once it does not show twice.
    """
    return blake2b(key.encode(), digest_size=16).hexdigest()
