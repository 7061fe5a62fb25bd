"""提醒: a leader reminds the own group, a school's lead the school, the office a school or few people of the county."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.policy.people import LEADS, PersonState, Role
from bot.policy.reminders import (
    Hearing,
    Hold,
    again_on,
    forbidden_around,
    hearing,
    hold,
    may_remind_on,
    next_open_day,
)
from bot.policy.school import OWN_STEPS, STEPS
from bot.policy.standing import Step
from handlers.ask_again import ask_again
from handlers.led import group_labels, is_office, led_groups, led_school, led_school_name, led_schools
from handlers.named_school import named_school
from handlers.outlook import Ground
from handlers.preview import preview
from handlers.reminding import expires_at, said_to
from handlers.turn import Turn
from handlers.unit_figures import steps_asked_for
from messages.commands import Command
from messages.outgoing import Answer, Part
from messages.texts import remind as texts
from messages.texts.reminders import leader
from messages.texts.unit_words import name_with_step
from messages.texts.who_am_i import ROLES
from messages.texts.wording import listed as joined
from storage import reminders
from storage.crowd import CHUNK
from storage.reminders import Candidate, Occasion
from storage.unit_standings import by_school, listed

MOST = CHUNK
"""People in one reminder by hand: what concerns more is an announcement."""
_BEHIND = "落后"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """Whose people the asker may remind."""

    unit: str
    title: str  # of the asker, there
    group_ids: tuple[int, ...] | None = None
    school_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Round:
    """Who would be reminded now, and who would not."""

    reached: tuple[Candidate, ...]
    held: Counter[Hold]
    lately: tuple[Candidate, ...]  # too soon after the last one


def remind(turn: Turn) -> Answer:
    if turn.arguments.numbers:
        return ask_again(turn)
    at_once = turn.arguments.when in ("", turn.today.isoformat())
    scope = _scope(turn) if at_once else texts.not_timed(_words(turn))
    if isinstance(scope, Answer):
        return scope
    people = _meant(turn, scope)
    if isinstance(people, Answer):
        return people
    plan = turn.plan
    heard = hearing(turn.now, plan.quiet, plan.workdays)
    if not may_remind_on(heard.day, plan.reminders, plan.workdays):
        return texts.not_on(heard.day, next_open_day(heard.day, plan.reminders, plan.workdays))
    found = _round(turn, people, heard)
    told = texts.Round(
        unit=scope.unit,
        names=tuple(people[one.person_id] for one in found.reached),
        held=found.held,
        workdays=plan.quiet.reminder_workdays,
        heard_at=heard.at if heard.at > turn.now else None,
    )
    if not found.reached:
        days = [day for one in found.lately for day in one.remindable.reminded_on]
        return texts.nobody(told, min((again_on(day, plan) for day in days), default=None))
    go_on = _reminded if turn.confirmed else _previewed
    return go_on(turn, scope, found, heard, told)


def _words(turn: Turn) -> str:
    """What was asked for, without a time."""
    said = turn.arguments
    whom = said.name or " ".join(filter(None, (said.filter or _BEHIND, said.school)))
    return f"{Command.REMIND.value} {whom}"


def _scope(turn: Turn) -> _Scope | Answer:
    """Of several duties the one nearest to the people, as in 落后名单; a school or a name tells which is meant."""
    if turn.arguments.school:
        return _named_school(turn)
    scopes = list(_scopes(turn))
    name = turn.arguments.name
    if name and len(scopes) > 1:
        return next((one for one in scopes if _called(turn, one, name)), scopes[-1])
    return scopes[0]


def _scopes(turn: Turn) -> Iterator[_Scope]:
    """Everything that the asker leads, the nearest to the people first."""
    if groups := led_groups(turn):
        labels = group_labels(groups)
        yield _Scope(unit=joined(labels.values()), title=ROLES[Role.LEADER], group_ids=tuple(labels))
    if led_schools(turn):
        yield _school(turn, led_school(turn))
    if is_office(turn):
        yield _Scope(unit=turn.plan.county, title=ROLES[Role.OFFICE])


def _school(turn: Turn, school_id: int) -> _Scope:
    roles = {grant.role for grant in turn.grants() if grant.school_id == school_id} & LEADS
    title = ROLES[Role.PRINCIPAL if Role.PRINCIPAL in roles else Role.SCHOOL_ADMIN]
    return _Scope(unit=led_school_name(turn, school_id), title=title, school_ids=(school_id,))


def _named_school(turn: Turn) -> _Scope | Answer:
    school = named_school(turn, Command.REMIND)
    if isinstance(school, Answer):
        return school
    if school.school_id in led_schools(turn):
        return _school(turn, school.school_id)
    if is_office(turn):
        return _Scope(unit=school.name, title=ROLES[Role.OFFICE], school_ids=(school.school_id,))
    return texts.not_led(school.name)


def _meant(turn: Turn, scope: _Scope) -> Mapping[int, str] | Answer:
    """By id, with the name as it is shown: whoever was named, or everybody on the list that was asked for."""
    if turn.arguments.name:
        return _named(turn, scope, turn.arguments.name)
    asked = turn.arguments.filter or _BEHIND
    among = OWN_STEPS if asked == _BEHIND else steps_asked_for(turn)
    if among is None:
        return texts.no_such_step(asked)
    people = _how_many(turn, among) if scope.group_ids is None and scope.school_ids is None else 0
    if people <= MOST:
        found = listed(turn.connection, group_ids=scope.group_ids, school_ids=scope.school_ids, steps=among)
        people = len(found)
    if people > MOST:
        return texts.too_many(scope.unit, people, MOST, asked)
    return {one.person_id: name_with_step(one) for one in found}


def _how_many(turn: Turn, among: Sequence[Step]) -> int:
    """In the whole county, without reading anybody's name."""
    tallies = [one for school in by_school(turn.connection).values() for one in school]
    return sum(one.people for one in tallies if one.step in among and one.state is PersonState.ACTIVE)


