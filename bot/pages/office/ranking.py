"""排名: now or as it was posted, the whole county or one's own school among its like, as the chat's 排名 shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.jobs.ranking_picture import county_table, school_table
from bot.pages.acting import turn_of
from bot.pages.visit import NotThere, Outcome, Shown, Unfit, Visit
from bot.pictures.charts import Trend
from bot.pictures.rankings import county_trend, school_trend
from bot.pictures.svg import svg
from bot.pictures.tables import Row, Section, Table
from bot.policy import ranking as rules
from bot.policy.plan import RankingMode
from bot.policy.ranking import Board, View
from handlers.led import reads_everything
from handlers.ranking_views import live_board, live_head, own_school, posted_head, switched_off
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Line
from messages.texts import ranking as texts
from messages.texts.ranking import Head
from storage.people import school_name
from storage.rankings import completions_of_the_missing, left_out, of_day, posted_days_near

MOST_ROWS: Final = 200  # of a page; in a county with more schools a band is shown at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a visitor is shown of a ranking; no table where there is nothing but the words."""

    head: Head
    words: tuple[str, ...]
    table: Table | None
    own: str = ""  # the school whose view it is; "" = the whole county


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The sections of one page of a long ranking."""

    sections: Sequence[Section]
    bands: Sequence[str]  # headings to choose from; none where all are shown
    band: int
    page: int
    pages: int


def ranking(visit: Visit) -> Outcome:
    off = switched_off(_turn(visit))
    if off is not None:
        return Shown("office/ranking_off.html", "学校排名", {"off": off})
    day = _asked_day(visit)
    shown = seen(visit)
    context = {
        "day": day,
        "near": () if day is None else posted_days_near(visit.connection, day),
        "seen": shown,
        "cut": None if shown is None or shown.table is None else _cut(visit, shown.table),
        "trend": svg(_trend(visit)) if day is None else "",
        "query": "" if day is None else f"?day={day.isoformat()}",
    }
    return Shown("office/ranking.html", _title(visit), context)


def seen(visit: Visit) -> Seen | None:
    """None where rankings are switched off, or none was posted on the day that is asked for."""
    turn = _turn(visit)
    if visit.plan.ranking_mode is RankingMode.OFF:
        return None
    day = _asked_day(visit)
    school_id = None if reads_everything(turn) else own_school(turn)
    if day is None:
        return _seen(visit, live_head(turn), live_board(turn), school_id)
    snapshot = of_day(visit.connection, day, smallest=visit.plan.ranking_smallest_unit)
    if snapshot is None:
        return None
    head = posted_head(visit.plan, snapshot.taken, corrected=snapshot.corrected)
    return _seen(visit, head, snapshot.board, school_id)


def _seen(visit: Visit, head: Head, board: Board, school_id: int | None) -> Seen:
    if school_id is None:
        return Seen(head=head, words=(), table=county_table(head, board))
    name = school_name(visit.connection, school_id)
    view = rules.school_view(board, school_id)
    if view is None:
        takes_part = school_id not in left_out(visit.connection)
        said = texts.not_among(name, takes_part=takes_part, live=head.live_at is not None)
        return Seen(head=head, words=_plain(said, texts.total_line(head, board)), table=None, own=name)
    words = _plain(texts.own_line(head, board, view), *_lifted(visit, head, board, view))
    return Seen(head=head, words=words, table=school_table(head, board, view), own=name)


def _plain(*lines: str | Line) -> tuple[str, ...]:
    return tuple(line if isinstance(line, str) else line.plain for line in lines)


def _lifted(visit: Visit, head: Head, board: Board, view: View) -> Sequence[str | Line]:
    """What brings the school one place up; only of how it stands now."""
    if head.live_at is None:
        return ()
    missing = completions_of_the_missing(visit.connection, view.own.school_id)
    return texts.next_place(view.own, rules.lift(view.band.rows, view.own, missing, board.unit))


def _trend(visit: Visit) -> Trend:
    turn = _turn(visit)
    if reads_everything(turn):
        return county_trend(visit.connection, visit.plan.county, until=visit.today)
    school_id = own_school(turn)
    name = school_name(visit.connection, school_id)
    return school_trend(visit.connection, school_id, name, until=visit.today)


def _cut(visit: Visit, table: Table) -> Cut:
    """Everything, or so much of one band that a page stays small."""
    if sum(len(section.rows) for section in table.sections) <= MOST_ROWS:
        return Cut(sections=table.sections, bands=(), band=0, page=1, pages=1)
    band, page = _number(visit, "band", 0), _number(visit, "page", 1)
    if not 0 <= band < len(table.sections):
        raise NotThere
    section = table.sections[band]
    pages = -(-len(section.rows) // MOST_ROWS) or 1
    if not 1 <= page <= pages:
        raise NotThere
    rows: tuple[Row, ...] = section.rows[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    return Cut(
        sections=(Section(section.heading, section.columns, rows),),
        bands=tuple(one.heading for one in table.sections),
        band=band,
        page=page,
        pages=pages,
    )


def _number(visit: Visit, name: str, otherwise: int) -> int:
    said = visit.asked.query.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else otherwise


def _asked_day(visit: Visit) -> date | None:
    """None = now. Raises Unfit for what is no day, or not yet."""
    said = visit.asked.query.get("day", "").strip()
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        raise Unfit("没看懂要哪一天的排名。请选一个日期，写成 2024-05-20 这样。") from None
    if day > visit.today:
        raise Unfit("那一天还没到。请选今天或更早的日期。")
    return day


def _title(visit: Visit) -> str:
    return "学校排名" if visit.plan.ranking_mode is RankingMode.RANKED else "学校进度"


def _turn(visit: Visit) -> Turn:
    return turn_of(visit, Command.RANKING, Arguments())
