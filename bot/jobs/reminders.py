"""reminders: before the dates everybody whose next step is their own hears what it is, once."""

from collections import Counter

from bot.jobs.job import JobParts, Ran, Slot
from bot.policy.reminders import Hearing, Hold, forbidden_around, hearing, hold, may_remind_on, reminder_days
from bot.policy.timetable import Outcome
from handlers.outlook import Ground
from handlers.reminding import expires_at, said_to
from messages.texts.remind import left_out
from messages.texts.wording import full_day
from storage import job_runs
from storage.fault_points import FaultPoint, reached
from storage.reminders import BY_TIMETABLE, Occasion, candidates, next_behind, remind


def reminders(parts: JobParts, slot: Slot) -> Ran:
    """By hand on any day that is not quiet. A second run reminds those who were not there yet."""
    heard = hearing(slot.now, parts.plan.quiet, parts.plan.workdays)
    idle = _nothing_to_do(parts, slot, heard) or _done_before(parts, slot)
    if idle:
        return Ran(outcome=Outcome.NOTHING, detail=idle)
    told = 0
    held: Counter[Hold] = Counter()
    occasion = Occasion(
        day=heard.day,
        by=BY_TIMETABLE,
        at=slot.real_ms,
        expires_at=expires_at(heard, int(slot.now.timestamp() * 1000), slot.real_ms),
    )
    last = 0
    while (reached := _remind_next(parts, occasion, last, held)) is not None:
        last, reminded = reached
        told += reminded
    without = left_out(held, parts.plan.quiet.reminder_workdays)
    if not told:
        detail = "没有要提醒的人。" + without
        return Ran(outcome=Outcome.NOTHING, detail=detail)
    return Ran(outcome=Outcome.DONE, detail=f"提醒 {told} 人。{without}", messages=told)


def _nothing_to_do(parts: JobParts, slot: Slot, heard: Hearing) -> str:
    """Why nobody is reminded for this slot; "" = people may be."""
    plan = parts.plan
    if not may_remind_on(heard.day, plan.reminders, plan.workdays):
        return f"{full_day(heard.day)}是方案里不提醒的日子，没有发。"
    if slot.by_hand:
        return ""
    if slot.day not in reminder_days(plan.deadlines, plan.reminders, plan.workdays):
        return f"{full_day(slot.day)}不是提醒的日子，没有发。"
    if heard.day != slot.day:
        return f"{full_day(slot.day)}已经过了能打扰人的时间，没有发。"
    return ""


def _done_before(parts: JobParts, slot: Slot) -> str:
    """Why a past day is not done again: what people would read is of today. "" = it may be done."""
    if slot.day >= slot.now.date():
        return ""
    with parts.database.reading() as connection:
        before = job_runs.ended(connection, slot.job, slot.day)
    if before is None or before.outcome is not Outcome.DONE:
        return ""
    return f"{full_day(slot.day)}的提醒已经发过，没有再发。要按今天的情况提醒，运行时不写 --date。"


def _remind_next(
    parts: JobParts, occasion: Occasion, after: int, held: Counter[Hold]
) -> tuple[int, int] | None:
    """The last id of the next people and how many of them were told, in a transaction of its own; None at the end.

    Others get their turn in between, and memory holds one chunk, however large the county is.
    """
    plan = parts.plan
    ground = Ground(plan, parts.catalogue, occasion.day)
    with parts.database.writing() as connection:
        person_ids = next_behind(connection, after)
        if not person_ids:
            return None
        near = forbidden_around(occasion.day, plan)
        said = []
        for one in candidates(connection, person_ids, near, reminding=True):
            why = hold(one.remindable, occasion.day, plan)
            if why is None:
                said.append((one.person_id, said_to(one, ground)))
            else:
                held[why] += 1
        remind(connection, said, occasion)
        reached(FaultPoint.REMINDERS_COMMITS)
    reached(FaultPoint.REMINDERS_COMMITTED)
    return person_ids[-1], len(said)
