"""Every minute: what was set for a time goes out when it has come, and what nobody came for expires."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.jobs.job import JobParts, Ran, Slot
from bot.policy.announcement import AnnouncementState
from bot.policy.timetable import Outcome
from handlers.announcing import message_of
from messages.texts import announcement_correction as texts
from messages.texts.announcement import expired, reached_nobody
from storage import announcements, corrections
from storage.announcements import Announcement, Posted, move, post_copies
from storage.audit import record
from storage.fault_points import FaultPoint, reached
from storage.notices import note
from storage.rankings import import_under_way


def announcements_due(parts: JobParts, slot: Slot) -> Ran:
    """Whom an audience reaches is asked when it goes out; each in a transaction of its own, whoever else runs."""
    now_ms = int(slot.now.timestamp() * 1000)
    waited = timedelta(hours=parts.plan.announcements.second_person_hours) // timedelta(milliseconds=1)
    with parts.database.reading() as connection:
        due = announcements.due(connection, now_ms)
        given_up = announcements.expired(connection, slot.real_ms - waited)
        importing = import_under_way(connection)
    # While an import is under way nobody's step is known.
    ready = [one for one in due if not (importing and one.addressed.steps)]
    posted: list[Posted] = []
    overtaken = 0
    for one in ready:
        if _overtaken(parts, one, slot):
            overtaken += 1
        elif (copies := _posted(parts, one, slot)) is not None:
            posted.append(copies)
    ended = sum(_expired(parts, one, slot) for one in given_up)
    if not posted and not ended and not overtaken:
        return Ran(outcome=Outcome.NOTHING, detail=_nothing(len(due) - len(ready)))
    messages = sum(one.people + one.groups for one in posted)
    detail = f"定时公告发出 {len(posted)} 条，消息 {messages} 条；等第二个人确认过了时间的 {ended} 条已作废。"
    if overtaken:
        detail += f"要更正的公告已撤回或另有更正，{overtaken} 条更正没有发。"
    return Ran(outcome=Outcome.DONE, detail=detail, messages=messages + ended + overtaken)


def _nothing(waiting: int) -> str:
    if waiting:
        return "正在导入数据，到时间的公告等导入完再发。"
    return "没有到时间的公告。"


def _overtaken(parts: JobParts, one: Announcement, slot: Slot) -> bool:
    """A correction of what was taken back, or corrected by another, while it waited: it does not go out."""
    if one.corrects is None:
        return False
    with parts.database.writing() as connection:
        if corrections.is_open(connection, one.corrects) or not move(
            connection, one.number, AnnouncementState.CANCELLED, at=slot.real_ms, by=None
        ):
            return False
        _record(connection, one, slot, "announcement.cancelled")
        newer = corrections.corrected_by(connection, one.corrects)
        _tell_author(connection, one, slot, texts.overtaken(one.number, one.corrects, newer))
        reached(FaultPoint.OVERTAKEN_COMMITS)
    reached(FaultPoint.OVERTAKEN_COMMITTED)
    return True


def _posted(parts: JobParts, one: Announcement, slot: Slot) -> Posted | None:
    """None where somebody else was quicker, or has called it, or what it corrects, off meanwhile."""
    said = message_of(one, parts.plan.office)
    with parts.database.writing() as connection:
        if one.corrects is not None and not corrections.is_open(connection, one.corrects):
            return None
        if not move(connection, one.number, AnnouncementState.POSTED, at=slot.real_ms, by=None):
            return None
        copies = post_copies(connection, one, one.addressed, said, at=slot.real_ms)
        _record(connection, one, slot, "announcement.posted")
        if not copies.people and not copies.groups:
            _tell_author(connection, one, slot, reached_nobody(one.number))
        reached(FaultPoint.ANNOUNCED_COMMITS)
    reached(FaultPoint.ANNOUNCED_COMMITTED)
    return copies


def _expired(parts: JobParts, one: Announcement, slot: Slot) -> bool:
    with parts.database.writing() as connection:
        ended = move(connection, one.number, AnnouncementState.EXPIRED, at=slot.real_ms, by=None)
        if ended:
            _record(connection, one, slot, "announcement.expired")
            _tell_author(
                connection, one, slot, expired(one.number, parts.plan.announcements.second_person_hours)
            )
        reached(FaultPoint.EXPIRED_COMMITS)
    reached(FaultPoint.EXPIRED_COMMITTED)
    return ended


def _tell_author(connection: Connection, one: Announcement, slot: Slot, said: str) -> None:
    note(connection, [one.author_id], key=f"announcement/{one.number}/end", text=said, at=slot.real_ms)


def _record(connection: Connection, one: Announcement, slot: Slot, action: str) -> None:
    record(
        connection,
        at=slot.real_ms,
        actor="timetable",
        action=action,
        person_id=None,
        detail={"number": one.number},
    )
