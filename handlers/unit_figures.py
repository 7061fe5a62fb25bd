"""Figures of whole units, as the answers about groups, schools and the county need them."""

from collections.abc import Iterable

from bot.policy import school as rules
from bot.policy.quota import Quota
from bot.policy.school import STEPS, Progress, Tally
from bot.policy.standing import Step, completion_unit
from handlers.turn import Turn
from messages.texts.unit_words import ALL, FILTERS, STEP_NAMES, Queue
from storage.unit_standings import Waiting

# Each step by its name and by the word behind 本校名单.
_STEPS = {word: step for words in (STEP_NAMES, FILTERS) for step, word in words.items()}


def progress(turn: Turn, tallies: Iterable[Tally], *, ranked: bool = True) -> Progress | None:
    """None for a unit with nobody active."""
    return rules.progress(tallies, completion_unit(turn.plan.requirement), ranked=ranked)


def quota(turn: Turn, of: Progress) -> Quota:
    """优秀 of one school; `of` all of it."""
    return Quota(
        active=of.rate.active,
        points=turn.plan.planned_certifications,
        percent=turn.plan.excellent_percent,
        used=of.excellent,
    )


def queue(turn: Turn, waiting: Waiting | None) -> Queue | None:
    if waiting is None:
        return None
    workdays = turn.plan.workdays.since(turn.day(waiting.since), turn.today)
    return Queue(waiting.items, waiting.oldest, workdays)


def steps_asked_for(turn: Turn) -> tuple[Step, ...] | None:
    """All of them where none is named; None for a word that is no step."""
    wanted = turn.arguments.filter
    if wanted in {"", ALL}:
        return STEPS
    step = _STEPS.get(wanted)
    return None if step is None else (step,)
