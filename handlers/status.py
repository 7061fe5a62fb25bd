"""状态: whether the bot hears and delivers, and what somebody of the office has to look at."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from bot.policy.plan import Plan
from bot.policy.timetable import Outcome
from handlers.office_desk import Look, is_stale, silent_groups
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import status as texts
from messages.texts.status import Job, Status
from messages.texts.wording import PLATFORMS
from storage import channels, chat_groups, checkup, job_runs, today
from storage.backlog import PEOPLE, Backlog, backlog
from storage.snapshots import online_as_of

_MINUTE_MS: Final = 60_000
STANDS_STILL_MS: Final = 15 * _MINUTE_MS  # one job of the house runs every minute
_WAITS_LONG_MS: Final = 2 * 60 * _MINUTE_MS  # groups hear at any hour
_WAITS_LONG_WORKDAYS: Final = 1  # people do not
_LOOK_BACK: Final = timedelta(days=7)
_EVERY_FEW_MINUTES: Final = frozenset({"announcements", "ranking-correction"})


def status(turn: Turn) -> Answer:
    return texts.status(read_status(turn.connection, turn.plan, turn.now, turn.real_ms))


def read_status(connection: Connection, plan: Plan, now: datetime, real_ms: int) -> Status:
    """`now`: by the programme's clock; `real_ms`: by which deliveries are noted."""
    day = now.date()
    look = Look(plan=plan, day=day, now=now, real_ms=real_ms, since=0)
    groups = chat_groups.bound(connection)
    waits, moved = backlog(connection), today.traffic(connection)
    online = online_as_of(connection)
    jobs = _newest_runs(connection, day - _LOOK_BACK, look)

    def when(at: int | None) -> datetime | None:
        return None if at is None else now - timedelta(milliseconds=real_ms - at)

    begun = checkup.last_begun(connection)
    still = begun is not None and real_ms - begun > STANDS_STILL_MS
    return Status(
        now=now,
        online=online,
        stale_days=(day - online).days if online is not None and is_stale(online, day, plan) else 0,
        heard_at=when(moved.heard_at),
        sent_at=when(moved.sent_at),
        waiting=sum(one.count for one in waits.waiting),
        waiting_since=when(min((one.oldest_at for one in waits.waiting), default=None)),
        waits_long=_waits_long(waits, look),
        failed=moved.failed,
        uncertain=moved.uncertain,
        resting=tuple(
            PLATFORMS[platform] for platform, until in channels.paused(connection).items() if until > real_ms
        ),
        groups=len(groups),
        stopped=tuple(one.name for one in groups if one.stopped_at is not None),
        silent=tuple(one.name for one in silent_groups(connection, look, groups)),
        scheduler_still_since=when(begun) if still else None,
        jobs=tuple(one for one in jobs if one.name not in _EVERY_FEW_MINUTES),
        wrong_jobs=_gone_wrong(connection, day - _LOOK_BACK),
    )


def _waits_long(waits: Backlog, look: Look) -> bool:
    for one in waits.waiting:
        if one.to != PEOPLE and look.real_ms - one.oldest_at > _WAITS_LONG_MS:
            return True
        oldest = look.day_of(one.oldest_at)
        if one.to == PEOPLE and look.plan.workdays.since(oldest, look.day) > _WAITS_LONG_WORKDAYS:
            return True
    return False


def _newest_runs(connection: Connection, first: date, look: Look) -> list[Job]:
    """The newest of each job that has done, missed or broken something, newest first."""
    found: dict[str, Job] = {}
    for name, day, ended in job_runs.ends(connection, first=first):
        if ended.outcome is not Outcome.NOTHING and name not in found:
            at = look.now - timedelta(milliseconds=look.real_ms - ended.at)
            found[name] = Job(name=name, day=day, at=at, outcome=ended.outcome)
    return sorted(found.values(), key=lambda one: one.at or look.now, reverse=True)


def _gone_wrong(connection: Connection, since: date) -> tuple[Job, ...]:
    return tuple(
        Job(name=one.job, day=one.day, at=None, outcome=one.outcome)
        for one in checkup.gone_wrong(connection, since)
    )
