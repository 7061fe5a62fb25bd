"""落后名单: names for whoever looks after them, counts by school for the project office."""

from collections.abc import Sequence

from bot.policy.school import OWN_STEPS, STEPS, Band, Listed, band_of, together
from bot.policy.standing import Step
from handlers.led import group_labels, led_groups, led_school, led_school_name, led_schools
from handlers.turn import Turn
from handlers.unit_figures import progress, steps_asked_for
from messages.outgoing import Answer
from messages.taps import NEXT, reminding
from messages.texts import behind as texts
from messages.texts.unit_words import FILTERS
from storage.schools import all_schools
from storage.unit_standings import by_group, by_school, listed

_BANDS = tuple(Band)


def behind(turn: Turn) -> Answer:
    """Of several duties the one nearest to the people: the groups, then the school, then the county."""
    asked = steps_asked_for(turn)
    among = OWN_STEPS if asked == STEPS else asked
    if among is None or not set(among) <= set(OWN_STEPS):
        return texts.no_such_step(turn.arguments.filter)
    if led_groups(turn):
        return _of_groups(turn, among)
    if led_schools(turn):
        return _of_school(turn, among)
    return _of_county(turn, among)


def _of_groups(turn: Turn, among: Sequence[Step]) -> Answer:
    groups = led_groups(turn)
    labels = group_labels(groups)
    ids = [group.group_id for group in groups]
    tallies = by_group(turn.connection, ids)
    people = {group_id: listed(turn.connection, group_ids=[group_id], steps=STEPS) for group_id in ids}
    _seen(turn, {"groups": ids}, [one for members in people.values() for one in members])
    units = [
        texts.Unit(labels[group_id], progress(turn, tallies.get(group_id, ())), people[group_id])
        for group_id in ids
    ]
    return _reminding(texts.of_groups(units, among, turn.today), units, among)


def _of_school(turn: Turn, among: Sequence[Step]) -> Answer:
    school_id = led_school(turn)
    people = listed(turn.connection, school_ids=[school_id], steps=STEPS)
    _seen(turn, {"school": school_id}, people)
    found = progress(turn, by_school(turn.connection, [school_id]).get(school_id, ()))
    unit = texts.Unit(led_school_name(turn, school_id), found, people)
    return _reminding(texts.of_school(unit, among, turn.today), [unit], among)


def _of_county(turn: Turn, among: Sequence[Step]) -> Answer:
    tallies = by_school(turn.connection)
    ranked = [school for school in all_schools(turn.connection) if school.ranked]
    lines = [
        texts.SchoolLine(school.name, band_of(school.kind), found)
        for school in ranked
        if (found := progress(turn, tallies.get(school.school_id, ()))) is not None
    ]
    total = together(line.progress for line in lines)
    lines.sort(key=lambda line: (_BANDS.index(line.band), line.name))
    return texts.of_county(turn.plan.county, total, lines, among, turn.today)


def _reminding(said: Answer, units: Sequence[texts.Unit], among: Sequence[Step]) -> Answer:
    """With the reminder to tap where somebody is on the list; it is previewed first."""
    if not any(person.step in among for unit in units for person in unit.people):
        return said
    return said.choosing(NEXT, reminding("落后" if tuple(among) == OWN_STEPS else FILTERS[among[0]]))


def _seen(turn: Turn, scope: dict[str, object], people: Sequence[Listed]) -> None:
    turn.record("list.viewed", {**scope, "filter": turn.arguments.filter, "people": len(people)})
