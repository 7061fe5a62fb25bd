"""活动: what a group has done, with its day; the material of its 简报."""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.policy.paper import bulletin_months, month_of
from bot.policy.submission import split_note
from handlers.handed_link import handed_link
from handlers.led import meant_group
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import activity as texts
from messages.understanding.dates import Calendar
from storage.activities import Activity, activities_in, add_activity
from storage.crowd import hold
from storage.groups import Group

_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# '4月12日 集体备课', '2024-04-12 …', '上周五：…'; nothing shorter, because '1-2年级' is no day.
_DAY = re.compile(
    r"(?:20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?!\d)\s*[日号]?"
    rf"|{_NUMBER}\s*月\s*{_NUMBER}\s*[日号]"
    r"|[今昨][天日]|前天|(?:[本这上]个?)?(?:周|星期|礼拜)[一二三四五六日天])[\s,，:：、。]*"
)


def activity(turn: Turn) -> Answer:
    link = handed_link(turn)
    if isinstance(link, Answer):
        return link
    _, text = split_note(turn.arguments.text)  # the 提取码 goes with the link
    links = () if link is None else (link,)
    group = meant_group(turn, Command.ACTIVITY, replace(turn.arguments, text=text, links=links))
    if isinstance(group, Answer):
        return group
    when, what = _day_and_text(turn, text)
    if when is None:
        return texts.no_such_day(text)
    if not what:
        return texts.how(group.name, _of_month(turn, group, turn.today), turn.today)
    if when > turn.today:
        return texts.not_yet(when)
    return _noted(turn, group, Activity(when, what, link or ""))


def _day_and_text(turn: Turn, said: str) -> tuple[date | None, str]:
    """Today, unless a day stands in front; None for one that the calendar does not have."""
    found = _DAY.match(said)
    if found is None:
        return turn.today, said
    day = Calendar(turn.today, turn.plan.span).day(found[0])
    return (date.fromisoformat(day) if day else None), said[found.end() :].strip()


def _noted(turn: Turn, group: Group, done: Activity) -> Answer:
    hold(turn.connection, [turn.person.person_id])
    of_month = _of_month(turn, group, done.day)
    if done in of_month:
        return texts.noted_before(group.name, done.day, done.text)
    add_activity(turn.connection, group.group_id, done, turn.person.person_id, at=turn.now_ms)
    turn.record(
        "activity.recorded",
        {"group": group.group_id, "day": done.day.isoformat(), "text": done.text, "link": done.link},
    )
    bulletin = month_of(done.day) in bulletin_months(turn.plan)
    return texts.noted(group.name, done.day, done.text, done.link, len(of_month) + 1, bulletin=bulletin)


def _of_month(turn: Turn, group: Group, day: date) -> tuple[Activity, ...]:
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return activities_in(turn.connection, group.group_id, first, last)
