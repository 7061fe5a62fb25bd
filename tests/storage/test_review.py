"""Queues, quotas and shared links in the database: the same as the pure rules say."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.plan_file import load_plan
from bot.policy.calendar import Lateness
from bot.policy.decision import Desk, desk_of
from bot.policy.evidence import EvidenceState
from bot.policy.people import Grant, Role, Whereabouts, may_see
from bot.policy.review import Level, Reviewers, level_of, turn_of
from storage import evidence as changing
from storage import quotas, review
from storage.names import names_of, place_names, school_names
from storage.numbers import next_number
from storage.review import Part
from storage.shared_links import MOST_USERS, Twin, users_of
from storage.submissions import Link, newest_links
from storage.tables import certification, person, role, school, teaching_group
from storage.work_tables import evidence

PLAN = load_plan()
LONG = 1_000  # handed in before this instant: has waited long
# Group 1 and 2 are in school 1, group 3 in school 2; two people have no group.
PEOPLE = {
    1: (1, 1),
    2: (1, 1),
    3: (1, 2),
    4: (1, None),
    5: (2, 3),
    6: (2, 3),
    7: (2, None),
}


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(
            insert(school), [{"id": n, "name": f"示例第{n}小学", "kind": "primary"} for n in (1, 2)]
        )
        connection.execute(
            insert(teaching_group),
            [{"id": n, "school_id": s, "name": f"{n}组"} for n, s in ((1, 1), (2, 1), (3, 2))],
        )
        connection.execute(
            insert(person),
            [
                {"id": n, "staff_no": f"S{n}", "name": f"示例{n}", "school_id": s, "group_id": g}
                for n, (s, g) in PEOPLE.items()
            ],
        )
        yield connection
        connection.rollback()


def whereabouts(person_id):
    return Whereabouts(person_id, *PEOPLE[person_id])


def hand_in(connection, person_id, code="A5", *urls, at=LONG, late=Lateness.IN_TIME):
    return changing.hand_in(
        connection,
        person_id=person_id,
        code=code,
        note="",
        links=[Link(url=url, fingerprint=url) for url in urls or ("https://pan.example.com/s/1",)],
        late=late,
        at=at,
        real_ms=at,
    )


def give(connection, person_id, word, school_id=None, group_id=None, *, ended=None):
    connection.execute(
        insert(role).values(
            person_id=person_id,
            role=word.value,
            school_id=school_id,
            group_id=group_id,
            source="grant",
            granted_at=0,
            ended_at=ended,
        )
    )


# ── whose turn ──

people = st.sampled_from(sorted(PEOPLE))
held_roles = st.lists(
    st.tuples(
        people,
        st.one_of(
            st.tuples(st.just(Role.LEADER), st.just(None), st.sampled_from([1, 2, 3])),
            st.tuples(
                st.sampled_from([Role.PRINCIPAL, Role.SCHOOL_ADMIN]), st.sampled_from([1, 2]), st.none()
            ),
            st.tuples(st.sampled_from([Role.OFFICE, Role.OVERSIGHT]), st.none(), st.none()),
        ),
    ),
    max_size=8,
)
papers = st.lists(
    st.tuples(
        people,
        st.sampled_from([LONG - 1, LONG]),
        st.sampled_from([(EvidenceState.WAITING, Lateness.IN_TIME)] * 3 + [
            (EvidenceState.WAITING, Lateness.OVERDUE),
            (EvidenceState.RETURNED, Lateness.IN_TIME),
            (EvidenceState.PASSED, Lateness.AFTER_SOFT),
        ]),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(roles=held_roles, handed_in=papers, reader=people)
def test_a_queue_is_what_the_rules_say(connection, roles, handed_in, reader):
    with connection.begin_nested() as savepoint:
        for holder, (word, school_id, group_id) in roles:
            give(connection, holder, word, school_id, group_id)
        numbers = {}
        for place, (author, at, (state, late)) in enumerate(handed_in):
            number = hand_in(connection, author, f"B{place}", at=at, late=late)
            connection.execute(update(evidence).where(evidence.c.number == number).values(state=state.value))
            numbers[number] = (author, at, state, late)
        grants = {
            one: frozenset(Grant(w, s, g) for holder, (w, s, g) in roles if holder == one) for one in PEOPLE
        }
        expected = expected_parts(reader, grants, numbers)
        desk = desk_of(reader, grants[reader])

        for part in Part:
            found = review.waiting_in(connection, desk, part, waited_before=LONG)
            assert {one.submission.number for one in found} == expected[part], part
            assert review.count(connection, desk, part, waited_before=LONG) == len(found)
            keys = [(one.submission.submitted_at, one.submission.number) for one in found]
            assert keys == sorted(keys)
            for one in found:
                assert one.reviewers == reviewers_besides(one.submission.author, grants)
        visible = review.visible_up_to(connection, desk, 10**6)
        for number, (author, *_) in numbers.items():
            assert (number in visible) == may_see(whereabouts(reader), grants[reader], whereabouts(author))
        assert review.reviewers_for(connection, map(whereabouts, PEOPLE)) == {
            one: reviewers_besides(whereabouts(one), grants) for one in PEOPLE
        }
        savepoint.rollback()


def expected_parts(reader, grants, numbers):
    """By the pure rules, one submission after the other."""
    parts = {part: set() for part in Part}
    office = any(grant.role is Role.OFFICE for grant in grants[reader])
    for number, (author, at, state, late) in numbers.items():
        level = level_of(whereabouts(reader), grants[reader], whereabouts(author))
        if state is not EvidenceState.WAITING or level is None:
            continue
        if late is Lateness.OVERDUE:
            if office:
                parts[Part.HELD].add(number)
            continue
        parts[Part.OPEN].add(number)
        turn = turn_of(reviewers_besides(whereabouts(author), grants), waited_long=at < LONG)
        # Somebody with several roles has it in the list when it is the turn of any of them.
        levels = {
            one
            for grant in grants[reader]
            if (one := level_of(whereabouts(reader), frozenset({grant}), whereabouts(author))) is not None
        }
        parts[Part.THEIRS if levels & turn else Part.OTHERS].add(number)
    return parts


def reviewers_besides(author, grants):
    def anybody(level):
        return any(
            level_of(whereabouts(one), frozenset({grant}), author) is level
            for one in PEOPLE
            if one != author.person_id
            for grant in grants[one]
        )

    return Reviewers(anybody(Level.GROUP), anybody(Level.SCHOOL))


def test_a_role_that_has_ended_reviews_nothing(connection):
    hand_in(connection, 1)
    give(connection, 2, Role.LEADER, None, 1, ended=5)

    assert review.reviewers_for(connection, [whereabouts(1)]) == {1: Reviewers(leaders=False, leads=False)}
    office = desk_of(7, {Grant(Role.OFFICE)})
    assert review.count(connection, office, Part.THEIRS, waited_before=LONG) == 1


def test_a_list_ends_where_it_shall(connection):
    for place in range(5):
        hand_in(connection, 1, f"A{place}", at=LONG - place)
    desk = desk_of(2, {Grant(Role.LEADER, 1, 1)})

    found = review.waiting_in(connection, desk, Part.THEIRS, waited_before=LONG, most=2)

    assert [one.submission.code for one in found] == ["A4", "A3"]


def test_an_overdue_one_that_was_admitted_waits_like_others(connection):
    number = hand_in(connection, 1, late=Lateness.OVERDUE)
    desk = desk_of(2, {Grant(Role.LEADER, 1, 1)})
    assert review.count(connection, desk, Part.THEIRS, waited_before=LONG) == 0

    connection.execute(update(evidence).where(evidence.c.number == number).values(admitted_at=5))

    assert review.count(connection, desk, Part.THEIRS, waited_before=LONG) == 1


def test_whoever_has_opened_it_is_named(connection):
    number = hand_in(connection, 1)
    changing.claim(connection, number, 3, real_ms=77)
    desk = desk_of(2, {Grant(Role.LEADER, 1, 1)})

    (one,) = review.waiting_in(connection, desk, Part.THEIRS, waited_before=LONG)

    assert (one.claimer, one.submission.claimed_by, one.submission.claimed_at) == ("示例3", 3, 77)


def test_what_was_decided_since(connection):
    for place, (state, at, by) in enumerate(
        [("passed", 50, 2), ("passed", 60, 2), ("returned", 50, 2), ("passed", 49, 2), ("passed", 50, 3)]
    ):
        number = hand_in(connection, 1, f"A{place}")
        connection.execute(
            update(evidence)
            .where(evidence.c.number == number)
            .values(state=state, decided_at=at, decided_by=by)
        )
    desk = desk_of(2, {Grant(Role.LEADER, 1, 1)})

    assert review.decided_since(connection, desk, 50) == {
        EvidenceState.PASSED: 2,
        EvidenceState.RETURNED: 1,
    }


def test_numbers_of_other_kinds_are_seen_by_those_who_see_everything(connection):
    filing = next_number(connection, "filing", at=0)
    number = hand_in(connection, 5)

    assert review.visible_up_to(connection, desk_of(7, {Grant(Role.OVERSIGHT)}), 99) == {filing, number}
    assert review.visible_up_to(connection, desk_of(1, {Grant(Role.LEADER, 1, 1)}), 99) == frozenset()


# ── quotas ──


def test_a_quota_counts_the_active_and_their_excellent_points(connection):
    certified = [(1, "A1", "excellent"), (1, "A2", "pass"), (2, "A1", "excellent"), (5, "A1", "excellent")]
    connection.execute(
        insert(certification),
        [{"person_id": n, "code": code, "grade": grade, "certified_at": 1} for n, code, grade in certified],
    )
    connection.execute(update(person).where(person.c.id == 2).values(state="deferred"))
    connection.execute(
        insert(certification).values(person_id=3, code="A1", grade="excellent", certified_at=1, ended_at=2)
    )

    found = quotas.quotas(connection, [2, 1], PLAN)

    # School 1: four people, one deferred: 60 % of 9 = 5.4. School 2: three people.
    assert {n: (one.name, one.quota.active, one.quota.used, one.quota.total) for n, one in found.items()} == {
        1: ("示例第1小学", 3, 1, 5),
        2: ("示例第2小学", 3, 1, 5),
    }
    assert quotas.active_among(connection, [1, 2, 5]) == {1, 5}


def test_a_school_without_anybody_has_no_quota(connection):
    connection.execute(update(person).where(person.c.school_id == 2).values(state="retired"))

    assert quotas.quotas(connection, [2], PLAN)[2].quota.total == 0
    assert quotas.quotas(connection, [], PLAN) == {}


def test_the_schools_of_a_desk(connection):
    assert review.schools_of(connection, desk_of(1, {Grant(Role.LEADER, None, 3)})) == (2,)
    assert review.schools_of(
        connection, desk_of(1, {Grant(Role.LEADER, 1, 1), Grant(Role.PRINCIPAL, 2)})
    ) == (
        1,
        2,
    )


# ── links ──

EVERYTHING = Desk(person_id=99, groups=frozenset(), schools=frozenset(), office=True, sees_all=True)


def test_a_link_is_found_wherever_its_newest_version_has_it(connection):
    first, second = hand_in(connection, 1, "A5", "u", "v"), hand_in(connection, 5, "A5", "v")
    dropped, old = hand_in(connection, 2, "A5", "v"), hand_in(connection, 3, "A5", "v")
    connection.execute(update(evidence).where(evidence.c.number == dropped).values(state="withdrawn"))
    connection.execute(update(evidence).where(evidence.c.number == old).values(version=2))

    links = newest_links(connection, [first, old])

    assert [link.url for link in links[first]] == ["u", "v"]
    assert old not in links
    assert users_of(connection, links[first], EVERYTHING) == {
        "u": (Twin(first, whereabouts(1), "A5"),),
        "v": (Twin(first, whereabouts(1), "A5"), Twin(second, whereabouts(5), "A5")),
    }
    assert users_of(connection, [], EVERYTHING) == {}


def test_of_a_link_that_everybody_has_those_that_may_be_seen_come_first(connection):
    for place in range(MOST_USERS):
        hand_in(connection, 1, f"A{place}", "u")
    last = hand_in(connection, 5, "B1", "u")
    desk = replace(EVERYTHING, person_id=6, groups=frozenset({3}), office=False, sees_all=False)

    found = users_of(connection, [Link(url="u", fingerprint="u")], desk)["u"]

    assert len(found) == MOST_USERS
    assert found[0] == Twin(last, whereabouts(5), "B1")


def test_names(connection):
    assert names_of(connection, [1, 3, 99]) == {1: "示例1", 3: "示例3"}
    assert school_names(connection, {2}) == {2: "示例第2小学"}
    assert place_names(connection, whereabouts(1)) == ("示例第1小学", "1组")
    assert place_names(connection, whereabouts(7)) == ("示例第2小学", "")


def test_nobody_can_be_stored_as_having_decided_about_themselves(connection):
    number = hand_in(connection, 1)

    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(update(evidence).where(evidence.c.number == number).values(decided_by=1))
    assert connection.scalar(select(evidence.c.decided_by)) is None
