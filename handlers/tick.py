"""打勾 and 取消打勾: a duty of the first stage is done, or is not after all."""

from collections.abc import Callable

from bot.policy.duties import Duty
from handlers.led import led_school
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import tick as texts
from messages.texts.duties import NAMED
from storage import audit
from storage.duties import Tick, end_tick, set_tick, ticks_of
from storage.schools import hold_school


def tick(turn: Turn) -> Answer:
    return _changed(turn, _ticked)


def untick(turn: Turn) -> Answer:
    return _changed(turn, _unticked)


def _changed(turn: Turn, change: Callable[[Turn, int, Duty, dict[Duty, Tick]], Answer]) -> Answer:
    duty = NAMED.get(turn.arguments.filter)
    if duty is None:
        return texts.which(turn.arguments.filter)
    school_id = led_school(turn)
    hold_school(turn.connection, school_id)
    return change(turn, school_id, duty, ticks_of(turn.connection, school_id))


def _ticked(turn: Turn, school_id: int, duty: Duty, ticks: dict[Duty, Tick]) -> Answer:
    if before := ticks.get(duty):
        return texts.ticked_before(duty, before.by, turn.day(before.at))
    set_tick(turn.connection, school_id, duty, turn.person.person_id, at=turn.now_ms)
    _record(turn, school_id, duty, "duty.ticked")
    return texts.ticked(duty, [one for one in Duty if one is not duty and one not in ticks])


def _unticked(turn: Turn, school_id: int, duty: Duty, ticks: dict[Duty, Tick]) -> Answer:
    if duty not in ticks:
        return texts.not_ticked(duty)
    end_tick(turn.connection, school_id, duty, turn.person.person_id, at=turn.now_ms)
    _record(turn, school_id, duty, "duty.unticked")
    return texts.unticked(duty, ticks[duty].by, turn.day(ticks[duty].at))


def _record(turn: Turn, school_id: int, duty: Duty, action: str) -> None:
    audit.record(
        turn.connection,
        at=turn.real_ms,
        actor=turn.actor,
        action=action,
        person_id=None,
        detail={"school": school_id, "duty": duty.value},
        trace=turn.trace,
    )
