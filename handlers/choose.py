"""选点: chooses the points, if they are right; what was chosen before stays in the history."""

from bot.policy.choice import ChoiceVerdict, judge_choice
from bot.policy.suitability import by_suitability
from handlers import menu
from handlers.drop_submissions import ask_first, drop
from handlers.outlook import outlook
from handlers.school_scope import chooser
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer, Pick, Style
from messages.taps import WHICH_POINTS, mending, more_points, pick_points, saying
from messages.texts import choose as texts
from storage.choices import replace_choice
from storage.crowd import hold
from storage.standings import rewrite


def choose(turn: Turn) -> Answer:
    turn = alone(turn)
    before = turn.person.chosen
    if not turn.arguments.codes:
        said = texts.how_to_choose(before, turn.plan.choice, turn.catalogue)
        recommend = saying(Command.RECOMMEND, style=Style.MAIN)
        return said.choosing(how_many_to_pick(turn), recommend, pick=points_to_pick(turn))
    verdict = judge_choice(turn.arguments.codes, chooser(turn), turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        said = texts.refused(verdict, before, turn.plan.choice, turn.catalogue)
        return said.choosing(WHICH_POINTS, mending(verdict.mended))
    return ask_first(turn, verdict) or take_choice(turn, verdict)


def how_many_to_pick(turn: Turn) -> str:
    """The title of the list: what is certified stays, and is chosen along with what is picked."""
    settled = len(chooser(turn).settled)
    return more_points(turn.plan.choice.points - settled) if settled else WHICH_POINTS


def points_to_pick(turn: Turn) -> Pick | None:
    """A list of what the asker has chosen, and what suits them best of what they may choose; None where nothing is left to choose."""
    who = chooser(turn)
    if len(who.settled) >= turn.plan.choice.points:
        return None
    suitable = (point.code for point in by_suitability(turn.catalogue, who.subject, who.stage))
    # A list ends after so many: what was chosen before must be there to be kept.
    codes = dict.fromkeys((*turn.person.chosen, *suitable))
    allowed = (code for code in codes if who.scope is None or code in who.scope.codes)
    return pick_points(allowed, who.settled, turn.catalogue)


def alone(turn: Turn) -> Turn:
    """The turn with the person held, so that nothing said on another telephone comes in between."""
    hold(turn.connection, [turn.person.person_id])
    return turn.afresh()


def take_choice(turn: Turn, verdict: ChoiceVerdict) -> Answer:
    """Stores an allowed choice, with the standing that follows from it."""
    person, before = turn.person, turn.person.chosen
    menu.close(turn, Command.RECOMMEND, Command.SWAP)
    if set(verdict.codes) == set(before):
        return texts.unchanged(verdict.codes, outlook(turn), turn.catalogue)
    withdrawn = drop(turn, verdict.confirm)
    replace_choice(turn.connection, person.person_id, verdict.codes, at=turn.now_ms)
    rewrite(turn.connection, [person.person_id], turn.plan, turn.catalogue)
    turn.record(
        "choice.changed", {"before": list(before), "after": list(verdict.codes)}, person_id=person.person_id
    )
    return texts.chosen(verdict, before, outlook(turn.afresh()), turn.catalogue, withdrawn)
