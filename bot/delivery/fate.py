"""What becomes of a parcel for each of its receivers, after a platform has spoken or kept silent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.policy.outgoing import MANNERS
from bot.sending import Do, Verdict
from storage.outbox import State
from storage.parcels import Parcel, Receiver, Settlement

REPEATED_AFTER_MS: Final = 60_000  # where the platform does not know a repetition (contract, section 9)
LONGEST_BACKOFF_MS: Final = 600_000
DEADLINE_MS: Final = 24 * 3_600_000  # since the first try


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A parcel that is back: a verdict for each receiver, None where it was taken."""

    parcel: Parcel
    verdicts: tuple[Verdict | None, ...]
    calls: int  # pages that the platform was asked to take
    receipts: tuple[tuple[str, ...], ...] = ()  # of each receiver: what the platform calls the pages it took

    def each(self) -> Iterator[tuple[Receiver, Verdict | None, tuple[str, ...]]]:
        receipts = self.receipts or ((),) * len(self.verdicts)
        return zip(self.parcel.receivers, self.verdicts, receipts, strict=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Under which fates are decided."""

    now: int
    luck: Callable[[], float]
    to_groups: bool
    knows_repetitions_for_s: int


def fate(
    parcel: Parcel, receiver: Receiver, verdict: Verdict | None, calls: int, around: Circumstances
) -> Settlement:
    taken = Settlement(parcel=parcel, receiver=receiver, state=State.SENT, calls=calls)
    if verdict is None:
        since = parcel.doubt_since
        twice = since is not None and not knows(around.knows_repetitions_for_s, since, around.now)
        return replace(taken, doubt_since=since if twice else None)
    back = replace(taken, reason=(verdict.code or verdict.do.value)[:60], why=verdict.say)
    if verdict.do is Do.DOUBT:
        return _in_doubt(back, around)
    if verdict.do is Do.LEAVE or (verdict.do is Do.STOP and not verdict.everybody and not around.to_groups):
        return replace(back, state=State.FAILED, open=_is_heard_later(receiver, around))
    return _not_taken(back, verdict, around)


def _in_doubt(back: Settlement, around: Circumstances) -> Settlement:
    """Once more, where the platform tells a repetition; where it does not, once and no more."""
    since = back.parcel.doubt_since
    if since is not None and not knows(around.knows_repetitions_for_s, since, around.now):
        return replace(back, state=State.UNCERTAIN)
    wait = _backoff_ms(back.parcel, around) if around.knows_repetitions_for_s else REPEATED_AFTER_MS
    first = back.parcel.claimed_at if since is None else since
    return replace(back, state=State.QUEUED, again_at=around.now + wait, doubt_since=first)


def _not_taken(back: Settlement, verdict: Verdict, around: Circumstances) -> Settlement:
    since = back.parcel.doubt_since
    if not _is_enough(back.parcel, verdict, around.now):
        wait = verdict.after_s * 1000 or _backoff_ms(back.parcel, around)
        return replace(back, state=State.QUEUED, again_at=around.now + wait, doubt_since=since)
    if since is not None:
        return replace(back, state=State.UNCERTAIN)
    if _is_heard_later(back.receiver, around):
        return replace(back, state=State.FAILED, open=True)
    return replace(back, state=State.DEAD)


def _is_heard_later(receiver: Receiver, around: Circumstances) -> bool:
    """People hear with their next answer what no platform brings them."""
    return not around.to_groups and all(MANNERS[kind].with_answers for kind in receiver.kinds)


def knows(knows_repetitions_for_s: int, since: int, now: int) -> bool:
    """Whether the platform would drop a repetition of what it may have taken then."""
    return now - since < knows_repetitions_for_s * 1000


def _is_enough(parcel: Parcel, verdict: Verdict, now: int) -> bool:
    return (0 < verdict.most_tries <= parcel.tries) or now - parcel.first_tried_at >= DEADLINE_MS


def _backoff_ms(parcel: Parcel, around: Circumstances) -> int:
    """Anything up to 1, 2, 4 … seconds: what failed together must not come back together."""
    return round(around.luck() * min(LONGEST_BACKOFF_MS, 1000 << min(parcel.tries - 1, 10)))
