"""Figures of whole units, as the answers about groups, schools and the county need them."""

from collections.abc import Iterable, Sequence

from bot.policy import school as rules
from bot.policy.quota import Quota
from bot.policy.school import STEPS, Progress, Tally
from bot.policy.standing import Step, completion_unit
from bot.policy.summary import COUNTY, NOTHING
from handlers.summary_unit import Seen, Unit, seen
from handlers.summary_units import Moment, by_unit
from handlers.turn import Turn
from handlers.viewpoint import Viewpoint
from messages.texts.unit_changes import MOST_NAMES, Since
from messages.texts.unit_words import ALL, FILTERS, STEP_NAMES, Queue
from storage import summaries
from storage.names import names_of

# Each step by its name and by the word behind 本校名单.
_STEPS = {word: step for words in (STEP_NAMES, FILTERS) for step, word in words.items()}


def progress(turn: Viewpoint, tallies: Iterable[Tally], *, ranked: bool = True) -> Progress | None:
    """None for a unit with nobody active."""
    return rules.progress(tallies, completion_unit(turn.plan.requirement), ranked=ranked)


def quota(turn: Viewpoint, of: Progress) -> Quota:
    """优秀 of one school; `of` all of it."""
    return Quota(
        active=of.rate.active,
        points=turn.plan.planned_certifications,
        percent=turn.plan.excellent_percent,
        used=of.excellent,
    )


def moment(turn: Turn) -> Moment:
    return Moment(plan=turn.plan, today=turn.today, at=turn.real_ms)


def queue(turn: Turn, unit: Unit) -> Queue | None:
    """What waits for review in the unit, whoever has to do it."""
    if not unit.queue:
        return None
    oldest = unit.queue[0].item
    workdays = turn.plan.workdays.since(turn.day(oldest.submitted_at), turn.today)
    return Queue(len(unit.queue), oldest.number, workdays)


def told_at(turn: Turn) -> int | None:
    """When the asker was last told of the county (real clock); None = never."""
    reader = turn.person.person_id
    told = summaries.told(turn.connection, [reader]).get((reader, COUNTY))
    return None if told is None else told.figures.at


def since_last(turn: Turn, units: Sequence[Unit], ranked: Iterable[int] = ()) -> dict[str, Since]:
    """By unit, of those that a summary has told the asker of; looking leaves what was told as it is.

    `ranked`: the schools of the county's total, where it is among the units. In a group without names.
    """
    reader, counted = turn.person.person_id, frozenset(ranked)
    told = summaries.told(turn.connection, [reader])
    found: list[Seen] = []
    for unit in units:
        before = told.get((reader, unit.key))
        if before is not None:
            happened = summaries.happened_since(turn.connection, before.figures.event)
            found.append(seen(unit, reader, before, by_unit(happened, counted).get(unit.key, NOTHING)))
    shown = [] if turn.message.in_group else [who for one in found for who in one.named(MOST_NAMES)]
    if shown:
        turn.record("progress.viewed", {"units": [one.unit.key for one in found], "people": shown})
    names = names_of(turn.connection, shown) if shown else {}
    return {one.unit.key: since for one in found if (since := one.told(names, MOST_NAMES)) is not None}


def steps_asked_for(turn: Turn) -> tuple[Step, ...] | None:
    """All of them where none is named; None for a word that is no step."""
    wanted = turn.arguments.filter
    if wanted in {"", ALL}:
        return STEPS
    step = _STEPS.get(wanted)
    return None if step is None else (step,)
