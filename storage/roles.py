"""Who may do what where, and who is to be told."""

from sqlalchemy import ColumnElement, Connection, bindparam, select

from bot.policy.people import LEADS, Grant, Role
from storage.tables import role, school, teaching_group

LEAD_WORDS = tuple(sorted(role.value for role in LEADS))
"""As the table `role` writes them."""
_GRANTS = select(role.c.role, role.c.school_id, role.c.group_id).where(
    role.c.person_id == bindparam("person_id"), role.c.ended_at.is_(None)
)


def grants_of(connection: Connection, person_id: int) -> frozenset[Grant]:
    """Everybody is a teacher, whatever else they are."""
    rows = connection.execute(_GRANTS, {"person_id": person_id})
    return frozenset(
        {Grant(Role.TEACHER), *(Grant(Role(word), school_id, group_id) for word, school_id, group_id in rows)}
    )


def named_grants_of(connection: Connection, person_id: int) -> tuple[tuple[Role, str], ...]:
    """Each role with the name of the group or school it covers, "" for the whole county."""
    rows = connection.execute(
        select(role.c.role, teaching_group.c.name, school.c.name)
        .outerjoin(teaching_group, teaching_group.c.id == role.c.group_id)
        .outerjoin(school, school.c.id == role.c.school_id)
        .where(role.c.person_id == person_id, role.c.ended_at.is_(None))
        .order_by(role.c.id)
    )
    return tuple((Role(word), group or of_school or "") for word, group, of_school in rows)


def leads_of(connection: Connection, school_id: int) -> tuple[int, ...]:
    """The people who lead a school: 校长 and 学校管理员."""
    return _holders(connection, role.c.role.in_(LEAD_WORDS), role.c.school_id == school_id)


def leaders_of(connection: Connection, group_id: int) -> tuple[int, ...]:
    """The people who lead a 教研组."""
    return _holders(connection, role.c.role == Role.LEADER.value, role.c.group_id == group_id)


def office_people(connection: Connection) -> tuple[int, ...]:
    return _holders(connection, role.c.role == Role.OFFICE.value)


def _holders(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[int, ...]:
    found = connection.scalars(
        select(role.c.person_id).where(role.c.ended_at.is_(None), *conditions).distinct()
    )
    return tuple(sorted(found))
