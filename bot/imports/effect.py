"""What an import would do to totals and to the next ranking, by the same pure rules, before anything is written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.imports.kinds import Kind
from bot.policy import ranking as rules
from bot.policy.people import PersonState, SchoolKind
from bot.policy.plan import Hours, Plan, RankingMode
from bot.policy.points import Catalogue
from bot.policy.ranking import Counted
from bot.policy.school import Band, band_of
from bot.policy.standing import Facts, Standing, completion_unit
from bot.policy.standing import standing as judge
from storage.crowd import chunks
from storage.school_counts import Count, Judged, by_school, judged
from storage.schools import School, all_schools
from storage.standings import facts_of

Change = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolEffect:
    """One school before and after."""

    name: str
    band: Band
    before: Count
    after: Count
    place_before: int | None  # in the ranking of its band; None = without a place
    place_after: int | None

    @property
    def moves(self) -> bool:
        return self.place_before != self.place_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Of a whole import."""

    before: Count  # of all schools that take part in the ranking
    after: Count
    unit: int  # what completions are numerators over
    newly_done: int  # people
    newly_unranked: int  # of those, in units that take no part in the ranking
    no_longer_done: int
    schools: tuple[SchoolEffect, ...]  # whichever look otherwise, or move in the ranking
    places: bool  # whether the plan gives places at all


def effect_of(  # noqa: PLR0913, PLR0917  the ground and the work
    connection: Connection,
    plan: Plan,
    catalogue: Catalogue,
    kind: Kind,
    changes: Sequence[Change],
    as_of: date | None,
) -> Effect:
    """`changes` as planned; reads only."""
    schools = {school.school_id: school for school in all_schools(connection)}
    counts = by_school(connection)
    after = {school_id: list(count) for school_id, count in counts.items()}
    newly = unranked = lost = 0
    if kind is not Kind.SCHOOLS:
        for was, now in _verdicts(connection, plan, catalogue, kind, changes, as_of):
            if now.active and now.done and not (was and was.active and was.done):
                newly += 1
                unranked += not schools[now.school_id].ranked
            lost += bool(was and was.active and was.done) and not (now.active and now.done)
            for one, sign in ((was, -1), (now, 1)):
                if one is not None and one.active:
                    sums = after.setdefault(one.school_id, [0, 0, 0])
                    for place, amount in enumerate((1, one.done, one.completion)):
                        sums[place] += sign * amount
    later = {school_id: Count(*sums) for school_id, sums in after.items()}
    renewed = _renewed(schools, changes) if kind is Kind.SCHOOLS else schools
    return _compared(plan, (schools, counts), (renewed, later), (newly, unranked, lost))


_State = tuple[Mapping[int, School], Mapping[int, Count]]


def _compared(plan: Plan, now: _State, then: _State, people: tuple[int, int, int]) -> Effect:
    unit = completion_unit(plan.requirement)
    was, will = _board(plan, *now), _board(plan, *then)
    places_before = {row.school_id: row.place for row in was}
    places_after = {row.school_id: row.place for row in will}
    found = []
    for school_id, school in then[0].items():
        one = SchoolEffect(
            name=school.name,
            band=band_of(school.kind),
            before=now[1].get(school_id, Count()),
            after=then[1].get(school_id, Count()),
            place_before=places_before.get(school_id),
            place_after=places_after.get(school_id),
        )
        if one.moves or one.before != one.after:
            found.append(one)
    order = list(Band)
    found.sort(key=lambda one: (order.index(one.band), one.place_after or len(then[0]), one.name))
    before, after = was.total, will.total
    return Effect(
        before=Count(before.active, before.done, before.completion),
        after=Count(after.active, after.done, after.completion),
        unit=unit,
        newly_done=people[0],
        newly_unranked=people[1],
        no_longer_done=people[2],
        schools=tuple(found),
        places=plan.ranking_mode is RankingMode.RANKED,
    )


def _board(plan: Plan, schools: Mapping[int, School], counts: Mapping[int, Count]) -> rules.Board:
    taking_part = [
        Counted(school_id, schools[school_id].name, band_of(schools[school_id].kind), *count)
        for school_id, count in counts.items()
        if count.active and schools[school_id].ranked
    ]
    return rules.board(
        taking_part,
        completion_unit(plan.requirement),
        places=plan.ranking_mode is RankingMode.RANKED,
        smallest=plan.ranking_smallest_unit,
    )


def _renewed(schools: Mapping[int, School], changes: Iterable[Change]) -> Mapping[int, School]:
    """New schools have nobody yet, and stand nowhere."""
    rows = {change["id"]: change["row"] for change in changes if change["id"] is not None}
    return {
        school_id: (
            replace(
                school,
                name=rows[school_id]["name"],
                kind=SchoolKind(rows[school_id]["kind"]),
                ranked=rows[school_id]["ranked"],
            )
            if school_id in rows
            else school
        )
        for school_id, school in schools.items()
    }


def _verdicts(  # noqa: PLR0913, PLR0917  the ground and the work
    connection: Connection,
    plan: Plan,
    catalogue: Catalogue,
    kind: Kind,
    changes: Sequence[Change],
    as_of: date | None,
) -> Iterator[tuple[Judged | None, Judged]]:
    """What is stored of everybody whom it touches, and what would be."""
    touching: dict[int, list[Change]] = defaultdict(list)
    known: dict[Facts, Standing] = {}
    for change in changes:
        if change["id"] is not None:
            touching[change["id"]].append(change)
        else:
            row = change["row"]
            facts = _newcomer(row)
            yield None, _judged(facts, row["school_id"], plan, catalogue, known)
    stored = judged(connection, list(touching))
    for chunk in chunks(touching):
        for person_id, now in facts_of(connection, chunk).items():
            was = stored.get(person_id)
            facts, school_id = now, was.school_id if was else None
            for change in touching[person_id]:
                facts = _changed(facts, kind, change, as_of)
                school_id = change["row"]["school_id"] if "row" in change else school_id
            if school_id is not None:
                yield was, _judged(facts, school_id, plan, catalogue, known)


def _judged(
    facts: Facts, school_id: int, plan: Plan, catalogue: Catalogue, known: dict[Facts, Standing]
) -> Judged:
    verdict = known.get(facts)
    if verdict is None:
        verdict = known[facts] = judge(facts, plan, catalogue)
    return Judged(school_id, verdict.active, verdict.done, verdict.completion)


def _newcomer(row: Mapping[str, Any]) -> Facts:
    return Facts(
        state=PersonState(row["state"]),
        has_study_account=bool(row["study_account"]),
        online=None,
        online_as_of=None,
        practice=Hours(0),
        chosen=(),
        certified=(),
    )


def _changed(facts: Facts, kind: Kind, change: Change, as_of: date | None) -> Facts:
    match kind:
        case Kind.ONLINE_HOURS:
            return replace(facts, online=change["hours"], online_as_of=as_of) if change["counts"] else facts
        case Kind.PRACTICE_HOURS:
            return replace(facts, practice=Hours(facts.practice + change["hours"] - change["reversed_hours"]))
        case Kind.ROSTER if "row" in change:
            row = change["row"]
            return replace(
                facts, state=PersonState(row["state"]), has_study_account=bool(row["study_account"])
            )
        case Kind.ROSTER if change.get("free_study_account"):
            return replace(facts, has_study_account=False)
    return facts
