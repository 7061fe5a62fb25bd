"""备案情况: the five filings of a school, or how far the county is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.policy.filing import FilingState, Slot, SlotStanding
from messages.outgoing import Answer, Data, Line, Part, answer, item, text
from messages.texts.filing_words import SLOTS, next_filing
from messages.texts.wording import day, live


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version as its school reads it."""

    number: int
    state: FilingState
    handed_in: date
    decided: date | None
    reason: str  # of a return


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One slot; its versions newest first."""

    slot: Slot
    standing: SlotStanding
    versions: Sequence[Version]


class SchoolRow(Protocol):
    """A school in the county's list."""

    @property
    def slots(self) -> dict[Slot, SlotStanding]: ...
    @property
    def complete(self) -> bool: ...


def of_school(school: str, rows: Sequence[Row], due: date, today: date) -> Answer:
    filed = sum(row.standing.filed for row in rows)
    return answer(
        text(Data(school), f"备案 {filed}/{len(rows)}{'，全部完成' if filed == len(rows) else ''}。"),
        *(slot_line(row, due) for row in rows),
        next_filing({row.slot: row.standing for row in rows}),
        live(today),
    )


def slot_line(row: Row, due: date) -> Line:
    """One slot with the version in force, and a newer one that waits or was sent back."""
    name = f"{SLOTS[row.slot]}："
    if not row.versions:
        return item(f"{name}没交")
    newest = row.versions[0]
    if newest.state is FilingState.FILED or not row.standing.filed:
        return item(name, *_version(newest, due))
    in_force = next(one for one in row.versions if one.state is FilingState.FILED)
    return item(name, *_version(in_force, due), "；新版", *_version(newest, due))


def of_county(county: str, schools: Sequence[SchoolRow], today: date) -> Answer:
    complete = sum(school.complete for school in schools)
    step = "下一步：发“未备案”看是哪些学校。" if complete < len(schools) else "下一步：不用再做什么。"
    return answer(
        text(Data(county), f" {len(schools)} 所学校，备案齐的 {complete} 所。"),
        *(item(f"{SLOTS[slot]}：{_counts([one.slots[slot] for one in schools])}") for slot in Slot),
        step,
        live(today),
    )


def _version(one: Version, due: date) -> tuple[Part, ...]:
    when = day(one.decided or one.handed_in)
    late = f"，已过 {day(due)}" if one.handed_in > due else ""
    match one.state:
        case FilingState.HANDED_IN:
            return (f"已交，等项目办备案（编号 {one.number}，{when}{late}）",)
        case FilingState.FILED:
            return (f"已备案（编号 {one.number}，{when}）",)
        case FilingState.RETURNED:
            return (f"退回（编号 {one.number}，{when}）：", Data(one.reason))


def _counts(slots: Sequence[SlotStanding]) -> str:
    """Each school once: what is filed counts as filed, whatever newer version waits."""
    filed = sum(one.filed for one in slots)
    waiting = sum(one.waiting and not one.filed for one in slots)
    returned = sum(one.returned for one in slots)
    missing = sum(one.missing for one in slots)
    return f"已备案 {filed}，等备案 {waiting}，退回 {returned}，没交 {missing}"
