"""A teacher of 示例县 with submissions, for what looks at their links."""

from sqlalchemy import insert, select, update

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.links import fingerprint
from storage.evidence import hand_in, hand_in_again, move
from storage.submissions import Link, find
from storage.tables import person, school
from storage.work_tables import evidence_link
from tests.kit.posted import posted

AUTHOR, LEADER = 1, 2


def settle(database):
    with database.writing() as connection:
        connection.execute(insert(school).values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(
            insert(person),
            [
                {"id": number, "staff_no": f"T{number}", "name": f"示例{number}", "school_id": 1}
                for number in (AUTHOR, LEADER)
            ],
        )


def links_of(*urls, extraction=""):
    return [Link(url=url, fingerprint=fingerprint(url), extraction=extraction) for url in urls]


def submit(database, code, *urls, extraction=""):
    """Its number."""
    with database.writing() as connection:
        return hand_in(
            connection,
            person_id=AUTHOR,
            code=code,
            note="",
            links=links_of(*urls, extraction=extraction),
            late=Lateness.IN_TIME,
            at=1,
            real_ms=1,
        )


def submit_again(database, number, *urls):
    with database.writing() as connection:
        hand_in_again(
            connection,
            find(connection, number),
            note="",
            links=links_of(*urls),
            late=Lateness.IN_TIME,
            at=2,
            real_ms=2,
        )


def becomes(database, number, state):
    kind = {
        EvidenceState.PASSED: EventKind.PASSED,
        EvidenceState.RETURNED: EventKind.RETURNED,
        EvidenceState.WITHDRAWN: EventKind.WITHDRAWN,
    }[state]
    with database.writing() as connection:
        move(connection, find(connection, number), state, kind, actor_id=LEADER, at=3)


def was_found(database, number, finding, *, checked_at, unanswered=0):
    with database.writing() as connection:
        connection.execute(
            update(evidence_link)
            .where(evidence_link.c.number == number)
            .values(finding=finding, checked_at=checked_at, unanswered=unanswered)
        )


def kept(database):
    """Per link, in order: finding, looks in a row without answer, whether it was looked at."""
    columns = evidence_link.c
    with database.reading() as connection:
        rows = connection.execute(
            select(columns.finding, columns.unanswered, columns.checked_at).order_by(columns.id)
        )
        return [(row.finding, row.unanswered, row.checked_at is not None) for row in rows]


def told(database):
    with database.reading() as connection:
        return posted(connection)
