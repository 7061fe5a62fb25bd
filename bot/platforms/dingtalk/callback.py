"""The door of the DingTalk enterprise robot: verify, parse, and the JSON that answers.

Official documents: receive-message, robot-message-type. The body is not signed and its types vary between
their pages, so every field is read as if it might be missing, null or of another type.
"""

import json
from binascii import b2a_base64
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, Final

from pydantic_core import from_json, to_json

from bot.platforms.dingtalk.bodies import message
from bot.platforms.errors import OWN_MESSAGE, QUOTA_EXHAUSTED, Forged, Ignored, Unreadable
from messages.incoming import UNNAMED_GROUP, IncomingMessage, Kind, Platform, storable
from messages.outgoing import Reply

WINDOW_MS: Final = 60 * 60 * 1000
_LATEST_MS: Final = 253_402_300_799_999  # the end of the year 9999
_LONGEST_KEY: Final = 200
_LONGEST_ACCOUNT: Final = 64
_LONGEST_CHAT: Final = 128
_LONGEST_TITLE: Final = 100
_QUOTA_CODE: Final = 20001
_EMPTY: Final = b'{"msgtype":"empty"}'

_KINDS: Final = {"picture": Kind.IMAGE, "video": Kind.VIDEO, "file": Kind.FILE}


