"""What waits for the office besides reviews, and what does not work."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.policy.plan import Plan
from bot.policy.silent_groups import is_silent
from messages.texts.leader_summary import Desk
from storage import chat_groups, summaries
from storage.appeals import open_appeals
from storage.chat_groups import ChatGroup
from storage.filings import county_slots
from storage.silence import due_since
from storage.snapshots import online_as_of

FIRST_LOOK_MS = 7 * 24 * 3_600_000
"""How far back is looked for what has failed, where no summary has told of anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """When the office looks, and what it knows already."""

    plan: Plan
    day: date  # that it is judged by
    now: datetime  # by the programme's clock
    real_ms: int
    since: int  # epoch milliseconds of the real clock: what happened before was told

    def day_of(self, at: int) -> date:
        """Deliveries are noted by the real clock; a rehearsal's day is as long ago by the programme's."""
        return (self.now - timedelta(milliseconds=self.real_ms - at)).date()


def is_stale(online: date | None, day: date, plan: Plan) -> bool:
    """Older than the plan lets pass; without any data nothing is old."""
    return online is not None and (day - online).days > plan.ranking_stale_after_days


def read_desk(
    connection: Connection, look: Look, schools_at_zero: tuple[str, ...]
) -> tuple[Desk, frozenset[str]]:
    """With a word for each thing that somebody has to see to: a word that is new is news."""
    filings = [
        one.newest[slot]
        for one in county_slots(connection)
        for slot, state in one.slots.items()
        if state.waiting
    ]
    appeals = [one.number for one in open_appeals(connection)]
    overdue = summaries.overdue_items(connection)
    groups = chat_groups.bound(connection)
    stopped = [group for group in groups if group.stopped_at is not None]
    silent = silent_groups(connection, look, groups)
    jobs = summaries.failed_runs(connection, look.since)
    online = online_as_of(connection)
    owed = {
        *(f"filing/{number}" for number in filings),
        *(f"appeal/{number}" for number in appeals),
        *(f"overdue/{number}" for number in overdue),
        *(f"stopped/{group.id}/{group.stopped_at}" for group in stopped),
        *(f"silent/{group.id}" for group in silent),
        *(f"job/{name}/{day}" for name, day in jobs),
        *((f"stale/{online}",) if is_stale(online, look.day, look.plan) else ()),
    }
    desk = Desk(
        schools_at_zero=schools_at_zero,
        filings=len(filings),
        appeals=len(appeals),
        overdue=len(overdue),
        stopped=tuple(group.name for group in stopped),
        silent=tuple(group.name for group in silent),
        undelivered=summaries.undelivered_since(connection, look.since),
        jobs=jobs,
    )
    return desk, frozenset(owed)


def silent_groups(connection: Connection, look: Look, groups: tuple[ChatGroup, ...]) -> list[ChatGroup]:
    """Of the groups those that should have received something, and have not for some workdays."""
    due = due_since(connection)
    most = look.plan.groups.silent_workdays
    return [
        group
        for group in groups
        if group.stopped_at is None
        and group.id in due
        and is_silent(
            look.day_of(group.bound_at if group.received_at is None else group.received_at),
            look.day_of(due[group.id].first_at),
            look.day,
            look.plan.workdays,
            most,
        )
    ]
