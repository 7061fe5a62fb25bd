"""本校任务: the checklist of the first stage."""

from collections.abc import Mapping
from datetime import date

from bot.policy.duties import Duty
from bot.policy.filing import Slot, SlotStanding
from messages.outgoing import Answer, Data, Line, answer, item, text
from messages.texts.evidence_words import receipt
from messages.texts.filing_words import SLOTS, how_to_file
from messages.texts.wording import day, full_day, live

WORDS = {
    Duty.AGREEMENT: "协议",
    Duty.PAYMENT: "缴费",
    Duty.MEETING: "教师会",
    Duty.ROSTER: "参训名单",
    Duty.ACCOUNTS: "账号",
}
"""What one says to tick it."""
NAMED = {word: duty for duty, word in WORDS.items()}
DUTIES = {
    Duty.AGREEMENT: "签培训协议",
    Duty.PAYMENT: "缴培训经费",
    Duty.MEETING: "开教师会",
    Duty.ROSTER: "报参训名单",
    Duty.ACCOUNTS: "发学习账号",
}


def duties(  # noqa: PLR0913 - a whole checklist
    school: str,
    slots: Mapping[Slot, SlotStanding],
    numbers: Mapping[Slot, int],
    ticks: Mapping[Duty, tuple[str, date]],
    *,
    due: date,
    today: date,
) -> Answer:
    """`numbers`: of the newest version of each slot; `ticks`: by whom, and when."""
    done = sum(one.filed for one in slots.values()) + len(ticks)
    when = f"（{full_day(due)}前）" if today <= due else f"（已过 {day(due)}，仍然要办）"
    return answer(
        text(Data(school), f"第一阶段的任务{when}：办好 {done}/{len(slots) + len(Duty)} 项。"),
        *(_slot(slot, one, numbers.get(slot)) for slot, one in slots.items()),
        *(_duty(duty, ticks.get(duty)) for duty in Duty),
        _next(slots, ticks),
        live(today),
    )


def _slot(slot: Slot, one: SlotStanding, number: int | None) -> Line:
    if number is None:
        return item(f"{SLOTS[slot]}：没交")
    if one.filed:
        newer = f"，新版等项目办备案（{receipt(number)}）" if one.waiting else ""
        return item(f"{SLOTS[slot]}：已备案{newer}")
    state = "已交，等项目办备案" if one.waiting else "退回"
    return item(f"{SLOTS[slot]}：{state}（{receipt(number)}）")


def _duty(duty: Duty, ticked: tuple[str, date] | None) -> Line:
    if ticked is None:
        return item(f"{DUTIES[duty]}：没打勾")
    by, when = ticked
    return item(f"{DUTIES[duty]}：{day(when)} ", Data(by), "打勾")


def _next(slots: Mapping[Slot, SlotStanding], ticks: Mapping[Duty, tuple[str, date]]) -> str:
    open_slots = [slot for slot, one in slots.items() if one.schools_turn]
    open_duties = [duty for duty in Duty if duty not in ticks]
    if open_slots:
        return f"下一步：发“{how_to_file(open_slots[0])}”。"
    if open_duties:
        duty = open_duties[0]
        return f"下一步：{DUTIES[duty]}办好后发“打勾 {WORDS[duty]}”。"
    if any(one.waiting and not one.filed for one in slots.values()):
        return "下一步：等项目办备案，你暂时不用做什么。"
    return "下一步：都办好了，不用再做什么。"
