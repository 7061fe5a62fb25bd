"""The frames of DingTalk's stream: what the platform says, and how an ack is read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any

from bot.tenant.calls import json_object

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"
EVERY_EVENT = "*"

_TAKEN = 200


@unique
class Kind(StrEnum):
    """The `type` of a frame."""

    SYSTEM = "SYSTEM"
    CALLBACK = "CALLBACK"
    EVENT = "EVENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is to reach one client. `name` and `target` are what a fault may be aimed at."""

    kind: Kind
    topic: str
    data: Mapping[str, object]
    name: str
    target: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # an event's own ones


def framed(push: Push, headers: Mapping[str, str]) -> tuple[str, str]:
    """The frame, and its `data`, which is always JSON within JSON."""
    data = json.dumps(push.data, ensure_ascii=False)
    frame = {
        "specVersion": "1.0",
        "type": push.kind,
        "headers": {
            **headers,
            "contentType": "application/json",
            "topic": push.topic,
            **push.headers,
        },
        "data": data,
    }
    return json.dumps(frame, ensure_ascii=False), data


@dataclass(frozen=True, slots=True, kw_only=True)
class Ack:
    """A client's answer to one frame."""

    message_id: str
    code: int
    data: dict[str, Any] | None  # None: it is not what the protocol asks for
    text: str  # the data as it came

    @property
    def taken(self) -> dict[str, Any] | None:
        """The data of an ack that says yes, or None: then the frame counts as not acknowledged."""
        return self.data if self.code == _TAKEN else None


def read_ack(text: str) -> Ack | None:
    """None when this is no ack at all."""
    said = json_object(text)
    headers = said.get("headers") if said is not None else None
    if said is None or not isinstance(headers, dict):
        return None
    message_id, code = headers.get("messageId"), said.get("code")
    if not isinstance(message_id, str) or type(code) is not int:
        return None
    data = said.get("data")
    if data is None or data == "":
        return Ack(message_id=message_id, code=code, data={}, text="")
    if not isinstance(data, str):
        return Ack(message_id=message_id, code=code, data=None, text=json.dumps(data, ensure_ascii=False))
    return Ack(message_id=message_id, code=code, data=json_object(data), text=data)
