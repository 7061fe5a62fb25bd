"""Another plan judges everybody anew."""

from dataclasses import replace

from sqlalchemy import func, select

from bot.plan_change import bring_into_force
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.plan import Hours, PracticeSource
from storage.standings import differences
from storage.tables import audit, practice_entry, standing
from tests.bench.county import fill

PEOPLE = 1_200  # more than two pieces
NOW = 1_716_170_400_000


def test_a_plan_in_force_is_left_alone(database):
    fill(database, 3, schools=1)

    assert bring_into_force(database, load_plan(None), load_catalogue(None), NOW) == 0


def test_everybody_is_judged_by_the_new_plan_and_it_is_on_record(database):
    fill(database, PEOPLE, schools=3)
    plan, catalogue = load_plan(None), load_catalogue(None)
    easier = replace(plan, version="easier", requirement=replace(plan.requirement, online=Hours(100)))

    assert bring_into_force(database, easier, catalogue, NOW) == PEOPLE
    assert bring_into_force(database, easier, catalogue, NOW) == 0
    with database.reading() as connection:
        assert differences(connection, easier, catalogue) == ()
        assert connection.execute(select(audit.c.action, audit.c.detail)).all() == [
            ("plan", {"version": "easier", "people": PEOPLE})
        ]


def test_another_source_of_practice_hours_reverses_what_certification_had_granted(database):
    fill(database, 30, schools=1)
    plan, catalogue = load_plan(None), load_catalogue(None)
    bring_into_force(database, replace(plan, version="same"), catalogue, NOW)
    imported = replace(
        plan, version="imported", practice=replace(plan.practice, source=PracticeSource.IMPORTED)
    )

    bring_into_force(database, imported, catalogue, NOW)

    with database.reading() as connection:
        assert connection.scalar(select(func.sum(practice_entry.c.practice_hours))) == 0
        assert connection.scalar(select(func.sum(standing.c.practice_hours))) == 0
