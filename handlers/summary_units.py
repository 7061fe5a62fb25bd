"""Units as summaries see them, read for many schools at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from bot.policy import summary as rules
from bot.policy.calendar import end_of
from bot.policy.duties import Duty
from bot.policy.filing import Slot, SlotStanding
from bot.policy.plan import Plan
from bot.policy.quota import Quota
from bot.policy.review import Level, turn_of
from bot.policy.school import Progress, SchoolRate, Tally, progress, together
from bot.policy.standing import completion_unit
from bot.policy.summary import COUNTY, NOTHING, Happened, of_group, of_school
from handlers.summary_unit import Queued, Unit
from messages.texts.leader_summary import Owed
from storage import summaries
from storage.filings import county_slots
from storage.groups import Group, groups_among
from storage.names import school_names
from storage.review import reviewers_for
from storage.summaries import Active
from storage.unit_standings import by_group, by_school


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When it is looked at, and by which plan."""

    plan: Plan
    today: date
    at: int  # epoch milliseconds of the real clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """What was read of some schools, or of all."""

    moment: Moment
    event: int  # the newest
    school_names: Mapping[int, str]
    groups_by_id: Mapping[int, Group]
    schools: Mapping[int, Progress]  # with anybody active
    groups: Mapping[int, Progress]
    groups_by_school: Mapping[int, Sequence[int]]  # of those in `groups`
    people: Mapping[str, Sequence[tuple[int, bool]]]  # by unit
    queues: Mapping[str, Sequence[Queued]]
    slots: Mapping[int, dict[Slot, SlotStanding]]  # of schools of the county's total
    ticked: Mapping[int, frozenset[Duty]]

    def group(self, group_id: int) -> Unit | None:
        """None with nobody active."""
        of, key = self.groups.get(group_id), of_group(group_id)
        if of is None:
            return None
        group = self.groups_by_id[group_id]
        return Unit(
            key=key,
            name=group.name,
            level=Level.GROUP,
            school=group.school_name,
            quota=_quota(self.moment.plan, self.schools.get(group.school_id)),
            progress=of,
            figures=rules.figures(of, self.people.get(key, ()), event=self.event, at=self.moment.at),
            queue=tuple(self.queues.get(key, ())),
        )

    def school(self, school_id: int) -> Unit | None:
        """None with nobody active."""
        of, key = self.schools.get(school_id), of_school(school_id)
        if of is None:
            return None
        name, slots = self.school_names[school_id], self.slots.get(school_id)
        owed = (
            None
            if slots is None
            else Owed(slots=slots, duties=_open_duties(self.ticked.get(school_id, frozenset())))
        )
        figures = rules.figures(
            of,
            self.people.get(key, ()),
            owed=frozenset() if owed is None else _owed_words(owed),
            filed=frozenset(slot.value for slot, one in (slots or {}).items() if one.filed),
            event=self.event,
            at=self.moment.at,
        )
        return Unit(
            key=key,
            name=name,
            level=Level.SCHOOL,
            school=name,
            quota=_quota(self.moment.plan, of),
            progress=of,
            figures=figures,
            queue=tuple(self.queues.get(key, ())),
            groups=self._incomplete_groups(school_id),
            owed=owed,
        )

    def county(self, ranked: Iterable[int], owed: frozenset[str]) -> Unit | None:
        """`ranked`: schools of the county's total; `owed`: what waits for the office, and what does not work."""
        of = together(self.schools[school_id] for school_id in ranked if school_id in self.schools)
        if of is None:
            return None
        return Unit(
            key=COUNTY,
            name=self.moment.plan.county,
            level=Level.OFFICE,
            school="",
            quota=None,
            progress=of,
            figures=rules.figures(of, (), owed=owed, event=self.event, at=self.moment.at),
            queue=tuple(self.queues.get(COUNTY, ())),
        )

    def schools_at_zero(self, among: Iterable[int]) -> tuple[str, ...]:
        """By name: those in which nobody is done yet."""
        found = {one: of for one in among if (of := self.schools.get(one)) is not None}
        return tuple(sorted(self.school_names[one] for one, of in found.items() if not of.rate.done))

    def _incomplete_groups(self, school_id: int) -> tuple[tuple[str, SchoolRate], ...]:
        """The furthest behind first."""
        of_school = [
            (self.groups_by_id[group_id].name, rate)
            for group_id in self.groups_by_school.get(school_id, ())
            if not (rate := self.groups[group_id].rate).complete
        ]
        return tuple(sorted(of_school, key=lambda one: (one[1].rate, one[0])))


