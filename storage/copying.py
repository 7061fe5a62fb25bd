"""Every row of one database into an empty other one of the same revision, and whether both say the same."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Connection,
    LargeBinary,
    MetaData,
    RowMapping,
    Select,
    String,
    Table,
    case,
    delete,
    func,
    insert,
    inspect,
    literal,
    or_,
    select,
    text,
)

from storage.database import Database
from storage.every_table import metadata

BATCH: Final = 1_000
_FEW: Final = 4  # rows at a time where they hold whole files
_SUM: Final = 1 << 128
# Of a column that counts by itself: its sequence is its own, or named in its default.
_SEQUENCE = text(
    "SELECT coalesce(pg_get_serial_sequence(:name, :column), substring(pg_get_expr(d.adbin, d.adrelid)"
    " FROM 'nextval\\(''(.*)''::regclass')) FROM pg_attribute a"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
    " WHERE a.attrelid = to_regclass(:name) AND a.attname = :column"
)

Progress = Callable[[int, int], None]
"""How much is done, and of how much; the unit is whatever is counted."""


class CopyFault(Exception):
    """The copy is not what it was made from, or cannot be made; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one table holds, in whatever order."""

    rows: int
    digest: str


class Digest:
    """Adds up rows; the order does not matter, and a row that is there twice counts twice."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, values: tuple[Any, ...]) -> None:
        raw = repr(values).encode(errors="surrogatepass")
        self._sum = (self._sum + int.from_bytes(blake2b(raw, digest_size=16).digest())) % _SUM
        self.rows += 1

    @property
    def content(self) -> Content:
        return Content(self.rows, f"{self._sum:032x}")


def nothing_shown(_done: int, _total: int) -> None:
    """Nobody looks on."""


def copy(
    source: Connection, target: Connection, progress: Progress = nothing_shown, of: MetaData = metadata
) -> dict[str, Content]:
    """What was copied, table by table. Both see one state of their database, and the target is empty.

    Raises CopyFault where the target holds something else in the end.
    """
    if "fact" in of.tables:
        target.execute(delete(of.tables["fact"]))  # what migrations have noted there
    if target.dialect.name == "sqlite":
        target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    total, done, copied = _count_all(source, of), 0, {}
    for table in of.sorted_tables:
        digest = Digest()
        for rows in _batches(source, table):
            target.execute(insert(table), [dict(row) for row in rows])
            for values in _plain(table, rows):
                digest.add(values)
            done += len(rows)
            progress(done, total)
        copied[table.name] = digest.content
    if target.dialect.name == "postgresql":
        _set_sequences(target, of)
    differing = [name for name, there in contents(target, of).items() if there != copied[name]]
    if differing:
        raise CopyFault(f"抄过去以后对不上：{'、'.join(differing)}，什么也没有留下，请再试一次")
    return copied


def contents(connection: Connection, of: MetaData = metadata) -> dict[str, Content]:
    """The same for the same rows, on either kind of database."""
    found = {}
    for table in of.sorted_tables:
        digest = Digest()
        for rows in _batches(connection, table):
            for values in _plain(table, rows):
                digest.add(values)
        found[table.name] = digest.content
    return found


def is_empty(connection: Connection) -> bool:
    """Whether nobody has written anything; also where there are no tables yet."""
    there = set(inspect(connection).get_table_names())
    return not any(
        connection.scalar(_any_row(table)) is not None
        for table in metadata.sorted_tables
        if table.name in there
    )


def see_one_state(connection: Connection) -> None:
    """From here to the end of its transaction this connection reads what is there now, and writes nothing."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return
    connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar()


def refused_by_postgres(connection: Connection) -> list[str]:
    """What SQLite has let pass and PostgreSQL would not, as `table.column`."""
    return [
        f"{table.name}.{column}" for table in metadata.sorted_tables for column in _unfit(connection, table)
    ]


def empty(connection: Connection) -> None:
    """PostgreSQL: takes every row out, also of tables that let nobody delete; shape and revision stay."""
    known = [table.name for table in metadata.sorted_tables]
    there = connection.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    ).all()
    # Parts of a table, and what keeps its keys unique, are called after it.
    own = [name for name in there if name in known or name.startswith(tuple(f"{one}_" for one in known))]
    quoted = [connection.dialect.identifier_preparer.quote(name) for name in own]
    for name in quoted:
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
    connection.exec_driver_sql(f"TRUNCATE {', '.join(quoted)} RESTART IDENTITY")
    for name in quoted:
        connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")


def rows_of(database: Database) -> int:
    """How many there are altogether."""
    with database.reading() as connection:
        return _count_all(connection, metadata)


# ── rows ──


def _any_row(table: Table) -> Select[Any]:
    """What migrations have noted about themselves is nobody's row."""
    wanted = select(literal(1)).select_from(table).limit(1)
    return wanted.where(table.c.name.not_like("schema.%")) if table.name == "fact" else wanted


def _count_all(connection: Connection, of: MetaData) -> int:
    return sum(connection.scalar(select(func.count()).select_from(one)) or 0 for one in of.sorted_tables)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    """In the order of the key: what refers to another row of the same table comes after it."""
    order = list(table.primary_key) or list(table.columns)[:2]
    size = _FEW if any(isinstance(column.type, LargeBinary) for column in table.columns) else BATCH
    statement = select(table).order_by(*order)
    yield from connection.execute(statement, execution_options={"yield_per": size}).mappings().partitions()


def _plain(table: Table, rows: Sequence[RowMapping]) -> Iterator[tuple[Any, ...]]:
    """As it is compared: JSON in one order."""
    documents = [n for n, column in enumerate(table.columns) if isinstance(column.type, JSON)]
    if not documents:
        yield from (tuple(row.values()) for row in rows)
        return
    for row in rows:
        values = list(row.values())
        for n in documents:
            values[n] = json.dumps(values[n], sort_keys=True)
        yield tuple(values)


def _unfit(connection: Connection, table: Table) -> Iterator[str]:
    questions: Mapping[str, Any] = {
        column.name: func.max(
            case(
                (or_(func.instr(column, "\0") > 0, func.length(column) > (column.type.length or 2**31)), 1),
                else_=0,
            )
        )
        for column in table.columns
        if isinstance(column.type, String)
    }
    if not questions:
        return
    found = connection.execute(select(*questions.values())).one()
    yield from (name for name, is_unfit in zip(questions, found, strict=True) if is_unfit)


def _set_sequences(connection: Connection, of: MetaData) -> None:
    for table in of.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        name = connection.scalar(_SEQUENCE, {"name": table.name, "column": column.name})
        last = connection.scalar(select(func.max(column)))
        if name is not None and last is not None:
            connection.execute(
                text("SELECT setval(CAST(:name AS regclass), :last)"), {"name": name, "last": last}
            )
