"""What the benchmarks run on is what the rules say of it."""

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.bench import generator
from tests.bench.growth import slope

PEOPLE, SCHOOLS = 1_200, 14


@pytest.fixture
def province(database: Database) -> Database:
    generator.generate(database, PEOPLE, SCHOOLS)
    return database


def test_every_standing_is_what_the_rules_derive_from_what_is_on_file(province):
    assert generator.faults(province) == 0
    with province.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM standing")) == PEOPLE
        assert connection.scalar(text("SELECT count(DISTINCT school_id) FROM standing")) == SCHOOLS
        states = set(connection.scalars(text("SELECT DISTINCT state FROM evidence")))
    assert states == {"waiting", "returned", "passed", "excellent", "withdrawn"}


def test_every_reference_leads_somewhere(province):
    """They were taken on trust while it was made."""
    with province.reading() as connection:
        if province.is_sqlite:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            return
        references = connection.execute(
            text(
                "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname"
                " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
                " JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'"
            )
        ).all()
        assert references
        for table, column, target, key in references:
            lost = (
                f"SELECT count(*) FROM {table} t WHERE t.{column} IS NOT NULL"
                f" AND NOT EXISTS (SELECT 1 FROM {target} o WHERE o.{key} = t.{column})"
            )
            assert connection.scalar(text(lost)) == 0, (table, column)


def test_slope_of_what_doubles_with_the_size_is_one_and_of_what_stays_is_none():
    assert slope([1_000, 2_000, 4_000], [3.0, 6.0, 12.0]) == pytest.approx(1)
    assert slope([1_000, 300_000], [7.0, 7.0]) == pytest.approx(0)
