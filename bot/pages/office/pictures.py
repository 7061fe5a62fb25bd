"""Pictures of the ranking, of a school's trend and of the county's, each for whoever may see the figures."""

from bot.pages.drawing import drawn
from bot.pages.office.ranking import seen
from bot.pages.visit import NotThere, Outcome, Visit
from bot.pictures.rankings import county_trend, school_trend
from storage.names import school_names


def ranking_picture(visit: Visit) -> Outcome:
    """As the page of the ranking shows it to the same visitor."""
    shown = seen(visit)
    if shown is None or shown.table is None:
        raise NotThere
    return drawn(shown.table, visit.asked.path["kind"])


def school_picture(visit: Visit) -> Outcome:
    school_id = int(visit.asked.path["school"])
    if not visit.sees_everything and school_id not in visit.led_schools:
        raise NotThere
    name = school_names(visit.connection, [school_id]).get(school_id)
    if name is None:
        raise NotThere
    trend = school_trend(visit.connection, school_id, name, until=visit.today)
    return drawn(trend, visit.asked.path["kind"])


def county_picture(visit: Visit) -> Outcome:
    trend = county_trend(visit.connection, visit.plan.county, until=visit.today)
    return drawn(trend, visit.asked.path["kind"])
