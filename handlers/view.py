"""查看: whatever has a 编号, each kind in its own way."""

from collections.abc import Callable, Mapping

from handlers.reviewing import targets
from handlers.turn import Turn
from handlers.view_appeal import view_appeal
from handlers.view_evidence import view_evidence
from handlers.view_paper import view_paper
from messages.outgoing import Answer, answer
from messages.texts import view as texts
from storage.numbers import kind_of

VIEWS: Mapping[str, Callable[[Turn, int], Answer]] = {
    "evidence": view_evidence,
    "appeal": view_appeal,
    "filing": view_paper,
    "paper": view_paper,
}
"""By kind of number (storage.numbers): what shows it; who may not see it is told the same as of no number."""


def view(turn: Turn) -> Answer:
    if not turn.arguments.numbers:
        return texts.which_one()
    asked = targets(turn, "查看 12")
    if isinstance(asked, Answer):
        return asked
    first, *others = asked
    if first.number is None:
        return texts.no_line(first.said)
    show = VIEWS.get(kind_of(turn.connection, first.number) or "")
    said = texts.not_seen(first.number) if show is None else show(turn, first.number)
    following = next((one.number for one in others if one.number is not None), None)
    return said if following is None else said + answer(texts.one_at_a_time(following))
