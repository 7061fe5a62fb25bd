"""The database's side of a courier: what is back is settled and what is next is claimed, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.clock import SHANGHAI
from bot.delivery.fate import Answered, Circumstances, fate
from bot.delivery.means import Means
from bot.delivery.troubles import Troubles
from bot.policy.outgoing import MANNERS, Kind, Way
from bot.policy.quiet import may_disturb
from bot.sending import Address, Do, Outlet, SomeAccounts, Verdict, Window
from messages.incoming import Platform
from storage import channels, chat_groups, claims, parcels, undelivered
from storage.allowances import Pace
from storage.chat_groups import GroupAddress
from storage.claims import Wanted
from storage.fault_points import FaultPoint, reached
from storage.outbox import State, has_posted
from storage.parcels import Parcel, Settlement
from storage.queue import OVER_BUDGET, Route
from storage.undelivered import GivenUp

log = structlog.get_logger()

STOPPED_MS: Final = 600_000  # so long nothing is tried after a refusal that somebody has to mend
PIECES_APART_MS: Final = 100  # for whoever else writes, between two pieces of what is too late
MOST_REFUSALS: Final = 3  # in a row, of one group
_TAKEN_EVERY_MS: Final = 60_000  # that a group receives is written down this often
_WEBHOOKS: Final = frozenset({Way.WECOM_WEBHOOK.value, Way.DINGTALK_WEBHOOK.value})
_OWN_CHANNELS: Final = frozenset({*_WEBHOOKS, Way.WECOM_AIBOT.value, "wecom.aibot.people"})
_WAYS: Final = frozenset(way.value for way in Way)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a courier has got: parcels with where each goes, None where nobody can tell."""

    claimed: tuple[tuple[Parcel, tuple[Address, ...] | None], ...] = ()
    again_in_ms: int = 0  # there is more to do after so long; 0 = whenever something comes
    posted: bool = False  # the office has been told something


