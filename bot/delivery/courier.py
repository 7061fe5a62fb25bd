"""Carries to one outlet: calls run side by side, and what has been answered is settled with the next claim."""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.delivery.carrying import Carrying
from bot.delivery.fate import Answered, knows
from bot.delivery.means import Means
from bot.delivery.turns import STOPPED_MS, Turn, Turns
from bot.policy.outgoing import TAKES_PICTURES
from bot.sending import IN_DOUBT, LATER, LEFT, LOST_AGAIN, Address, Do, NeedsConnection, Outlet, Verdict
from messages.incoming import Platform
from messages.outgoing import Page, Picture, load_answer
from messages.texts.notices import together, told
from storage.database import is_outage
from storage.parcels import Parcel

log = structlog.get_logger()

SEND_WITHIN_S: Final = 45.0  # a parcel with all its calls: well within its lease
LONGEST_REST_MS: Final = 60_000
MOST_CANDIDATES: Final = 1_000
WIRE_GRACE_S: Final = 10.5  # at a stop, for what is on the wire: a call takes ten seconds at most
GRACE_S: Final = 1.5  # then, for what was cut off, and for writing it down
_SETTLE_AGAIN_S: Final = 0.5
_PICTURES: Final = 4  # kept: one goes to many groups
_BROKEN = replace(LEFT, say="机器人出了错，没有发出去。请告诉维护机器人的人。")
_NOWHERE = Verdict(do=Do.STOP, code="sealed", say="群地址是用另一个 BOT_SECRET_KEY 加密的，请重新绑定这个群")


@dataclass
class _Fate:
    """Of the whole outlet, as this process sees it."""

    rests_until: int = 0
    rests: int = 0  # in a row
    failing: frozenset[int] = frozenset()  # chats with which it went wrong since anything was taken

    def is_sick(self) -> bool:
        """One chat that hangs is no dead platform."""
        return len(self.failing) > 1


