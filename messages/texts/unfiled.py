"""未备案: the schools with something open, split by whose step it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.filing import Slot
from messages.outgoing import Answer, Data, Line, answer, heading, item
from messages.texts.filing_words import SLOTS, slot_names
from messages.texts.wording import listed, live


@dataclass(frozen=True, slots=True)
class Row:
    """A school with the slots in question, each with its newest number where there is one."""

    school: str
    slots: Sequence[tuple[Slot, int | None]]


def unfiled(  # noqa: PLR0913 - three lists
    *,
    schools: int,
    missing: Sequence[Row],
    waiting: Sequence[Row],
    returned: Sequence[Row],
    decides: bool,
    today: date,
) -> Answer:
    """`decides`: whether the asker may file what waits; others only read."""
    if not (missing or waiting or returned):
        return answer(f"{schools} 所学校都备案齐了，没有要办的。", live(today))
    lines: list[Line | str] = [_first({"没交": missing, "等项目办备案": waiting, "退回未改": returned})]
    if missing:
        lines.append(heading(f"没交（{len(missing)} 所）"))
        lines += [item(Data(row.school), f"：{slot_names(slot for slot, _ in row.slots)}") for row in missing]
    for name, rows in (("等项目办备案", waiting), ("退回未改", returned)):
        if rows:
            lines.append(heading(f"{name}（{len(rows)} 所）"))
            lines += [
                item(Data(row.school), f"：{listed(_numbered(*one) for one in row.slots)}") for row in rows
            ]
    if waiting and decides:
        number = waiting[0].slots[0][1]
        lines.append(f"下一步：发“查看 {number}”看内容，再发“备案通过 {number}”或“备案退回 {number} 原因”。")
    return answer(*lines, live(today))


def _first(lists: dict[str, Sequence[Row]]) -> str:
    schools = {row.school for rows in lists.values() for row in rows}
    counts = "，".join(f"{name} {len(rows)} 所" for name, rows in lists.items() if rows)
    return f"还有 {len(schools)} 所没办完：{counts}。"


def _numbered(slot: Slot, number: int | None) -> str:
    return SLOTS[slot] if number is None else f"{SLOTS[slot]}（编号 {number}）"
