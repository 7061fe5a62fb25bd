"""Counting schools, keeping what was posted, and what was put right behind it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from bot.plan_file import load_plan
from bot.policy import ranking as rules
from bot.policy.plan import RankingMode
from bot.policy.ranking import Counted
from bot.policy.school import Band
from storage import rankings
from storage.delivery_tables import picture, ranking_row, ranking_snapshot
from storage.ranking_changes import Corrections, corrections_since
from storage.rankings import Taken
from storage.tables import (
    audit,
    import_run,
    online_snapshot,
    person,
    person_state_change,
    practice_entry,
    school,
    standing,
)

UNIT = 22_500
DAY = date(2024, 5, 21)
TAKEN = Taken(
    day=DAY,
    at=1_716_285_600_000,
    on=DAY,
    as_of=date(2024, 5, 20),
    mode=RankingMode.RANKED,
    plan_version=load_plan(None).version,
    last_import=3,
    last_audit=4,
)
FIRST, SECOND, SMALL, BUREAU, EMPTY = range(1, 6)


@pytest.fixture
def connection(database):
    """A primary of six with two done, a junior of five with one, a unit of two, one that is not ranked, an empty one."""
    with database.writing() as connection:
        kinds = ("primary", "nine_year", "kindergarten", "other", "primary")
        connection.execute(
            school.insert(),
            [
                {"id": number, "name": f"示例单位{number}", "kind": kind, "ranked": number != BUREAU}
                for number, kind in enumerate(kinds, 1)
            ],
        )
        settle(connection, FIRST, done=2, others=4)
        settle(connection, SECOND, done=1, others=4)
        settle(connection, SMALL, done=0, others=2)
        settle(connection, BUREAU, done=3, others=3)
        settle(connection, EMPTY, done=1, others=0, active=False)
        yield connection


def settle(connection, school_id, *, done, others, active=True):
    for number in range(done + others):
        person_id = school_id * 100 + number
        finished = number < done
        connection.execute(
            person.insert().values(id=person_id, staff_no=f"S{person_id}", name="示例", school_id=school_id)
        )
        connection.execute(
            standing.insert().values(
                person_id=person_id,
                school_id=school_id,
                active=active,
                practice_hours=0,
                done=finished,
                completion=UNIT if finished else number * 1000,
                next_step="none" if finished else "hours",
                rule_version="x",
            )
        )


def made(connection, *, mode=RankingMode.RANKED, before=None):
    return rules.board(
        rankings.counted(connection),
        UNIT,
        places=mode is RankingMode.RANKED,
        smallest=5,
        before=before,
    )


def test_units_that_take_part_and_have_somebody_are_counted(connection):
    # completions: 2 × 22500 + 2000 + 3000 + 4000 + 5000 = 59000; 22500 + 1000 + … + 4000 = 32500; 0 + 1000
    assert sorted(rankings.counted(connection)) == [
        Counted(FIRST, "示例单位1", Band.PRIMARY, 6, 2, 59_000),
        Counted(SECOND, "示例单位2", Band.JUNIOR, 5, 1, 32_500),
        Counted(SMALL, "示例单位3", Band.KINDERGARTEN, 2, 0, 1_000),
    ]
    assert all(type(cell) is int for one in rankings.counted(connection) for cell in (one[0], *one[3:]))


def test_how_far_the_others_of_a_school_are(connection):
    assert sorted(rankings.completions_of_the_missing(connection, FIRST)) == [2000, 3000, 4000, 5000]


@pytest.mark.parametrize("mode", [RankingMode.RANKED, RankingMode.PROGRESS])
def test_what_was_posted_is_read_back_as_it_was(connection, mode):
    board = made(connection, mode=mode, before={(FIRST, Band.PRIMARY): 4})
    taken = replace(TAKEN, mode=mode)
    kept = rankings.keep(connection, taken, 1, board)
    connection.execute(standing.update().values(done=True))

    found = rankings.of_day(connection, DAY, smallest=5)

    assert found == kept
    assert (found.board, found.taken, found.version, found.corrected) == (board, taken, 1, False)


def test_a_name_stays_as_it_was_that_day(connection):
    rankings.keep(connection, TAKEN, 1, made(connection))
    connection.execute(school.update().where(school.c.id == FIRST).values(name="示例县改名小学"))

    assert "示例单位1" in [row.name for row in rankings.of_day(connection, DAY, smallest=5).board]


def test_the_newest_version_of_a_day_is_the_one_that_counts(connection):
    rankings.keep(connection, TAKEN, 1, made(connection))
    connection.execute(standing.update().where(standing.c.school_id == FIRST).values(done=False))
    rankings.keep(connection, TAKEN, 2, made(connection))

    assert rankings.of_day(connection, DAY, smallest=5).corrected
    assert rankings.of_day(connection, DAY, smallest=5, version=1).board.total.done == 3
    assert rankings.of_day(connection, DAY, smallest=5).board.total.done == 1


def test_a_version_is_kept_once(connection):
    assert rankings.keep(connection, TAKEN, 1, made(connection)) is not None
    assert rankings.keep(connection, TAKEN, 1, made(connection)) is None
    assert len(connection.execute(select(ranking_snapshot)).all()) == 1
    assert len(connection.execute(select(ranking_row)).all()) == 3


def test_movement_is_against_the_last_ranking_with_places_before_that_day(connection):
    place = {(FIRST, Band.PRIMARY): 1, (SECOND, Band.JUNIOR): 1}
    rankings.keep(connection, replace(TAKEN, day=date(2024, 5, 17)), 1, made(connection))
    progress = replace(TAKEN, day=date(2024, 5, 20), mode=RankingMode.PROGRESS)
    rankings.keep(connection, progress, 1, made(connection, mode=RankingMode.PROGRESS))

    assert rankings.places_before(connection, date(2024, 5, 17)) == {}
    assert rankings.places_before(connection, DAY) == place
    assert rankings.places_before(connection) == place


def test_the_nearest_posted_days_are_found(connection):
    for day in (date(2024, 5, 16), date(2024, 5, 17), date(2024, 5, 22)):
        rankings.keep(connection, replace(TAKEN, day=day), 1, made(connection))

    assert rankings.posted_days_near(connection, date(2024, 5, 20)) == (date(2024, 5, 17), date(2024, 5, 22))
    assert rankings.posted_days_near(connection, date(2024, 5, 16)) == (date(2024, 5, 17),)
    assert rankings.posted_days_near(connection, date(2024, 6, 1)) == (date(2024, 5, 22),)


def test_the_same_picture_is_kept_once(connection):
    first = rankings.keep_picture(connection, b"png", at=1)

    assert rankings.keep_picture(connection, b"png", at=2) == first
    assert rankings.keep_picture(connection, b"other", at=2) != first
    assert len(connection.execute(select(picture)).all()) == 2


# ── what was put right ──


def applied(connection, kind, number, *, as_of=None, started=10, finished=20, state="applied"):
    connection.execute(
        import_run.insert().values(
            id=number,
            kind=kind,
            file_name="x",
            file_hash="x",
            as_of=as_of,
            state=state,
            counts={},
            started_at=started,
            finished_at=finished,
        )
    )


def online(connection, number, as_of, person_id=FIRST * 100):
    applied(connection, "online-hours", number, as_of=as_of)
    connection.execute(
        online_snapshot.insert().values(person_id=person_id, as_of=as_of, online_hours=100, import_id=number)
    )


def since(connection):
    return corrections_since(
        connection, last_import=TAKEN.last_import, last_audit=TAKEN.last_audit, as_of=TAKEN.as_of
    )


NOTHING = Corrections(frozenset(), frozenset(), frozenset(), lists=False)


def test_nothing_was_put_right_where_nothing_happened(connection):
    assert since(connection) == NOTHING


@pytest.mark.parametrize("as_of", [date(2024, 5, 20), date(2024, 5, 13)])
def test_online_hours_of_the_same_day_or_older_put_right(connection, as_of):
    online(connection, 4, as_of)

    assert since(connection) == replace(NOTHING, by_import=frozenset({FIRST}))


def test_newer_online_hours_are_news(connection):
    online(connection, 4, date(2024, 5, 21))

    assert since(connection) == NOTHING


def test_an_import_that_the_ranking_knew_puts_nothing_right(connection):
    online(connection, 3, date(2024, 5, 20))

    assert since(connection) == NOTHING


def test_an_import_under_way_puts_nothing_right_yet(connection):
    applied(connection, "roster", 4, state="applying")

    assert since(connection) == NOTHING


def test_practice_hours_are_put_right_by_reversal_and_otherwise_come_on_top(connection):
    entry = {"practice_hours": 800, "source": "imported", "reference": "x", "entered_at": 1}
    connection.execute(practice_entry.insert().values(id=1001, person_id=FIRST * 100, **entry))
    applied(connection, "practice-hours", 4)
    connection.execute(practice_entry.insert().values(person_id=SECOND * 100, import_id=4, **entry))
    assert since(connection) == NOTHING

    back = entry | {"practice_hours": -800, "reverses_id": 1001, "import_id": 4}
    connection.execute(practice_entry.insert().values(person_id=FIRST * 100, **back))

    assert since(connection) == replace(NOTHING, by_import=frozenset({FIRST}))


def test_a_roster_touches_the_schools_of_those_whom_it_moved(connection):
    applied(connection, "roster", 4, started=10, finished=20)
    moves = [(FIRST, 9), (SECOND, 10), (SMALL, 20), (BUREAU, 21)]
    connection.execute(
        person_state_change.insert(),
        [{"person_id": where * 100, "state": "retired", "school_id": where, "at": at} for where, at in moves],
    )

    assert since(connection) == replace(NOTHING, by_import=frozenset({SECOND, SMALL}), lists=True)


def test_what_was_reopened_touches_its_authors_school(connection):
    said = {"at": 1, "actor": "person:1", "detail": {}}
    for number, action, who in (
        (4, "evidence.reopened", FIRST),
        (5, "evidence.reopened", SECOND),
        (6, "evidence.passed", SMALL),
    ):
        connection.execute(audit.insert().values(id=number, action=action, person_id=who * 100, **said))

    assert since(connection) == replace(NOTHING, by_reopening=frozenset({SECOND}))


@pytest.mark.parametrize(
    "action", ["online.uncounted", "online.counted", "practice.reversed", "person.state"]
)
def test_what_the_office_corrects_of_a_person_touches_their_school(connection, action):
    said = {"at": 1, "actor": "person:1", "detail": {}}
    connection.execute(audit.insert().values(id=5, action=action, person_id=SECOND * 100, **said))

    assert since(connection) == replace(NOTHING, by_hand=frozenset({SECOND}))