class Turns:
    """Of one outlet; its methods run in a thread, one at a time."""

    def __init__(self, outlet: Outlet, among: tuple[Platform, ...], means: Means) -> None:
        """`among`: all platforms on which people can be written to."""
        self._outlet = outlet
        self._among = among
        self._means = means
        self.to_groups = outlet.name in _WAYS
        # Webhooks and the AI bot are channels of their own; everything else goes through the platform's app.
        self._by_app = outlet.name not in _OWN_CHANNELS
        self._together, self._each = _pace(outlet.limits.together), _pace(outlet.limits.each)
        self._troubles = Troubles(outlet, by_app=self._by_app)
        self._taken_at: dict[int, int] = {}
        self._given_up = GivenUp(counts={})  # of late
        self._tidied_at = 0
        self.sent = 0  # messages

    def take(
        self, back: Sequence[Answered], most: int, candidates: int, carried: frozenset[str] = frozenset()
    ) -> Turn:
        """Settles what is back and claims at most `most` parcels; looks first, where nothing is back.

        `carried`: keys of the parcels that are on their way, or back and not settled yet.
        """
        now = self._means.clock.real_ms()
        tidy = not self._tidies_in_ms(now)
        if not back and not tidy and not self._is_due(most, now, carried):
            return Turn(again_in_ms=self._next_piece_in_ms(now))
        with self._means.database.writing() as connection:
            settled = self._settled(connection, back, now)
            given_up = undelivered.give_up(connection, now) if tidy else self._given_up
            route, is_open = self._route(connection, now, carried)
            waits = given_up.untrue and not self.to_groups
            wanted = Wanted(
                parcels=most if is_open and not waits else 0,
                candidates=candidates,
                extra_calls=sum(max(0, one.calls - 1) for one in back),
            )
            claimed = claims.claim(connection, route, wanted, now=now)
            addressed = tuple(self._addressed(connection, claimed.parcels, now))
            posted = has_posted(connection)
            reached(FaultPoint.CLAIM_COMMITS)
        reached(FaultPoint.CLAIM_COMMITTED)
        if tidy:
            self._tidied(given_up, now)
        self._count(settled, back)
        self._suppressed({(kind, OVER_BUDGET): count for kind, count in claimed.over_budget.items()})
        waits_ms = [one for one in (claimed.again_in_ms, self._next_piece_in_ms(now)) if one]
        return Turn(claimed=addressed, again_in_ms=min(waits_ms, default=0), posted=posted)

    def _tidied(self, given_up: GivenUp, now: int) -> None:
        self._given_up, self._tidied_at = given_up, now
        self._suppressed(given_up.counts)

    def _tidies_in_ms(self, now: int) -> int:
        """0 = now; also after the clock was set back."""
        apart = PIECES_APART_MS if self._given_up.more else round(self._means.pace.tidy * 1000)
        since = now - self._tidied_at
        return apart - since if 0 <= since < apart else 0

    def _next_piece_in_ms(self, now: int) -> int:
        """0 = it has given up what there was."""
        return self._tidies_in_ms(now) if self._given_up.more else 0

    def settle(self, back: Sequence[Answered]) -> None:
        """Alone: at a stop, and after a claim that has failed."""
        now = self._means.clock.real_ms()
        with self._means.database.writing() as connection:
            settled = self._settled(connection, back, now)
            reached(FaultPoint.SETTLEMENT_COMMITS)
        reached(FaultPoint.SETTLEMENT_COMMITTED)
        self._count(settled, back)

    def png(self, picture_id: int) -> bytes:
        with self._means.database.reading() as connection:
            return parcels.picture_of(connection, picture_id)

    def _is_due(self, most: int, now: int, carried: frozenset[str]) -> bool:
        if not most:
            return False
        with self._means.database.reading() as connection:
            route, is_open = self._route(connection, now, carried)
            return is_open and claims.is_due(connection, route, now)

    def _route(self, connection: Connection, now: int, carried: frozenset[str]) -> tuple[Route, bool]:
        """At this moment; and whether the platform takes anything at all."""
        paused = channels.paused(connection)
        is_open = not self._by_app or paused.get(self._outlet.platform, 0) <= now
        plan = self._means.plan
        disturb = self.to_groups or may_disturb(self._means.clock.now(), plan.quiet, plan.workdays)
        today = datetime.fromtimestamp(now / 1000, SHANGHAI).date()
        tomorrow = datetime.combine(today + timedelta(days=1), plan.quiet.end, SHANGHAI)
        route = Route(
            outlet=self._outlet.name,
            to_groups=self.to_groups,
            platform=self._outlet.platform,
            among=self._among,
            veiled=self._outlet.veiled if isinstance(self._outlet, SomeAccounts) else None,
            together=self._together,
            each=self._each,
            apart_ms=round(self._means.pace.apart * 1000),
            receivers=self._outlet.limits.receivers,
            kinds=tuple(kind for kind in Kind if disturb or MANNERS[kind].any_hour),
            resting=frozenset(platform for platform, until in paused.items() if until > now),
            budget=plan.groups.messages_per_day,
            day_began_at=round(datetime.combine(today, time.min, SHANGHAI).timestamp() * 1000),
            tomorrow_at=round(tomorrow.timestamp() * 1000),
            carried=carried,
        )
        return route, is_open

    def _addressed(
        self, connection: Connection, claimed: Iterable[Parcel], now: int
    ) -> Iterable[tuple[Parcel, tuple[Address, ...] | None]]:
        claimed = list(claimed)
        if not self.to_groups:
            for parcel in claimed:
                yield (
                    parcel,
                    tuple(Address(name=f"p{one.chat}", account=one.account) for one in parcel.receivers),
                )
            return
        sealing = self._means.sealing
        ids = {one.chat for parcel in claimed for one in parcel.receivers}
        known = {} if sealing is None or not ids else chat_groups.addresses(connection, ids, sealing, now)
        for parcel in claimed:
            (group,) = parcel.receivers
            found = known.get(group.chat)
            yield parcel, None if found is None else (_address(found),)

    # ── what is back ──

    def _settled(self, connection: Connection, back: Sequence[Answered], now: int) -> list[Settlement]:
        around = Circumstances(
            now=now,
            luck=self._means.luck,
            to_groups=self.to_groups,
            knows_repetitions_for_s=self._outlet.knows_repetitions_for_s,
        )
        fates = [
            (replace(fate(one.parcel, receiver, verdict, one.calls, around), receipts=receipts), verdict)
            for one in back
            for receiver, verdict, receipts in one.each()
        ]
        parcels.settle(connection, (settlement for settlement, _ in fates), at=now)
        # In one order everywhere: several processes write down what they have learnt of the same groups.
        for settlement, verdict in sorted(fates, key=lambda pair: pair[0].receiver.chat):
            if self.to_groups:
                self._learn_of_group(connection, settlement, verdict, now)
        self._learn_of_app(connection, [verdict for _, verdict in fates], now)
        return [settlement for settlement, _ in fates]

    def _learn_of_group(
        self, connection: Connection, settled: Settlement, verdict: Verdict | None, now: int
    ) -> None:
        group_id, called_at = settled.receiver.chat, settled.parcel.claimed_at
        if verdict is None:
            if now - self._taken_at.get(group_id, 0) >= _TAKEN_EVERY_MS:
                chat_groups.taken(connection, group_id, now)
                self._taken_at[group_id] = now
        elif verdict.do is Do.STOP and not verdict.everybody:
            self._taken_at.pop(group_id, None)
            if chat_groups.refused(connection, group_id, verdict.code, called_at) >= MOST_REFUSALS:
                self._stop_group(connection, group_id, verdict, called_at, now)
        elif verdict.everybody and verdict.after_s and not self._by_app:
            chat_groups.pause(connection, group_id, now + verdict.after_s * 1000)

    def _stop_group(
        self, connection: Connection, group_id: int, verdict: Verdict, called_at: int, now: int
    ) -> None:
        stopped_now = chat_groups.stop(connection, group_id, verdict.code, called_at)
        group = chat_groups.find(connection, group_id)
        if group is None or group.stopped_at is None:
            return  # it was bound anew meanwhile, or unbound
        # What was on the wire when it was stopped comes back later, and nobody else would end it.
        buried = undelivered.bury(connection, group_id, now, why=verdict.say)
        self._suppressed(buried)
        if stopped_now:
            unsent = sum(count for (_, why), count in buried.items() if why == undelivered.STOPPED)
            self._troubles.group_stopped(connection, group, verdict, messages=unsent, now=now)

    def _learn_of_app(self, connection: Connection, verdicts: Sequence[Verdict | None], now: int) -> None:
        """What concerns everybody: of an app it holds for all processes, of webhooks the office is told."""
        refused = [verdict for verdict in verdicts if verdict is not None]
        self._troubles.heard(connection, refused, now, taken=len(refused) < len(verdicts))
        pauses = [verdict.after_s * 1000 for verdict in refused if verdict.everybody and verdict.after_s]
        pauses += [STOPPED_MS for verdict in refused if verdict.do is Do.STOP and verdict.everybody]
        if pauses and self._by_app:
            channels.pause(connection, self._outlet.platform, now + max(pauses))

    def _suppressed(self, counts: Mapping[tuple[Kind, str], int]) -> None:
        for (kind, why), count in counts.items():
            self._means.metrics.suppressed(kind, why, count)

    def _count(self, settled: Sequence[Settlement], back: Sequence[Answered]) -> None:
        metrics, name = self._means.metrics, self._outlet.name
        for one in settled:
            if one.state is State.SENT:
                self.sent += len(one.receiver.kinds)
                for kind in one.receiver.kinds:
                    metrics.sent(name, kind)
            elif one.state is not State.QUEUED:
                for kind in one.receiver.kinds:
                    metrics.given_up(kind, one.state.value)
        for one_back in back:
            for verdict in one_back.verdicts:
                if verdict is not None:
                    metrics.failed(name, verdict.do.value)
        if settled:
            states = [one.state.value for one in settled]
            log.info("told", outlet=name, states={state: states.count(state) for state in set(states)})


def _pace(window: Window) -> Pace:
    return Pace(most=window.most, milliseconds=round(window.seconds * 1000))


def _address(group: GroupAddress) -> Address:
    is_webhook = group.way.value in _WEBHOOKS
    return Address(
        name=f"g{group.group_id}",
        chat="" if is_webhook else group.address,
        webhook=group.address if is_webhook else "",
        secret=group.secret,
        reply_url=group.reply_url,
        reply_until=group.reply_until,
    )
