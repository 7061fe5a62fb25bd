"""Where the asker stands, for the texts."""

from datetime import date

from bot.policy.evidence import EvidenceState
from bot.policy.plan import Deadlines
from bot.policy.standing import Step, gaps
from handlers.turn import Turn
from messages.texts.next_step import About, Outlook
from messages.texts.wording import code_label
from storage.authors import first_open

_ABOUT = {Step.RETURNED: EvidenceState.RETURNED, Step.WAITING: EvidenceState.WAITING}


def outlook(turn: Turn) -> Outlook:
    person = turn.person
    facts = person.facts
    return Outlook(
        facts=facts,
        gaps=gaps(facts, turn.plan.requirement, turn.catalogue),
        step=person.step,
        open_points=tuple(
            code_label(code, turn.catalogue) for code in facts.chosen if code not in facts.certified
        ),
        today=turn.today,
        due=next_due(turn.plan.deadlines, person.step, turn.today),
        last=turn.plan.deadlines.hard,
        about=_about(turn),
    )


def _about(turn: Turn) -> About | None:
    """Asked for only where the next step is about one submission: nobody else pays for it."""
    person = turn.person
    if person.step not in _ABOUT:
        return None
    item = first_open(turn.connection, person.person_id, _ABOUT[person.step])
    if item is None:
        return None
    return About(
        number=item.number,
        label=code_label(item.code, turn.catalogue),
        since=turn.day(item.since),
        held=item.held,
    )


def next_due(deadlines: Deadlines, step: Step, today: date) -> date | None:
    """Of evidence the soft date while it lasts, then the day of grace; of hours only the hard date."""
    if step in {Step.HOURS, Step.NO_ACCOUNT}:
        return deadlines.hard if today <= deadlines.hard else None
    return next((day for day in (deadlines.soft, deadlines.grace, deadlines.hard) if today <= day), None)
