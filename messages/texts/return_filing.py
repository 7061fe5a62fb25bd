"""备案退回: what was sent back, or what is missing for it."""

from collections.abc import Sequence

from bot.policy.filing import FilingState
from messages.outgoing import Answer, Data, answer, text
from messages.texts.accept_filing import decided
from messages.texts.filing_decisions import Decided, Outcome


def which() -> Answer:
    """Without a number."""
    return answer("要写编号和原因，例如“备案退回 12 缺考核细则”。", "下一步：发“未备案”看等备案的编号。")


def why(numbers: Sequence[int], least: int) -> Answer:
    said = " ".join(map(str, numbers))
    return answer(f"退回要写原因（至少 {least} 个字），还没有退回。", f"下一步：发“备案退回 {said} 原因”。")


def too_long(length: int, most: int) -> Answer:
    return answer(f"原因最多 {most} 个字，你写了 {length} 个，还没有退回。请写短一点再发一次。")


def returned(outcomes: Sequence[Outcome], reason: str) -> Answer:
    said = decided(outcomes, FilingState.RETURNED)
    if not any(isinstance(one, Decided) for one in outcomes):
        return said
    return answer(
        *said.lines[:-1], text("原因：", Data(reason), "。已告诉学校，改好会重交。"), said.lines[-1]
    )
