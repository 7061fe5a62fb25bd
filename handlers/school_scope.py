"""The scope that the asker's school offers, as the rules and the texts want it."""

from bot.policy.choice import Chooser, Scope
from handlers.turn import Turn
from messages.texts.points import OfferedScope
from storage.filings import scope_of


def offered_scope(turn: Turn) -> OfferedScope | None:
    """None while the school has laid nothing down."""
    scope = scope_of(turn.connection, turn.person.school_id)
    return None if scope.codes is None else OfferedScope(frozenset(scope.codes), scope.binding)


def chooser(turn: Turn) -> Chooser:
    """Who chooses, with what has happened so far."""
    person = turn.person
    offered = offered_scope(turn)
    return Chooser(
        subject=person.subject,
        stage=person.stage,
        chosen=person.chosen,
        certified=person.certified,
        submitted=tuple(code for code, _ in person.evidence),
        scope=None if offered is None else Scope(offered.codes, offered.filed),
    )
