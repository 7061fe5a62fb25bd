"""leader-summary: what is new for everybody who leads something, once a day and person, and only if anything is."""

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import Connection

from bot.jobs.job import JobParts, Ran, Slot
from bot.jobs.summary_readers import Ready, ready
from bot.policy.outgoing import Kind
from bot.policy.reminders import hearing
from bot.policy.timetable import Outcome
from handlers.reminding import expires_at
from messages.texts.wording import full_day
from storage import audit, summaries
from storage.fault_points import FaultPoint, reached
from storage.outbox import Post, post
from storage.rankings import import_under_way
from storage.summaries import summary_key

_PIECE = 100
"""Readers in one transaction: a running bot's messages get through in between."""
_ACTOR = "timetable"


def leader_summary(parts: JobParts, slot: Slot) -> Ran:
    """A second run for the day tells those who have not been told, and for whom there is something new by then."""
    with parts.database.reading() as connection:
        readers, found = ready(connection, parts, slot)
        # Asked last: an import that ended before is wholly in the figures.
        if import_under_way(connection):
            return Ran(outcome=Outcome.FAILED, detail="正在导入数据，数字还不全，没有发；导入完了再发。")
    messages = 0
    # By hand on a day off or at night it waits for the next open hour, and is worth saying for that whole day.
    heard = hearing(slot.now, parts.plan.quiet, parts.plan.workdays)
    until = expires_at(heard, int(slot.now.timestamp() * 1000), slot.real_ms)
    pieces = iter(found)
    while piece := list(islice(pieces, _PIECE)):
        with parts.database.writing() as connection:
            messages += _post(connection, piece, slot, until)
            reached(FaultPoint.SUMMARY_COMMITS)
        reached(FaultPoint.SUMMARY_COMMITTED)
    said = f"{full_day(slot.day)}的进度汇总：带组、带校的和项目办共 {readers} 人"
    if not messages:
        return Ran(outcome=Outcome.NOTHING, detail=f"{said}，没有新情况要说，没有发。")
    detail = f"{said}，有新情况的 {messages} 人，每人一条。{_as_it_is_now(slot)}"
    return Ran(outcome=Outcome.DONE, detail=detail, messages=messages)


def _as_it_is_now(slot: Slot) -> str:
    """For a past day, of whose figures nothing is kept."""
    today = slot.now.date()
    return f"数字是 {full_day(today)}现在的，不是那天的。" if slot.day < today else ""


def _post(connection: Connection, piece: Sequence[Ready], slot: Slot, until: int) -> int:
    """How many are new. What another process has posted for the day stays as that has posted it."""
    new = [one for one in piece if _is_new(connection, one, slot, until)]
    summaries.remember(connection, {place: told for one in new for place, told in one.told.items()})
    audit.record_each(
        connection,
        at=slot.real_ms,
        actor=_ACTOR,
        action="summary.named",
        details=[(None, {"reader": one.reader, "people": list(one.named)}) for one in new if one.named],
    )
    return len(new)


def _is_new(connection: Connection, one: Ready, slot: Slot, until: int) -> bool:
    key = summary_key(slot.day, one.reader)
    said = Post(key=key, kind=Kind.SUMMARY, answer=one.said, person_id=one.reader, expires_at=until)
    return post(connection, [said], at=slot.real_ms) > 0
