"""Reminders: on which days, whom, how far apart, and how long they are worth hearing (rules, section 8)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum, unique

from bot.policy.people import PersonState
from bot.policy.plan import Deadlines, Plan, Quiet, ReminderRule
from bot.policy.quiet import next_allowed
from bot.policy.school import OWN_STEPS
from bot.policy.standing import Step
from bot.policy.workdays import Workdays

_DAY = timedelta(days=1)


@unique
class Hold(StrEnum):
    """Why somebody is not reminded; the first one counts."""

    ASKER = "asker"  # it is they who want to remind
    NOT_ACTIVE = "not_active"  # 暂缓, 调出, 退休, 免训
    DONE = "done"
    WAITING = "waiting"  # the next step is a reviewer's
    UNREACHABLE = "unreachable"  # no chat account
    PAUSED = "paused"  # 别提醒我
    LATELY = "lately"  # too soon after the last one


@dataclass(frozen=True, slots=True, kw_only=True)
class Remindable:
    """What is to be known of somebody before they are reminded."""

    state: PersonState
    step: Step
    has_account: bool
    paused_until: date | None  # the last day without reminders
    reminded_on: tuple[date, ...]  # days near the one that is asked about


@dataclass(frozen=True, slots=True)
class Hearing:
    """When a message to a person that is noted now is heard, and until when it can be."""

    at: datetime
    until: datetime  # the same day's quiet hours begin

    @property
    def day(self) -> date:
        return self.at.date()


def hold(one: Remindable, day: date, plan: Plan) -> Hold | None:
    """Why they may not be reminded on that day; None = they may."""
    reasons = (
        (Hold.NOT_ACTIVE, one.state is not PersonState.ACTIVE),
        (Hold.DONE, one.step is Step.NONE),
        (Hold.WAITING, one.step not in OWN_STEPS),
        (Hold.UNREACHABLE, not one.has_account),
        (Hold.PAUSED, one.paused_until is not None and day <= one.paused_until),
        (Hold.LATELY, is_too_soon(one.reminded_on, day, plan)),
    )
    return next((why for why, holds in reasons if holds), None)


def is_too_soon(reminded_on: Collection[date], day: date, plan: Plan) -> bool:
    """Whether one on that day would be a second one among so many workdays in a row."""
    since, apart = plan.workdays.since, plan.quiet.reminder_workdays
    return any(since(min(other, day), max(other, day)) < apart for other in reminded_on)


def forbidden_around(day: date, plan: Plan) -> tuple[date, date]:
    """The first and the last day such that whoever is reminded between them is not reminded on `day`.

    Also after it: what is noted on Friday night is heard, and counts, on Monday.
    """
    workdays, apart = plan.workdays, plan.quiet.reminder_workdays
    first = last = day
    while workdays.since(first - _DAY, day) < apart:
        first -= _DAY
    while workdays.since(day, last + _DAY) < apart:
        last += _DAY
    return first, last


def again_on(reminded_on: date, plan: Plan) -> date:
    """The first day on which somebody may be reminded after that."""
    day = reminded_on + _DAY
    while is_too_soon((reminded_on,), day, plan):
        day += _DAY
    return next_open_day(day, plan.reminders, plan.workdays)


def may_remind_on(day: date, rule: ReminderRule, workdays: Workdays) -> bool:
    """Neither a day off nor one of the plan's quiet days."""
    return workdays.is_workday(day) and day not in rule.quiet_days


def next_open_day(day: date, rule: ReminderRule, workdays: Workdays) -> date:
    """The day itself, or the first one after it on which people may be reminded."""
    while not may_remind_on(day, rule, workdays):
        day += _DAY
    return day


def reminder_days(deadlines: Deadlines, rule: ReminderRule, workdays: Workdays) -> tuple[date, ...]:
    """So many days before the soft and the hard date; the open day before where that one is off."""
    wanted = {due - before * _DAY for due in (deadlines.soft, deadlines.hard) for before in rule.days_before}
    return tuple(sorted({_open_until(day, rule, workdays) for day in wanted}))


def hearing(now: datetime, quiet: Quiet, workdays: Workdays) -> Hearing:
    """Of a message to a person that is noted `now`, by the programme's clock."""
    at = next_allowed(now, quiet, workdays)
    return Hearing(at=at, until=_next_change(at, quiet))


def _next_change(moment: datetime, quiet: Quiet) -> datetime:
    """The next moment at which quiet hours begin or end, or the next midnight."""
    today = moment.date()
    changes = [datetime.combine(today, at, moment.tzinfo) for at in (quiet.start, quiet.end)]
    changes.append(datetime.combine(today + _DAY, time(), moment.tzinfo))
    return min(change for change in changes if change > moment)


def _open_until(day: date, rule: ReminderRule, workdays: Workdays) -> date:
    """The day itself, or the last one before it on which people may be reminded."""
    while not may_remind_on(day, rule, workdays):
        day -= _DAY
    return day
