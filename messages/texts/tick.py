"""打勾 and 取消打勾: what is ticked now."""

from collections.abc import Sequence
from datetime import date

from bot.policy.duties import Duty
from messages.outgoing import Answer, Data, Line, answer, text
from messages.texts.duties import DUTIES, WORDS
from messages.texts.evidence_words import shortened
from messages.texts.wording import day, listed


def which(said: str) -> Answer:
    """A word that names no duty; "" without one."""
    names = listed(WORDS.values())
    if not said:
        return answer(f"打勾的有 {len(WORDS)} 项：{names}。例如“打勾 {WORDS[Duty.AGREEMENT]}”。")
    return answer(text("没有“", shortened(said, 20), f"”这一项，打勾的有 {len(WORDS)} 项：{names}。"))


def ticked(fresh: Sequence[Duty], before: Sequence[tuple[Duty, str, date]], left: Sequence[Duty]) -> Answer:
    """`before`: what somebody had ticked already, who and when; `left`: what nobody has ticked yet."""
    lines: list[Line | str] = [
        text(f"{DUTIES[duty]} {day(when)}已由", Data(by), "打勾，没有变化。") for duty, by, when in before
    ]
    if not fresh:
        return answer(*lines)
    done = f"已打勾：{listed(DUTIES[one] for one in fresh)}。"
    if left:
        step = f"还没打勾的有 {listed(WORDS[one] for one in left)}，办好后发“打勾 {WORDS[left[0]]}”。"
    else:
        done, step = f"{done}{len(WORDS)} 项都打勾了。", "发“本校任务”看备案。"
    return answer(done, *lines, f"下一步：{step}")


def unticked(ended: Sequence[tuple[Duty, str, date]], never: Sequence[Duty]) -> Answer:
    """`ended`: what was ticked until now, by whom and when; `never`: what was not."""
    lines: list[Line | str] = [
        text(f"已取消打勾：{DUTIES[duty]}（{day(when)} ", Data(by), "打的）。") for duty, by, when in ended
    ]
    if never:
        lines.append(f"{listed(DUTIES[one] for one in never)}还没有打勾，不用取消。")
    if ended:
        lines.append(f"下一步：办好后再发“打勾 {listed(WORDS[duty] for duty, _, _ in ended)}”。")
    return answer(*lines)
