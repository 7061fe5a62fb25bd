"""The course of 合格率 over the rankings that were posted, on both databases."""

from datetime import date, timedelta

from storage.delivery_tables import ranking_row, ranking_snapshot
from storage.ranking_trends import Posted, online_data_of, posted_between, trend
from storage.snapshots import advance_online_as_of
from storage.tables import school

MONDAY = date(2024, 5, 6)


def snapshot(number, day, version=1):
    return {
        "id": number,
        "day": day,
        "version": version,
        "taken_at": 1,
        "taken_on": day,
        "last_import": 0,
        "last_audit": 0,
        "as_of": day,
        "mode": "ranked",
        "plan_version": "x",
        "completion_unit": 1,
    }


def row(number, school_id, done, active=10):
    return {
        "snapshot_id": number,
        "school_id": school_id,
        "position": school_id,
        "school_name": "示例",
        "band": "primary",
        "active": active,
        "done": done,
        "completion": 0,
    }


def settle(database, snapshots, rows):
    with database.writing() as connection:
        connection.execute(
            school.insert(), [{"id": n, "name": f"示例县第{n}小学", "kind": "primary"} for n in (1, 2)]
        )
        connection.execute(ranking_snapshot.insert(), snapshots)
        if rows:
            connection.execute(ranking_row.insert(), rows)


def test_a_trend_is_of_the_newest_version_of_each_day(database):
    days = [MONDAY, MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)]
    settle(
        database,
        [snapshot(1, days[0]), snapshot(2, days[1]), snapshot(3, days[1], 2), snapshot(4, days[2])],
        [row(1, 1, 3), row(1, 2, 5), row(2, 1, 9), row(3, 1, 4), row(3, 2, 6), row(4, 2, 7, 20)],
    )
    with database.reading() as connection:
        own, everybody = trend(connection, 1, until=days[2]), trend(connection, None, until=days[2])
        earlier = trend(connection, 1, until=days[1], most=1)
        week = [
            posted_between(connection, day, day + timedelta(days=1))
            for day in (days[2], days[2] + timedelta(days=1))
        ]

    # The second day was corrected from 9 to 4; on the third the first school was not part of it.
    assert own == (Posted(days[0], 3, 10), Posted(days[1], 4, 10), Posted(days[2], 0, 0))
    assert everybody == (Posted(days[0], 8, 20), Posted(days[1], 10, 20), Posted(days[2], 7, 20))
    assert earlier == (Posted(days[1], 4, 10),)
    assert week == [True, False]


def test_without_a_ranking_there_is_no_trend(database):
    with database.reading() as connection:
        assert trend(connection, None, until=MONDAY) == ()


def test_online_data_are_of_the_day_that_the_ranking_says(database):
    friday = MONDAY - timedelta(days=3)
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    corrected = {**snapshot(2, MONDAY, 2), "as_of": MONDAY - timedelta(days=1)}
    settle(
        database,
        [{**snapshot(1, MONDAY), "as_of": friday}, corrected, {**snapshot(3, tuesday), "as_of": None}],
        [],
    )
    with database.writing() as connection:
        advance_online_as_of(connection, wednesday)
        days = [online_data_of(connection, day) for day in (MONDAY, tuesday, wednesday)]

    # Monday's was corrected, Tuesday's had no file yet, Wednesday's is still to be posted.
    assert days == [MONDAY - timedelta(days=1), None, wednesday]