@dataclass(frozen=True, slots=True)
class DingTalkDoor:
    """One robot's callback address. Everything here is pure: no clock, no network, no storage."""

    client_secret: str = field(repr=False)
    robot_code: str = ""

    def read(
        self, timestamp: str | None, sign: str | None, body: bytes, now_ms: int
    ) -> IncomingMessage | Ignored:
        """What a POST says; the first two are headers as received. Raises Forged, Unreadable."""
        self.verify(timestamp, sign, now_ms)
        return self.parse(body, now_ms)

    def verify(self, timestamp: str | None, sign: str | None, now_ms: int) -> None:
        """Raises Forged unless `sign` is ours and `timestamp` within an hour of `now_ms` (the real clock)."""
        if not timestamp or not sign:
            raise Forged("unsigned")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
            raise Forged("timestamp")
        key = self.client_secret.encode()
        expected = b2a_base64(digest(key, b"%b\n%b" % (timestamp.encode(), key), "sha256"), newline=False)
        # The header is compared as it came: it is raw base64, where "+" must stay "+".
        if not compare_digest(expected, sign.encode("utf-8", "surrogatepass")):
            raise Forged("signature")
        skew_ms = now_ms - int(timestamp)
        if abs(skew_ms) >= WINDOW_MS:
            raise Forged("stale", skew_ms // 1000)

    def parse(self, body: bytes, now_ms: int) -> IncomingMessage | Ignored:
        """The message in this JSON, also for stream mode, where nothing is signed. Raises Unreadable."""
        data = _object(body)
        if _QUOTA_CODE in (_number(data.get("errorCode")), _number(data.get("errCode"))):
            return Ignored(QUOTA_EXHAUSTED)
        sender = _text(data.get("senderId"))
        robot = _text(data.get("chatbotUserId"))
        if sender and sender == robot:
            return Ignored(OWN_MESSAGE)
        account, chat = _text(data.get("senderStaffId")), _chat(data)
        if len(account) > _LONGEST_ACCOUNT or len(chat) > _LONGEST_CHAT:
            raise Unreadable("id-too-long")
        kind, text = _content(data)
        file_name, file_at = _file(data.get("content")) if kind is Kind.FILE else ("", "")
        created = _moment(data.get("createAt"))
        return IncomingMessage(
            platform=Platform.DINGTALK,
            key=_key(data, robot or self.robot_code, sender, text),
            account=account,
            chat=chat,
            kind=kind,
            text=text,
            sent_at=created or now_ms,
            sender_name=_text(data.get("senderNick")),
            chat_title=_text(data.get("conversationTitle"))[:_LONGEST_TITLE].strip() if chat else "",
            reply_url=_text(data.get("sessionWebhook")),
            reply_url_expires=_moment(data.get("sessionWebhookExpiredTime")),
            spoken=kind is Kind.TEXT and data.get("msgtype") == "audio",
            file_name=file_name,
            file_at=file_at,
        )

    def seal(self, reply: Reply, *, private: bool = False) -> bytes:
        """The body of the 200; with buttons in private chats."""
        return to_json(message(reply, private=private)) if reply.body else _EMPTY


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = from_json(body, allow_inf_nan=False)
    except ValueError:
        data = _with_broken_characters(body)
    if not isinstance(data, dict):
        raise Unreadable("not-an-object")
    return data


def _with_broken_characters(body: bytes) -> Any:
    # A nickname cut inside an emoji leaves half a surrogate pair: a reason to drop the half, not the message.
    if b"\\ud" not in body.lower():
        raise Unreadable("json")
    try:
        return json.loads(str(body, "utf-8"))
    except (ValueError, RecursionError):
        raise Unreadable("json") from None


def _content(data: dict[str, Any]) -> tuple[Kind, str]:
    name = data.get("msgtype")
    content = data.get("content")
    if name == "text":
        block = data.get("text")
        inner = block.get("content") if isinstance(block, dict) else block
        return Kind.TEXT, (_text(inner) or _text(content)).strip()
    if name == "richText":
        return _rich_text(content.get("richText") if isinstance(content, dict) else None)
    if name == "audio":
        heard = _text(content.get("recognition")).strip() if isinstance(content, dict) else ""
        return (Kind.TEXT, heard) if heard else (Kind.VOICE, "")
    return (_KINDS.get(name, Kind.OTHER) if isinstance(name, str) else Kind.OTHER), ""


def _file(content: Any) -> tuple[str, str]:
    """What a file is called, and the code by which the robot may fetch it."""
    if not isinstance(content, dict):
        return "", ""
    return _text(content.get("fileName")), _text(content.get("downloadCode"))


def _rich_text(runs: Any) -> tuple[Kind, str]:
    """Runs of text are joined as they are; whatever stands between them counts as a space."""
    pieces: list[str] = []
    pictures = False
    for run in runs if isinstance(runs, list) else ():
        text = _text(run.get("text")) if isinstance(run, dict) else ""
        pieces.append(text or " ")
        pictures = pictures or (isinstance(run, dict) and run.get("type") == "picture")
    said = "".join(pieces).strip()
    if said:
        return Kind.TEXT, said
    return (Kind.IMAGE if pictures else Kind.OTHER), ""


def _chat(data: dict[str, Any]) -> str:
    """Only what is marked as a 1:1 chat is one: taking a group for private would show personal figures to it."""
    sort = _text(data.get("conversationType"))
    if sort == "1":
        return ""
    return _text(data.get("conversationId")) or UNNAMED_GROUP


def _key(data: dict[str, Any], robot: str, sender: str, text: str) -> str:
    """Two robots that are @-ed in one message get the same msgId, hence the robot in the key."""
    robot = _text(data.get("robotCode")) or robot
    message_id = _text(data.get("msgId"))
    key = f"{robot}/{message_id}"
    if message_id and len(key) <= _LONGEST_KEY:
        return key
    parts = (
        key,
        _text(data.get("conversationId")),
        sender or _text(data.get("senderStaffId")),
        _text(data.get("createAt")),
        _text(data.get("msgtype")),
        text,
    )
    return sha256("\0".join(parts).encode()).hexdigest()


def _text(value: Any) -> str:
    """A string without what a database or an encoder refuses; "" for anything that is no text."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return ""


def _number(value: Any) -> int:
    """A whole number that is one, or is written as one; else 0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15:
        return int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= _LATEST_MS:
        return int(value)  # the comparison has refused NaN and infinity
    return 0


def _moment(value: Any) -> int:
    """Epoch milliseconds; 0 when there are none."""
    number = _number(value)
    return number if number <= _LATEST_MS else 0
