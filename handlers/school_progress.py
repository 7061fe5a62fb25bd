"""本校进度: how far the asker's school is."""

from bot.policy.filing import standing_of
from handlers.led import led_school, led_school_name, led_schools
from handlers.turn import Turn
from handlers.unit_figures import progress, queue, quota
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import school_progress as texts
from storage.filings import by_slot
from storage.unit_standings import by_school, waiting_in_school


def school_progress(turn: Turn) -> Answer:
    """A lead sees the school that is led; the office and the leading group their own unit."""
    led = bool(led_schools(turn))
    school_id = led_school(turn) if led else turn.person.school_id
    name = led_school_name(turn, school_id)
    found = progress(turn, by_school(turn.connection, [school_id]).get(school_id, ()))
    if found is None:
        return texts.nobody(name, turn.today)
    in_group = turn.message.in_group
    if in_group and found.rate.active < turn.plan.ranking_smallest_unit:
        return texts.too_small(Command.SCHOOL_PROGRESS, turn.plan.ranking_smallest_unit)
    oldest = queue(turn, waiting_in_school(turn.connection, school_id))
    versions = by_slot(turn.connection, school_id)
    return texts.school_progress(
        texts.School(
            name=name,
            progress=found,
            quota=quota(turn, found),
            queue=oldest,
            slots={slot: standing_of(versions[slot]) for slot in versions},
            waited_long=oldest is not None and oldest.workdays > turn.plan.review.waiting_workdays,
            led=led,
        ),
        warn_percent=turn.plan.review.warn_percent,
        in_group=in_group,
        today=turn.today,
    )
