"""ranking-correction: one quiet note to each group whose ranking of the day was wrong, and the corrected one kept.

Wrong is what data that were put right show otherwise: an import that corrects, or 重开. Who has finished since, and
online hours that are newer than the ranking's 数据截至, make it old, not wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from bot.jobs.daily_ranking import FIRST_VERSION, groups_told, posted_in
from bot.jobs.job import JobParts, Ran, Slot
from bot.policy import ranking as rules
from bot.policy.outgoing import Kind
from bot.policy.plan import Plan, RankingMode
from bot.policy.ranking import Board, Change
from bot.policy.timetable import Outcome
from handlers.ranking_views import posted_head
from messages.texts.ranking_correction import BY_HAND, IMPORTED, REOPENED, correction
from messages.texts.wording import full_day, listed
from storage import rankings
from storage.chat_groups import ChatGroup, bound
from storage.fault_points import FaultPoint, reached
from storage.outbox import Post, post
from storage.ranking_changes import Corrections, corrections_since
from storage.rankings import Snapshot, Taken


@dataclass(frozen=True, slots=True)
class _Found:
    """A ranking that was wrong."""

    seen: Snapshot  # as it was posted
    newest: Snapshot
    now: Board
    taken: Taken
    reasons: tuple[str, ...]
    groups: tuple[ChatGroup, ...]  # that have got it


def ranking_correction(parts: JobParts, slot: Slot) -> Ran:
    """At most one note a day and group; later corrections of the same day are kept without one."""
    with parts.database.reading() as connection:
        found = _found(connection, parts.plan, slot)
    if found is None:
        return Ran(outcome=Outcome.NOTHING, detail=f"{full_day(slot.day)}的排名没有要更正的。")
    with parts.database.writing() as connection:
        kept = rankings.keep(connection, found.taken, found.newest.version + 1, found.now)
        messages = 0 if kept is None else post(connection, _posts(parts.plan, found), at=slot.real_ms)
        reached(FaultPoint.CORRECTION_COMMITS)
    reached(FaultPoint.CORRECTION_COMMITTED)
    detail = f"{full_day(slot.day)}的排名有更正（{listed(found.reasons)}），等着发出的说明 {messages} 条。"
    return Ran(outcome=Outcome.DONE, detail=detail, messages=messages)


def _found(connection: Connection, plan: Plan, slot: Slot) -> _Found | None:
    smallest = plan.ranking_smallest_unit
    newest = rankings.of_day(connection, slot.day, smallest=smallest)
    if newest is None or plan.ranking_mode is RankingMode.OFF:
        return None
    taken = newest.taken
    corrections = corrections_since(
        connection, last_import=taken.last_import, last_audit=taken.last_audit, as_of=taken.as_of
    )
    corrected = corrections.by_import | corrections.by_reopening | corrections.by_hand
    if not corrected and not corrections.lists:
        return None
    now = rules.board(
        rules.put_right(newest.board, rankings.counted(connection), corrected, lists=corrections.lists),
        newest.board.unit,
        places=taken.mode is RankingMode.RANKED,
        smallest=smallest,
        before=rankings.places_before(connection, slot.day),
    )
    if not rules.changes(newest.board, now) or rankings.import_under_way(connection):
        return None
    seen = (
        newest
        if newest.version == FIRST_VERSION
        else rankings.of_day(connection, slot.day, smallest=smallest, version=FIRST_VERSION)
    )
    assert seen is not None, "a correction is of something that was posted"
    marks = replace(
        taken,
        at=slot.real_ms,
        on=slot.now.date(),
        last_import=rankings.last_import(connection),
        last_audit=rankings.last_audit(connection),
    )
    groups = bound(connection)
    told = groups_told(posted_in(connection, slot.day), slot.day, groups)
    return _Found(seen, newest, now, marks, _reasons(corrections), told)


def _reasons(corrections: Corrections) -> tuple[str, ...]:
    by_import = corrections.lists or corrections.by_import
    reasons = ((IMPORTED, by_import), (REOPENED, corrections.by_reopening), (BY_HAND, corrections.by_hand))
    return tuple(word for word, holds in reasons if holds)


def _posts(plan: Plan, found: _Found) -> list[Post]:
    head = posted_head(plan, found.seen.taken)
    every = rules.changes(found.seen.board, found.now)
    posts = []
    for group in found.groups:
        mine = _seen_by(group.school_id, found.seen.board, every)
        if mine:
            posts.append(
                Post(
                    key=_key(found.taken.day, group.id),
                    kind=Kind.CORRECTION,
                    answer=correction(head, mine, found.now.unit, found.reasons, read_on=found.taken.on),
                    group_id=group.id,
                )
            )
    return posts


def _seen_by(school_id: int | None, board: Board, every: Sequence[Change]) -> tuple[Change, ...]:
    """The changes in rows that this group was shown; a school that was left out sees itself come in."""
    if school_id is None:
        return tuple(every)
    view = rules.school_view(board, school_id)
    rows = () if view is None else (view.own, *(row for row in view.rows if row is not None))
    shown = {school_id, *(row.school_id for row in rows)}
    return tuple(one for one in every if _school(one) in shown)


def _school(change: Change) -> int | None:
    row = change.was or change.now
    return None if row is None else row.school_id


def _key(day: date, group_id: int) -> str:
    return f"ranking-correction/{day.isoformat()}/g{group_id}"
