"""The quiet note that a posted ranking was wrong: what was, what is, and why."""

from collections.abc import Sequence
from datetime import date

from bot.policy.ranking import Change, Row
from messages.outgoing import Answer, Data, Line, answer, heading, item, quote
from messages.texts.ranking import Head, cells, left_over
from messages.texts.wording import as_of, day, listed

IMPORTED, REOPENED, BY_HAND = "导入更正", "材料重开", "个人数据更正"
MOST_LINES = 12


def correction(
    head: Head, changes: Sequence[Change], unit: int, reasons: Sequence[str], *, read_on: date
) -> Answer:
    """`head`: of the ranking that was posted; `read_on`: when the figures of now were read. `changes`: of the schools that this group was shown; none of them is left out but by `MOST_LINES`."""
    lines: list[Line] = [heading(Data(head.title), f"有更正（{listed(reasons)}）")]
    lines += [_change(one, unit, head.smallest) for one in changes[:MOST_LINES]]
    rest = len(changes) - MOST_LINES
    if rest > 0:
        lines.append(item(f"还有 {rest} 所学校也有变化"))
    again = quote(f"更正后的排名，发“排名 {day(head.day)}”看。")
    return answer(*lines, again, as_of(head.online_as_of, read_on))


def _change(change: Change, unit: int, smallest: int) -> Line:
    row = change.was or change.now
    assert row is not None, "a change is of something"
    return item(
        Data(row.name),
        f"：原来{_state(change.was, unit, smallest)}，现在{_state(change.now, unit, smallest)}",
    )


def _state(row: Row | None, unit: int, smallest: int) -> str:
    if row is None:
        return "没有列入"
    share, rate, completion = cells(row, unit)
    if row.place is None:
        return left_over(row) if row.active < smallest else f"合格 {share}"
    return f"第 {row.place} 名，合格 {share}（{rate}），平均完成度 {completion}"
