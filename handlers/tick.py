"""打勾 and 取消打勾: duties of the first stage are done, or are not after all."""

from collections.abc import Callable, Sequence

from bot.policy.duties import Duty
from handlers.led import led_school
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import tick as texts
from messages.texts.duties import NAMED
from storage.duties import Tick, end_tick, set_tick, ticks_of
from storage.schools import hold_school


def tick(turn: Turn) -> Answer:
    return _changed(turn, _ticked)


def untick(turn: Turn) -> Answer:
    return _changed(turn, _unticked)


def _changed(turn: Turn, change: Callable[[Turn, int, Sequence[Duty], dict[Duty, Tick]], Answer]) -> Answer:
    words = turn.arguments.filter.split("、")
    duties = [NAMED[word] for word in words if word in NAMED]
    if len(duties) < len(words):
        return texts.which(turn.arguments.filter)
    school_id = led_school(turn)
    hold_school(turn.connection, school_id)
    return change(turn, school_id, duties, ticks_of(turn.connection, school_id))


def _ticked(turn: Turn, school_id: int, duties: Sequence[Duty], ticks: dict[Duty, Tick]) -> Answer:
    before = [(duty, ticks[duty].by, turn.day(ticks[duty].at)) for duty in duties if duty in ticks]
    fresh = [duty for duty in duties if duty not in ticks]
    for duty in fresh:
        set_tick(turn.connection, school_id, duty, turn.person.person_id, at=turn.now_ms)
        _record(turn, school_id, duty, "duty.ticked")
    return texts.ticked(fresh, before, [one for one in Duty if one not in fresh and one not in ticks])


def _unticked(turn: Turn, school_id: int, duties: Sequence[Duty], ticks: dict[Duty, Tick]) -> Answer:
    ended = [(duty, ticks[duty].by, turn.day(ticks[duty].at)) for duty in duties if duty in ticks]
    for duty, _, _ in ended:
        end_tick(turn.connection, school_id, duty, turn.person.person_id, at=turn.now_ms)
        _record(turn, school_id, duty, "duty.unticked")
    return texts.unticked(ended, [duty for duty in duties if duty not in ticks])


def _record(turn: Turn, school_id: int, duty: Duty, action: str) -> None:
    turn.record(action, {"school": school_id, "duty": duty.value})
