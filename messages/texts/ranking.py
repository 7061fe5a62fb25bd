"""排名, 本校排名 and what is posted every workday: one line a school, and how the order comes about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.calendar import days_left
from bot.policy.plan import Deadlines
from bot.policy.ranking import BandBoard, Board, Lift, Row, Total, View
from messages.commands import Command
from messages.outgoing import Answer, Data, Line, answer, heading, item, quote, text
from messages.texts.unit_words import BANDS
from messages.texts.wording import as_of, clock_time, day, full_day, listed, percent

SCHOOL, SHARE, RATE, COMPLETION, MOVED = "学校", "合格/在册", "合格率", "平均完成度", "比上次"
_NEW = "新"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands around the figures."""

    county: str
    day: date  # that it is of
    taken_on: date  # on which it was read from the database
    online_as_of: date | None
    deadlines: Deadlines
    smallest: int  # people: smaller units have no place
    places: bool  # False: ranking.mode = progress
    live_at: datetime | None = None  # None = as it was posted
    corrected: bool = False

    @property
    def title(self) -> str:
        what = "学校排名" if self.places else "学校进度"
        if self.live_at is not None:
            return f"{self.county}{what}（{_live(self.live_at)}）"
        return f"{self.county} {full_day(self.day)}{what}{self._unlike_others}"

    @property
    def _unlike_others(self) -> str:
        """Put right, or posted on a later day from the figures of that day."""
        if self.corrected:
            return "（已更正）"
        return f"（{day(self.taken_on)}补发）" if self.taken_on > self.day else ""


def county_board(head: Head, board: Board) -> Answer:
    """All bands."""
    if not board.bands:
        return answer("还没有可以排名的学校：没有在册的人。", as_of(head.online_as_of, head.taken_on))
    lines: list[Line | str] = [heading(Data(head.title)), total_line(head, board)]
    lines += countdown(head)
    for band in board.bands:
        lines.append(heading(band_title(band)))
        lines += [_item(row, board.unit, places=head.places) for row in band.rows]
        lines += _small(band.small, head.smallest)
    return answer(*lines, *_footing(head))


def school_board(head: Head, board: Board, view: View, *, lifted: Lift | None = None) -> Answer:
    """The school's own row, its band's first, its neighbours; live also what brings it one place up."""
    own: list[Line | str] = [own_line(head, board, view)]
    if head.live_at is not None:
        own = [text("实时：", *own_line(head, board, view).parts), *next_place(view.own, lifted)]
    lines: list[Line | str] = own if head.live_at is not None else [heading(Data(head.title)), *own]
    lines.append(total_line(head, board))
    lines += countdown(head)
    beside = head.places and bool(view.rows)
    if beside:
        lines.append(heading(band_title(view.band)))
        lines += [_shown(row, board.unit, view.own) for row in view.rows]
    return answer(*lines, *_live_line(head), *_footing(head, rows=beside))


def not_ranked(head: Head, board: Board, school: str, *, takes_part: bool) -> Answer:
    """For a unit that does not take part, or has, or had on that day, nobody."""
    return answer(
        not_among(school, takes_part=takes_part, live=head.live_at is not None),
        total_line(head, board),
        *countdown(head),
        *_live_line(head),
        as_of(head.online_as_of, head.taken_on),
    )


def not_among(school: str, *, takes_part: bool, live: bool) -> Line:
    if not takes_part:
        return text(Data(school), "不参与排名，所以不在排名里。")
    return text(Data(school), "现在没有在册的人，" if live else "那天没有在册的人，", "所以不在排名里。")


def switched_off(instead: str) -> Answer:
    return answer(f"本县现在不发排名，也不显示名次。下一步：发“{instead}”。")


def which_day(order: str) -> Answer:
    """`order`, here and below: what a day can be said behind, 排名 or 导出 排名."""
    return answer(
        f"没看懂要哪一天的排名。下一步：发“{order} 5月20日”这样的日期，或者发“{order}”{_for_now(order)}。"
    )


def no_one_day(said: str, order: str) -> Answer:
    """`said`: a month, or a week."""
    return answer(f"“{said}”不是一天，排名是一天一份的。下一步：发“{order} 5月20日”这样的日期。")


def not_yet(when: date, order: str) -> Answer:
    return answer(f"{full_day(when)}还没到。下一步：发“{order}”{_for_now(order)}。")


def none_that_day(when: date, near: Sequence[date], *, today: bool, order: str) -> Answer:
    """`near`: days on which one was posted."""
    years = len({one.year for one in (when, *near)}) > 1  # else the same day of another year reads alike
    first = "今天的排名还没有发" if today else f"{_named(when, year=years)}没有发过排名"
    if not near:
        return answer(f"{first}，别的日子也没有。下一步：发“{order}”{_for_now(order)}。")
    days = listed(_named(one, year=years) for one in near)
    return answer(
        f"{first}，最近发过的是 {days}。下一步：发“{order} {near[0].isoformat() if years else day(near[0])}”。"
    )


def _for_now(order: str) -> str:
    return "看实时的" if order == Command.RANKING else "，导出实时的"


def _named(when: date, *, year: bool) -> str:
    return f"{when.year}年{full_day(when)}" if year else full_day(when)


