"""The roster as a stream: what an import would write again, and what stands beside it."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from bot.policy.people import PersonState, Role
from storage.export_people import ROWS_AT_ONCE
from storage.tables import account, person, role, school, teaching_group


class Entry(NamedTuple):
    """Somebody on the roster."""

    name: str
    staff_no: str  # as stored: of an identity or mobile number the keyed hash
    school: str
    group: str
    stage: str
    subject: str
    roles: tuple[Role, ...]  # that came with a roster
    granted: tuple[Role, ...]  # that were given by hand
    wecom: str
    dingtalk: str
    study_account: str
    state: PersonState
    mobile_tail: str


_PEOPLE = (
    select(
        person.c.id,
        person.c.name,
        person.c.staff_no,
        school.c.name.label("school"),
        func.coalesce(teaching_group.c.name, "").label("group_name"),
        person.c.stage,
        person.c.subject,
        func.coalesce(person.c.study_account, "").label("study_account"),
        person.c.state,
        person.c.mobile_tail,
    )
    .join_from(person, school, school.c.id == person.c.school_id)
    .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
    .order_by(person.c.id)
    .execution_options(yield_per=ROWS_AT_ONCE)
)
# What came with a roster first: a second account on the same platform is somebody's own doing.
_ACCOUNTS = (
    select(account.c.person_id, account.c.platform, account.c.verbatim)
    .order_by(account.c.person_id, account.c.source.desc(), account.c.id)
    .execution_options(yield_per=ROWS_AT_ONCE)
)
_ROLES = (
    select(role.c.person_id, role.c.role, role.c.source)
    .where(role.c.ended_at.is_(None))
    .order_by(role.c.person_id, role.c.id)
    .execution_options(yield_per=ROWS_AT_ONCE)
)


def roster(connection: Connection, school_id: int | None = None) -> Iterator[Entry]:
    """Of one school or of all, in the order in which people came."""
    people, accounts, roles = _PEOPLE, _ACCOUNTS, _ROLES
    if school_id is not None:
        mine = select(person.c.id).where(person.c.school_id == school_id)
        people = people.where(person.c.school_id == school_id)
        accounts = accounts.where(account.c.person_id.in_(mine))
        roles = roles.where(role.c.person_id.in_(mine))
    accounts_of, roles_of = _Beside(connection.execute(accounts)), _Beside(connection.execute(roles))
    states = {state.value: state for state in PersonState}
    for row in connection.execute(people):
        bound: dict[str, str] = {}
        for one in accounts_of.of(row.id):
            bound.setdefault(one.platform, one.verbatim)
        held = list(roles_of.of(row.id))
        yield Entry(
            name=row.name,
            staff_no=row.staff_no,
            school=row.school,
            group=row.group_name,
            stage=row.stage,
            subject=row.subject,
            roles=_roles(held, "roster"),
            granted=_roles(held, "grant"),
            wecom=bound.get("wecom", ""),
            dingtalk=bound.get("dingtalk", ""),
            study_account=row.study_account,
            state=states[row.state],
            mobile_tail=row.mobile_tail,
        )


class _Beside:
    """A second stream in the order of the people, of whom not everybody has a row in it."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        self._people = groupby(rows, key=lambda row: row.person_id)
        self._next = next(self._people, None)

    def of(self, person_id: int) -> tuple[Row[Any], ...]:
        while self._next is not None and self._next[0] <= person_id:
            found, rows = self._next
            here = tuple(rows) if found == person_id else ()
            self._next = next(self._people, None)
            if here:
                return here
        return ()


def _roles(held: Iterable[Row[Any]], source: str) -> tuple[Role, ...]:
    return tuple(dict.fromkeys(Role(one.role) for one in held if one.source == source))
