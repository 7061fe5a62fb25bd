"""微能力清单: which points there are, all of them or some."""

from bot.policy.points import Dimension, Environment
from handlers.choose import how_many_to_pick, points_to_pick
from handlers.school_scope import offered_scope
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.taps import saying
from messages.texts import point_list as texts

_ENVIRONMENTS = {"多媒体": Environment.MULTIMEDIA, "混合": Environment.BLENDED, "智慧": Environment.SMART}
_DIMENSIONS = {dimension.value: dimension for dimension in Dimension}


def point_list(turn: Turn) -> Answer:
    wanted = turn.arguments.filter
    if wanted in _DIMENSIONS:
        return texts.of_dimension(_DIMENSIONS[wanted], turn.catalogue)
    environment = next((one for word, one in _ENVIRONMENTS.items() if wanted.startswith(word)), None)
    if environment is not None:
        return texts.of_environment(environment, turn.catalogue)
    match wanted:
        case "" | "环境":
            return texts.by_environment(turn.catalogue)
        case "维度":
            return texts.by_dimension(turn.catalogue)
        case "本校":
            return _of_school(turn)
        case _:
            return texts.no_such_filter(wanted)


def _of_school(turn: Turn) -> Answer:
    """In a group a tap would choose for whoever taps; in private one may choose from the list."""
    said = texts.of_school(offered_scope(turn), turn.catalogue)
    if turn.message.in_group:
        return said
    return said.choosing(how_many_to_pick(turn), saying(Command.RECOMMEND), pick=points_to_pick(turn))
