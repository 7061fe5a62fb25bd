"""Answers that grow: every frame is the whole text so far, until `finish` or six minutes."""

import asyncio
import hashlib
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.tenant.calls import Refused, Upload
from bot.tenant.people import Chat
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Drawn, Shown
from bot.tenant.wecom.aibot.asked import Asked
from bot.tenant.wecom.aibot.drawing import draw_stream, with_thumbs
from bot.tenant.wecom.requests import optional_text, text_of
from bot.tenant.wecom.sizes import size

LONGEST: Final = 20_480  # bytes, of a stream and of a markdown
EXPIRED: Final = 846608
_PICTURES = 10
_PICTURE_BYTES = 10 << 20
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(slots=True, kw_only=True)
class Stream:
    """One that has begun."""

    id: str
    asked: Asked
    shown: Shown
    opened_ms: int
    changed_ms: int
    feedback: str
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it was sent, checked."""

    id: str
    content: str
    finish: bool
    pictures: tuple[bytes, ...]
    feedback: str


def read_frame(stream: object, *, pictures_allowed: bool) -> Frame:
    """Raises Refused(40058) for what the platform would not take."""
    if not isinstance(stream, dict):
        raise Refused(40058, "missing stream")
    content, finish = optional_text(stream, "content"), stream.get("finish", False)
    if size(content) > LONGEST:
        raise Refused(40058, f"stream.content exceed max length {LONGEST}")
    if not isinstance(finish, bool):
        raise Refused(40058, "stream.finish must be a boolean")
    items = stream.get("msg_item") or []
    if items and not (pictures_allowed and finish):
        raise Refused(40058, "stream.msg_item not supported here")
    if not isinstance(items, list) or len(items) > _PICTURES:
        raise Refused(40058, f"stream.msg_item exceed max length {_PICTURES}")
    pictures = tuple(_picture(item) for item in items)
    return Frame(text_of(stream, "id"), content, finish, pictures, feedback_id(stream))


def feedback_id(part: dict[str, Any]) -> str:
    """Empty when there is none."""
    feedback = part.get("feedback")
    if feedback is None:
        return ""
    if not isinstance(feedback, dict):
        raise Refused(40058, "invalid feedback")
    return text_of(feedback, "id", limit=256)


def _picture(item: object) -> bytes:
    image = item.get("image") if isinstance(item, dict) and item.get("msgtype") == "image" else None
    if not isinstance(image, dict):
        raise Refused(40008, "invalid stream.msg_item.msgtype")
    try:
        content = b64decode(text_of(image, "base64"), validate=True)
    except (Base64Error, ValueError):
        raise Refused(40058, "invalid stream.msg_item.image.base64") from None
    if len(content) > _PICTURE_BYTES:
        raise Refused(40009, "stream.msg_item.image exceed 10MB")
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != text_of(image, "md5").lower():
        raise Refused(40058, "stream.msg_item.image.md5 mismatch")
    if not content.startswith(_MAGIC):
        raise Refused(40123, "stream.msg_item.image is neither JPG nor PNG")
    return content


Post = Callable[[Chat, Drawn, str], Shown]


class Streams:
    """Those of one bot. `count` takes one from the conversation's allowance or raises Refused."""

    def __init__(self, tenant: Tenant, post: Post, count: Callable[[Chat], None]) -> None:
        self._tenant = tenant
        self._post = post
        self._count = count
        self._streams: dict[tuple[str, str], Stream] = {}
        self._ends: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self.feedback: dict[int, str] = {}
        """Feedback ids by the number of the message that they belong to."""

    def find(self, asked: Asked, stream_id: str) -> Stream | None:
        return self._streams.get((asked.req_id, stream_id))

    def take(self, asked: Asked, frame: Frame, wire: object, *, callback_mode: bool) -> Stream:
        """Raises Refused(846608) when the stream's time is over, or when it was finished before."""
        stream = self.find(asked, frame.id)
        if stream is None:
            stream = self._open(asked, frame, wire)
        else:
            if stream.finished or self._expired(stream, callback_mode=callback_mode):
                # With a clock that was run ahead, the end comes before its timer.
                self.let_go(asked, frame.id)
                raise Refused(EXPIRED, "stream message update expired")
            if self._tenant.switches.aibot_frames_count:
                self._count(asked.chat)
            self._tenant.transcript.redraw(stream.shown, self._draw(frame, wire, stream.feedback))
            stream.changed_ms = self._tenant.clock.ms()
        if frame.finish:
            self._end(stream)
        return stream

    def let_go(self, asked: Asked, stream_id: str) -> None:
        """Its time is over: what stands there stays, and stops growing."""
        stream = self.find(asked, stream_id)
        if stream is not None and not stream.finished:
            self._let_go(stream)

    def close(self) -> None:
        for handle in self._ends.values():
            handle.cancel()
        self._ends.clear()

    def _open(self, asked: Asked, frame: Frame, wire: object) -> Stream:
        self._count(asked.chat)
        now = self._tenant.clock.ms()
        shown = self._post(asked.chat, self._draw(frame, wire, frame.feedback), frame.id)
        stream = Stream(
            id=frame.id, asked=asked, shown=shown, opened_ms=now, changed_ms=now, feedback=frame.feedback
        )
        key = (asked.req_id, frame.id)
        self._streams[key] = stream
        if frame.feedback:
            self.feedback[shown.number] = frame.feedback
        if not frame.finish:
            asked.growing.add(frame.id)
            loop = asyncio.get_running_loop()
            self._ends[key] = loop.call_later(self._tenant.pace.stream_life, self._let_go, stream)
        return stream

    def _draw(self, frame: Frame, wire: object, feedback: str) -> Drawn:
        drawn = draw_stream(frame.content, wire, unfinished=not frame.finish, pictures=len(frame.pictures))
        for content in frame.pictures[:1]:
            upload = Upload(
                "picture", "image/png" if content.startswith(_MAGIC[1]) else "image/jpeg", content
            )
            drawn = replace(drawn, picture=self._tenant.media.store("image", upload, owner="aibot").media_id)
        return with_thumbs(drawn) if feedback else drawn

    def _expired(self, stream: Stream, *, callback_mode: bool) -> bool:
        """From the person's message in callback mode (document 100719); else as the switch says."""
        since = {
            "message": stream.asked.at_ms,
            "first": stream.opened_ms,
            "last": stream.changed_ms,
        }["message" if callback_mode else self._tenant.switches.aibot_stream_since]
        return self._tenant.clock.ms() - since > self._tenant.pace.stream_life * 1000

    def _end(self, stream: Stream) -> None:
        stream.finished = True
        handle = self._ends.pop((stream.asked.req_id, stream.id), None)
        if handle is not None:
            handle.cancel()
        stream.asked.growing.discard(stream.id)
        if not stream.asked.growing:
            stream.asked.settled.set()

    def _let_go(self, stream: Stream) -> None:
        # Not finished: where the time counts from the frame before, a later one may still be in time.
        handle = self._ends.pop((stream.asked.req_id, stream.id), None)
        if handle is not None:
            handle.cancel()
        drawn = replace(stream.shown.drawn, unfinished=False)
        self._tenant.transcript.redraw(stream.shown, with_thumbs(drawn) if stream.feedback else drawn)
        stream.asked.growing.discard(stream.id)
        stream.asked.settled.set()
