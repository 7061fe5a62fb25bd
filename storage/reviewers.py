"""Who would review whose evidence, for everybody at once."""

from sqlalchemy import Connection, select

from bot.policy.people import Role
from storage.roles import LEAD_WORDS
from storage.tables import person, role


def reviewers_of(connection: Connection) -> dict[int, int]:
    """By author: a leader of the group, else a lead of the school, else somebody of the office; never the author.

    People for whom there is nobody are left out.
    """
    leaders: dict[int, list[int]] = {}
    leads: dict[int, list[int]] = {}
    office: list[int] = []
    rows = connection.execute(
        select(role.c.person_id, role.c.role, role.c.school_id, role.c.group_id)
        .where(role.c.ended_at.is_(None))
        .order_by(role.c.person_id)
    )
    for holder, word, school_id, group_id in rows:
        if word == Role.LEADER.value and group_id is not None:
            leaders.setdefault(group_id, []).append(holder)
        elif word in LEAD_WORDS and school_id is not None:
            leads.setdefault(school_id, []).append(holder)
        elif word == Role.OFFICE.value:
            office.append(holder)
    found = {}
    for author, school_id, group_id in connection.execute(
        select(person.c.id, person.c.school_id, person.c.group_id)
    ):
        able = [*leaders.get(group_id, ()), *leads.get(school_id, ()), *office]
        reviewer = next((one for one in able if one != author), None)
        if reviewer is not None:
            found[author] = reviewer
    return found
