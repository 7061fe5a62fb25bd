"""验收: the county school by school, one school in full, or a reminder to those who are nearly there."""

from bot.policy.acceptance import FEW, SchoolResult
from bot.policy.school import Listed, together
from handlers.acceptance_reminder import remind
from handlers.acceptance_results import results, stand
from handlers.led import is_office
from handlers.named_school import named_school
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import acceptance as texts
from storage.freezes import Freeze, active_freeze
from storage.schools import all_schools
from storage.unit_standings import listed

REMIND = "提醒"


def acceptance(turn: Turn) -> Answer:
    if turn.arguments.filter == REMIND:
        return remind(turn)
    freeze = active_freeze(turn.connection)
    if turn.arguments.school:
        return _one(turn, freeze)
    every = results(turn, all_schools(turn.connection), freeze)
    ranked = [result for result in every if result.ranked]
    return texts.county(
        turn.plan.county,
        together(result.progress for result in ranked),
        ranked,
        stand(turn, freeze),
        unranked=len(every) - len(ranked),
    )


def _one(turn: Turn, freeze: Freeze | None) -> Answer:
    school = named_school(turn, Command.ACCEPTANCE)
    if isinstance(school, Answer):
        return school
    found = results(turn, [school], freeze)
    if not found:
        return texts.nobody(school.name, turn.today)
    (result,) = found
    return texts.of_school(
        result,
        _last_few(turn, result, freeze),
        stand(turn, freeze, result.school_id),
        warn_percent=turn.plan.review.warn_percent,
    )


def _last_few(turn: Turn, result: SchoolResult, freeze: Freeze | None) -> tuple[Listed, ...] | None:
    """By name for the office, as long as they are few."""
    if not is_office(turn) or not 0 < result.progress.missing <= FEW:
        return None
    people = listed(
        turn.connection,
        school_ids=[result.school_id],
        freeze_id=None if freeze is None else freeze.freeze_id,
    )
    turn.record("list.viewed", {"list": "acceptance", "school": result.school_id, "people": len(people)})
    return people
