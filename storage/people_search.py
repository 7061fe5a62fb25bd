"""People found by name, pinyin initials, number or the end of a mobile number, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, literal, or_, select

from bot.policy.people import PersonState, Role
from bot.policy.plan import Hours
from bot.policy.standing import Step
from storage.identifiers import TAIL, Identifiers, is_mobile, is_personal
from storage.initials import other_readings
from storage.tables import person, role, school, standing, teaching_group

PAGE: Final = 50
COUNTED: Final = 1_000
"""Beyond that it is only said that there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom the visitor may see; None = everybody."""

    school_ids: frozenset[int]
    group_ids: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; empty fields ask for nothing."""

    words: str = ""
    school_id: int | None = None
    school: str = ""  # part of its name
    state: PersonState | None = None
    step: Step | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One person as a list shows them."""

    person_id: int
    name: str
    number: str  # 人员编号 as it may be shown
    school_id: int
    school: str
    group: str
    state: PersonState
    mobile_tail: str
    online: Hours | None
    practice: Hours
    certified: int
    step: Step
    roles: tuple[Role, ...]  # beside 教师


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: where the next page begins, None on the last one. `total`: of the first, at most `COUNTED` + 1."""

    people: tuple[Found, ...]
    total: int | None
    after: int | None


def search(
    connection: Connection, wanted: Wanted, scope: Scope | None, identifiers: Identifiers, *, after: int = 0
) -> Page:
    """In the order of the roster; `after`: the last person of the page before."""
    conditions = _conditions(wanted, scope, identifiers)
    matching = _narrowed(select(person.c.id), wanted).where(*conditions)
    # Counted on the first page only, with the same walk: looking for a part of a name has no index.
    most = COUNTED + 1 if after == 0 else PAGE + 1
    ids = connection.scalars(matching.where(person.c.id > after).order_by(person.c.id).limit(most)).all()
    shown = ids[:PAGE]
    return Page(
        people=_described(connection, shown),
        total=len(ids) if after == 0 else None,
        after=shown[-1] if len(ids) > PAGE else None,
    )


def members(connection: Connection, group_id: int) -> tuple[Found, ...]:
    """Everybody of a 教研组, in the order of the roster."""
    ids = select(person.c.id).where(person.c.group_id == group_id).order_by(person.c.id)
    return _described(connection, connection.scalars(ids).all())


def _narrowed(statement: Select[Any], wanted: Wanted) -> Select[Any]:
    return (
        statement
        if wanted.step is None
        else statement.join(standing, standing.c.person_id == person.c.id).where(
            standing.c.next_step == wanted.step.value, standing.c.active
        )
    )


def _conditions(wanted: Wanted, scope: Scope | None, identifiers: Identifiers) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope is not None:
        found.append(
            or_(
                person.c.school_id.in_(sorted(scope.school_ids)),
                person.c.group_id.in_(sorted(scope.group_ids)),
            )
        )
    if wanted.school_id is not None:
        found.append(person.c.school_id == wanted.school_id)
    if wanted.school:
        named = or_(
            school.c.name.contains(wanted.school, autoescape=True),
            school.c.short_name.contains(wanted.school, autoescape=True),
        )
        found.append(person.c.school_id.in_(select(school.c.id).where(named)))
    if wanted.state is not None:
        found.append(person.c.state == wanted.state.value)
    if wanted.role is not None:
        found.append(_holds(wanted.role))
    if wanted.words:
        found.append(or_(*_by_words(wanted.words, identifiers)))
    return found


def _holds(which: Role) -> ColumnElement[bool]:
    held = exists().where(role.c.person_id == person.c.id, role.c.ended_at.is_(None))
    return ~held if which is Role.TEACHER else held.where(role.c.role == which.value)


def _by_words(words: str, identifiers: Identifiers) -> list[ColumnElement[bool]]:
    """Each in a form that the database has an index for, as far as there is one."""
    if is_personal(words):
        stored, _ = identifiers.stored(words)
        ways: list[ColumnElement[bool]] = [person.c.staff_no == stored]
        if is_mobile(words):
            ways.append(person.c.mobile_hash == identifiers.mobile(words)[0])
        return ways
    ways = [
        person.c.name.contains(words, autoescape=True),
        # What is hashed begins alike for everybody.
        and_(person.c.staff_no_tail == "", person.c.staff_no.startswith(words, autoescape=True)),
    ]
    if words.isascii() and words.upper() != words:
        upper = person.c.staff_no.startswith(words.upper(), autoescape=True)
        ways.append(and_(person.c.staff_no_tail == "", upper))
    if words.isascii() and words.isalpha():
        letters = words.lower()
        ways.append(_between(letters))
        ways += [
            and_(_between(stored), person.c.name.startswith(surname, autoescape=True))
            for stored, surname in other_readings(letters)
        ]
    if words.isascii() and len(words) == TAIL:
        ways += [person.c.mobile_tail == words, person.c.staff_no_tail == words.upper()]
    return ways


def _between(letters: str) -> ColumnElement[bool]:
    """Initials that begin so, as a range of small letters: an index serves that in every collation."""
    beginning = letters.rstrip("z")
    if not beginning:
        return person.c.initials >= letters
    return and_(
        person.c.initials >= letters, person.c.initials < beginning[:-1] + chr(ord(beginning[-1]) + 1)
    )


def _described(connection: Connection, person_ids: Sequence[int]) -> tuple[Found, ...]:
    if not person_ids:
        return ()
    held: dict[int, set[Role]] = {}
    roles = select(role.c.person_id, role.c.role).where(
        role.c.person_id.in_(person_ids), role.c.ended_at.is_(None)
    )
    for person_id, word in connection.execute(roles):
        held.setdefault(person_id, set()).add(Role(word))
    rows = connection.execute(
        select(
            person,
            school.c.name.label("school_name"),
            teaching_group.c.name.label("group_name"),
            standing.c.online_hours,
            func.coalesce(standing.c.practice_hours, literal(0)).label("practice_hours"),
            func.coalesce(standing.c.certified, "").label("certified"),
            func.coalesce(standing.c.next_step, Step.NO_ACCOUNT.value).label("next_step"),
        )
        .select_from(person)
        .join(school, school.c.id == person.c.school_id)
        .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
        .outerjoin(standing, standing.c.person_id == person.c.id)
        .where(person.c.id.in_(person_ids))
        .order_by(person.c.id)
    )
    return tuple(
        Found(
            person_id=row.id,
            name=row.name,
            number=f"****{row.staff_no_tail}" if row.staff_no_tail else row.staff_no,
            school_id=row.school_id,
            school=row.school_name,
            group=row.group_name or "",
            state=PersonState(row.state),
            mobile_tail=row.mobile_tail,
            online=row.online_hours,
            practice=Hours(row.practice_hours),
            certified=len(row.certified.split()),
            step=Step(row.next_step),
            roles=tuple(one for one in Role if one in held.get(row.id, ())),
        )
        for row in rows
    )
