"""备案: what a school has handed in, or how it does so."""

from collections.abc import Sequence
from datetime import date

from bot.policy.filing import PAPERS, Slot, SlotStanding
from messages.outgoing import Answer, Line, answer, quote
from messages.texts.filing_words import PAPER_NAMES, SLOTS, how_to_file, next_filing
from messages.texts.handed_link import FORM, advice
from messages.texts.wording import day, listed


def handed_in(  # noqa: PLR0913 - a receipt has that many parts
    number: int,
    slot: Slot,
    link: str,
    *,
    due: date,
    today: date,
    in_force: int | None,
    slots: dict[Slot, SlotStanding],
) -> Answer:
    """`in_force`: the number that stays in force until the new one is filed; `slots`: how all stand now."""
    return answer(
        f"已交，编号 {number}：{SLOTS[slot]}，等项目办备案。",
        *late(due, today),
        *((f"备案之前仍以编号 {in_force} 为准。",) if in_force is not None else ()),
        *advice(link),
        next_filing(slots),
    )


def late(due: date, today: date) -> tuple[str, ...]:
    """What comes late is taken all the same."""
    return (f"已过 {day(due)}，照样收下，会注明。",) if today > due else ()


def same_as_before(number: int, slot: Slot, *, filed: bool) -> Answer:
    state = "已备案" if filed else "等项目办备案"
    return answer(f"和编号 {number} 的{SLOTS[slot]}一样（{state}），不用再交。")


def which(names: Sequence[str]) -> Answer:
    """A link without saying what it is."""
    return answer(
        "这个链接是哪一份？",
        *(f"{number}. {name}" for number, name in enumerate(names, 1)),
        f"回复 1 到 {len(names)}（5 分钟内有效，链接我先记着）。",
    )


def how(slot: Slot | None, slots: dict[Slot, SlotStanding]) -> Answer:
    """Without a link."""
    form: Line = quote(FORM)
    if slot is None:
        wanted = next((paper for paper in PAPERS if slots[paper].schools_turn), PAPERS[0])
        return answer(
            f"备案有 {len(PAPER_NAMES)} 份：{listed(PAPER_NAMES)}。",
            f"下一步：发“{how_to_file(wanted)}”。",
            form,
        )
    return answer(f"{SLOTS[slot]}还缺链接：发“{how_to_file(slot)}”。", form)
