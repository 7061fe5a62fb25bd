"""The AI bot's callback address: verify, decrypt, and seal what is answered (official documents 101033, 101031)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json, to_json

from bot.platforms.errors import Forged, Unreadable
from bot.platforms.wecom.aibot.messages import Heard, read_callback, tap_of
from bot.platforms.wecom.cards import Card, Tapped, card_of
from bot.platforms.wecom.crypto import Cipher, signature
from bot.platforms.wecom.signed import check
from messages.incoming import Door, IncomingMessage
from messages.outgoing import Reply

Plain = Mapping[str, Any]
"""What is said, before it is sealed."""

_NOBODYS: Final = ""  # the receiveid of an AI bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a POST says; `tap` where it is a message that stands behind a button."""

    heard: Heard
    tap: Tapped | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """What an answer is sealed with: the nonce of the request, and the moment."""

    nonce: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class AibotDoor:
    """One AI bot's callback address. Everything here is pure: no clock, no network, no storage."""

    name: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    cipher: Cipher = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cipher", Cipher(self.encoding_aes_key, _NOBODYS))

    def verify_url(self, query: Mapping[str, str], now_ms: int) -> bytes:
        """The bare bytes to answer a GET with. Raises Forged, Unreadable."""
        encrypt = query.get("echostr", "")
        self._check(query, encrypt, now_ms)
        return self.cipher.decrypt(encrypt)

    def read(self, query: Mapping[str, str], body: bytes, now_ms: int) -> Told:
        """What a POST says. `now_ms` is the real clock. Raises Forged, Unreadable."""
        if not query.get("msg_signature"):
            raise Forged("unsigned")
        encrypt = _object(body).get("encrypt")
        if not isinstance(encrypt, str):
            raise Unreadable("no-encrypt")
        self._check(query, encrypt, now_ms)
        plain = _object(self.cipher.decrypt(encrypt))
        heard = read_callback(plain, name=self.name, now_ms=now_ms, door=Door.AIBOT_CALLBACK)
        tapped = isinstance(heard, IncomingMessage) and heard.tapped
        return Told(heard=heard, tap=tap_of(plain) if tapped else None)

    def seal(self, plain: Plain, sealing: Sealing) -> bytes:
        """The body of the 200."""
        encrypt, second = self.cipher.encrypt(to_json(plain)), sealing.now_ms // 1000
        signed = signature(self.token, str(second), sealing.nonce, encrypt)
        return to_json(
            {"encrypt": encrypt, "msgsignature": signed, "timestamp": second, "nonce": sealing.nonce}
        )

    def _check(self, query: Mapping[str, str], encrypt: str, now_ms: int) -> None:
        msg_signature, timestamp, nonce = map(query.get, ("msg_signature", "timestamp", "nonce"))
        check(self.token, msg_signature, timestamp, nonce, encrypt, now_ms)


def growing(stream_id: str, words: str) -> Plain:
    """An answer that is not there yet: the platform asks again, about once a second for six minutes."""
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": False, "content": words}}


def whole(stream_id: str, reply: Reply) -> Plain:
    """An answer, or the end of one that was growing: always the whole text."""
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": True, "content": reply.body}}


def whole_with_card(stream_id: str, reply: Reply, task_id: str) -> Plain:
    """The same with what can be tapped below it, where there is anything."""
    card, said = card_of(reply.buttons, task_id), whole(stream_id, reply)
    return said if card is None else {**said, "msgtype": "stream_with_template_card", "template_card": card}


def greeting(reply: Reply) -> Plain:
    """To somebody who has opened the chat."""
    return {"msgtype": "text", "text": {"content": reply.body}}


def update(card: Card) -> Plain:
    """Another card in the place of the tapped one, for everybody who sees it."""
    return {"response_type": "update_template_card", "template_card": card}


def later(reply: Reply) -> Plain:
    """By a response_url (document 101138)."""
    return {"msgtype": "markdown", "markdown": {"content": reply.body}}


def later_card(card: Card) -> Plain:
    """By a response_url, in private only."""
    return {"msgtype": "template_card", "template_card": card}


def _object(document: bytes) -> dict[str, Any]:
    try:
        found = from_json(document, allow_inf_nan=False)
    except ValueError:
        raise Unreadable("json") from None
    if not isinstance(found, dict):
        raise Unreadable("not-an-object")
    return found
