"""What a person should know without having asked: at the end of an answer, or in a message of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from messages.outgoing import SILENCE, Answer, Line, answer, item, quote, text


def notices(said: Sequence[Answer], left: int) -> Answer:
    """`left`: how many more are kept for the next answer."""
    if not said:
        return SILENCE
    rest = (quote(f"还有 {left} 条，下次回复时告诉你。"),) if left else ()
    to_tap = [one.buttons for one in said if one.buttons is not None]
    several = answer(text("另外告诉你："), *_listed(said), *rest)
    # Of two questions nobody would know which one the buttons answer.
    return replace(several, buttons=to_tap[0]) if len(to_tap) == 1 else several


def told(said: Sequence[Answer]) -> Answer:
    """What a person is told without having asked, in one message."""
    if len(said) == 1:
        return said[0]
    return answer(text(f"有 {len(said)} 件事告诉你："), *_listed(said))


def together(said: Sequence[Answer]) -> Answer:
    """What a group is told, one after the other in one message."""
    return Answer(tuple(line for one in said for line in one.lines))


def _listed(said: Sequence[Answer]) -> Iterator[Line]:
    """What is one line becomes one of a list."""
    for one in said:
        yield from (item(*one.lines[0].parts),) if len(one.lines) == 1 else one.lines
