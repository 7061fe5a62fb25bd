"""选点: chooses the points, if they are right; what was chosen before stays in the history."""

from bot.policy.choice import ChoiceVerdict, judge_choice
from handlers.drop_submissions import ask_first, drop
from handlers.outlook import outlook
from handlers.school_scope import chooser
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import choose as texts
from storage.choices import replace_choice
from storage.crowd import hold
from storage.standings import rewrite


def choose(turn: Turn) -> Answer:
    turn = alone(turn)
    before = turn.person.chosen
    if not turn.arguments.codes:
        return texts.how_to_choose(before, turn.plan.choice, turn.catalogue)
    verdict = judge_choice(turn.arguments.codes, chooser(turn), turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        return texts.refused(verdict, before, turn.plan.choice, turn.catalogue)
    return ask_first(turn, verdict) or take_choice(turn, verdict)


def alone(turn: Turn) -> Turn:
    """The turn with the person held, so that nothing said on another telephone comes in between."""
    hold(turn.connection, [turn.person.person_id])
    return turn.afresh()


def take_choice(turn: Turn, verdict: ChoiceVerdict) -> Answer:
    """Stores an allowed choice, with the standing that follows from it."""
    person, before = turn.person, turn.person.chosen
    if set(verdict.codes) == set(before):
        return texts.unchanged(verdict.codes, outlook(turn), turn.catalogue)
    withdrawn = drop(turn, verdict.confirm)
    replace_choice(turn.connection, person.person_id, verdict.codes, at=turn.now_ms)
    rewrite(turn.connection, [person.person_id], turn.plan, turn.catalogue)
    turn.record(
        "choice.changed", {"before": list(before), "after": list(verdict.codes)}, person_id=person.person_id
    )
    return texts.chosen(verdict, before, outlook(turn.afresh()), turn.catalogue, withdrawn)
