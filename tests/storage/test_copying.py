"""Whatever one database holds is there in the other, and what differs is found."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    String,
    delete,
    insert,
    select,
    text,
    update,
)

from storage import copying, every_table
from storage.columns import metadata
from storage.copying import CopyFault, Digest
from storage.database import Database
from storage.outbox import Post, post
from storage.restoring import RestoreFault, put_rows
from storage.schema import migrate
from storage.tables import audit, fact, inbox, person, school

ODD = "引号' \" \\ 反斜线\n换行\t，😀，ﬀ"


VALUES = {  # that only this type keeps
    JSON: {"b": [1, None, ODD], "a": {"z": 0.5, "y": True}},
    Boolean: True,
    Date: date(2024, 2, 29),
    LargeBinary: bytes(range(256)),
    Integer: 2**31 - 1,
}


def value(column):
    if column.name == "source" and column.table.name == "role":
        return "grant"  # a CHECK names what may stand there
    if column.foreign_keys:
        return None if column.nullable else 1
    if isinstance(column.type, String):
        return ODD[: column.type.length or 100]
    if column.primary_key and isinstance(column.type, Integer):
        return 1
    return next(found for kind, found in VALUES.items() if isinstance(column.type, kind))


@pytest.fixture
def full(database):
    """A row in every table that there is."""
    with database.writing() as connection:
        connection.execute(delete(fact))  # what migrations have noted there
        for table in metadata.sorted_tables:
            connection.execute(insert(table).values({one.name: value(one) for one in table.columns}))
    return database


@pytest.fixture
def other(database, postgres, tmp_path):
    """An empty one of the other kind."""
    if database.is_sqlite:
        with postgres.database() as address:
            found = Database(address)
            yield found
            found.close()
        return
    found = Database(f"sqlite:///{tmp_path}/other.db")
    migrate(found)
    yield found
    found.close()


def test_no_module_of_tables_is_left_out():
    modules = {path.stem for path in Path(every_table.__file__).parent.glob("*tables.py")}
    assert modules <= set(vars(every_table))


def test_every_table_reads_the_same_in_the_other_kind_of_database(full, other):
    copied = put_rows(full, other, emptied=False)

    assert {content.rows for content in copied.values()} == {1}
    with full.reading() as before, other.reading() as after:
        assert copying.contents(after) == copying.contents(before) == copied
        for table in metadata.sorted_tables:
            assert after.execute(select(table)).all() == before.execute(select(table)).all()


def test_what_is_not_empty_is_left_alone(full, other):
    with other.writing() as connection:
        connection.execute(insert(school).values(name="示例县第一小学", kind="primary"))
    with pytest.raises(RestoreFault, match="数据库里已经有数据了，什么也没有改"):
        put_rows(full, other, emptied=False)
    assert copying.rows_of(other) == 1


def test_after_a_copy_new_rows_go_on_counting(full, other):
    put_rows(full, other, emptied=False)
    with other.writing() as connection:
        row = insert(school).values(name="另一所", kind="primary").returning(school.c.id)
        assert connection.scalar(row) == 2


def test_a_row_that_changes_on_the_way_is_found_and_nothing_stays(full, other):
    with other.writing() as connection:
        if other.is_sqlite:
            connection.execute(
                text("CREATE TRIGGER spoil AFTER INSERT ON school BEGIN UPDATE school SET code = 'x'; END")
            )
        else:
            connection.execute(
                text(
                    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
                    " $$ BEGIN NEW.code = 'x'; RETURN NEW; END $$"
                )
            )
            connection.execute(
                text("CREATE TRIGGER spoil BEFORE INSERT ON school FOR EACH ROW EXECUTE FUNCTION spoil()")
            )
    with pytest.raises(CopyFault, match="抄过去以后对不上：school，"):
        put_rows(full, other, emptied=False)
    assert copying.rows_of(other) == 0
    if not other.is_sqlite:
        with other.writing() as connection:
            connection.execute(text("DROP FUNCTION spoil CASCADE"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_postgresql_would_not_take_is_named_before_anything_is_copied(full, other):
    with full.writing() as connection:
        connection.execute(update(person).values(name="示" * 51))
        connection.execute(update(inbox).values(text="a\0b"))
    with pytest.raises(RestoreFault) as fault:
        put_rows(full, other, emptied=False)
    assert "person.name" in str(fault.value)
    assert "inbox.text" in str(fault.value)
    assert copying.rows_of(other) == 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_append_only_tables_are_emptied_and_stay_append_only(full):
    with full.writing() as connection:
        copying.empty(connection)
    assert copying.rows_of(full) == 0
    with full.writing() as connection:
        connection.execute(audit.insert().values(at=2**50, actor="operator", action="a", detail={}))
    with pytest.raises(Exception, match="append-only"), full.writing() as connection:
        connection.execute(delete(audit))


@pytest.mark.one_database
def test_what_migrations_note_about_themselves_is_nobodys_row(database):
    with database.writing() as connection:
        connection.execute(fact.insert().values(name="schema.oldest_program", value="0008"))
    with database.reading() as connection:
        assert copying.is_empty(connection)


@pytest.mark.one_database
def test_of_a_message_that_is_posted_the_digest_changes(database):
    from bot.policy.outgoing import Kind
    from messages.outgoing import answer

    with database.writing() as connection:
        connection.execute(insert(school).values(name="示例县第一小学", kind="primary"))
        connection.execute(insert(person).values(staff_no="T1", name="示例甲", school_id=1))
        before = copying.contents(connection)
        post(connection, [Post(key="k", kind=Kind.NOTICE, answer=answer("合格"), person_id=1)], at=1)
        after = copying.contents(connection)
    assert {name for name in after if after[name] != before[name]} == {"outbox"}


ROWS = st.lists(st.tuples(st.integers() | st.none(), st.text() | st.binary()), max_size=20)


@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter_and_their_number_does(rows, random):
    shuffled = random.sample(rows, len(rows))
    assert digest(rows) == digest(shuffled)
    if rows:
        assert digest(rows) != digest(rows[1:])
        assert digest(rows) != digest([*rows, rows[0]])


def digest(rows):
    found = Digest()
    for row in rows:
        found.add(row)
    return found.content
