"""推荐选点: choices that cannot be wrong; a digit takes one."""

from bot.policy.suitability import recommend as recommended_choices
from handlers import menu
from handlers.school_scope import chooser, offered_scope
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import recommend as texts


def recommend(turn: Turn) -> Answer:
    scope = offered_scope(turn)
    keep = chooser(turn).settled
    if len(keep) >= turn.plan.choice.points:
        return texts.all_certified(keep, turn.catalogue)
    choices = recommended_choices(
        turn.catalogue,
        None if scope is None else scope.codes,
        turn.person.subject,
        turn.person.stage,
        keep,
        rule=turn.plan.choice,
    )
    if not choices:
        return texts.none_fits(scope)
    said = texts.recommended(choices, keep, scope, turn.person.subject, turn.catalogue)
    lines = menu.Lines([Arguments(codes=codes) for codes in choices], [" ".join(codes) for codes in choices])
    return menu.offer(turn, said, Command.RECOMMEND, lines, picks=Command.CHOOSE)
