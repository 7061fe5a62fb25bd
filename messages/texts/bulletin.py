"""简报: which month of which group was handed in."""

from collections.abc import Sequence
from datetime import date

from messages.outgoing import Answer, Data, answer, item, quote, text
from messages.texts.evidence_words import receipt
from messages.texts.handed_link import FORM, advice
from messages.texts.paper_words import month_name
from messages.texts.wording import day, listed, live


def handed_in(  # noqa: PLR0913, PLR0917 - a receipt has that many parts
    number: int, group: str, month: str, replaced: Sequence[int], missing: Sequence[str], link: str
) -> Answer:
    """`missing`: other months that have begun and have no 简报 yet."""
    step = f"下一步：{_months(missing)}的还没交，发“简报 {month_name(missing[0])} 链接”。" if missing else ""
    return answer(
        text(f"已收，{receipt(number)}：", Data(group), f" {month_name(month)}简报。"),
        *replaced_line(replaced),
        *advice(link),
        *((step,) if step else ()),
    )


def replaced_line(replaced: Sequence[int]) -> tuple[str, ...]:
    return (f"换下了原来的{listed(map(receipt, replaced))}。",) if replaced else ()


def same_as_before(number: int, group: str, month: str) -> Answer:
    return answer(text(f"和{receipt(number)} 一样（", Data(group), f" {month_name(month)}简报），不用再交。"))


def outside(months: Sequence[str], now: str) -> Answer:
    """`now`: the current month, as "2024-05"."""
    month = month_name(_nearest(months, now))
    return answer(f"没有收：简报一组一月一份，交 {_months(months)}的。下一步：发“简报 {month} 链接”。")


def no_draft(months: Sequence[str], now: str) -> Answer:
    """Of a month without 简报."""
    month = month_name(_nearest(months, now))
    return answer(f"没有起草：简报一组一月一份，交 {_months(months)}的。下一步：发“生成简报 {month}”。")


def _nearest(months: Sequence[str], now: str) -> str:
    """The newest that has begun."""
    return max((month for month in months if month <= now), default=months[0])


def shown(group: str, rows: Sequence[tuple[str, tuple[int, date] | None]], now: str, today: date) -> Answer:
    """Without a link. Each month with number and day; `now`: the current month, as "2024-05"."""
    missing = [month for month, found in rows if found is None and month <= now]
    done = sum(found is not None for _, found in rows)
    if missing:
        name = month_name(missing[0])
        step = f"下一步：发“简报 {name} 链接”；要草稿就发“生成简报 {name}”。"
    else:
        step = "下一步：现在没有要交的；要换就再发一次“简报 月份 链接”。"
    return answer(
        text(Data(group), f"简报 {done}/{len(rows)}："),
        *(item(f"{month_name(month)}：{_state(found)}") for month, found in rows),
        step,
        quote(FORM),
        live(today),
    )


def _state(found: tuple[int, date] | None) -> str:
    return "没交" if found is None else f"已交（{receipt(found[0])}，{day(found[1])}）"


def _months(months: Sequence[str]) -> str:
    return listed(map(month_name, months))
