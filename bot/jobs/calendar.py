"""Whether next year's days off and days worked instead are known, while there is time to do something."""

from datetime import timedelta

from bot.jobs.job import JobParts, Ran, Slot
from bot.policy.timetable import Outcome
from messages.texts.timetable import unknown_year
from storage.alarms import alarm
from storage.roles import office_people


def calendar(parts: JobParts, slot: Slot) -> Ran:
    """Runs every day and says it once a week: on Monday, or on the first day that the bot runs after it."""
    monday = slot.day - timedelta(days=slot.day.weekday())
    year = parts.plan.workdays.missing_year(monday)
    if year is None:
        return Ran(outcome=Outcome.NOTHING, detail="工作日表够用，没有要提醒的。")
    with parts.database.writing() as connection:
        new = alarm(connection, f"calendar/{year}/{monday}", unknown_year(year), at=slot.real_ms)
        told = len(office_people(connection)) if new else 0
    detail = f"缺 {year} 年的放假和调休安排，" + ("已经提醒项目办。" if told else "这周已经提醒过项目办。")
    return Ran(outcome=Outcome.DONE if told else Outcome.NOTHING, detail=detail, messages=told)
