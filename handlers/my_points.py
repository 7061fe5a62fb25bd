"""我的微能力: which points one has, and what they cover."""

from collections.abc import Container

from handlers.outlook import outlook
from handlers.school_scope import offered_scope
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.taps import NEXT, next_action
from messages.texts import my_points as texts
from storage.choices import certified_points


def my_points(turn: Turn) -> Answer:
    certified = {
        point.code: (point.grade, turn.day(point.at))
        for point in certified_points(turn.connection, turn.person.person_id)
    }
    mine = outlook(turn)
    said = texts.my_points(mine, certified, turn.plan.choice, turn.catalogue, _outside(turn, certified))
    return said.choosing(NEXT, *next_action(mine), aside=True)


def _outside(turn: Turn, certified: Container[str]) -> tuple[str, ...]:
    """What has to be changed since the scope was filed; certified points stay."""
    scope = offered_scope(turn)
    if scope is None or not scope.filed:
        return ()
    return tuple(code for code in turn.person.chosen if code not in scope.codes and code not in certified)
