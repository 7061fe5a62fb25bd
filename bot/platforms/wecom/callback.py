"""The door of the WeCom self-built app: verify, decrypt, parse, and seal the passive reply.

Official documents 90238 (delivery), 90239 (messages), 90240 (events), 90241 (passive reply).
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from bot.platforms.errors import DECLARED, UNDOCUMENTED, Forged, Ignored, Unreadable
from bot.platforms.wecom.cards import Card, Tapped, tapped
from bot.platforms.wecom.crypto import Cipher, signature
from bot.platforms.wecom.signed import WINDOW_MS, check, seconds
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Reply

__all__ = ["IGNORED_EVENTS", "WINDOW_MS", "TappedCard", "WeComDoor"]

_LONGEST_ID: Final = 64  # of a user (global error table, 40003); a MsgId is shorter still
_LONGEST_CARD: Final = 128  # a task_id (document 90236)

_KINDS: Final = {
    "text": Kind.TEXT,
    "image": Kind.IMAGE,
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "location": Kind.LOCATION,
    "link": Kind.TEXT,
}

IGNORED_EVENTS: Final = frozenset(
    {
        "unsubscribe",
        "enter_agent",
        "LOCATION",
        "view",
        "view_miniprogram",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
        "batch_job_result",
        "change_contact",
        "open_approval_change",
        "share_agent_change",
        "share_chain_change",
        "template_card_menu_event",
        "taskcard_click",
        "inactive_alert",
        "close_inactive_agent",
        "reopen_inactive_agent",
        "low_active_alert",
        "low_active",
        "active_restored",
    }
)

# What XML 1.0 does not allow even inside CDATA (section 2.2, production Char).
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class TappedCard:
    """A button of one of our cards: what it says, and what is needed to settle the card."""

    message: IncomingMessage
    tap: Tapped


Heard = IncomingMessage | TappedCard | Ignored


@dataclass(frozen=True, slots=True)
class WeComDoor:
    """One app's callback address. Everything here is pure: no clock, no network, no storage."""

    corp_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    cipher: Cipher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", Cipher(self.encoding_aes_key, self.corp_id))

    def verify_url(
        self,
        msg_signature: str | None,
        timestamp: str | None,
        nonce: str | None,
        echostr: str | None,
        now_ms: int,
    ) -> bytes:
        """The bare bytes to answer a GET with. Raises Forged, Unreadable."""
        check(self.token, msg_signature, timestamp, nonce, echostr, now_ms)
        return self.cipher.decrypt(echostr or "")

    def read(
        self, msg_signature: str | None, timestamp: str | None, nonce: str | None, body: bytes, now_ms: int
    ) -> Heard:
        """What a POST says. `now_ms` is the real clock. Raises Forged, Unreadable."""
        if not msg_signature or not timestamp or not nonce:
            raise Forged("unsigned")
        encrypt = _read(body).found.get("Encrypt", "")
        check(self.token, msg_signature, timestamp, nonce, encrypt, now_ms)
        return _understand(_read(self.cipher.decrypt(encrypt)), now_ms)

    def seal(self, reply: Reply, message: IncomingMessage, now_ms: int) -> bytes:
        """The body of the 200: an encrypted passive text to the sender, or nothing at all."""
        if not reply.body:
            return b""
        return self._sealed(message, "text", f"<Content>{_cdata(reply.body)}</Content>", now_ms)

    def seal_card(self, card: Card, message: IncomingMessage, now_ms: int) -> bytes:
        """The body of the 200 to a tapped card: another one in its place."""
        inner = f"<TemplateCard>{_elements(card)}</TemplateCard>"
        return self._sealed(message, "update_template_card", inner, now_ms)

    def _sealed(self, message: IncomingMessage, kind: str, content: str, now_ms: int) -> bytes:
        second = now_ms // 1000
        inner = (
            f"<xml><ToUserName>{_cdata(message.account)}</ToUserName>"
            f"<FromUserName>{_cdata(self.corp_id)}</FromUserName>"
            f"<CreateTime>{second}</CreateTime><MsgType>{_cdata(kind)}</MsgType>{content}</xml>"
        )
        encrypt = self.cipher.encrypt(inner.encode())
        nonce = os.urandom(8).hex()
        signed = signature(self.token, str(second), nonce, encrypt)
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signed}]]></MsgSignature>"
            f"<TimeStamp>{second}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()


