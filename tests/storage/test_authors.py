"""What an author wants to know of their own submissions, on both databases."""

import pytest
from sqlalchemy import insert

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.people import Whereabouts
from storage import evidence
from storage.authors import (
    Decision,
    Named,
    OpenItem,
    around,
    decided_lately,
    first_open,
    newest_decisions,
    set_extraction,
)
from storage.submissions import Link, find, newest_links
from storage.tables import person, role, school, teaching_group

AUTHOR, LEADER, SECOND, ADMIN, OFFICE, AWAY = range(1, 7)
HERE = Whereabouts(AUTHOR, 1, 1)


@pytest.fixture
def connection(database):
    with database.engine.connect() as connection, connection.begin():
        connection.execute(
            insert(school),
            [{"id": n, "name": f"示例县第{n}小学", "kind": "primary"} for n in (1, 2)],
        )
        connection.execute(
            insert(teaching_group), [{"id": n, "school_id": 1, "name": f"{n}组"} for n in (1, 2)]
        )
        connection.execute(
            insert(person),
            [
                {
                    "id": n,
                    "staff_no": f"S{n}",
                    "name": f"示例{n}",
                    "school_id": 2 if n == AWAY else 1,
                    "group_id": 1 if n in {AUTHOR, LEADER, SECOND} else None,
                }
                for n in range(1, 7)
            ],
        )
        yield connection


def grant(connection, person_id, word, *, school_id=None, group_id=None, ended_at=None):
    connection.execute(
        insert(role).values(
            person_id=person_id,
            role=word,
            school_id=school_id,
            group_id=group_id,
            source="grant",
            granted_at=0,
            ended_at=ended_at,
        )
    )


def hand_in(connection, code, *urls, at=1000, author=AUTHOR, late=Lateness.IN_TIME):
    links = [Link(url=url, fingerprint=url) for url in urls or ("u",)]
    return evidence.hand_in(
        connection, person_id=author, code=code, note="", links=links, late=late, at=at, real_ms=at
    )


def move(connection, number, state, kind, *, at, remark=""):
    one = find(connection, number)
    evidence.move(connection, one, state, kind, actor_id=LEADER, at=at, remark=remark)


def test_reviewers_are_found_near_the_author_and_never_the_author(connection):
    grant(connection, AUTHOR, "leader", group_id=1)
    grant(connection, SECOND, "leader", group_id=1)
    grant(connection, LEADER, "leader", group_id=1)
    grant(connection, LEADER, "leader", group_id=1)  # by roster and by hand
    grant(connection, ADMIN, "leader", group_id=2)
    grant(connection, ADMIN, "school_admin", school_id=1)
    grant(connection, AWAY, "principal", school_id=2)
    grant(connection, OFFICE, "office")
    grant(connection, AWAY, "office", ended_at=1)

    found = around(connection, HERE)

    assert found.leaders == (Named(LEADER, "示例2"), Named(SECOND, "示例3"))
    assert found.leads == (Named(ADMIN, "示例4"),)
    assert found.office == (Named(OFFICE, "示例5"),)


def test_who_is_in_no_group_has_no_leader(connection):
    grant(connection, LEADER, "leader")  # of no group either

    assert around(connection, Whereabouts(AUTHOR, 1, None)).leaders == ()


def test_the_last_decisions_of_reviewers_come_with_their_versions(connection):
    first, other = hand_in(connection, "A5", at=1000), hand_in(connection, "A5", at=1500, author=AWAY)
    move(connection, first, EvidenceState.RETURNED, EventKind.RETURNED, at=2000)
    evidence.hand_in_again(
        connection, find(connection, first), note="", links=[Link(url="v", fingerprint="v")],
        late=Lateness.IN_TIME, at=3000, real_ms=3000,
    )  # fmt: skip
    move(connection, first, EvidenceState.PASSED, EventKind.PASSED, at=4000)
    move(connection, other, EvidenceState.PASSED, EventKind.PASSED, at=4500)

    assert decided_lately(connection, [LEADER]) == ((1500, 4500), (3000, 4000))
    assert decided_lately(connection, [AUTHOR]) == decided_lately(connection, []) == ()


def test_the_one_that_has_waited_longest_is_first(connection):
    late, early = hand_in(connection, "A5", at=2000), hand_in(connection, "B2", at=1000)

    assert first_open(connection, AUTHOR, EvidenceState.WAITING) == OpenItem(early, "B2", 1000, held=False)
    assert first_open(connection, AUTHOR, EvidenceState.RETURNED) is None
    move(connection, late, EvidenceState.RETURNED, EventKind.RETURNED, at=5000)
    assert first_open(connection, AUTHOR, EvidenceState.RETURNED) == OpenItem(late, "A5", 5000, held=False)


def test_what_is_overdue_waits_for_the_office(connection):
    number = hand_in(connection, "A5", late=Lateness.OVERDUE)

    assert first_open(connection, AUTHOR, EvidenceState.WAITING).held
    move(connection, number, EvidenceState.WAITING, EventKind.REOPENED, at=2000)
    assert not first_open(connection, AUTHOR, EvidenceState.WAITING).held


def test_links_are_those_of_the_newest_version(connection):
    number = hand_in(connection, "A5", "u", "v")
    evidence.hand_in_again(
        connection, find(connection, number), note="", links=[Link(url="w", fingerprint="w")],
        late=Lateness.IN_TIME, at=2000, real_ms=2000,
    )  # fmt: skip
    set_extraction(connection, number, 2, 1, "8k2d")

    assert newest_links(connection, [number]) == {
        number: (Link(url="w", fingerprint="w", extraction="8k2d"),)
    }
    assert newest_links(connection, []) == {}


def test_the_newest_decision_counts(connection):
    number, other = hand_in(connection, "A5"), hand_in(connection, "B2")
    move(connection, number, EvidenceState.RETURNED, EventKind.RETURNED, at=2000, remark="缺反思")
    move(connection, number, EvidenceState.WAITING, EventKind.REOPENED, at=2500)
    move(connection, number, EvidenceState.PASSED, EventKind.PASSED, at=3000, remark="好")

    assert newest_decisions(connection, [number, other]) == {
        number: Decision(EventKind.PASSED, "示例2", 3000, "好", "")
    }
