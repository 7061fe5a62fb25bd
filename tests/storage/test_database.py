"""Transactions on both databases."""

import pytest
from sqlalchemy import select

from storage.tables import fact


def test_what_was_written_is_there_afterwards(database):
    with database.writing() as connection:
        connection.execute(fact.insert().values(name="a", value="1"))

    with database.reading() as connection:
        assert connection.execute(select(fact.c.value)).scalars().all() == ["1"]


def test_leaving_with_an_error_undoes_everything(database):
    with pytest.raises(RuntimeError), database.writing() as connection:
        connection.execute(fact.insert().values(name="a", value="1"))
        raise RuntimeError

    with database.reading() as connection:
        assert connection.execute(select(fact.c.value)).scalars().all() == []
