"""Has a platform take back copies of announcements, beside the courier of the same outlet."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.delivery.fate import LONGEST_BACKOFF_MS
from bot.delivery.means import Means
from bot.sending import IN_DOUBT, LATER, Address, Do, Outlet, SendFailed, TakesBack, Verdict
from storage import channels, chat_groups, taking_back
from storage.allowances import Pace, allowance, spend
from storage.database import is_outage
from storage.fault_points import FaultPoint, reached
from storage.recalls import UNBOUND
from storage.taking_back import Copy, Outcome

log = structlog.get_logger()

MOST_COPIES: Final = 3_000  # looked at in one go: more than any one message has receivers
STOPPED_MS: Final = 600_000  # so long nobody asks again after a refusal that somebody has to mend
_WITHIN_S: Final = 60.0  # a bundle with all its calls: well within its lease
_GRACE_S: Final = 11.0  # at a stop: a call takes ten seconds at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What is asked for together: messages to people, or messages to one group."""

    group_id: int | None
    copies: tuple[Copy, ...]
    address: Address | None = None  # of the group

    @property
    def receipts(self) -> tuple[str, ...]:
        """Names of messages, each once."""
        return tuple(dict.fromkeys(receipt for one in self.copies for receipt in one.receipts))

    def calls(self, most: int) -> int:
        """With so many receipts in each at most."""
        return -(-len(self.receipts) // most)


class Recaller:
    """Of one outlet; and of everything, what no platform can be asked for."""

    def __init__(self, outlet: Outlet, means: Means) -> None:
        self._outlet = outlet
        self._takes_back = outlet if isinstance(outlet, TakesBack) else None
        self._means = means
        self._awake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        self._awake.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """`until_idle`: until nothing more can be taken back now."""
        while not self._stopping:
            self._awake.clear()
            if await self._round_or_not():
                continue
            if until_idle:
                return
            await self._until_woken()

    async def stop(self, running: "asyncio.Task[None]") -> None:
        """What is being asked for is asked for again by another process, which does no harm."""
        self._stopping = True
        self._awake.set()
        await asyncio.wait({running}, timeout=_GRACE_S)
        running.cancel()

    async def _until_woken(self) -> None:
        try:
            await asyncio.wait_for(self._awake.wait(), self._means.pace.poll)
        except TimeoutError:
            return

    async def _round_or_not(self) -> bool:
        try:
            return await self._round()
        except Exception as error:  # the border on the way out: a bug must not end the loop for good
            if isinstance(error, DBAPIError) and is_outage(error):
                log.warning("recalls wait for the database", error=type(error.orig).__name__)
            else:
                log.exception("a recall has failed", outlet=self._outlet.name)
            return False

    async def _round(self) -> bool:
        """Whether anything was asked for."""
        bundles = await asyncio.to_thread(self._take)
        if not bundles:
            return False
        found = await asyncio.gather(*(self._asked(bundle) for bundle in bundles))
        await asyncio.to_thread(self._settle, [one for outcomes in found for one in outcomes])
        return True

    # ── in the database ──

    def _take(self) -> Sequence[Bundle]:
        """Looks first; as many as may be asked for side by side, leased."""
        now = self._means.clock.real_ms()
        with self._means.database.reading() as connection:
            hopeless = taking_back.is_hopeless(connection, now)
            due = self._may_ask(connection, now) and taking_back.is_due(connection, self._outlet.name, now)
        if not (hopeless or due):
            return ()
        with self._means.database.writing() as connection:
            if hopeless:
                taking_back.end_hopeless(connection, now)
            bundles = self._leased(connection, now) if due else ()
            reached(FaultPoint.RECALL_CLAIM_COMMITS)
        reached(FaultPoint.RECALL_CLAIM_COMMITTED)
        return bundles

    def _may_ask(self, connection: Connection, now: int) -> bool:
        return (
            self._takes_back is not None and channels.paused(connection).get(self._outlet.platform, 0) <= now
        )

    def _leased(self, connection: Connection, now: int) -> Sequence[Bundle]:
        assert self._takes_back is not None, "others have nothing that is due"
        limits, name = self._takes_back.recalls, f"{self._outlet.name}/recall"
        pace = Pace(most=limits.together.most, milliseconds=round(limits.together.seconds * 1000))
        held = allowance(connection, name, pace, now=now)
        room = held.calls
        chosen: list[Bundle] = []
        copies = taking_back.due(connection, self._outlet.name, most=MOST_COPIES, now=now)
        for bundle in islice(bundles_of(copies, limits.receipts), limits.side_by_side):
            room -= bundle.calls(limits.receipts)
            if room < 0 and (chosen or not held.calls):
                break
            chosen.append(bundle)
        spend(connection, held, sum(bundle.calls(limits.receipts) for bundle in chosen))
        taking_back.lease(connection, (one for bundle in chosen for one in bundle.copies))
        return self._addressed(connection, chosen, now)

    def _addressed(self, connection: Connection, bundles: Sequence[Bundle], now: int) -> Sequence[Bundle]:
        groups = {bundle.group_id for bundle in bundles if bundle.group_id is not None}
        sealing = self._means.sealing
        known = (
            {} if sealing is None or not groups else chat_groups.addresses(connection, groups, sealing, now)
        )
        chats = {number: Address(name=f"g{number}", chat=one.address) for number, one in known.items()}
        return [replace(bundle, address=chats.get(bundle.group_id or 0)) for bundle in bundles]

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        with self._means.database.writing() as connection:
            taking_back.settle(connection, outcomes, at=self._means.clock.real_ms())
            reached(FaultPoint.RECALL_SETTLEMENT_COMMITS)
        reached(FaultPoint.RECALL_SETTLEMENT_COMMITTED)
        log.info(
            "recalled",
            outlet=self._outlet.name,
            taken_back=sum(one.taken_back for one in outcomes),
            again=sum(one.again_at is not None for one in outcomes),
            given_up=sum(not one.taken_back and one.again_at is None for one in outcomes),
        )

    # ── with the platform ──

    async def _asked(self, bundle: Bundle) -> Sequence[Outcome]:
        if bundle.group_id is not None and bundle.address is None:
            return [Outcome(copy=one, reason=UNBOUND) for one in bundle.copies]
        found = await self._answers(bundle)
        now, luck = self._means.clock.real_ms(), self._means.luck()
        return [
            outcome(one, [found[receipt] for receipt in one.receipts], now=now, luck=luck)
            for one in bundle.copies
        ]

    async def _answers(self, bundle: Bundle) -> Mapping[str, Verdict | None]:
        """By message; None = it is gone."""
        outlet = self._takes_back
        assert outlet is not None, "as above"
        found: dict[str, Verdict | None] = dict.fromkeys(bundle.receipts, LATER)
        try:
            async with asyncio.timeout(_WITHIN_S):
                for start in range(0, len(bundle.receipts), outlet.recalls.receipts):
                    if self._stopping:
                        break
                    part = bundle.receipts[start : start + outlet.recalls.receipts]
                    found |= zip(part, await self._call(outlet, bundle.address, part), strict=True)
        except TimeoutError:
            log.warning("a recall takes too long", outlet=self._outlet.name)
            found |= {receipt: IN_DOUBT for receipt, verdict in found.items() if verdict is LATER}
        return found

    async def _call(
        self, outlet: TakesBack, chat: Address | None, receipts: Sequence[str]
    ) -> Sequence[Verdict | None]:
        try:
            return await outlet.recall(chat, receipts)
        except SendFailed as failed:
            log.warning(
                "nothing was taken back",
                outlet=self._outlet.name,
                verdict=failed.verdict.do.value,
                errcode=failed.errcode,
                detail=failed.detail,
                mend=failed.verdict.mend,
            )
            return [failed.verdict] * len(receipts)


def bundles_of(copies: Iterable[Copy], receipts: int) -> Iterator[Bundle]:
    """Of one group, or of people, as many as one call takes; copies of one message stay together."""
    for group_id, of_chat in groupby(copies, key=lambda one: one.group_id):
        together: list[Copy] = []
        seen: set[str] = set()
        for _, alike in groupby(of_chat, key=lambda one: one.receipts):
            message = list(alike)
            more = set(message[0].receipts) - seen
            if together and len(seen) + len(more) > receipts:
                yield Bundle(group_id=group_id, copies=tuple(together))
                together, seen, more = [], set(), set(message[0].receipts)
            together += message
            seen |= more
        yield Bundle(group_id=group_id, copies=tuple(together))


def outcome(copy: Copy, pages: Sequence[Verdict | None], *, now: int, luck: float) -> Outcome:
    """It is gone when all its pages are; else what is in the way, the one that may pass before the others."""
    left = [one for one in pages if one is not None and not _is_gone(one, copy)]
    if not left:
        return Outcome(copy=copy, taken_back=True)
    for one in left:
        enough = 0 < one.most_tries <= copy.tries
        if one.do is not Do.LEAVE and not enough:
            backoff = round(luck * min(LONGEST_BACKOFF_MS, 1000 << min(copy.tries, 10)))
            wait = one.after_s * 1000 or (STOPPED_MS if one.do is Do.STOP else backoff)
            return Outcome(
                copy=copy,
                reason=one.code or one.do.value,
                why=one.say,
                again_at=now + wait,
                doubtful=copy.doubtful or any(page is None or page.do is Do.DOUBT for page in pages),
            )
    return Outcome(copy=copy, reason=left[0].code or left[0].do.value, why=left[0].say)


def _is_gone(verdict: Verdict, copy: Copy) -> bool:
    """Of what was perhaps taken back before, a platform that knows it no more says so."""
    return copy.doubtful and verdict.do is Do.LEAVE
