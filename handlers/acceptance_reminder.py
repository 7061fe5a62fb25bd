"""验收 提醒: what each school's leads hear of the people who are missing, at most once in some workdays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from bot.policy.acceptance import FEW
from bot.policy.reminders import forbidden_around
from bot.policy.school import Listed
from handlers.led import is_office
from handlers.preview import preview
from handlers.turn import Turn
from handlers.unit_figures import progress
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import acceptance_reminder as texts
from storage.notices import note_each
from storage.school_leads import leads_by_school, reminded_on, reminder_key
from storage.schools import School, all_schools
from storage.unit_standings import by_school, listed


@dataclass(frozen=True, slots=True)
class _Round:
    """Whom to tell of whom, by live figures: what people still do counts once it is thawed."""

    few: tuple[School, ...]
    many: tuple[School, ...]
    unreachable: tuple[str, ...]
    done: int  # schools that were reminded too lately
    missing: Mapping[int, int]  # by school, how many people are not done
    leads: Mapping[int, Sequence[int]]

    @property
    def schools(self) -> tuple[School, ...]:
        return (*self.few, *self.many)


def remind(turn: Turn) -> Answer:
    if not is_office(turn):
        return texts.office_only()
    plan = _round(turn)
    if not plan.schools:
        return texts.nothing(unreachable=plan.unreachable, done=plan.done)
    if turn.confirmed:
        return _reminded(turn, plan)
    said = texts.preview(
        [(school.name, plan.missing[school.school_id]) for school in plan.few],
        [(school.name, plan.missing[school.school_id]) for school in plan.many],
        unreachable=plan.unreachable,
        done=plan.done,
        minutes=turn.plan.confirm_minutes,
    )
    return preview(turn, Command.ACCEPTANCE, turn.arguments, said)


def _round(turn: Turn) -> _Round:
    found = {school_id: progress(turn, tallies) for school_id, tallies in by_school(turn.connection).items()}
    missing = {school_id: of.missing for school_id, of in found.items() if of is not None and of.missing}
    own = turn.person.person_id
    led = leads_by_school(turn.connection)
    # Whoever reminds is not told what they have done themselves.
    leads = {school_id: [one for one in found if one != own] for school_id, found in led.items()}
    wanted = [
        school for school in all_schools(turn.connection) if school.ranked and school.school_id in missing
    ]
    done = _reminded_lately(turn, leads)
    reached = [school for school in wanted if leads.get(school.school_id) and school.school_id not in done]
    few = {school.school_id for school in reached if missing[school.school_id] <= FEW}
    return _Round(
        few=tuple(school for school in reached if school.school_id in few),
        many=tuple(school for school in reached if school.school_id not in few),
        unreachable=tuple(school.name for school in wanted if school.school_id not in led),
        done=sum(school.school_id in done for school in wanted),
        missing=missing,
        leads=leads,
    )


def _reminded_lately(turn: Turn, leads: Mapping[int, Sequence[int]]) -> frozenset[int]:
    """Schools; as far apart as the reminders of one person (rules, section 8)."""
    first, _ = forbidden_around(turn.today, turn.plan)
    days = (first + timedelta(days=number) for number in range((turn.today - first).days + 1))
    return frozenset().union(*(reminded_on(turn.connection, leads, day) for day in days))


def _reminded(turn: Turn, plan: _Round) -> Answer:
    notices = list(_notices(turn, plan))
    note_each(turn.connection, notices, at=turn.real_ms)
    told = sorted({person_id for person_id, _, _ in notices})
    turn.record(
        "acceptance.reminded",
        {
            "schools": {str(school.school_id): plan.missing[school.school_id] for school in plan.schools},
            "told": told,
        },
    )
    return texts.reminded(len(plan.schools), len(told), unreachable=plan.unreachable, done=plan.done)


def _notices(turn: Turn, plan: _Round) -> Iterator[tuple[int, str, str]]:
    """Person, key and text of each."""
    names = _names(turn, plan.few)
    for school in plan.schools:
        school_id = school.school_id
        said = texts.notice(school.name, plan.missing[school_id], names.get(school_id, ()))
        for person_id in plan.leads[school_id]:
            yield person_id, reminder_key(school_id, turn.today), said


def _names(turn: Turn, schools: Sequence[School]) -> Mapping[int, Sequence[Listed]]:
    people = listed(turn.connection, school_ids=[school.school_id for school in schools])
    return {
        school_id: tuple(members) for school_id, members in groupby(people, key=lambda one: one.school_id)
    }
