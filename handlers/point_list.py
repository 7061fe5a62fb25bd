"""微能力清单: which points there are, all of them or some."""

from bot.policy.points import Dimension, Environment
from handlers.school_scope import offered_scope
from handlers.turn import Turn
from messages.outgoing import Answer
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
            return texts.of_school(offered_scope(turn), turn.catalogue)
        case _:
            return texts.no_such_filter(wanted)