def _named(turn: Turn, scope: _Scope, name: str) -> Mapping[int, str] | Answer:
    ids = _called(turn, scope, name)
    if not ids:
        return texts.nobody_called(name, scope.unit)
    if len(ids) > 1:
        return texts.namesakes(name, scope.unit, len(ids))
    return dict.fromkeys(ids, name)


def _called(turn: Turn, scope: _Scope, name: str) -> Sequence[int]:
    return reminders.called(turn.connection, name, group_ids=scope.group_ids, school_ids=scope.school_ids)


def _round(turn: Turn, people: Mapping[int, str], heard: Hearing) -> _Round:
    """In the order of `people`."""
    near = forbidden_around(heard.day, turn.plan)
    found = reminders.candidates(turn.connection, sorted(people), near, reminding=turn.confirmed)
    place = {person_id: place for place, person_id in enumerate(people)}
    found.sort(key=lambda one: place[one.person_id])
    judged = [(one, _why_not(turn, one, heard)) for one in found]
    return _Round(
        reached=tuple(one for one, why in judged if why is None),
        held=Counter(why for _, why in judged if why is not None),
        lately=tuple(one for one, why in judged if why is Hold.LATELY),
    )


def _why_not(turn: Turn, one: Candidate, heard: Hearing) -> Hold | None:
    if one.person_id == turn.person.person_id:
        return Hold.ASKER
    return hold(one.remindable, heard.day, turn.plan)


def _previewed(turn: Turn, scope: _Scope, found: _Round, heard: Hearing, told: texts.Round) -> Answer:
    turn.record("list.viewed", {**_detail(turn, scope), "people": len(found.reached)})
    ground, by = Ground(turn.plan, turn.catalogue, heard.day), _by(turn, scope)
    kinds = []
    for step in STEPS:
        here = [one for one in found.reached if one.step is step]
        if here:
            first = here[0]
            kinds.append(texts.Kind(step, len(here), first.name, said_to(first, ground, by)))
    said = texts.preview(told, kinds, turn.plan.confirm_minutes)
    return preview(turn, Command.REMIND, turn.arguments, said)


def _reminded(turn: Turn, scope: _Scope, found: _Round, heard: Hearing, told: texts.Round) -> Answer:
    ground, by = Ground(turn.plan, turn.catalogue, heard.day), _by(turn, scope)
    occasion = Occasion(
        day=heard.day,
        by=turn.actor,
        at=turn.real_ms,
        expires_at=expires_at(heard, turn.now_ms, turn.real_ms),
    )
    said = [(one.person_id, said_to(one, ground, by)) for one in found.reached]
    reminders.remind(turn.connection, said, occasion)
    turn.record(
        "people.reminded",
        {
            **_detail(turn, scope),
            "people": [person_id for person_id, _ in said],
            "left_out": {why.value: people for why, people in found.held.items()},
        },
    )
    return texts.reminded(told)


def _by(turn: Turn, scope: _Scope) -> tuple[Part, ...]:
    return leader(scope.title, turn.person.name)


def _detail(turn: Turn, scope: _Scope) -> dict[str, object]:
    said = turn.arguments
    return {
        "groups": scope.group_ids,
        "schools": scope.school_ids,
        "filter": said.filter,
        "name": said.name,
    }