def read_units(
    connection: Connection,
    moment: Moment,
    school_ids: Sequence[int] | None = None,
    *,
    people: bool = True,
    duties: bool = True,
) -> Units:
    """`school_ids`: None = all; `people`: also groups, and who is done; `duties`: what schools owe as well."""
    known = summaries.active_people(connection, school_ids) if people else ()
    schools = _progress(by_school(connection, school_ids), moment.plan)
    in_groups = {one.group_id for one in known if one.group_id is not None}
    groups_by_id = {group.group_id: group for group in groups_among(connection, in_groups)}
    groups = _progress(by_group(connection, sorted(in_groups)), moment.plan)
    return Units(
        moment=moment,
        event=summaries.newest_event(connection),
        school_names=school_names(connection, schools),
        groups_by_id=groups_by_id,
        schools=schools,
        groups=groups,
        groups_by_school=_by_school(groups, groups_by_id),
        people=_by_unit(known),
        queues=_queues(connection, moment, school_ids),
        slots={one.school_id: one.slots for one in county_slots(connection)} if duties else {},
        ticked=summaries.ticked(connection) if duties else {},
    )


def by_unit(
    happened: Mapping[tuple[int, int | None], Happened], ranked: Iterable[int] = ()
) -> dict[str, Happened]:
    """What has happened in each group and school, and in the county, whose total has the schools `ranked`."""
    counted = frozenset(ranked)
    found: dict[str, Happened] = {}
    for (school_id, group_id), what in happened.items():
        keys = [of_school(school_id)]
        keys += [] if group_id is None else [of_group(group_id)]
        keys += [COUNTY] if school_id in counted else []
        for key in keys:
            found[key] = found.get(key, NOTHING) + what
    return found


def _queues(
    connection: Connection, moment: Moment, school_ids: Sequence[int] | None
) -> dict[str, list[Queued]]:
    items = summaries.waiting_items(connection, school_ids)
    reviewers = reviewers_for(connection, [item.author for item in items]) if items else {}
    rule = moment.plan.review.waiting_workdays
    long = end_of(moment.plan.workdays.last_waiting_more_than(rule, moment.today))
    found: dict[str, list[Queued]] = {}
    for item in items:
        turn = turn_of(reviewers[item.author.person_id], waited_long=item.submitted_at < long)
        keys = [COUNTY, of_school(item.author.school_id)]
        keys += [] if item.author.group_id is None else [of_group(item.author.group_id)]
        for key in keys:
            found.setdefault(key, []).append(Queued(item, turn))
    return found


def _progress(tallies: Mapping[int, Iterable[Tally]], plan: Plan) -> dict[int, Progress]:
    unit = completion_unit(plan.requirement)
    found = ((number, progress(some, unit)) for number, some in tallies.items())
    return {number: of for number, of in found if of is not None}


def _by_school(groups: Iterable[int], known: Mapping[int, Group]) -> dict[int, list[int]]:
    """Looked through once: a province has sixty thousand groups, and every school asks for its own."""
    found: dict[int, list[int]] = {}
    for group_id in groups:
        found.setdefault(known[group_id].school_id, []).append(group_id)
    return found


def _by_unit(people: Iterable[Active]) -> dict[str, list[tuple[int, bool]]]:
    found: dict[str, list[tuple[int, bool]]] = {}
    for one in people:
        found.setdefault(of_school(one.school_id), []).append((one.person_id, one.done))
        if one.group_id is not None:
            found.setdefault(of_group(one.group_id), []).append((one.person_id, one.done))
    return found


def _quota(plan: Plan, of: Progress | None) -> Quota:
    """Of a whole school; None = with nobody active."""
    return Quota(
        active=0 if of is None else of.rate.active,
        points=plan.planned_certifications,
        percent=plan.excellent_percent,
        used=0 if of is None else of.excellent,
    )


def _open_duties(ticked: frozenset[Duty]) -> tuple[Duty, ...]:
    return tuple(duty for duty in Duty if duty not in ticked)


def _owed_words(owed: Owed) -> frozenset[str]:
    """A slot that comes back from the office is news, as is one that nobody has thought of before."""
    slots = {
        f"{'returned' if one.returned else 'missing'}/{slot.value}"
        for slot, one in owed.slots.items()
        if one.schools_turn
    }
    return frozenset({*slots, *(f"duty/{duty.value}" for duty in owed.duties)})
