"""冻结: everybody's figures are held as they are for acceptance, after 确认."""

from bot.policy.acceptance import provisional
from bot.policy.appeal import says_something
from bot.policy.school import together
from handlers.acceptance_results import results
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import freeze as texts
from storage.freezes import active_freeze, freeze_everybody
from storage.schools import all_schools


def freeze(turn: Turn) -> Answer:
    active = active_freeze(turn.connection)
    if active is not None:
        return texts.frozen_already(turn.day(active.frozen_at), active.name, active.reason)
    reason = turn.arguments.reason.strip()
    if not says_something(reason):
        return texts.needs_reason()
    if turn.confirmed:
        return _frozen(turn, reason)
    county = together(result.progress for result in results(turn, all_schools(turn.connection), None))
    last = turn.plan.deadlines.hard
    said = texts.preview(
        None if county is None else county.rate,
        reason,
        today=turn.today,
        last=last,
        provisional=provisional(turn.today, last),
        minutes=turn.plan.confirm_minutes,
    )
    return preview(turn, Command.FREEZE, turn.arguments, said)


def _frozen(turn: Turn, reason: str) -> Answer:
    people = freeze_everybody(turn.connection, person_id=turn.person.person_id, reason=reason, at=turn.now_ms)
    if people is None:
        # Somebody else has confirmed a moment before.
        active = active_freeze(turn.connection)
        assert active is not None, "a freeze that could not be made has another in its way"
        return texts.frozen_already(turn.day(active.frozen_at), active.name, active.reason)
    turn.record("figures.frozen", {"reason": reason, "people": people})
    return texts.frozen(people, reason, turn.today)