class _Fields:
    """Collects the texts of the root's children. No tree is built, so depth costs nothing."""

    __slots__ = ("_depth", "_inner", "_pieces", "found", "within")

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.within: list[tuple[str, str]] = []
        """Name and text of what stands deeper, in order."""
        self._depth = 0
        self._pieces: list[str] = []
        self._inner: list[str] = []

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            self._pieces = []
        self._inner = []

    def data(self, text: str) -> None:
        if self._depth == 2:
            self._pieces.append(text)
        elif self._depth > 2:
            self._inner.append(text)

    def end(self, tag: str) -> None:
        if self._depth == 2:
            self.found.setdefault(tag, "".join(self._pieces))
        elif self._depth > 2:
            self.within.append((tag, "".join(self._inner)))
            self._inner = []
        self._depth -= 1

    def close(self) -> "_Fields":
        return self


def _read(document: bytes) -> _Fields:
    # The encoding is given, so a declaration cannot choose another one; a DTD is refused with all it may hold.
    parser = DefusedXMLParser(target=_Fields(), encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(document)
        fields: _Fields = parser.close()
    except (ParseError, DefusedXmlException):
        raise Unreadable("xml") from None
    return fields


def _understand(document: _Fields, now_ms: int) -> Heard:
    fields = document.found
    kind_name = fields.get("MsgType", "")
    if not kind_name:
        raise Unreadable("no-type")
    if kind_name == "event":
        return _event(fields, document.within, now_ms)
    kind = _KINDS.get(kind_name, Kind.OTHER)
    text = ""
    if kind_name == "text":
        text = fields.get("Content", "").strip()
    elif kind_name == "link":
        text = f"{fields.get('Title', '')} {fields.get('Url', '')}".strip()
    key = fields.get("MsgId", "")
    if not key or len(key) > _LONGEST_ID:
        key = _digest(fields, "FromUserName", "CreateTime", "MsgType", "MsgId", "Content", "MediaId")
    return _message(fields, key, kind, text, now_ms)


def _event(fields: dict[str, str], within: Sequence[tuple[str, str]], now_ms: int) -> Heard:
    event = fields.get("Event", "")
    # The documented pair FromUserName + CreateTime is too coarse: two events of one second would collide.
    key = _digest(
        fields, "FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ChangeType", "AgentID"
    )
    if event == "subscribe":
        return _message(fields, key, Kind.JOINED, "", now_ms)
    if event == "click":
        return _message(fields, key, Kind.TEXT, fields.get("EventKey", "").strip(), now_ms)
    if event == "template_card_event":
        return _tap(fields, within, now_ms)
    if event in IGNORED_EVENTS:
        return Ignored(DECLARED, event)
    return Ignored(UNDOCUMENTED, "".join(c for c in event if c.isprintable())[:64])


def _tap(fields: dict[str, str], within: Sequence[tuple[str, str]], now_ms: int) -> TappedCard | Ignored:
    tap = tapped(fields.get("EventKey", ""), _selected(within))
    if tap is None:
        return Ignored(DECLARED, "template_card_event")
    card, code = fields.get("TaskId", ""), fields.get("ResponseCode", "")
    if len(card) > _LONGEST_CARD:
        raise Unreadable("card-too-long")
    # Each tap has a code of its own, and a repeated delivery has the same.
    key = _digest(fields, "FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ResponseCode")
    said = _message(fields, key, Kind.TEXT, tap.says, now_ms)
    message = replace(said, door=Door.WECOM_CARD, tapped=True, card=card, card_code=code)
    return TappedCard(message=message, tap=tap)


def _selected(within: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """The chosen options by question."""
    found: dict[str, list[str]] = {}
    question = ""
    for name, text in within:
        if name == "QuestionKey":
            question = text
        elif name == "OptionId":
            found.setdefault(question, []).append(text)
    return found


def _message(fields: dict[str, str], key: str, kind: Kind, text: str, now_ms: int) -> IncomingMessage:
    account = fields.get("FromUserName", "")
    if not account:
        raise Unreadable("no-sender")
    if len(account) > _LONGEST_ID:
        raise Unreadable("sender-too-long")
    sent = seconds(fields.get("CreateTime", ""))
    return IncomingMessage(
        platform=Platform.WECOM,
        key=key,
        account=account,
        chat="",  # the self-built app hears no groups (official document 90235)
        kind=kind,
        text=text,
        sent_at=now_ms if sent is None else sent * 1000,
    )


def _digest(fields: dict[str, str], *names: str) -> str:
    # A NUL cannot occur in XML, so no two different lists of values join to the same bytes.
    return sha256("\0".join(fields.get(name, "") for name in names).encode()).hexdigest()


def _cdata(text: str) -> str:
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _elements(fields: Mapping[str, object]) -> str:
    """Names are those of JSON in capitals; a list is its element repeated; numbers stand bare (document 90241)."""
    return "".join(
        f"<{tag}>{_content_of(one)}</{tag}>"
        for name, value in fields.items()
        for tag in ("".join(part.capitalize() for part in name.split("_")),)
        for one in (value if isinstance(value, list) else [value])
    )


def _content_of(value: object) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    return str(value) if isinstance(value, int) else _cdata(str(value))
