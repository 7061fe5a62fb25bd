"""The live feed of one open page: messages, unread marks, the wire, and what else has changed.

Every connection begins with all that the page shows, so one that was lost has missed nothing.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import aiohttp_jinja2
from aiohttp import web

from bot.tenant.faults import Fault
from bot.tenant.page.answers import SECURITY, shared
from bot.tenant.page.exchanges import MOST_ROWS, row_of
from bot.tenant.page.phone import Bubble, Phone, bubble_of, bubbles_of, can_bind, phones_of
from bot.tenant.page.signals import Signal, Topic
from bot.tenant.page.state import Page
from bot.tenant.page.view import View
from bot.tenant.people import Chat
from bot.tenant.transcript import Shown
from bot.tenant.wire import Exchange

_HEARTBEAT_SECONDS = 15.0
_AGAIN_MS = 1000  # how soon the browser connects again


class Overflow(Exception):
    """More has happened than a queue holds: the browser connects again and sees everything."""


class Merged:
    """Several queues as one; to be left, because it waits at all of them."""

    def __init__(self, *queues: asyncio.Queue[object]) -> None:
        self._queues = queues
        self._getters: dict[asyncio.Future[object], asyncio.Queue[object]] = {}

    async def __aenter__(self) -> Self:
        for queue in self._queues:
            self._wait_at(queue)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for getter in self._getters:
            getter.cancel()
        await asyncio.gather(*self._getters, return_exceptions=True)

    async def batch(self, seconds: float) -> list[object]:
        """Everything that is there, after at most `seconds`. Raises Overflow."""
        ready, _ = await asyncio.wait(self._getters, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        found: list[object] = []
        for getter in ready:
            queue = self._getters.pop(getter)
            if queue.full():
                raise Overflow
            found.append(getter.result())
            while not queue.empty():
                found.append(queue.get_nowait())
            self._wait_at(queue)
        return found

    def _wait_at(self, queue: asyncio.Queue[object]) -> None:
        self._getters[asyncio.ensure_future(queue.get())] = queue


class Feed:
    """What one page is told. The view is fixed: a page that shows something else connects anew."""

    def __init__(self, request: web.Request, page: Page, view: View) -> None:
        """Raises NotThere."""
        self._request = request
        self._page = page
        self._shared = shared(request, view)
        self._phones = [phone for phone in phones_of(page, view) if phone.member is not None]
        self._faults = _snapshot(page)

    def opening(self) -> list[bytes]:
        """Everything that the page shows and that may have changed since it was drawn."""
        events = [event("opening", {"instance": self._page.instance, "restarted": restarted(self._page)})]
        events += [self._whole_chat(phone) for phone in self._phones if phone.chat is not None]
        for phone in self._phones:
            events += [self._unread(phone, chat) for chat, _title in phone.chats]
        rows = [row_of(exchange) for exchange in self._page.tenant.wire.exchanges()[-MOST_ROWS:]]
        events += [event("wire", {"rows": self._rows(rows)})] if rows else []
        return [*events, event("changed", {"part": Topic.CLOCK}), event("changed", {"part": Topic.FAULTS})]

    def told(self, batch: Sequence[object]) -> list[bytes]:
        """What a batch means for this page; of several states of one message only the last."""
        events: list[bytes] = []
        messages = {item.number: item for item in batch if isinstance(item, Shown)}
        for shown in [one for one in messages.values() if one.by_bot]:
            messages |= {earlier.number: earlier for earlier in self._page.sending.answered_by(shown)}
        for shown in messages.values():
            events += self._message(shown)
        exchanges = {item.number: item for item in batch if isinstance(item, Exchange)}
        if exchanges:
            rows = [row_of(exchange) for exchange in list(exchanges.values())[-MOST_ROWS:]]
            events.append(event("wire", {"rows": self._rows(rows)}))
        for signal in dict.fromkeys(item for item in batch if isinstance(item, Signal)):
            events += self._signal(signal)
        if (faults := _snapshot(self._page)) != self._faults:
            self._faults = faults
            events.append(event("changed", {"part": Topic.FAULTS}))
        return events

    def _message(self, shown: Shown) -> list[bytes]:
        events = []
        for phone in self._phones:
            assert phone.member is not None
            if phone.chat is not None and phone.chat.key == shown.chat.key:
                self._page.marks.read(phone.member, phone.chat)
                body = {
                    "platform": phone.platform,
                    "chat": phone.chat.key,
                    "number": shown.number,
                    "html": self._drawn(phone, bubble_of(self._page, phone, shown)),
                }
                events += [event("message", body), self._busy(phone)]
            elif any(chat.key == shown.chat.key for chat, _title in phone.side.chats_of(phone.member)):
                events.append(self._unread(phone, shown.chat))
        return events

    def _signal(self, signal: Signal) -> list[bytes]:
        match signal.topic:
            case Topic.BUSY:
                return [
                    self._busy(phone)
                    for phone in self._phones
                    if phone.chat is not None and phone.chat.key == signal.chat
                ]
            case Topic.NOTICE:
                if any(phone.chat is not None and phone.chat.key == signal.chat for phone in self._phones):
                    return [event("notice", {"text": signal.text})]
                return []
        return [event("changed", {"part": signal.topic})]

    def _whole_chat(self, phone: Phone) -> bytes:
        assert phone.chat is not None
        assert phone.member is not None
        self._page.marks.read(phone.member, phone.chat)
        messages = [
            {"number": bubble.shown.number, "html": self._drawn(phone, bubble)}
            for bubble in bubbles_of(self._page, phone)
        ]
        busy = self._page.sending.busy(phone.chat)
        body = {
            "platform": phone.platform,
            "chat": phone.chat.key,
            "messages": messages,
            "busy": busy,
            "can_bind": can_bind(self._page, phone),
        }
        return event("chat", body)

    def _busy(self, phone: Phone) -> bytes:
        assert phone.chat is not None
        body = {
            "platform": phone.platform,
            "busy": self._page.sending.busy(phone.chat),
            "can_bind": can_bind(self._page, phone),
        }
        return event("busy", body)

    def _unread(self, phone: Phone, chat: Chat) -> bytes:
        assert phone.member is not None
        unread = self._page.marks.unread(phone.member, chat)
        return event("unread", {"platform": phone.platform, "chat": chat.key, "unread": unread})

    def _drawn(self, phone: Phone, bubble: Bubble) -> str:
        return self._fragment("message_fragment.html", {"phone": phone, "bubble": bubble})

    def _rows(self, rows: Sequence[object]) -> list[str]:
        return [self._fragment("wire_row_fragment.html", {"row": row}) for row in rows]

    def _fragment(self, template: str, context: Mapping[str, object]) -> str:
        return aiohttp_jinja2.render_string(template, self._request, {**self._shared, **context})


def restarted(page: Page) -> str:
    """What somebody is told whose page was drawn before the last start."""
    sentence = "练习场重新启动过：聊天记录从头开始"
    if page.programme is None:
        return f"{sentence}。"
    now = page.programme.now()
    return f"{sentence}，日期回到 {now.month}月{now.day}日。"


def _snapshot(page: Page) -> Sequence[tuple[int, int | None]]:
    def state(fault: Fault) -> tuple[int, int | None]:
        return fault.number, fault.left

    return [state(fault) for fault in page.tenant.faults.on()]


def event(name: str, data: Mapping[str, object]) -> bytes:
    """One server-sent event; JSON keeps it on one line."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def stream(request: web.Request, page: Page, view: View) -> web.StreamResponse:
    """Raises NotThere before anything is sent."""
    tenant = page.tenant
    closing: asyncio.Queue[object] = asyncio.Queue()
    waiting = asyncio.create_task(_when_closing(tenant.closing, closing))
    try:
        with (
            tenant.transcript.watch() as messages,
            tenant.wire.watch() as exchanges,
            page.signals.watch() as signals,
        ):
            feed = Feed(request, page, view)
            response = web.StreamResponse(headers={**SECURITY, "Cache-Control": "no-store"})
            response.content_type = "text/event-stream"
            response.charset = "utf-8"
            await response.prepare(request)
            queues: tuple[asyncio.Queue[object], ...] = (messages, exchanges, signals, closing)  # type: ignore[assignment]
            async with Merged(*queues) as merged:
                await _feed(response, feed, merged, tenant.closing)
    finally:
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    return response


async def _when_closing(closing: asyncio.Event, queue: asyncio.Queue[object]) -> None:
    await closing.wait()
    queue.put_nowait(None)


async def _feed(response: web.StreamResponse, feed: Feed, merged: Merged, closing: asyncio.Event) -> None:
    try:
        await response.write(f"retry: {_AGAIN_MS}\n\n".encode())
        await response.write(b"".join(feed.opening()))
        while not closing.is_set():
            batch = await merged.batch(_HEARTBEAT_SECONDS)
            events = feed.told(batch)
            if events:
                await response.write(b"".join(events))
            elif not batch:
                await response.write(b": still here\n\n")
    except (ConnectionError, Overflow):
        # The browser has gone, or it comes back for the whole.
        return
