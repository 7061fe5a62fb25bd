"""打勾 and 取消打勾: what is ticked now."""

from collections.abc import Sequence
from datetime import date

from bot.policy.duties import Duty
from messages.outgoing import Answer, Data, answer, text
from messages.texts.duties import DUTIES, WORDS
from messages.texts.evidence_words import shortened
from messages.texts.wording import day, listed


def which(said: str) -> Answer:
    """A word that names no duty; "" without one."""
    names = listed(WORDS.values())
    if not said:
        return answer(f"打勾的有 {len(WORDS)} 项：{names}。例如“打勾 {WORDS[Duty.AGREEMENT]}”。")
    return answer(text("没有“", shortened(said, 20), f"”这一项，打勾的有 {len(WORDS)} 项：{names}。"))


def ticked(duty: Duty, left: Sequence[Duty]) -> Answer:
    if not left:
        return answer(f"已打勾：{DUTIES[duty]}。{len(WORDS)} 项都打勾了。", "下一步：发“本校任务”看备案。")
    return answer(
        f"已打勾：{DUTIES[duty]}。",
        f"下一步：还没打勾的有 {listed(WORDS[one] for one in left)}，办好后发“打勾 {WORDS[left[0]]}”。",
    )


def ticked_before(duty: Duty, by: str, when: date) -> Answer:
    return answer(text(f"{DUTIES[duty]} {day(when)}已由", Data(by), "打勾，没有变化。"))


def unticked(duty: Duty, by: str, when: date) -> Answer:
    return answer(
        text(f"已取消打勾：{DUTIES[duty]}（{day(when)} ", Data(by), "打的）。"),
        f"下一步：办好后再发“打勾 {WORDS[duty]}”。",
    )


def not_ticked(duty: Duty) -> Answer:
    return answer(f"{DUTIES[duty]}还没有打勾，不用取消。")
