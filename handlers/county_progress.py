"""全市进度: the county, each 学段 of it, and for the office what is new and what waits for it."""

from collections.abc import Collection

from bot.policy.school import Band, Progress, band_of, county_rate
from handlers.led import is_office
from handlers.office_desk import FIRST_LOOK_MS, Look, read_desk
from handlers.summary_units import Units, read_units
from handlers.turn import Turn
from handlers.unit_figures import moment, since_last, told_at
from messages.outgoing import Answer
from messages.texts import county_progress as texts
from messages.texts.leader_summary import Desk
from storage.schools import School, all_schools


def county_progress(turn: Turn) -> Answer:
    units = read_units(turn.connection, moment(turn), people=False, duties=False)
    schools = all_schools(turn.connection)
    ranked = {one.school_id for one in schools if one.ranked}
    desk, owed = _desk(turn, units, ranked)
    county = units.county(ranked, owed)
    counted = [(one, units.schools[one.school_id]) for one in schools if one.school_id in units.schools]
    of_total = [(one, of) for one, of in counted if one.ranked]
    return texts.county_progress(
        turn.plan.county,
        None if county is None else county.progress,
        [line for band in Band if (line := _band(band, of_total)) is not None],
        unranked=len(counted) - len(of_total),
        in_group=turn.message.in_group,
        today=turn.today,
        since=None if county is None else since_last(turn, [county], ranked).get(county.key),
        hands=() if county is None else county.hands,
        desk=desk,
    )


def _desk(turn: Turn, units: Units, ranked: Collection[int]) -> tuple[Desk | None, frozenset[str]]:
    """Only the office's, and not in a group."""
    if turn.message.in_group or not is_office(turn):
        return None, frozenset()
    since = told_at(turn) or turn.real_ms - FIRST_LOOK_MS
    look = Look(plan=turn.plan, day=turn.today, now=turn.now, real_ms=turn.real_ms, since=since)
    return read_desk(turn.connection, look, units.schools_at_zero(ranked))


def _band(band: Band, ranked: list[tuple[School, Progress]]) -> texts.BandLine | None:
    here = [(school, of) for school, of in ranked if band_of(school.kind) is band]
    rate = county_rate(of.rate for _, of in here)
    if rate is None:
        return None
    complete = tuple(sorted(school.name for school, of in here if of.rate.complete))
    return texts.BandLine(band, len(here), complete, rate)
