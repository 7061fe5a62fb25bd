"""What WeCom's AI bot is told, alike in both modes: messages, events, and the refreshes of a growing answer.

Official documents 100719 (messages), 101027 (events), 101463 (long connection). Nobody signs the fields and their
pages differ, so every one of them is read as if it might be missing, null or of another type.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from bot.platforms.errors import DECLARED, OWN_MESSAGE, UNDOCUMENTED, Ignored, Unreadable
from bot.platforms.wecom.cards import Tapped, tapped
from messages.incoming import UNNAMED_GROUP, Door, IncomingMessage, Kind, Platform, storable

REPLY_URL_MS: Final = 3_600_000  # a response_url lives so long (official document 101138)
_LATEST_S: Final = 253_402_300_799  # the last second of the year 9999
_LONGEST_ACCOUNT: Final = 64
_LONGEST_CHAT: Final = 128
_LONGEST_KEY: Final = 120
_LONGEST_CARD: Final = 128  # of a task_id (document 101032)
_LONGEST_FILE_NAME: Final = 200
_FILES: Final = {"image": Kind.IMAGE, "file": Kind.FILE, "video": Kind.VIDEO}
# What may stand between the bot's name and the words: WeCom writes U+2005, a space, or nothing at all.
_GAP: Final = " \t\n\r\u00a0\u2002\u2003\u2004\u2005\u2006\u2009\u200a\u200b\u202f\u3000"
_SOMEBODY: Final = re.compile(rf"@[^{_GAP}]+(?:[{_GAP}]+|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody has opened the chat with the bot, for the first time today: a welcome may be said within 5 s."""

    account: str
    chat: str
    req_id: str
    message: IncomingMessage
    """The same as a message, of somebody who may talk to the bot from now on: its answer is the welcome."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """Another connection has taken this one's place: the platform closes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Callback mode asks how far the answer is that it knows by this id."""

    stream_id: str


Heard = IncomingMessage | Entered | Disconnected | Refresh | Ignored


def read_callback(body: Mapping[str, Any], *, name: str, now_ms: int, door: Door, req_id: str = "") -> Heard:
    """What came. `name`: the bot's, which groups begin with; "" = not known. Raises Unreadable.

    `req_id`: of the frame, on the long connection; `body`: of the frame, or the whole JSON in callback mode.
    """
    msgtype = _text(body.get("msgtype"))
    if msgtype == "stream":
        return Refresh(stream_id=_text(_part(body, "stream").get("id")))
    event = _part(body, "event")
    eventtype = _text(event.get("eventtype"))
    if msgtype == "event" and eventtype == "disconnected_event":
        return Disconnected()
    if not msgtype:
        raise Unreadable("no-type")
    account, chat = _text(_part(body, "from").get("userid")), _chat(body)
    _check_ids(account, chat)
    if account == _text(body.get("aibotid")):
        return Ignored(OWN_MESSAGE)
    frame = _Frame(account, chat, name, now_ms, door, req_id)
    if msgtype == "event":
        if eventtype == "enter_chat":
            entered = _incoming(body, msgtype, frame, {"kind": Kind.JOINED})
            return Entered(account=account, chat=chat, req_id=req_id, message=entered)
        if eventtype != "template_card_event":
            known = eventtype == "feedback_event"
            return Ignored(DECLARED if known else UNDOCUMENTED, _printable(eventtype))
    return _message(body, msgtype, frame)


def tap_of(body: Mapping[str, Any]) -> Tapped | None:
    """What was tapped, for whoever settles the card; None where it is no card of ours."""
    event = _part(_part(body, "event"), "template_card_event")
    items = _part(event, "selected_items").get("selected_item")
    return tapped(_text(event.get("event_key")), dict(_selected(items)))


