"""Who gets a summary today, and what stands in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.jobs.job import JobParts, Slot
from bot.policy.calendar import day_of
from bot.policy.people import LEADS, Grant, Role
from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.summary import COUNTY, NOTHING, Happened, of_group, of_school
from handlers.office_desk import FIRST_LOOK_MS, Look, is_stale, read_desk
from handlers.summary_unit import Seen, Unit, seen
from handlers.summary_units import Moment, Units, by_unit, read_units
from messages.outgoing import Answer
from messages.texts import leader_summary as texts
from messages.texts.unit_changes import MOST_NAMES
from messages.texts.unit_words import Queue
from storage import summaries
from storage.names import names_of
from storage.rankings import posted_keys
from storage.schools import all_schools
from storage.snapshots import online_as_of
from storage.summaries import Item, Told, summary_key

MOST_UNITS = 3
"""Told of one by one; a summary is read on a phone."""
_FURTHEST = {Level.GROUP: Role.LEADER, Level.SCHOOL: Role.PRINCIPAL, Level.OFFICE: Role.OFFICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One reader's summary, and what they will have been told by it."""

    reader: int
    said: Answer
    told: Mapping[tuple[int, str], Told]
    named: tuple[int, ...]  # people whose names stand in it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What every summary of the run is made of."""

    units: Units
    ranked: frozenset[int]  # schools of the county's total
    told: Mapping[tuple[int, str], Told]
    happened: Mapping[int, Mapping[str, Happened]]  # after which event, by unit
    around: texts.Around
    cached: dict[str, Unit | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One reader, with everything they lead."""

    reader: int
    seen: tuple[Seen, ...]  # the county, then schools, then groups
    desk: texts.Desk | None

    @property
    def news(self) -> bool:
        return any(one.worth_saying for one in self.seen)


def ready(connection: Connection, parts: JobParts, slot: Slot) -> tuple[int, list[Ready]]:
    """How many lead something, and the summaries of those for whom there is news and none for the day yet."""
    everybody = summaries.readers(connection)
    had = posted_keys(connection, f"summary/{slot.day.isoformat()}/")
    left = {who: grants for who, grants in everybody.items() if summary_key(slot.day, who) not in had}
    if not left:
        return len(everybody), []
    known = _read(connection, parts, slot, left)
    readings = [_reading(connection, parts, slot, known, who, grants) for who, grants in left.items()]
    news = [one for one in readings if one.news]
    names = names_of(connection, {who for one in news for unit in one.seen for who in unit.named(MOST_NAMES)})
    return len(everybody), [_ready(one, known, names) for one in news]


def _read(connection: Connection, parts: JobParts, slot: Slot, readers: Iterable[int]) -> _Known:
    ranked = frozenset(one.school_id for one in all_schools(connection) if one.ranked)
    told = summaries.told(connection, readers)
    events = {one.figures.event for one in told.values()}
    online = online_as_of(connection)
    return _Known(
        units=read_units(connection, Moment(plan=parts.plan, today=slot.day, at=slot.real_ms)),
        ranked=ranked,
        told=told,
        happened={
            event: by_unit(summaries.happened_since(connection, event), ranked) for event in sorted(events)
        },
        around=texts.Around(
            deadlines=parts.plan.deadlines,
            online=online,
            stale=is_stale(online, slot.day, parts.plan),
            warn_percent=parts.plan.review.warn_percent,
            day=slot.day,
            read_on=slot.now.date(),
        ),
        cached={},
    )


def _reading(  # noqa: PLR0913, PLR0917 - one reader of many
    connection: Connection, parts: JobParts, slot: Slot, known: _Known, reader: int, grants: Iterable[Grant]
) -> _Reading:
    keys = _units(grants)
    desk = None
    units = []
    if COUNTY in keys:
        before = known.told.get((reader, COUNTY))
        since = slot.real_ms - FIRST_LOOK_MS if before is None else before.figures.at
        look = Look(plan=parts.plan, day=slot.day, now=slot.now, real_ms=slot.real_ms, since=since)
        desk, owed = read_desk(connection, look, known.units.schools_at_zero(known.ranked))
        units.append(known.units.county(known.ranked, owed))
    units += [_unit(known, key) for key in keys if key != COUNTY]
    return _Reading(
        reader=reader,
        seen=tuple(_seen(known, reader, unit) for unit in units if unit is not None),
        desk=desk,
    )


def _seen(known: _Known, reader: int, unit: Unit) -> Seen:
    before = known.told.get((reader, unit.key))
    since = NOTHING if before is None else known.happened[before.figures.event].get(unit.key, NOTHING)
    return seen(unit, reader, before, since)


def _units(grants: Iterable[Grant]) -> list[str]:
    """The county, then schools, then groups."""
    held = tuple(grants)
    schools = sorted({one.school_id for one in held if one.role in LEADS and one.school_id is not None})
    groups = sorted({one.group_id for one in held if one.role is Role.LEADER and one.group_id is not None})
    county = [COUNTY] if any(one.role is Role.OFFICE for one in held) else []
    return [*county, *map(of_school, schools), *map(of_group, groups)]


def _unit(known: _Known, key: str) -> Unit | None:
    """Made once for all who lead it."""
    if key not in known.cached:
        kind, _, number = key.partition("/")
        find = known.units.group if kind == "group" else known.units.school
        known.cached[key] = find(int(number))
    return known.cached[key]


def _ready(reading: _Reading, known: _Known, names: Mapping[int, str]) -> Ready:
    news = [one for one in reading.seen if one.worth_saying]
    shown = news[:MOST_UNITS]
    later = news[MOST_UNITS:]
    quiet = [one for one in reading.seen if not one.worth_saying]
    several = len({one.unit.school for one in reading.seen}) > 1
    said = texts.summary(
        _FURTHEST[max(one.unit.level for one in reading.seen)],
        _mine(reading, known),
        [_text(one, names, several=several) for one in shown],
        known.around,
        quiet=[_name(one.unit, several=several) for one in quiet],
        later=[_name(one.unit, several=several) for one in later],
        quotas=_quotas(shown),
        desk=reading.desk,
    )
    # What there was no room for is still to be told.
    told = {(reading.reader, one.unit.key): Told(known.around.day, one.now) for one in (*shown, *quiet)}
    return Ready(
        reader=reading.reader,
        said=said,
        told=told,
        named=tuple(dict.fromkeys(who for one in shown for who in one.named(MOST_NAMES))),
    )


def _text(one: Seen, names: Mapping[int, str], *, several: bool) -> texts.Unit:
    unit = one.unit
    return texts.Unit(
        name=_name(unit, several=several),
        progress=unit.progress,
        since=one.told(names, MOST_NAMES),
        hands=unit.hands,
        groups=unit.groups,
        owed=unit.owed,
    )


def _name(unit: Unit, *, several: bool) -> str:
    """A group with its school where they are of several."""
    return f"{unit.school}{unit.name}" if several and unit.level is Level.GROUP else unit.name


def _mine(reading: _Reading, known: _Known) -> Queue | None:
    """Everything that waits for this reader, each once, whatever they lead."""
    items: dict[int, Item] = {
        item.number: item for one in reading.seen for item in one.unit.waits_for(reading.reader)
    }
    if not items:
        return None
    oldest = min(items.values(), key=lambda item: (item.submitted_at, item.number))
    workdays = known.units.moment.plan.workdays.since(day_of(oldest.submitted_at), known.around.day)
    return Queue(len(items), oldest.number, workdays)


def _quotas(shown: Iterable[Seen]) -> list[tuple[str, Quota]]:
    """Of each school once."""
    found = {one.unit.school: one.unit.quota for one in shown if one.unit.quota is not None}
    return list(found.items())
