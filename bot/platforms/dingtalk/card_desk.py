"""Interactive cards go out, are tapped, and show what came of it.

Official documents create-and-deliver-cards, event-callback-card, interactive-card-update-interface and
register-card-callback-address.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bot.clock import Clock
from bot.owner_alarms import OwnerAlarms
from bot.platforms.dingtalk.access import DingTalkAccess, token_header
from bot.platforms.dingtalk.answers import granted
from bot.platforms.dingtalk.cards import change, delivery, params_of, read_tap, settled, track_id
from bot.platforms.dingtalk.failures import GROUP
from bot.platforms.errors import Ignored
from bot.platforms.routes import note_ignored
from bot.sending import SendFailed
from messages.incoming import IncomingMessage, Platform
from messages.outgoing import NOTHING, Buttons, Reply
from messages.taps import is_for_nothing
from messages.texts.menu import tapped_late

log = structlog.get_logger()

SHOWN_WITHIN_S: Final = 0.8  # the platform waits two seconds, of which making the message safe may take 0.7
_V1: Final = "/v1.0/card"

Hear = Callable[[IncomingMessage], Awaitable["asyncio.Future[Reply]"]]
"""`bot.answering.Answering.hear`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSender:
    """With one template. `route_key`: under which the callback address is registered; "" = over the stream."""

    access: DingTalkAccess
    template: str
    route_key: str = ""

    async def send(self, *, trace: str, chat: str, account: str, buttons: Buttons) -> bool:
        """Whether there is a card now. The words have been said: without one nothing is lost."""
        params = params_of(buttons)
        if params is None or not account:
            return False
        body = delivery(
            template=self.template,
            route_key=self.route_key,
            robot_code=self.access.robot_code,
            track=track_id(trace, chat, account),
            chat=chat,
            account=account,
            params=params,
        )
        try:
            fields = await self._call("POST", "instances/createAndDeliver", body)
        except SendFailed as failed:
            log.warning("a card was not taken", trace=trace, errcode=failed.errcode)
            return False
        if _delivered(fields):
            return True
        log.warning("a card was not delivered", trace=trace)
        return False

    async def update(self, track: str, params: Mapping[str, str]) -> None:
        """Later than its callback was answered."""
        try:
            await self._call("PUT", "instances", {"outTrackId": track, **change(params)})
        except SendFailed as failed:
            log.warning("a card was not changed", errcode=failed.errcode)

    async def register(self, address: str, secret: str) -> None:
        """Where taps are delivered in HTTP mode. Raises SendFailed."""
        body = {
            "callbackRouteKey": self.route_key,
            "callbackUrl": address,
            "apiSecret": secret,
            "forceUpdate": True,
        }
        await self._call("POST", "callbacks/register", body)

    async def _call(self, method: str, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        async def spend(token: str) -> Mapping[str, Any]:
            return await granted(
                self.access.session,
                f"{self.access.api_base}{_V1}/{path}",
                GROUP,
                method=method,
                body=body,
                headers=token_header(token),
                one_group=True,
            )

        return await self.access.spend(spend)


class CardDesk:
    """Takes taps in; what came of them is shown on the card, and the answer itself goes into the chat."""

    def __init__(self, sender: CardSender, hear: Hear, clock: Clock, alarms: OwnerAlarms) -> None:
        self.sender = sender
        self._hear = hear
        self._clock = clock
        self._alarms = alarms
        self._tasks: set[asyncio.Task[None]] = set()

    async def tapped(self, data: bytes) -> Mapping[str, object]:
        """What the callback is answered with; {} = the card stays as it is. Raises Unreadable, NotKept."""
        tap = read_tap(data, self._clock.real_ms())
        if isinstance(tap, Ignored):
            note_ignored(Platform.DINGTALK, tap, self._alarms)
            return {}
        coming = await self._hear(tap.message)
        if not tap.own:
            return {}  # what somebody else offered is still theirs to answer
        await asyncio.wait({coming}, timeout=SHOWN_WITHIN_S)
        if not coming.done():
            self._later(tap.message.card, coming)
            return change(settled(tapped_late().plain))
        reply = coming.result()
        if is_for_nothing(reply):
            return {}
        # A repetition knows of no answer: what the card says of it stays.
        return change({"buttons": "[]"} if reply == NOTHING else settled(reply.body))

    def post(self, reply: Reply, *, trace: str, chat: str, account: str, after_s: float) -> None:
        """Below an answer that a response is just carrying."""
        buttons = reply.buttons
        if buttons is not None:

            async def post() -> None:
                await asyncio.sleep(after_s)
                await self.sender.send(trace=trace, chat=chat, account=account, buttons=buttons)

            self._begin(post())

    async def stop(self, within_s: float) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within_s)
        for task in self._tasks:
            task.cancel()

    def _later(self, track: str, coming: "asyncio.Future[Reply]") -> None:
        async def show() -> None:
            reply = await coming
            if reply != NOTHING:
                await self.sender.update(track, settled(reply.body))

        self._begin(show())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _delivered(fields: Mapping[str, Any]) -> bool:
    result = fields.get("result")
    results = result.get("deliverResults") if isinstance(result, dict) else None
    if not isinstance(results, list) or not results:
        return False
    return all(isinstance(one, dict) and one.get("success") is True for one in results)
