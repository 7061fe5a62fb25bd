"""Every workday morning: which groups should have received something, and have not."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.jobs.job import JobParts, Ran, Slot
from bot.policy.silent_groups import Due, is_silent
from bot.policy.timetable import Outcome
from messages.outgoing import Answer
from messages.texts import silent_groups as texts
from storage.alarms import alarm
from storage.chat_groups import ChatGroup, bound
from storage.fault_points import FaultPoint, reached
from storage.roles import office_people
from storage.silence import due_since

MOST_APART = 5
"""So many silent groups are told one by one; more at once have one cause."""
_COUNTY = "全市"


@dataclass(frozen=True, slots=True)
class _Silent:
    group: ChatGroup
    last: date  # when it received something, or was bound
    due: Due


def silent_groups(parts: JobParts, slot: Slot) -> Ran:
    """A group is told of once for each silence; a stopped one was told of when it was stopped."""
    with parts.database.writing() as connection:
        silent = _find(connection, parts, slot)
        if not silent:
            return Ran(outcome=Outcome.NOTHING, detail="没有群漏收消息。")
        told = sum(alarm(connection, key, said, at=slot.real_ms) for key, said in _alarms(silent, slot.day))
        people = len(office_people(connection))
        reached(FaultPoint.SILENT_COMMITS)
    reached(FaultPoint.SILENT_COMMITTED)
    detail = f"{len(silent)} 个群没有收到该收的消息，已告诉项目办。"
    return Ran(outcome=Outcome.DONE, detail=detail, messages=told * people)


def _find(connection: Connection, parts: JobParts, slot: Slot) -> list[_Silent]:
    due = due_since(connection)
    found = []
    for group in bound(connection):
        if group.stopped_at is None and group.id in due:
            last = _day(group.bound_at if group.received_at is None else group.received_at, slot)
            first_due = _day(due[group.id].first_at, slot)
            most = parts.plan.groups.silent_workdays
            if is_silent(last, first_due, slot.day, parts.plan.workdays, most):
                found.append(_Silent(group, last, due[group.id]))
    return found


def _day(at: int, slot: Slot) -> date:
    """Deliveries are noted by the real clock; a rehearsal's day is as long ago by the programme's."""
    return (slot.now - timedelta(milliseconds=slot.real_ms - at)).date()


def _alarms(silent: list[_Silent], today: date) -> list[tuple[str, Answer]]:
    """With their keys: of a group once for each silence, of many once a day."""
    if len(silent) > MOST_APART:
        ((cause, _),) = Counter(one.due.cause for one in silent).most_common(1)
        names = [one.group.name for one in silent[:MOST_APART]]
        return [(f"silent-groups/{today}", texts.silent_groups(names, len(silent), cause))]
    return [
        (
            f"silent-group/{one.group.id}/{one.last}",
            texts.silent_group(
                one.group.name,
                one.group.school_name or _COUNTY,
                None if one.group.received_at is None else one.last,
                messages=one.due.messages,
                cause=one.due.cause,
                way=one.group.way,
                code=one.group.stopped_for,
            ),
        )
        for one in silent
    ]
