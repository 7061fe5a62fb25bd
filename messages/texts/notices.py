"""What a person should know without having asked: at the end of an answer, or in a message of its own."""

from collections.abc import Sequence

from messages.outgoing import SILENCE, Answer, Data, answer, item, quote, text


def notices(said: Sequence[str], left: int) -> Answer:
    """`left`: how many more are kept for the next answer."""
    if not said:
        return SILENCE
    rest = (quote(f"还有 {left} 条，下次回复时告诉你。"),) if left else ()
    return answer(text("另外告诉你："), *(item(Data(one)) for one in said), *rest)


def told(texts: Sequence[str]) -> Answer:
    """What a person is told without having asked, in one message."""
    if len(texts) == 1:
        return answer(text(Data(texts[0])))
    return answer(text(f"有 {len(texts)} 件事告诉你："), *(item(Data(one)) for one in texts))
