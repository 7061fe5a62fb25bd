"""Where somebody stands, for the texts."""

from dataclasses import dataclass
from datetime import date

from bot.policy.calendar import day_of
from bot.policy.evidence import EvidenceState
from bot.policy.plan import Deadlines, Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Facts, Step, gaps
from handlers.turn import Turn
from messages.incoming import Platform
from messages.texts.next_step import About, Outlook
from messages.texts.wording import code_label
from storage.authors import OpenItem, first_open

_ABOUT = {Step.RETURNED: EvidenceState.RETURNED, Step.WAITING: EvidenceState.WAITING}


@dataclass(frozen=True, slots=True)
class Ground:
    """What everybody's standing is looked at by."""

    plan: Plan
    catalogue: Catalogue
    today: date
    on_page: bool = False  # read on 我的主页


def outlook(turn: Turn) -> Outlook:
    """Of the asker."""
    person = turn.person
    ground = Ground(turn.plan, turn.catalogue, turn.today, turn.message.platform is Platform.PAGE)
    return outlook_of(person.facts, person.step, _open_item(turn), ground)


def outlook_of(facts: Facts, step: Step, item: OpenItem | None, ground: Ground) -> Outlook:
    """`item`: the submission that the next step is about."""
    catalogue, deadlines = ground.catalogue, ground.plan.deadlines
    return Outlook(
        facts=facts,
        gaps=gaps(facts, ground.plan.requirement, catalogue),
        step=step,
        open_points=tuple(
            code_label(code, catalogue) for code in facts.chosen if code not in facts.certified
        ),
        today=ground.today,
        due=next_due(deadlines, step, ground.today),
        last=deadlines.hard,
        about=None if item is None else _about(item, catalogue),
        on_page=ground.on_page,
    )


def _open_item(turn: Turn) -> OpenItem | None:
    """Asked for only where the next step is about one submission: nobody else pays for it."""
    person = turn.person
    if person.step not in _ABOUT:
        return None
    return first_open(turn.connection, person.person_id, _ABOUT[person.step])


def _about(item: OpenItem, catalogue: Catalogue) -> About:
    return About(
        number=item.number,
        label=code_label(item.code, catalogue),
        since=day_of(item.since),
        held=item.held,
    )


def next_due(deadlines: Deadlines, step: Step, today: date) -> date | None:
    """Of evidence the soft date while it lasts, then the day of grace; of hours only the hard date."""
    if step in {Step.HOURS, Step.NO_ACCOUNT}:
        return deadlines.hard if today <= deadlines.hard else None
    return next((day for day in (deadlines.soft, deadlines.grace, deadlines.hard) if today <= day), None)
