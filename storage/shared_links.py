"""Links of submissions, and which of them were handed in more than once."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, select

from bot.policy.decision import Desk
from bot.policy.evidence import EvidenceState
from bot.policy.people import Whereabouts
from storage.review import seen_from
from storage.submissions import Link
from storage.tables import person
from storage.work_tables import evidence, evidence_link

MOST_USERS = 40


@dataclass(frozen=True, slots=True)
class Twin:
    """A submission whose newest version contains a link."""

    number: int
    author: Whereabouts
    code: str


def users_of(connection: Connection, links: Iterable[Link], desk: Desk) -> dict[str, tuple[Twin, ...]]:
    """By fingerprint: submissions that have such a link in their newest version and were not withdrawn.

    At most `MOST_USERS` of each, those that the desk may see first: a whole county may share one link.
    """
    wanted = sorted({link.fingerprint for link in links})
    columns = evidence_link.c
    place = func.row_number().over(
        partition_by=columns.fingerprint, order_by=(case((seen_from(desk), 0), else_=1), columns.number)
    )
    users = (
        select(
            columns.fingerprint, columns.number, evidence.c.code, place.label("place"),
            person.c.id, person.c.school_id, person.c.group_id,
        )
        .join(evidence, and_(evidence.c.number == columns.number, evidence.c.version == columns.version))
        .join(person, person.c.id == evidence.c.person_id)
        .where(columns.fingerprint.in_(wanted), evidence.c.state != EvidenceState.WITHDRAWN.value)
        .subquery()
    )  # fmt: skip
    found: dict[str, list[Twin]] = {}
    for row in connection.execute(
        select(users).where(users.c.place <= MOST_USERS).order_by(users.c.fingerprint, users.c.place)
    ):
        twin = Twin(row.number, Whereabouts(row.id, row.school_id, row.group_id), row.code)
        found.setdefault(row.fingerprint, []).append(twin)
    return {fingerprint: tuple(twins) for fingerprint, twins in found.items()}
