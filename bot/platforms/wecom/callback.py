"""The door of the WeCom self-built app: verify, decrypt, parse, and seal the passive reply.

Official documents 90238 (delivery), 90239 (messages), 90240 (events), 90241 (passive reply).
"""

import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from bot.platforms.errors import DECLARED, UNDOCUMENTED, Forged, Ignored, Unreadable
from bot.platforms.wecom.crypto import Cipher, is_signed, signature
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import Reply

WINDOW_MS: Final = 60 * 60 * 1000
_LATEST_S: Final = 253_402_300_799  # the last second of the year 9999
_LONGEST_ID: Final = 64  # of a user (global error table, 40003); a MsgId is shorter still

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
        "template_card_event",
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
        self._check(msg_signature, timestamp, nonce, echostr, now_ms)
        return self.cipher.decrypt(echostr or "")

    def read(
        self, msg_signature: str | None, timestamp: str | None, nonce: str | None, body: bytes, now_ms: int
    ) -> IncomingMessage | Ignored:
        """What a POST says. `now_ms` is the real clock. Raises Forged, Unreadable."""
        if not msg_signature or not timestamp or not nonce:
            raise Forged("unsigned")
        encrypt = _flat(body).get("Encrypt", "")
        self._check(msg_signature, timestamp, nonce, encrypt, now_ms)
        return _understand(_flat(self.cipher.decrypt(encrypt)), now_ms)

    def seal(self, reply: Reply, message: IncomingMessage, now_ms: int) -> bytes:
        """The body of the 200: an encrypted passive text to the sender, or nothing at all."""
        if not reply.body:
            return b""
        second = now_ms // 1000
        inner = (
            f"<xml><ToUserName>{_cdata(message.account)}</ToUserName>"
            f"<FromUserName>{_cdata(self.corp_id)}</FromUserName>"
            f"<CreateTime>{second}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content>{_cdata(reply.body)}</Content></xml>"
        )
        encrypt = self.cipher.encrypt(inner.encode())
        nonce = os.urandom(8).hex()
        signed = signature(self.token, str(second), nonce, encrypt)
        return (
            f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signed}]]></MsgSignature>"
            f"<TimeStamp>{second}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def _check(
        self,
        msg_signature: str | None,
        timestamp: str | None,
        nonce: str | None,
        encrypt: str | None,
        now_ms: int,
    ) -> None:
        if not msg_signature or not timestamp or not nonce or not encrypt:
            raise Forged("unsigned")
        if not is_signed(msg_signature, self.token, timestamp, nonce, encrypt):
            raise Forged("signature")
        sent = _seconds(timestamp)
        if sent is None:
            raise Forged("timestamp")
        skew_ms = now_ms - sent * 1000
        if abs(skew_ms) >= WINDOW_MS:
            raise Forged("stale", skew_ms // 1000)


class _Fields:
    """Collects the texts of the root's children. No tree is built, so depth costs nothing."""

    __slots__ = ("_depth", "_pieces", "found")

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._depth = 0
        self._pieces: list[str] = []

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 2:
            self._pieces = []

    def data(self, text: str) -> None:
        if self._depth == 2:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        if self._depth == 2:
            self.found.setdefault(tag, "".join(self._pieces))
        self._depth -= 1

    def close(self) -> dict[str, str]:
        return self.found


def _flat(document: bytes) -> dict[str, str]:
    # The encoding is given, so a declaration cannot choose another one; a DTD is refused with all it may hold.
    parser = DefusedXMLParser(target=_Fields(), encoding="utf-8", forbid_dtd=True)
    try:
        parser.feed(document)
        fields: dict[str, str] = parser.close()
    except (ParseError, DefusedXmlException):
        raise Unreadable("xml") from None
    return fields


def _understand(fields: dict[str, str], now_ms: int) -> IncomingMessage | Ignored:
    kind_name = fields.get("MsgType", "")
    if not kind_name:
        raise Unreadable("no-type")
    if kind_name == "event":
        return _event(fields, now_ms)
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


def _event(fields: dict[str, str], now_ms: int) -> IncomingMessage | Ignored:
    event = fields.get("Event", "")
    # The documented pair FromUserName + CreateTime is too coarse: two events of one second would collide.
    key = _digest(
        fields, "FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "ChangeType", "AgentID"
    )
    if event == "subscribe":
        return _message(fields, key, Kind.JOINED, "", now_ms)
    if event == "click":
        return _message(fields, key, Kind.TEXT, fields.get("EventKey", "").strip(), now_ms)
    if event in IGNORED_EVENTS:
        return Ignored(DECLARED, event)
    return Ignored(UNDOCUMENTED, "".join(c for c in event if c.isprintable())[:64])


def _message(fields: dict[str, str], key: str, kind: Kind, text: str, now_ms: int) -> IncomingMessage:
    account = fields.get("FromUserName", "")
    if not account:
        raise Unreadable("no-sender")
    if len(account) > _LONGEST_ID:
        raise Unreadable("sender-too-long")
    sent = _seconds(fields.get("CreateTime", ""))
    return IncomingMessage(
        platform=Platform.WECOM,
        key=key,
        account=account,
        chat="",  # the self-built app hears no groups (official document 90235)
        kind=kind,
        text=text,
        sent_at=now_ms if sent is None else sent * 1000,
    )


def _seconds(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    second = int(text)
    return second if second <= _LATEST_S else None


def _digest(fields: dict[str, str], *names: str) -> str:
    # A NUL cannot occur in XML, so no two different lists of values join to the same bytes.
    return sha256("\0".join(fields.get(name, "") for name in names).encode()).hexdigest()


def _cdata(text: str) -> str:
    return f"<![CDATA[{_NOT_XML.sub('', text).replace(']]>', ']]]]><![CDATA[>')}]]>"
