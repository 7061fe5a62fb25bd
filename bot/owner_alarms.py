"""What the doors and the clock have to tell the office: once per cause and day, and never in a request's way."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import SHANGHAI, Clock
from bot.platforms.errors import QUOTA_EXHAUSTED, Forged, Ignored, Unreadable
from messages.incoming import Platform
from messages.outgoing import Answer
from messages.texts import owner_alarms as texts
from storage.alarms import alarm
from storage.database import Database, is_outage
from storage.outbox import has_posted

log = structlog.get_logger()

MOST_BY_CHANCE: Final = 2
"""So many bad requests of a kind in an hour may come from anybody who scans the network."""
_HOUR_MS: Final = 3_600_000
_AGAIN_S: Final = 30.0  # after the database was away
_WRONG_KEY: Final = frozenset(
    {"base64", "block", "padding", "length"}
)  # signed by the platform, not to be opened
_WRONG_COMPANY: Final = "receive-id"


def _nobody() -> None:
    return


class OwnerAlarms:
    """Of one process. All but `run` are called on its loop and only remember: a flood costs a look-up each."""

    def __init__(self, database: Database, clock: Clock, *, posted: Callable[[], None] = _nobody) -> None:
        """`posted`: called on the loop when the office has been told something."""
        self._database = database
        self._clock = clock
        self._posted = posted
        # When, by cause: no more than tells trouble from chance.
        self._heard: dict[tuple[str, Platform], deque[int]] = {}
        self._told: dict[tuple[str, Platform | None], date] = {}  # by cause: the last day on which it rang
        self._waiting: dict[str, Answer] = {}  # by key
        self._awake = asyncio.Event()

    def refused(self, platform: Platform, error: Forged | Unreadable) -> None:
        """A door has answered 403 or 400."""
        if isinstance(error, Unreadable):
            self._unreadable(platform, error.reason)
        elif (skew_s := error.skew_s) is not None:
            self._ring("stale", platform, lambda: texts.stale(platform, skew_s))
        elif error.reason == "signature":
            self._ring_when_often("signature", platform, lambda times: texts.forged(platform, times))

    def ignored(self, platform: Platform, what: Ignored) -> None:
        """A door has acknowledged something without an answer."""
        if what.reason == QUOTA_EXHAUSTED:
            self._ring("quota", platform, lambda: texts.quota_used_up(platform))

    def clock_off(self, skew_s: int) -> None:
        """`skew_s`: the machine's clock minus the platforms', in seconds."""
        self._ring("clock", None, lambda: texts.clock_off(skew_s))

    def stream_refused(self) -> None:
        """DingTalk opens no connection with our credentials."""
        self._ring("credentials", Platform.DINGTALK, texts.stream_refused)

    def aibot_kicked(self) -> None:
        """Somebody else has connected as the AI bot."""
        self._ring("aibot-kicked", Platform.WECOM, texts.aibot_kicked)

    def aibot_refused(self) -> None:
        """WeCom knows no AI bot with our id and secret."""
        self._ring("aibot-refused", Platform.WECOM, texts.aibot_refused)

    async def run(self) -> None:
        """Writes down what has rung; until it is cancelled."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            while self._waiting:
                if not await self._write():
                    await asyncio.sleep(_AGAIN_S)

    # ── what rings ──

    def _unreadable(self, platform: Platform, reason: str) -> None:
        if reason in _WRONG_KEY:
            self._ring("key", platform, lambda: texts.undecipherable(platform))
        elif reason == _WRONG_COMPANY:
            self._ring("company", platform, lambda: texts.other_company(platform))
        else:
            self._ring_when_often("unreadable", platform, lambda times: texts.unreadable(platform, times))

    def _ring_when_often(self, cause: str, platform: Platform, say: Callable[[int], Answer]) -> None:
        """`say` is given how often it was within an hour."""
        now = self._clock.real_ms()
        times = self._heard.setdefault((cause, platform), deque(maxlen=MOST_BY_CHANCE + 1))
        times.append(now)
        recent = sum(now - at < _HOUR_MS for at in times)
        if recent > MOST_BY_CHANCE:
            self._ring(cause, platform, lambda: say(recent))

    def _ring(self, cause: str, platform: Platform | None, say: Callable[[], Answer]) -> None:
        """Once a day."""
        today = datetime.fromtimestamp(self._clock.real_ms() / 1000, SHANGHAI).date()
        if self._told.get((cause, platform)) != today:
            self._told[cause, platform] = today
            name = cause if platform is None else f"callback-{cause}/{platform.value}"
            self._waiting[f"{name}/{today}"] = say()
            self._awake.set()

    # ── writing it down ──

    async def _write(self) -> bool:
        """False where the database is away."""
        key, said = next(iter(self._waiting.items()))
        try:
            told = await asyncio.to_thread(self._post, key, said)
        except DBAPIError as error:
            if not is_outage(error):
                log.exception("the office could not be told", alarm=key)
                del self._waiting[key]
                return True
            log.warning("an alarm waits for the database", alarm=key, error=type(error.orig).__name__)
            return False
        del self._waiting[key]
        if told:
            self._posted()
        return True

    def _post(self, key: str, said: Answer) -> bool:
        with self._database.writing() as connection:
            alarm(connection, key, said, at=self._clock.real_ms())
            return has_posted(connection)
