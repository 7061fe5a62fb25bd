"""Announcements on file: one state at a time, and one copy for each who is addressed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.outgoing import Kind
from bot.policy.people import Role, SchoolKind
from messages.outgoing import answer, dump_answer
from storage import announcements, chat_groups
from storage.announcements import (
    Posted,
    due,
    expired,
    find_announcement,
    move,
    newest_announcement,
    post_copies,
)
from storage.delivery_tables import outbox
from storage.outbox import has_posted
from tests.kit.addressees import PEOPLE, settle_groups, settle_people

AUTHOR, OTHER, THIRD = 1, 2, 3
NOW = 1_716_000_000_000
FORTNIGHT_MS = 14 * 24 * 3_600_000
TEACHERS = Audience(words="老师", to_groups=False, roles=frozenset({Role.TEACHER}))
PRIMARY = Audience(words="小学群", kinds=frozenset({SchoolKind.PRIMARY}))


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        settle_people(connection)
        settle_groups(connection, 3)
        yield connection


def put(connection, state=AnnouncementState.WAITING, audience=TEACHERS, **given):
    values = {"author_id": AUTHOR, "body": "请查收", "wants_receipt": False, "at": NOW}
    return announcements.put(connection, audience=audience, state=state, **{**values, **given})


def copies(connection, number):
    return connection.execute(
        select(outbox.c.key, outbox.c.kind, outbox.c.person_id, outbox.c.group_id)
        .where(outbox.c.announcement == number)
        .order_by(outbox.c.id)
    ).all()


def test_what_was_put_is_found_as_it_was(connection):
    first = put(connection)
    number = put(connection, AnnouncementState.SCHEDULED, urgent=True, corrects=first, due_at=NOW + 5)

    found = find_announcement(connection, number)
    assert found == newest_announcement(connection)
    assert (found.audience, found.addressed, found.urgent) == ("老师", TEACHERS, True)
    assert (found.corrects, found.due_at, found.state) == (first, NOW + 5, AnnouncementState.SCHEDULED)
    assert find_announcement(connection, number + 1) is None


def test_everybody_has_one_copy_with_the_same_words(connection):
    number = put(connection, AnnouncementState.POSTED)
    one = find_announcement(connection, number)
    said = answer("公告")

    assert post_copies(connection, one, TEACHERS, said, at=NOW) == Posted(people=40, groups=0)
    assert has_posted(connection)
    rows = copies(connection, number)
    assert [row.person_id for row in rows] == list(PEOPLE)
    assert rows[0] == (f"announcement/{number}/p1", Kind.ANNOUNCEMENT.value, 1, None)
    words = select(outbox.c.content, outbox.c.state, outbox.c.noted_at, outbox.c.expires_at).distinct()
    assert connection.execute(words).all() == [(dump_answer(said), "queued", NOW, NOW + FORTNIGHT_MS)]
    posted = find_announcement(connection, number)
    assert (posted.posted_at, posted.people, posted.groups) == (NOW, 40, 0)


def test_a_second_time_adds_nothing(connection):
    one = find_announcement(connection, put(connection, AnnouncementState.POSTED))
    post_copies(connection, one, TEACHERS, answer("公告"), at=NOW)

    assert post_copies(connection, one, TEACHERS, answer("公告"), at=NOW + 1) == Posted(40, 0)
    assert connection.scalar(select(func.count()).select_from(outbox)) == 40


def test_what_is_urgent_waits_for_no_morning(connection):
    one = find_announcement(connection, put(connection, AnnouncementState.POSTED, urgent=True))
    post_copies(connection, one, TEACHERS, answer("公告"), at=NOW)

    assert {row.kind for row in copies(connection, one.number)} == {Kind.URGENT.value}


def test_groups_get_theirs_and_a_stopped_one_as_well(connection):
    stopped, ended, open_ = (group.id for group in chat_groups.bound(connection))
    chat_groups.stop(connection, stopped, "93000", NOW)
    chat_groups.unbind(connection, ended, at=NOW)
    one = find_announcement(connection, put(connection, AnnouncementState.POSTED, EVERY_GROUP))

    assert post_copies(connection, one, EVERY_GROUP, answer("公告"), at=NOW) == Posted(people=0, groups=2)
    assert copies(connection, one.number) == [
        (f"announcement/{one.number}/g{stopped}", Kind.ANNOUNCEMENT.value, None, stopped),
        (f"announcement/{one.number}/g{open_}", Kind.ANNOUNCEMENT.value, None, open_),
    ]


def test_one_that_is_due_is_found_in_its_order(connection):
    later = put(connection, AnnouncementState.SCHEDULED, due_at=NOW + 2)
    sooner = put(connection, AnnouncementState.SCHEDULED, due_at=NOW + 1)
    put(connection, AnnouncementState.SCHEDULED, due_at=NOW + 3)
    put(connection, AnnouncementState.WAITING, due_at=NOW)

    assert [one.number for one in due(connection, NOW)] == []
    assert [one.number for one in due(connection, NOW + 2)] == [sooner, later]


def test_what_waits_long_enough_is_found(connection):
    old, new = put(connection, at=NOW), put(connection, at=NOW + 1)
    put(connection, AnnouncementState.SCHEDULED, at=NOW)

    assert [one.number for one in expired(connection, NOW - 1)] == []
    assert [one.number for one in expired(connection, NOW)] == [old]
    assert [one.number for one in expired(connection, NOW + 1)] == [old, new]


def test_the_author_is_not_the_second_person(connection):
    number = put(connection)

    assert not move(connection, number, AnnouncementState.POSTED, at=NOW, by=AUTHOR)
    assert move(connection, number, AnnouncementState.POSTED, at=NOW + 1, by=OTHER)
    one = find_announcement(connection, number)
    assert (one.approved_by, one.approved_at, one.state) == (OTHER, NOW + 1, AnnouncementState.POSTED)


def test_the_author_may_call_it_off(connection):
    number = put(connection)

    assert move(connection, number, AnnouncementState.CANCELLED, at=NOW + 1, by=AUTHOR)
    one = find_announcement(connection, number)
    assert (one.ended_by, one.ended_at, one.approved_by) == (AUTHOR, NOW + 1, None)


def test_the_timetable_posts_only_what_is_scheduled(connection):
    waiting, scheduled = put(connection), put(connection, AnnouncementState.SCHEDULED, due_at=NOW)

    assert not move(connection, waiting, AnnouncementState.POSTED, at=NOW, by=None)
    assert move(connection, scheduled, AnnouncementState.POSTED, at=NOW, by=None)


def test_a_second_confirmation_does_not_hurry_what_is_scheduled(connection):
    number = put(connection, due_at=NOW + 5)

    assert move(connection, number, AnnouncementState.SCHEDULED, at=NOW, by=OTHER)
    assert not move(connection, number, AnnouncementState.POSTED, at=NOW, by=THIRD)
    assert find_announcement(connection, number).approved_by == OTHER


def test_a_number_of_nobody_moves_nowhere(connection):
    assert not move(connection, 99, AnnouncementState.CANCELLED, at=NOW, by=AUTHOR)


def test_of_many_who_confirm_in_the_same_second_one_posts(database):
    with database.writing() as connection:
        settle_people(connection)
        number = put(connection)
    everybody = Barrier(4)

    def confirm(person_id):
        everybody.wait()
        with database.writing() as connection:
            return move(connection, number, AnnouncementState.POSTED, at=NOW, by=person_id)

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(confirm, (2, 3, 4, 5)))

    assert sorted(won) == [False, False, False, True]
    with database.reading() as connection:
        assert find_announcement(connection, number).approved_by == won.index(True) + 2
