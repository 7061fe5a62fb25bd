"""What is appended to an answer because the person should know it."""

from collections.abc import Sequence

from messages.outgoing import SILENCE, Answer, Data, answer, item, quote, text


def notices(said: Sequence[str], left: int) -> Answer:
    """`left`: how many more are kept for the next answer."""
    if not said:
        return SILENCE
    rest = (quote(f"还有 {left} 条，下次回复时告诉你。"),) if left else ()
    return answer(text("另外告诉你："), *(item(Data(one)) for one in said), *rest)
