"""Trends out of the rankings that were posted: a school beside the county, or the county alone."""

from datetime import date, timedelta

from sqlalchemy import Connection

from bot.pictures.charts import Series, Trend, Value
from bot.policy.ranking import Board, total
from messages.texts.wording import day
from storage.ranking_trends import Posted, online_data_of, trend

COUNTY = "全部参与排名的学校"


def school_trend(
    connection: Connection, school_id: int, name: str, *, until: date, board: Board | None = None
) -> Trend:
    """`board`: the ranking of `until`, where it is not on record yet."""
    own = _posted(connection, school_id, until, board)
    series = (_series(name, own), _series(COUNTY, _posted(connection, None, until, board)))
    return Trend(f"{name}合格率走势", series, _note(connection, own))


def county_trend(connection: Connection, county: str, *, until: date, board: Board | None = None) -> Trend:
    """`board`: as above."""
    everybody = _posted(connection, None, until, board)
    return Trend(f"{county}合格率走势", (_series(COUNTY, everybody),), _note(connection, everybody))


def _posted(
    connection: Connection, school_id: int | None, until: date, board: Board | None
) -> tuple[Posted, ...]:
    if board is None:
        return trend(connection, school_id, until=until)
    before = trend(connection, school_id, until=until - timedelta(days=1))
    now = total(row for row in board if school_id in {None, row.school_id})
    return (*before, Posted(until, now.done, now.active))


def _series(name: str, posted: tuple[Posted, ...]) -> Series:
    return Series(name, tuple(Value(*one) for one in posted))


def _note(connection: Connection, posted: tuple[Posted, ...]) -> str:
    """Of which day the last figures are: practice and certifications of the ranking's own, online hours of their file's."""
    if not posted:
        return ""
    last = posted[-1].day
    online = online_data_of(connection, last)
    until = "还没有线上数据" if online is None else f"线上数据截至 {day(online)}"
    return f"按每次发出的排名，最近一次是 {day(last)}，{until}。"
