"""One text with example data: what makes it, the situation it is said in, and what is said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec

from messages.outgoing import SILENCE, Answer, Data, Line, Part, answer, text

Said = Answer | Line | Data | str | Sequence[Line] | Sequence[Line | str] | Sequence[Part]
"""All that functions in messages.texts return: an answer, lines of one, or a piece of a sentence."""

P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one function says in one situation."""

    module: str  # of messages.texts
    function: str
    situation: str  # in Chinese
    answer: Answer

    @property
    def key(self) -> str:
        return f"{self.module}.{self.function}"


def sample(makes: Callable[P, Said], situation: str, /, *args: P.args, **kwargs: P.kwargs) -> Sample:
    """What `makes` says of these arguments, which are checked like those of any call."""
    return Sample(
        module=makes.__module__.rpartition(".")[2],
        function=makes.__name__,
        situation=situation,
        answer=_as_answer(makes(*args, **kwargs)),
    )


def _as_answer(said: Said) -> Answer:
    match said:
        case Answer():
            return said
        case Line():
            return answer(said)
        case str() | Data():
            return answer(text(said)) if said else SILENCE
    if any(isinstance(one, Data) for one in said):  # the parts of one sentence, not lines
        return answer(text(*(one for one in said if not isinstance(one, Line))))
    return answer(*(one for one in said if not isinstance(one, Data))) if said else SILENCE
