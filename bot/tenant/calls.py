"""One emulated call: what it is named, what it allows, and the plain function that answers it.

The list of them is also a document (docs/emulated-calls.md), so that every limit stands where it is enforced.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Any


@unique
class Dialect(StrEnum):
    """How an API says no."""

    QYAPI = "qyapi"  # WeCom: HTTP 200 with errcode and errmsg
    OAPI = "oapi"  # DingTalk's older API and its webhooks: the same shape, other codes
    V1 = "v1"  # api.dingtalk.com: another status with code, message and requestid


class Refused(Exception):
    """The platform says no. `status` only counts in the dialect V1."""

    def __init__(self, code: int | str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def json_object(body: bytes | str) -> dict[str, Any] | None:
    """The JSON object in it, or None when there is none; halves of surrogate pairs become question marks."""
    try:
        found = json.loads(body)
        if "\\ud" in (body if isinstance(body, str) else body.decode("utf-8", "replace")).lower():
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: of a multipart body, or one that is downloaded."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it came; reading it never raises."""

    query: Mapping[str, str]
    headers: Mapping[str, str]  # case-insensitive
    body: bytes
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)

    def object(self) -> dict[str, Any] | None:
        """The JSON object in the body, or None when there is none."""
        return json_object(self.body)


# A file is answered as it is, under its own content type; one without a name is an answer that is not JSON.
Handle = Callable[[Ask], Mapping[str, object] | Upload]


def _nobody(_ask: Ask) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`path` lies below the tenant's address; `limits` and `source` are for the reader of the list."""

    name: str  # "wecom.message.send"; faults are aimed at it
    method: str
    path: str
    dialect: Dialect
    title: str
    limits: Sequence[str]
    source: str
    handle: Handle
    target: Callable[[Ask], str] = _nobody  # what a fault may single out: a webhook, a chat
    body_limit: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What can be said in a long connection, or what the platform sends to the bot; for the list only."""

    name: str
    direction: str  # "机器人 → 平台" or "平台 → 机器人"
    title: str
    limits: Sequence[str]
    source: str