class Courier:
    """Runs until it is told to stop."""

    def __init__(
        self, outlet: Outlet, among: tuple[Platform, ...], means: Means, wake_all: Callable[[], None]
    ) -> None:
        """`among`: all platforms on which people can be written to. `wake_all`: the office has been told something."""
        self._outlet = outlet
        self._wake_all = wake_all
        self._turns = Turns(outlet, among, means)
        self._means = means
        self._awake = asyncio.Event()
        self._stopping = False
        self._on_the_wire: dict[asyncio.Task[Answered], Parcel] = {}
        self._back: list[Answered] = []
        self._fate = _Fate()
        self._alone = False  # the last turn has failed: settle before anything is claimed
        self._alike = 2  # receivers of a call, as they were of late
        self._pictures: OrderedDict[int, Picture] = OrderedDict()
        self._again_in_ms = 0

    @property
    def sent(self) -> int:
        """Messages that the platform has taken since the start."""
        return self._turns.sent

    def wake(self) -> None:
        self._awake.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """`until_idle`: until nothing more can be delivered now."""
        while not self._stopping:
            self._awake.clear()
            if await self._turn_or_not():
                continue
            if until_idle and not (self._on_the_wire or self._back or self._again_in_ms):
                return
            await self._until_woken()

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """What is on the wire may arrive; what has not within a moment is in doubt."""
        self._stopping = True
        self._awake.set()
        if self._on_the_wire:
            await asyncio.wait(self._on_the_wire, timeout=WIRE_GRACE_S)
        for task in self._on_the_wire:
            task.cancel()
        await asyncio.wait({running, *self._on_the_wire}, timeout=GRACE_S)
        running.cancel()
        await asyncio.sleep(0)  # for what has just come back
        back, self._back = self._back, []
        if back:
            await self._settle_now(back)

    async def _settle_now(self, back: Sequence[Answered]) -> None:
        try:
            await asyncio.wait_for(asyncio.to_thread(self._turns.settle, back), GRACE_S)
        except (TimeoutError, DBAPIError) as error:  # the leases will run out
            log.warning("what was sent could not be written down", error=type(error).__name__)

    async def _until_woken(self) -> None:
        pause = self._means.pace.poll
        if self._again_in_ms:
            pause = min(pause, self._again_in_ms / 1000)
        try:
            await asyncio.wait_for(self._awake.wait(), pause)
        except TimeoutError:
            return

    async def _turn_or_not(self) -> bool:
        try:
            return await self._turn()
        except Exception as error:  # the border on the way out: a bug must not silence the bot for good
            if isinstance(error, DBAPIError) and is_outage(error):
                log.warning("delivery waits for the database", error=type(error.orig).__name__)
                await asyncio.sleep(_SETTLE_AGAIN_S)
            else:
                log.exception("delivery has failed", outlet=self._outlet.name)
            return False

    async def _turn(self) -> bool:
        """Whether anything has happened."""
        back, self._back = self._back, []
        if self._alone and back:
            try:
                await asyncio.to_thread(self._turns.settle, back)
            except DBAPIError as error:
                # What was told must not be told again because a database was away.
                self._back = back + self._back if is_outage(error) else self._back
                raise
            back = []
        room = self._room()
        candidates = min(MOST_CANDIDATES, room * min(self._alike, self._outlet.limits.receivers))
        # A lease may have run out by a clock that was set, or while a database kept everybody waiting.
        ours = (*self._on_the_wire.values(), *(one.parcel for one in self._back))
        carried = frozenset(parcel.key for parcel in ours)
        self._alone = True
        try:
            turn = await asyncio.to_thread(self._turns.take, back, room, candidates, carried)
            self._alone = False
        finally:
            if self._alone:
                self._back = back + self._back
        self._start(turn)
        return bool(back or turn.claimed)

    def _room(self) -> int:
        """So many calls may begin."""
        if self._stopping or self._means.clock.real_ms() < self._fate.rests_until:
            return 0
        if isinstance(self._outlet, NeedsConnection) and not self._outlet.connected:
            return 0
        most = 1 if self._fate.is_sick() else self._outlet.limits.side_by_side
        return max(0, most - len(self._on_the_wire))

    def _start(self, turn: Turn) -> None:
        self._again_in_ms = turn.again_in_ms
        if turn.posted:
            self._wake_all()
        if turn.claimed:
            receivers = sum(len(parcel.receivers) for parcel, _ in turn.claimed)
            self._alike = max(2, 2 * receivers // len(turn.claimed))
        for parcel, addresses in turn.claimed:
            task = asyncio.create_task(self._carry(parcel, addresses))
            self._on_the_wire[task] = parcel
            task.add_done_callback(self._returned)

    def _returned(self, task: "asyncio.Task[Answered]") -> None:
        parcel = self._on_the_wire.pop(task)
        answered = _answered(task, parcel)
        self._learn(answered)
        self._back.append(answered)
        self._awake.set()

    # ── a parcel on its way ──

    async def _carry(self, parcel: Parcel, addresses: tuple[Address, ...] | None) -> Answered:
        if addresses is None:
            return _all(parcel, _NOWHERE, 0)
        pages = await self._pages(parcel)
        if (verdict := self._without_asking(parcel, len(pages))) is not None:
            return _all(parcel, verdict, 0)
        attempt = Carrying(self._outlet, parcel, addresses)
        try:
            async with asyncio.timeout(SEND_WITHIN_S):
                await attempt.pages(pages)
                if attempt.refused_picture:
                    await attempt.pages(self._words(parcel))
        except TimeoutError:
            return replace(_all(parcel, IN_DOUBT, attempt.calls), receipts=tuple(attempt.receipts))
        except DBAPIError as error:  # where the token lies
            if not is_outage(error):
                raise
            return replace(_all(parcel, LATER, attempt.calls), receipts=tuple(attempt.receipts))
        return Answered(
            parcel=parcel,
            verdicts=tuple(attempt.verdicts),
            calls=attempt.calls,
            receipts=tuple(attempt.receipts),
        )

    def _without_asking(self, parcel: Parcel, pages: int) -> Verdict | None:
        """Why the platform is not asked at all."""
        if self._stopping:
            return LATER
        knows_for_s, since = self._outlet.knows_repetitions_for_s, parcel.doubt_since
        if parcel.lost_again and since is not None and not knows(knows_for_s, since, parcel.claimed_at):
            return LOST_AGAIN
        each = self._outlet.limits.each
        if any(0 < one.room < min(pages, each.most) for one in parcel.receivers):
            return Verdict(do=Do.AGAIN, after_s=math.ceil(each.seconds))
        return None

    async def _pages(self, parcel: Parcel) -> Sequence[Page]:
        number = parcel.picture_id
        if number is None or self._outlet.name not in TAKES_PICTURES:
            return self._words(parcel)
        if number not in self._pictures:
            self._pictures[number] = Picture(await asyncio.to_thread(self._turns.png, number))
            while len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return (self._pictures[number],)

    def _words(self, parcel: Parcel) -> Sequence[Page]:
        said = [load_answer(content) for content in parcel.contents]
        return self._outlet.pages(together(said) if self._turns.to_groups else told(said))

    def _learn(self, answered: Answered) -> None:
        """After trouble that concerns everybody a growing rest and a single try, so that a dead platform is spared."""
        now = self._means.clock.real_ms()
        verdicts = answered.verdicts
        if any(verdict is None for verdict in verdicts):
            self._fate = _Fate(rests_until=min(self._fate.rests_until, now))
            return
        if not any(verdict is not None and verdict.everybody for verdict in verdicts):
            return
        if any(verdict is not None and verdict.do is Do.STOP for verdict in verdicts):
            self._fate.rests_until = now + STOPPED_MS
            return
        self._fate.failing |= {one.chat for one in answered.parcel.receivers}
        if self._fate.is_sick() and now >= self._fate.rests_until:
            self._fate.rests_until = now + min(LONGEST_REST_MS, 1000 << min(self._fate.rests, 6))
            self._fate.rests += 1


def _all(parcel: Parcel, verdict: Verdict, calls: int) -> Answered:
    return Answered(parcel=parcel, verdicts=(verdict,) * len(parcel.receivers), calls=calls)


def _answered(task: "asyncio.Task[Answered]", parcel: Parcel) -> Answered:
    if task.cancelled():
        return _all(parcel, IN_DOUBT, 1)
    error = task.exception()
    if error is None:
        return task.result()
    log.error("a message could not be sent", exc_info=error)
    return _all(parcel, _BROKEN, 0)
