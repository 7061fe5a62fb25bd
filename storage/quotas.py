"""The schools' quotas of 优秀: how many they may give, and how many they have given."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from bot.policy.people import PersonState
from bot.policy.plan import Plan
from bot.policy.quota import Quota
from bot.policy.standing import Grade
from storage.tables import certification, person, school


@dataclass(frozen=True, slots=True)
class SchoolQuota:
    """优秀 of one school."""

    name: str
    quota: Quota


def quotas(connection: Connection, school_ids: Iterable[int], plan: Plan) -> dict[int, SchoolQuota]:
    """优秀 by school: of the active roster, and how many of its points have it."""
    ids = sorted(set(school_ids))
    active = person.c.state == PersonState.ACTIVE.value
    used: dict[int, int] = {
        row[0]: row[1]
        for row in connection.execute(
            select(person.c.school_id, func.count())
            .join_from(person, certification, certification.c.person_id == person.c.id)
            .where(
                person.c.school_id.in_(ids),
                active,
                certification.c.ended_at.is_(None),
                certification.c.grade == Grade.EXCELLENT.value,
            )
            .group_by(person.c.school_id)
        )
    }
    rows = connection.execute(
        select(school.c.id, school.c.name, func.count(person.c.id))
        .outerjoin(person, and_(person.c.school_id == school.c.id, active))
        .where(school.c.id.in_(ids))
        .group_by(school.c.id, school.c.name)
    )
    return {
        school_id: SchoolQuota(
            name,
            Quota(
                active=people,
                points=plan.planned_certifications,
                percent=plan.excellent_percent,
                used=used.get(school_id, 0),
            ),
        )
        for school_id, name, people in rows
    }


def active_among(connection: Connection, person_ids: Iterable[int]) -> frozenset[int]:
    """Those who are on the active roster: only their 优秀 count."""
    found = connection.scalars(
        select(person.c.id).where(
            person.c.id.in_(sorted(set(person_ids))), person.c.state == PersonState.ACTIVE.value
        )
    )
    return frozenset(found)
