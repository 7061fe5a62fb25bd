"""What comes over DingTalk's stream is taken in, and acknowledged as soon as it is safe."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot.clock import Clock
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.stream.frames import CARDS, EVENT_TAKEN, MESSAGES, TAKEN, Ack, Code, Frame
from bot.platforms.errors import Ignored, Unreadable
from bot.platforms.routes import BODY_LIMIT, note_ignored, note_unreadable
from bot.reception import NotKept
from messages.incoming import Door, IncomingMessage, Platform

log = structlog.get_logger()

_UNREADABLE: Final = Ack(code=Code.BAD_REQUEST)
_UNKNOWN: Final = Ack(code=Code.NOT_FOUND)

Take = Callable[[IncomingMessage], Awaitable[object]]
"""Returns once the message cannot be lost any more. Raises NotKept."""
Tapped = Callable[[bytes], Awaitable[Mapping[str, object]]]
"""What a card's callback is answered with; its data as they came. Raises Unreadable, NotKept."""


class Hearing:
    """Of one robot."""

    def __init__(  # noqa: PLR0913  what a door stands on
        self,
        door: DingTalkDoor,
        take: Take,
        *,
        clock: Clock,
        metrics: Metrics,
        alarms: OwnerAlarms,
        tapped: Tapped | None = None,
    ) -> None:
        """`tapped`: None where no cards are set up."""
        self._door = door
        self._take = take
        self._clock = clock
        self._metrics = metrics
        self._alarms = alarms
        self._tapped = tapped

    async def hear(self, frame: Frame) -> Ack | None:
        """None = it comes again: neither database nor disk could take it."""
        if frame.kind == "EVENT":
            return EVENT_TAKEN
        if frame.kind != "CALLBACK" or frame.topic not in (MESSAGES, CARDS):
            return _UNKNOWN
        try:
            data = _data(frame)
            if frame.topic == CARDS:
                return TAKEN if self._tapped is None else Ack(data={"response": await self._tapped(data)})
            return await self._message(data)
        except Unreadable as error:
            note_unreadable(Platform.DINGTALK, error, self._metrics, self._alarms)
            return _UNREADABLE
        except NotKept:
            log.critical("neither database nor disk could take a message")
            return None

    async def _message(self, data: bytes) -> Ack:
        said = self._door.parse(data, self._clock.real_ms())
        if isinstance(said, Ignored):
            note_ignored(Platform.DINGTALK, said, self._alarms)
        else:
            await self._take(replace(said, door=Door.DINGTALK_STREAM))
        return TAKEN


def _data(frame: Frame) -> bytes:
    data = frame.data.encode("utf-8", "surrogatepass")
    if len(data) > BODY_LIMIT:
        raise Unreadable("too-large")
    return data
