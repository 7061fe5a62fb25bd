"""Once a week a school's group, or the county's, also sees how 合格率 went: with the first ranking of the week."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from bot.pictures.charts import Trend
from bot.pictures.rankings import county_trend, school_trend
from bot.policy.outgoing import TAKES_PICTURES
from bot.policy.ranking import Board
from storage.chat_groups import ChatGroup
from storage.ranking_trends import posted_between

_FEWEST = 2  # rankings; one alone is no course


def week_trends(
    connection: Connection, county: str, day: date, board: Board, groups: Sequence[ChatGroup]
) -> dict[int | None, Trend]:
    """By school, None = the whole county; of those whose group shows pictures. `board`: what is posted that day."""
    if posted_between(connection, day - timedelta(days=day.weekday()), day):
        return {}
    found: dict[int | None, Trend] = {}
    for group in groups:
        if group.way not in TAKES_PICTURES or group.school_id in found:
            continue
        if group.school_id is None:
            made = county_trend(connection, county, until=day, board=board)
        else:
            made = school_trend(connection, group.school_id, group.school_name, until=day, board=board)
        own = made.series[0].known
        if len(own) >= _FEWEST and own[-1].day == day:
            found[group.school_id] = made
    return found
