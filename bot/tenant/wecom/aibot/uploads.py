"""Uploading in pieces over the long connection (official document 101463)."""

import hashlib
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.tenant.calls import Refused, Upload
from bot.tenant.limits import Window
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.requests import optional_text, text_of

_MEGABYTE = 1 << 20
LARGEST: Final = {
    "image": 10 * _MEGABYTE,
    "voice": 2 * _MEGABYTE,
    "video": 10 * _MEGABYTE,
    "file": 20 * _MEGABYTE,
}
CHUNK: Final = 512 << 10
CHUNKS: Final = 100
_SMALLEST = 5
_SESSION_MS = 30 * 60 * 1000
_UNKNOWN = "invalid upload_id"


@dataclass(slots=True, kw_only=True)
class _Session:
    kind: str
    file_name: str
    total: int
    chunks: int
    md5: str
    begun_ms: int
    pieces: dict[int, bytes] = field(default_factory=dict)


class Uploads:
    """The open sessions of one bot."""

    def __init__(self, tenant: Tenant, owner: str) -> None:
        self._tenant = tenant
        self._owner = owner
        self._sessions: dict[str, _Session] = {}
        self._minute = Window(tenant.clock, 30, 60)
        self._hour = Window(tenant.clock, 1000, 3600)

    def init(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        kind = text_of(body, "type")
        if kind not in LARGEST:
            raise Refused(40004, "invalid media type")
        file_name = text_of(body, "filename")
        total, chunks = _number(body, "total_size"), _number(body, "total_chunks")
        if total <= _SMALLEST:
            raise Refused(40006, "invalid media size")
        if total > LARGEST[kind]:
            raise Refused(45001, "media size out of limit")
        if not 1 <= chunks <= CHUNKS:
            raise Refused(40058, f"total_chunks exceed max {CHUNKS}")
        if not (self._minute.take(self._owner) and self._hour.take(self._owner)):
            raise Refused(45009, "api freq out of limit")
        upload_id = secrets.token_urlsafe(24)
        self._sessions[upload_id] = _Session(
            kind=kind,
            file_name=file_name,
            total=total,
            chunks=chunks,
            md5=optional_text(body, "md5").lower(),
            begun_ms=self._tenant.clock.ms(),
        )
        return {"upload_id": upload_id}

    def chunk(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        """In any order and as often as one likes; counted from 0 or from 1."""
        session = self._session(body)
        index = _number(body, "chunk_index")
        if not 0 <= index <= session.chunks:
            raise Refused(40058, "invalid chunk_index")
        try:
            piece = b64decode(text_of(body, "base64_data"), validate=True)
        except (Base64Error, ValueError):
            raise Refused(40058, "invalid base64_data") from None
        if not 1 <= len(piece) <= CHUNK:
            raise Refused(40058, f"base64_data exceed max length {CHUNK}")
        session.pieces[index] = piece
        return {}

    def finish(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        session = self._session(body)
        indices = sorted(session.pieces)
        if indices not in (list(range(session.chunks)), list(range(1, session.chunks + 1))):
            raise Refused(40058, "missing chunk")
        content = b"".join(session.pieces[index] for index in indices)
        if len(content) != session.total:
            raise Refused(40006, "total_size mismatch")
        if session.md5 and hashlib.md5(content, usedforsecurity=False).hexdigest() != session.md5:
            raise Refused(40058, "md5 mismatch")
        upload = Upload(session.file_name, "application/octet-stream", content)
        stored = self._tenant.media.store(session.kind, upload, owner=self._owner)
        del self._sessions[body["upload_id"]]
        return {
            "type": stored.kind,
            "media_id": stored.media_id,
            "created_at": str(self._tenant.clock.stamp_ms() // 1000),
        }

    def _session(self, body: Mapping[str, Any]) -> _Session:
        session = self._sessions.get(text_of(body, "upload_id"))
        if session is None or self._tenant.clock.ms() - session.begun_ms > _SESSION_MS:
            raise Refused(40058, _UNKNOWN)
        return session


def _number(body: Mapping[str, Any], name: str) -> int:
    found = body.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise Refused(40058, f"{name} must be an integer")
    return found
