"""How the ranking comes about, with a school's figures beside the next one's; and whether it was posted."""

from dataclasses import dataclass
from datetime import date, time
from typing import Final

from bot.policy.ranking import Board, Lift, Row, View
from messages.outgoing import Answer, Data, Line, Part, answer, item, text
from messages.texts.ranking import COMPLETION, RATE, Head, next_place, not_among
from messages.texts.unit_words import BANDS
from messages.texts.wording import as_of, clock_time, full_day, percent

_BANDS: Final = "幼儿园、小学、初中（含九年一贯制）、高中（含完全中学、中职）、其他"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A school on the live board."""

    view: View
    lifted: Lift | None


def how_ranked(head: Head, board: Board, own: Own | Line | None) -> Answer:
    """`own`: None = nobody's in particular; a line says why it has no place."""
    rule: tuple[Line | str, ...] = (
        "排名是这样排的：",
        item(f"同类的学校一起比：{_BANDS}。"),
        item(f"先比{RATE}：学习合格的人占在册的人的几成，高的在前。"),
        item(f"{RATE}相同再比{COMPLETION}，两样都相同就并列；不比学时多少。"),
        item(f"在册不足 {head.smallest} 人的单位不排名次。"),
    )
    if own is None:
        return answer(*rule)
    if isinstance(own, Line):
        return answer(*rule, own)
    return answer(*rule, *_beside(own, board), as_of(head.online_as_of, head.taken_on))


def without_places(head: Head) -> Answer:
    return answer(f"{head.county}不分名次：按校名排列，只写每所学校合格的人数和在册的人数。")


def left_out(school: str, *, takes_part: bool) -> Line:
    return not_among(school, takes_part=takes_part, live=True)


def _beside(own: Own, board: Board) -> list[Line | str]:
    """The school's two figures against those of the next one above it, or below the first."""
    view, row = own.view, own.view.own
    if row.place is None:
        return [text(Data(row.name), f"在册 {row.active} 人，所以没有名次。")]
    lines: list[Line | str] = [text(*_figures(row, board.unit), "。")]
    above = [one for one in view.band.rows if one.place is not None and one.place < row.place]
    below = [one for one in view.band.rows if one.place is not None and one.place > row.place]
    if above:
        lines.append(text("前面是", *_figures(above[-1], board.unit), f"，{_why(row, above[-1])}。"))
    elif below:
        lines.append(text("后面是", *_figures(below[0], board.unit), f"，{_why(below[0], row)}。"))
    else:
        lines.append(f"{BANDS[view.band.band]}里没有名次更前或更后的学校。")
    return lines + next_place(row, own.lifted)


def _figures(row: Row, unit: int) -> tuple[Part, ...]:
    mean = percent(row.completion, row.active * unit)
    rate = percent(row.done, row.active)
    return (
        f"第 {row.place} 名 ",
        Data(row.name),
        f"：{RATE} {rate}（{row.done}/{row.active}），{COMPLETION} {mean}",
    )


def _why(behind: Row, before: Row) -> str:
    if behind.done * before.active == before.done * behind.active:
        return f"{RATE}相同，差在{COMPLETION}"
    return f"差在{RATE}"


# ── whether it was posted ──


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a day's ranking goes out, and until when it is made up."""

    at: time
    until: time | None


def sent(day: date, at: time, *, today: bool, why_not_here: Line | None) -> Answer:
    """`why_not_here`: what keeps it from the asker's school, where anything does."""
    return answer(
        f"{_day(day, today=today)}的排名 {clock_time(at)} 已经往各群发了。",
        why_not_here or "群里没看到，就告诉项目办是哪个群；要看，发“排名”。",
    )


def not_time_yet(times: Times) -> Answer:
    return answer(f"还没到时间：今天的排名 {clock_time(times.at)} 发到各群。现在要看，发“排名”看实时的。")


def due_now(times: Times) -> Answer:
    made_up = "" if times.until is None else f"，最晚 {clock_time(times.until)} 前补上"
    return answer(
        f"今天的排名该在 {clock_time(times.at)} 发，现在还没有发{made_up}。现在要看，发“排名”看实时的。"
    )


def no_workday(day: date, following: date | None, times: Times, *, today: bool) -> Answer:
    """`following`: the next day with a ranking; None = none soon."""
    first = f"{_day(day, today=today)}不是工作日，不发排名。"
    if not today or following is None:
        return answer(first)
    return answer(
        f"{first}下一次是 {full_day(following)} {clock_time(times.at)}；现在要看，发“排名”看实时的。"
    )


def not_sent(day: date, why: str, *, today: bool) -> Answer:
    """`why`: a sentence; "" for those who cannot do anything about it."""
    first = f"{_day(day, today=today)}的排名没有发。"
    return answer(first, f"原因：{why}" if why else "项目办已经知道了。", "现在要看，发“排名”看实时的。")


def never_posted() -> Answer:
    return answer("本县现在不定时发排名。要看，发“排名”看实时的。")


def no_group(school: str) -> Line:
    return text(Data(school), "还没有绑定群，所以收不到：请项目办在群里@我，发“绑定本群 学校名”。")


def groups_stopped(school: str) -> Line:
    return text(Data(school), "的群发不进去，已经停发，项目办知道了；要看，发“排名”。")


def _day(day: date, *, today: bool) -> str:
    return "今天" if today else full_day(day)
