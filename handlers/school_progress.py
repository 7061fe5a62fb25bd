"""本校进度: how far the asker's school is, and what has changed since their last summary."""

from bot.policy.filing import standing_of
from handlers.led import led_school, led_school_name, led_schools
from handlers.summary_units import read_units
from handlers.turn import Turn
from handlers.unit_figures import moment, queue, quota, since_last
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import school_progress as texts
from storage.filings import by_slot


def school_progress(turn: Turn) -> Answer:
    """A lead sees the school that is led; the office and the leading group their own unit."""
    led = bool(led_schools(turn))
    school_id = led_school(turn) if led else turn.person.school_id
    name = led_school_name(turn, school_id)
    unit = read_units(turn.connection, moment(turn), [school_id]).school(school_id)
    if unit is None:
        return texts.nobody(name, turn.today)
    in_group = turn.message.in_group
    if in_group and unit.progress.rate.active < turn.plan.ranking_smallest_unit:
        return texts.too_small(Command.SCHOOL_PROGRESS, turn.plan.ranking_smallest_unit)
    oldest = queue(turn, unit)
    versions = by_slot(turn.connection, school_id)
    return texts.school_progress(
        texts.School(
            name=name,
            progress=unit.progress,
            quota=quota(turn, unit.progress),
            queue=oldest,
            slots={slot: standing_of(versions[slot]) for slot in versions},
            waited_long=oldest is not None and oldest.workdays > turn.plan.review.waiting_workdays,
            led=led,
            since=since_last(turn, [unit]).get(unit.key),
            hands=unit.hands,
        ),
        warn_percent=turn.plan.review.warn_percent,
        in_group=in_group,
        today=turn.today,
    )