def without_name(text: str, name: str) -> str:
    """What was said to the bot of this name, which may hold spaces; else up to the first space behind an @."""
    said = text.strip(_GAP)
    if name and said.startswith(f"@{name}"):
        said = said.removeprefix(f"@{name}")
    elif name and said.endswith(f"@{name}"):
        said = said.removesuffix(f"@{name}")
    elif found := _SOMEBODY.match(said):
        said = said[found.end() :]
    return said.strip(_GAP)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is known of a message before its content is read."""

    account: str
    chat: str
    name: str
    now_ms: int
    door: Door
    req_id: str


def _message(body: Mapping[str, Any], msgtype: str, frame: _Frame) -> IncomingMessage | Ignored:
    content = _tap(body) if msgtype == "event" else _content(body, msgtype)
    if content is None:
        return Ignored(DECLARED, "template_card_event")
    return _incoming(body, msgtype, frame, content)


def _incoming(
    body: Mapping[str, Any], msgtype: str, frame: _Frame, content: dict[str, Any]
) -> IncomingMessage:
    said = content.get("text", "")
    if frame.chat and not content.get("tapped"):
        said = without_name(said, frame.name)
    created = body.get("create_time")
    sent = created if isinstance(created, int) and not isinstance(created, bool) else 0
    reply_url = _text(body.get("response_url")) if frame.door is Door.AIBOT_CALLBACK else ""
    return IncomingMessage(
        platform=Platform.WECOM,
        key=_key(body, msgtype, frame, said),
        account=frame.account,
        chat=frame.chat,
        sent_at=sent * 1000 if 0 < sent <= _LATEST_S else frame.now_ms,
        door=frame.door,
        reply_to=frame.req_id,
        reply_url=reply_url,
        reply_url_expires=frame.now_ms + REPLY_URL_MS if reply_url else 0,
        **{"kind": Kind.TEXT, **content, "text": said.strip()},
    )


def _tap(body: Mapping[str, Any]) -> dict[str, Any] | None:
    tap = tap_of(body)
    card = _text(_part(_part(body, "event"), "template_card_event").get("task_id"))
    if tap is None:
        return None
    if len(card) > _LONGEST_CARD:
        raise Unreadable("id-too-long")
    return {"text": tap.says, "tapped": True, "card": card}


def _content(body: Mapping[str, Any], msgtype: str) -> dict[str, Any]:
    """What it is; a quoted message is somebody else's, and not read."""
    part = _part(body, msgtype)
    if msgtype == "text":
        return {"text": _text(part.get("content"))}
    if msgtype == "mixed":
        return _mixed(part)
    if msgtype == "voice":
        heard = _text(part.get("content")).strip()
        return {"text": heard, "spoken": True} if heard else {"kind": Kind.VOICE}
    kind = _FILES.get(msgtype, Kind.OTHER)
    if kind is Kind.OTHER:
        return {"kind": kind}
    url = _text(part.get("url"))
    return {
        "kind": kind,
        "file_name": _file_name(part, url),
        "file_at": url,
        "file_key": _text(part.get("aeskey")),
    }


def _mixed(part: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of it, each on a line; pictures alone are a picture."""
    items = part.get("msg_item")
    found = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    texts = (_text(_part(item, "text").get("content")).strip() for item in found)
    said = "\n".join(text for text in texts if text)
    if said:
        return {"text": said}
    return {"kind": Kind.IMAGE if any(item.get("msgtype") == "image" for item in found) else Kind.OTHER}


def _file_name(part: Mapping[str, Any], url: str) -> str:
    """As the platform tells it, else the last part of the address; "" where there is none."""
    given = _text(part.get("name")) or _text(part.get("file_name")) or _text(part.get("filename"))
    if not given:
        try:
            given = unquote(urlsplit(url).path).rsplit("/", 1)[-1]
        except ValueError:
            given = ""
    return _printable(given.replace("\\", "/").rsplit("/", 1)[-1], _LONGEST_FILE_NAME)


def _chat(body: Mapping[str, Any]) -> str:
    """Only what is marked as single is private: taking a group for private would show personal figures to it."""
    if _text(body.get("chattype")) == "single":
        return ""
    return _text(body.get("chatid")) or UNNAMED_GROUP


def _check_ids(account: str, chat: str) -> None:
    if not account:
        raise Unreadable("no-sender")
    if len(account) > _LONGEST_ACCOUNT or len(chat) > _LONGEST_CHAT:
        raise Unreadable("id-too-long")


def _key(body: Mapping[str, Any], msgtype: str, frame: _Frame, said: str) -> str:
    msgid = _text(body.get("msgid"))
    if not msgid or len(msgid) > _LONGEST_KEY:
        parts = (
            msgid,
            frame.account,
            frame.chat,
            _text(body.get("create_time")),
            msgtype,
            frame.req_id,
            said,
        )
        msgid = sha256("\0".join(parts).encode()).hexdigest()
    return f"aibot/{msgid}"


def _selected(items: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            chosen = _part(item, "option_ids").get("option_id")
            ids = map(_text, chosen) if isinstance(chosen, list) else ()
            yield _text(item.get("question_key")), tuple(one for one in ids if one)


def _part(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}


def _text(value: Any) -> str:
    """A string without what a database or an encoder refuses; "" for anything that is no text."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return ""


def _printable(text: str, most: int = 64) -> str:
    return "".join(char for char in text if char.isprintable())[:most].strip()
