"""发送情况: where an announcement has arrived and where not, who has answered, what is left to do."""

from datetime import date, datetime, timedelta

from bot.policy.announcement import AnnouncementState
from bot.policy.copies import Fate
from bot.policy.quiet import may_disturb, next_allowed
from handlers.led import is_office
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.taps import numbered
from messages.texts import delivery_report as texts
from storage.acknowledgements import receipts
from storage.announcements import Announcement, find_announcement, newest_announcement
from storage.corrections import corrected_by, resendable
from storage.deliveries import recalled, tally, targets
from storage.names import names_of

_TROUBLES = (Fate.FAILED, Fate.UNCERTAIN)


def delivery_report(turn: Turn) -> Answer:
    numbers = turn.arguments.numbers
    if not numbers:
        newest = newest_announcement(turn.connection)
        return texts.no_announcement() if newest is None else _report(turn, newest)
    found = find_announcement(turn.connection, numbers[0])
    return texts.not_an_announcement(numbers[0]) if found is None else _report(turn, found)


def _report(turn: Turn, one: Announcement) -> Answer:
    connection = turn.connection
    shown = [
        target
        for fate in _TROUBLES
        for target in targets(connection, one.number, fate, most=texts.MOST_TARGETS)
    ][: texts.MOST_TARGETS]
    asked = receipts(connection, one.number, most=texts.MOST_NAMES) if one.wants_receipt else None
    named = sum(not target.is_group for target in shown) + (0 if asked is None else len(asked.missing))
    if named:
        turn.record("announcement.delivery_viewed", {"number": one.number, "people": named})
    people = names_of(connection, [one.author_id, *([one.ended_by] if one.ended_by is not None else [])])
    found = resendable(connection, one.number)
    plan = turn.plan
    rests = not may_disturb(turn.now, plan.quiet, plan.workdays) and not one.urgent
    said = texts.report(
        texts.Report(
            number=one.number,
            state=one.state,
            body=one.body,
            author=people.get(one.author_id, ""),
            confirmed=_day(turn, one.confirmed_at),
            corrects=one.corrects,
            corrected_by=corrected_by(connection, one.number),
            due=None if one.due_at is None else _moment(turn, one.due_at),
            ended=None if one.ended_at is None else _day(turn, one.ended_at),
            ended_by="" if one.ended_by is None else people.get(one.ended_by, ""),
            tally=tally(connection, one.number),
            shown=shown,
            rest_until=next_allowed(turn.now, plan.quiet, plan.workdays) if rests else None,
            receipts=asked,
            recalled=recalled(connection, one.number),
            resendable=(found.number, found.able),
            today=turn.today,
        )
    )
    if one.state is not AnnouncementState.POSTED or not found.able or not is_office(turn):
        return said
    return said.choosing("没送到的再发一次？", numbered(Command.RESEND, found.number))


def _day(turn: Turn, at: int) -> date:
    """`at` by the real clock: in a rehearsal the programme's is another."""
    return (turn.now - timedelta(milliseconds=turn.real_ms - at)).date()


def _moment(turn: Turn, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, turn.now.tzinfo)
