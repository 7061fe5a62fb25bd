"""换点: one chosen point for another."""

from bot.policy.choice import ChoiceVerdict, Chooser, Replacement, judge_choice, judge_swap
from bot.policy.points import Point
from bot.policy.suitability import by_suitability
from handlers import menu
from handlers.choose import alone, take_choice
from handlers.drop_submissions import ask_first
from handlers.school_scope import chooser
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.taps import WHICH_POINTS, choosing, mending, mending_swap, saying
from messages.texts import choose as texts

MOST_OFFERED = 3


def swap(turn: Turn) -> Answer:
    turn = alone(turn)
    before, codes = turn.person.chosen, turn.arguments.codes
    if len(codes) == 1 and codes[0] in before and codes[0] not in turn.person.certified:
        return _offer(turn, codes[0])
    if len(codes) != 2:
        return texts.how_to_swap(before, turn.catalogue)
    verdict = judge_swap(codes[0], codes[1], chooser(turn), turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        return _refused(turn, verdict)
    return ask_first(turn, verdict) or take_choice(turn, verdict)


def _refused(turn: Turn, verdict: ChoiceVerdict) -> Answer:
    said = texts.swap_refused(verdict, turn.person.chosen, turn.plan.choice, turn.catalogue)
    match verdict.swap:
        case Replacement(str() as old, str() as new):
            return said.choosing(choosing(Command.SWAP), mending_swap(old, new))
        case _:
            return said.choosing(WHICH_POINTS, saying(Command.RECOMMEND))


def _offer(turn: Turn, old: str) -> Answer:
    """What could take its place, the most suitable first."""
    who = chooser(turn)

    def fits(point: Point) -> bool:
        verdict = judge_swap(old, point.code, who, turn.plan.choice, turn.catalogue)
        return verdict.allowed and all(point.code not in warning.codes for warning in verdict.warnings)

    suitable = by_suitability(turn.catalogue, who.subject, who.stage)
    offered = [point.code for point in suitable if fits(point)][:MOST_OFFERED]
    if not offered:
        return _none_fits(turn, who, old)
    choices = [Arguments(codes=(old, new)) for new in offered]
    lines = menu.Lines(choices, [f"换成 {new}" for new in offered])
    return menu.offer(turn, texts.swaps(old, offered, turn.catalogue), Command.SWAP, lines)


def _none_fits(turn: Turn, who: Chooser, old: str) -> Answer:
    """Another chosen point may be the reason: then the whole choice has to be mended."""
    verdict = judge_choice(
        [code for code in who.chosen if code != old], who, turn.plan.choice, turn.catalogue
    )
    if not verdict.mended:
        return texts.nothing_to_swap_to(old, turn.catalogue)
    said = texts.only_together(old, verdict.mended, turn.catalogue)
    return said.choosing(WHICH_POINTS, mending(verdict.mended))
