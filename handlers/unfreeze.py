"""解冻: acceptance goes by live figures again, after 确认."""

from bot.policy.appeal import says_something
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import unfreeze as texts
from storage.freezes import active_freeze, changed_since, lift


def unfreeze(turn: Turn) -> Answer:
    active = active_freeze(turn.connection)
    if active is None:
        return texts.nothing_frozen()
    reason = turn.arguments.reason.strip()
    if not says_something(reason):
        return texts.needs_reason()
    if not turn.confirmed:
        said = texts.preview(
            turn.day(active.frozen_at),
            active.reason,
            reason,
            changed=changed_since(turn.connection, active.freeze_id),
            minutes=turn.plan.confirm_minutes,
        )
        return preview(turn, Command.UNFREEZE, turn.arguments, said)
    lifted = lift(
        turn.connection,
        active.freeze_id,
        person_id=turn.person.person_id,
        reason=reason,
        at=turn.now_ms,
    )
    if not lifted:
        return texts.nothing_frozen()
    turn.record("figures.thawed", {"reason": reason, "freeze": active.freeze_id})
    return texts.lifted(reason)
