"""What goes to the driver as it is behaves as if SQLAlchemy had sent it: in its transaction, with its errors."""

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.prepared import Prepared
from storage.tables import school

BY_NAME = Prepared(select(school.c.id, school.c.kind).where(school.c.name == bindparam("called")))
ADD = Prepared(
    insert(school).values(name=bindparam("called"), kind="primary", ranked=True).returning(school.c.id)
)
RENAME = Prepared(
    update(school).where(school.c.name == bindparam("called")).values(name=bindparam("to_be_called"))
)


def test_values_are_bound_by_name_and_fixed_ones_stay(database):
    with database.writing() as connection:
        ((number,),) = ADD.all(connection, called="示例一小")

        assert BY_NAME.all(connection, called="示例一小") == [(number, "primary")]
        assert RENAME.changed(connection, called="示例一小", to_be_called="示例二小") == 1
        assert RENAME.changed(connection, called="示例一小", to_be_called="示例二小") == 0
        assert BY_NAME.all(connection, called="示例一小") == []


def test_it_is_rolled_back_with_the_transaction_that_it_stands_in(database):
    with pytest.raises(KeyError), database.writing() as connection:
        ADD.all(connection, called="示例一小")
        raise KeyError

    with database.reading() as connection:
        assert BY_NAME.all(connection, called="示例一小") == []


def test_a_reader_sees_one_state_from_the_first_statement_on(database):
    with database.reading() as connection:
        assert BY_NAME.all(connection, called="示例一小") == []
        assert connection.in_transaction()


def test_errors_are_those_that_sqlalchemy_raises(database):
    with pytest.raises(IntegrityError), database.writing() as connection:
        ADD.all(connection, called="示例一小")
        ADD.all(connection, called="示例一小")
