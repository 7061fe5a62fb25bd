"""What filings, their slots and states are called, everywhere."""

from collections.abc import Iterable

from bot.policy.filing import PAPERS, Slot, SlotStanding
from messages.texts.wording import listed

SLOTS = {
    Slot.SCOPE: "本校范围",
    Slot.DEVELOPMENT: "发展规划",
    Slot.RESEARCH: "研修方案",
    Slot.ASSESSMENT: "考核方案",
    Slot.IMPLEMENTATION: "实施方案",
}
PAPER_NAMES = tuple(SLOTS[slot] for slot in PAPERS)


def slot_names(slots: Iterable[Slot]) -> str:
    return listed(SLOTS[slot] for slot in slots)


def how_to_file(slot: Slot) -> str:
    """What to type to hand it in."""
    return "本校范围 编码 编码 …" if slot is Slot.SCOPE else f"备案 {SLOTS[slot]} 链接"


def next_filing(slots: dict[Slot, SlotStanding]) -> str:
    """The next single action of the school."""
    returned = [slot for slot, one in slots.items() if one.returned]
    missing = [slot for slot, one in slots.items() if one.missing]
    if returned:
        return f"下一步：改好 {SLOTS[returned[0]]}，再发“{how_to_file(returned[0])}”。"
    if missing:
        return f"下一步：还没交的有 {slot_names(missing)}，发“{how_to_file(missing[0])}”。"
    if any(one.waiting for one in slots.values()):
        return "下一步：等项目办备案，你暂时不用做什么。"
    return "下一步：备案都完成了，不用再做什么。"
