"""全市进度: the county, and each 学段 of it."""

from bot.policy.school import Band, Progress, band_of, county_rate, together
from handlers.turn import Turn
from handlers.unit_figures import progress
from messages.outgoing import Answer
from messages.texts import county_progress as texts
from storage.schools import School, all_schools
from storage.unit_standings import by_school


def county_progress(turn: Turn) -> Answer:
    tallies = by_school(turn.connection)
    schools = all_schools(turn.connection)
    found = {school: progress(turn, tallies.get(school.school_id, ())) for school in schools}
    ranked = [(school, of) for school, of in found.items() if school.ranked and of is not None]
    return texts.county_progress(
        turn.plan.county,
        together(of for _, of in ranked),
        [line for band in Band if (line := _band(band, ranked)) is not None],
        unranked=sum(not school.ranked and of is not None for school, of in found.items()),
        in_group=turn.message.in_group,
        today=turn.today,
    )


def _band(band: Band, ranked: list[tuple[School, Progress]]) -> texts.BandLine | None:
    here = [(school, of) for school, of in ranked if band_of(school.kind) is band]
    rate = county_rate(of.rate for _, of in here)
    if rate is None:
        return None
    complete = tuple(sorted(school.name for school, of in here if of.rate.complete))
    return texts.BandLine(band, len(here), complete, rate)
