"""备案通过: what was filed."""

from collections.abc import Sequence

from bot.policy.filing import FilingState
from messages.outgoing import Answer, answer, item, text
from messages.texts.filing_decisions import Decided, Outcome, outcome

_STEP = "下一步：发“未备案”看还有哪些要办。"


def which() -> Answer:
    """Without a number."""
    return answer(
        "要写编号，例如“备案通过 12”，几份一起写“备案通过 12 13”。", "下一步：发“未备案”看等备案的编号。"
    )


def accepted(outcomes: Sequence[Outcome]) -> Answer:
    return decided(outcomes, FilingState.FILED)


def decided(outcomes: Sequence[Outcome], decision: FilingState) -> Answer:
    """One in a sentence, several each on its line."""
    if len(outcomes) == 1:
        return answer(text(*outcome(outcomes[0], decision), "。"), _STEP)
    done = sum(isinstance(one, Decided) for one in outcomes)
    word = "备案" if decision is FilingState.FILED else "退回"
    left = f"，{len(outcomes) - done} 份没有办" if done < len(outcomes) else ""
    return answer(
        f"{len(outcomes)} 份里{word}了 {done} 份{left}：",
        *(item(*outcome(one, decision)) for one in outcomes),
        _STEP,
    )