def band_title(band: BandBoard) -> str:
    """Says so where some have no place: a school is told that it is the fifth of 11, not of 15."""
    placed = sum(row.place is not None for row in band.rows)
    some = f"，排名次的 {placed} 所" if 0 < placed < len(band.everyone) else ""
    return f"{BANDS[band.band]} {len(band.everyone)} 所{some}"


def total_line(head: Head, board: Board) -> Line:
    total = board.total
    if not total.active:
        return text(Data(head.county), "还没有在册的人。")
    return text(Data(head.county), f"{_figures(total, board.unit)}。")


def countdown(head: Head) -> list[Line | str]:
    """Days to the last day, and until the soft one also to that."""
    return days_to_dates(head.deadlines, head.day)


def days_to_dates(dates: Deadlines, today: date) -> list[Line | str]:
    """No line once everything is over."""
    left = [
        f"离 {day(due)} {what}还有 {days} 天" if days else f"今天是{what}的最后一天"
        for due, what in ((dates.soft, "交材料"), (dates.hard, "全部完成"))
        if (days := days_left(today, due)) >= 0
    ]
    return [f"{'，'.join(left)}。"] if left else []


def cells(row: Row, unit: int) -> tuple[str, str, str]:
    """合格/在册, 合格率, 平均完成度."""
    return (
        f"{row.done}/{row.active}",
        percent(row.done, row.active),
        percent(row.completion, row.active * unit),
    )


def moved(row: Row) -> str:
    """↑2, ↓1, –, 新; "" without a place."""
    if row.place is None:
        return ""
    if row.before is None:
        return _NEW
    up = row.before - row.place
    return "–" if not up else f"↑{up}" if up > 0 else f"↓{-up}"


def left_over(row: Row) -> str:
    """Of a unit that is too small for a place."""
    return f"还差 {row.missing} 人" if row.missing else "已全部完成"


def legend(*, places: bool) -> tuple[str, str]:
    """What a line holds, and how the order comes about."""
    if not places:
        return f"每行：{SCHOOL}、{SHARE}。", "按校名排列，不分名次。"
    return (
        f"每行：名次、{SCHOOL}、{SHARE}、{RATE}、{COMPLETION}、{MOVED}（{_NEW}：上次没有名次）。",
        f"怎么排：先比{RATE}，再比{COMPLETION}，都相同就并列，不比学时多少。",
    )


def own_line(head: Head, board: Board, view: View) -> Line:
    """Where the school stands, in a sentence."""
    own, band = view.own, BANDS[view.band.band]
    name = Data(own.name)
    if own not in view.band.rows:
        return text(name, f"{left_over(own)}。在册不足 {head.smallest} 人的单位不排名次。")
    figures = _figures(own, board.unit)
    if own.place is None:
        return text(name, f"{figures}。")
    return text(
        name, f"在{band} {len(view.band.rows)} 所里排第 {own.place} 名，{figures}，{_movement(own)}。"
    )


def _movement(row: Row) -> str:
    match moved(row):
        case "–":
            return "名次和上次一样"
        case word if word == _NEW:
            return "上次没有名次"
        case word:
            return f"比上次{'升' if word[0] == '↑' else '降'} {word[1:]} 名"


def next_place(own: Row, lifted: Lift | None) -> list[Line | str]:
    """What brings the school there."""
    if lifted is None:
        return [f"再有 {own.missing} 人合格，就全部合格。"] if own.place == 1 and own.missing else []
    people = f"再有 {lifted.people} 人合格"
    if lifted.tenths is None:
        return [f"{people}，就到第 {lifted.reached} 名。"]
    points = f"{lifted.tenths // 10}.{lifted.tenths % 10} 个百分点"
    same = f"{RATE}和第 {lifted.place} 名相同：{COMPLETION}再高 {points}"
    if lifted.reached < lifted.place:
        return [f"{same}，就到第 {lifted.place} 名；{people}，就到第 {lifted.reached} 名。"]
    return [f"{same}，或者{people}，就到第 {lifted.place} 名。"]


def _item(row: Row, unit: int, *, places: bool) -> Line:
    share, rate, completion = cells(row, unit)
    if not places:
        return item(Data(row.name), f" {share}")
    return item(f"{row.place} ", Data(row.name), f" {share} {rate} {completion} {moved(row)}")


def _shown(row: Row | None, unit: int, own: Row) -> Line:
    if row is None:
        return item("…")
    line = _item(row, unit, places=True)
    return item(*line.parts, "（本校）") if row is own else line


def _small(rows: Iterable[Row], smallest: int) -> list[Line | str]:
    names = listed(f"{row.name} {left_over(row)}" for row in rows)
    return [item(f"不足 {smallest} 人，不排名次：", Data(names))] if names else []


def _figures(of: Row | Total, unit: int) -> str:
    rate, mean = percent(of.done, of.active), percent(of.completion, of.active * unit)
    return f"合格 {of.done}/{of.active}（{rate}），{COMPLETION} {mean}"


def _footing(head: Head, *, rows: bool = True) -> tuple[Line, ...]:
    how = legend(places=head.places) if rows else ()
    return (*(quote(line) for line in how), as_of(head.online_as_of, head.taken_on))


def _live_line(head: Head) -> tuple[Line, ...]:
    return () if head.live_at is None else (quote(f"{_live(head.live_at)}。"),)


def _live(at: datetime) -> str:
    return f"实时，{day(at.date())} {clock_time(at)}"
