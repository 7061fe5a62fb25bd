"""What goes over DingTalk's stream: how a connection is asked for, what comes, and how it is acknowledged.

open-dingtalk/developerpedia, stream/protocol. The data of a frame is always JSON within JSON; the fields of one are
read as if each might be missing, null or of another type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, unique
from typing import Any, Final

from pydantic_core import from_json, to_json
from yarl import URL

MESSAGES: Final = "/v1.0/im/bot/messages/get"
CARDS: Final = "/v1.0/card/instances/callback"
PING: Final = "ping"
DISCONNECT: Final = "disconnect"
OPEN_PATH: Final = "/v1.0/gateway/connections/open"
_UA: Final = "yanxiu-assistant"


@unique
class Code(Enum):
    """Of an acknowledgement."""

    OK = 200
    BAD_REQUEST = 400
    NOT_FOUND = 404
    FAILED = 500


_SAYS: Final = {
    Code.OK: "OK",
    Code.BAD_REQUEST: "bad request",
    Code.NOT_FOUND: "no handler",
    Code.FAILED: "try again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One that came. Nothing in it but `topic` and `kind` may stand in a log."""

    kind: str  # SYSTEM, CALLBACK, EVENT
    topic: str
    message_id: str = field(repr=False)  # of this try: a repetition has another one
    data: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """What a frame is answered with; `data` is an object."""

    code: Code = Code.OK
    data: Mapping[str, Any] = field(default_factory=dict)


TAKEN: Final = Ack(data={"response": None})
EVENT_TAKEN: Final = Ack(data={"status": "SUCCESS", "message": "ok"})


def asking(client_id: str, client_secret: str) -> dict[str, object]:
    """The body with which a connection is asked for; events are the console's business and only acknowledged."""
    return {
        "clientId": client_id,
        "clientSecret": client_secret,
        "ua": _UA,
        "subscriptions": [
            {"type": "EVENT", "topic": "*"},
            {"type": "CALLBACK", "topic": MESSAGES},
            {"type": "CALLBACK", "topic": CARDS},
        ],
    }


def address_in(fields: Mapping[str, Any]) -> URL | None:
    """Where the socket is opened, with the ticket in it: good for 90 seconds and once, and for no log."""
    endpoint, ticket = fields.get("endpoint"), fields.get("ticket")
    if not isinstance(endpoint, str) or not isinstance(ticket, str) or not ticket:
        return None
    try:
        address = URL(endpoint)
    except ValueError:
        return None
    if address.scheme not in ("ws", "wss") or not address.host:
        return None
    return address.update_query(ticket=ticket)


def read_frame(text: str) -> Frame | None:
    """None where it is no frame; one official sample calls the headers `header`."""
    try:
        said = from_json(text, allow_inf_nan=False)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    headers = said.get("headers") or said.get("header")
    if not isinstance(headers, dict):
        return None
    data = said.get("data")
    return Frame(
        kind=_word(said.get("type")),
        topic=_word(headers.get("topic")),
        message_id=_word(headers.get("messageId")),
        data=data if isinstance(data, str) else "" if data is None else to_json(data).decode(),
    )


def written(frame: Frame, ack: Ack) -> str:
    """The acknowledgement as it goes over the wire, on the socket that brought the frame."""
    return to_json(
        {
            "code": ack.code.value,
            "message": _SAYS[ack.code],
            "headers": {"messageId": frame.message_id, "contentType": "application/json"},
            "data": to_json(ack.data).decode(),
        }
    ).decode()


def echo(frame: Frame) -> str:
    """Of a ping: its data as they came."""
    return to_json(
        {
            "code": Code.OK.value,
            "message": _SAYS[Code.OK],
            "headers": {"messageId": frame.message_id, "contentType": "application/json"},
            "data": frame.data,
        }
    ).decode()


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
