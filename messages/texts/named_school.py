"""A school that was named, and not found or not alone."""

from collections.abc import Sequence

from messages.outgoing import Answer, Data, answer, text
from messages.texts.wording import listed


def no_such_school(written: str, word: str) -> Answer:
    """`word`: of the question that was asked."""
    return answer(text("没有找到“", Data(written), f"”，请写学校的全名，例如“{word} 示例县第一小学”。"))


def which_school(names: Sequence[str], more: int) -> Answer:
    rest = f"等 {more + len(names)} 所" if more else ""
    return answer(text("可能是", Data(listed(names)), f"{rest}，请写全名再发一次。"))
