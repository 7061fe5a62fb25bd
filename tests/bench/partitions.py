"""What inbox, outbox and audit would cost in partitions by month, beside the tables as they are: `python -m tests.bench partitions`.

The schema has no partitions (docs/scale.md says why); here they are made in a database that is gone afterwards,
as they would have to be: a unique key cannot reach over partitions, so a narrow table of keys guards it, filled by
a row's trigger. The audit has no such key.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any, Final

from storage.database import Database
from tests.bench import growth
from tests.bench.report import Table, spread

PEOPLE: Final = 300_000
BATCH: Final = 32
BATCHES: Final = 300
ROUNDS: Final = 5
AT_ONCE: Final = 1_000
"""Rows that are deleted in one transaction."""
MONTHS: Final = 6
"""Of history, each a partition, beside one for what is to come and the default."""
_MONTH_MS: Final = 30 * 86_400_000
_FIRST: Final = 1_700_000_000_000
_NEWEST: Final = _FIRST + MONTHS * _MONTH_MS - 1
_INBOX: Final = "platform, key, folded, chat, received_at, text, command, outcome, reply"
_OUTBOX: Final = "key, kind, person_id, content, noted_at"
_TAKEN: Final = f"""INSERT INTO {{table}} ({_INBOX}) VALUES ('wecom', %s, %s, '', {_NEWEST}, '我的学时', '我的学时',
    'answered', '["线上学时 18.5 学时", "", ""]')"""
_ANSWERED: Final = "SELECT key, reply FROM {table} WHERE key = ANY(%s)"
_RECENT: Final = f"""SELECT folded, received_at FROM {{table}} WHERE platform IN ('wecom', 'dingtalk', 'console', 'page')
    AND folded = ANY(%s) AND received_at > {_NEWEST} - 60000"""
_COPIES: Final = f"""INSERT INTO {{table}} ({_OUTBOX})
    SELECT 'round/{{number}}/p' || id, 'announcement', id, '请在周五前交齐材料。', {_NEWEST} FROM person"""
_HISTORY: Final = {
    "inbox": f"""INSERT INTO {{table}} ({_INBOX}) SELECT 'wecom', 'old:' || id, 'w' || id, '',
    {_FIRST} + id % {MONTHS} * {_MONTH_MS}::bigint, '我的学时', '我的学时', 'answered', '["学时", "", ""]' FROM person""",
    "audit": f"""INSERT INTO {{table}} (at, actor, action, person_id, detail)
    SELECT {_FIRST} + id % {MONTHS} * {_MONTH_MS}::bigint, 'person:1', 'look', id, '{{{{"of": "page"}}}}' FROM person""",
    "outbox": f"""INSERT INTO {{table}} ({_OUTBOX}, state, done_at) SELECT 'old/' || id, 'notice', id, '一句话',
    {_FIRST} + id % {MONTHS} * {_MONTH_MS}::bigint, 'sent', 1 FROM person""",
}
_REFERENCES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "inbox": (),
    "outbox": (("person_id", "person"), ("group_id", "chat_group"), ("picture_id", "picture")),
    "audit": (("person_id", "person"),),
}
_GUARD: Final = """
CREATE TABLE {table}_key (key VARCHAR(300) PRIMARY KEY, at BIGINT NOT NULL);
CREATE FUNCTION {table}_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO {table}_key VALUES (NEW.key, NEW.{at}) ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN NEW; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {table}_once BEFORE INSERT ON {table}_parts FOR EACH ROW EXECUTE FUNCTION {table}_once();
"""


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench partitions")
    parser.add_argument("--people", type=int, default=PEOPLE)
    table = Table()
    with growth.province(parser.parse_args(arguments).people) as (database, _):
        for what, taken in _compared(database).items():
            whole, parts = taken["whole"], taken["parts"]
            ratios = [other / one for one, other in zip(whole, parts, strict=True)]
            table.row(what, f"{spread(whole, 2)} | {spread(parts, 2)}", f"× {median(ratios):.2f}")


def _compared(database: Database) -> dict[str, dict[str, list[float]]]:
    """Milliseconds, interleaved."""
    found: dict[str, dict[str, list[float]]] = {}
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.driver_connection
        for name, at in (("inbox", "received_at"), ("outbox", "noted_at"), ("audit", "at")):
            _make(raw, name, at)
        for number in range(ROUNDS):
            for kind in ("whole", "parts"):
                for what, work in _work(raw, "" if kind == "whole" else "_parts", number):
                    started = time.perf_counter()
                    work()
                    spent = (time.perf_counter() - started) * 1000
                    found.setdefault(what, {}).setdefault(kind, []).append(spent)
    return found


def _make(raw: Any, name: str, at: str) -> None:
    """Empties the table, makes its twin in partitions, and gives both the same past."""
    raw.execute(f"ALTER TABLE {name} DISABLE TRIGGER USER")  # the audit only grows
    raw.execute(f"TRUNCATE {name} CASCADE")
    raw.execute(f"ALTER TABLE {name} ENABLE TRIGGER USER")
    raw.execute(
        f"CREATE TABLE {name}_parts (LIKE {name} INCLUDING DEFAULTS INCLUDING IDENTITY) PARTITION BY RANGE ({at})"
    )
    raw.execute(f"ALTER TABLE {name}_parts ADD PRIMARY KEY (id, {at})")
    for month in range(MONTHS + 1):
        low = _FIRST + month * _MONTH_MS
        raw.execute(
            f"CREATE TABLE {name}_{month} PARTITION OF {name}_parts FOR VALUES FROM ({low}) TO ({low + _MONTH_MS})"
        )
    raw.execute(f"CREATE TABLE {name}_default PARTITION OF {name}_parts DEFAULT")
    definitions = raw.execute(
        "SELECT indexdef, indexname FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE 'pk_%%'",
        (name,),
    ).fetchall()
    for definition, index in definitions:
        plain = definition.replace("CREATE UNIQUE INDEX", "CREATE INDEX")
        raw.execute(plain.replace(f" {index} ", f" {index}_parts ").replace(f".{name} ", f".{name}_parts "))
    for column, target in _REFERENCES[name]:
        raw.execute(f"ALTER TABLE {name}_parts ADD FOREIGN KEY ({column}) REFERENCES {target} (id)")
    guard = _GUARD.format(table=name, at=at).split(";\nCREATE") if name != "audit" else ()
    for one in guard:
        raw.execute(one if one.lstrip().startswith("CREATE") else f"CREATE{one}")
    for table in (name, f"{name}_parts"):
        raw.execute(_HISTORY[name].format(table=table))
        raw.execute(f"VACUUM ANALYZE {table}")


def _work(raw: Any, suffix: str, number: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """The first three of each round go to tables that nothing has been forgotten of yet."""
    yield f"audit: {BATCHES} batches of {BATCH} rows, ms", lambda: _noted(raw, f"audit{suffix}", number)
    yield (
        "audit: the newest, and those about somebody, 200 times, ms",
        lambda: _looked_at(raw, f"audit{suffix}"),
    )
    yield (
        f"inbox: {BATCHES} batches of {BATCH} messages, ms",
        lambda: _taken_in(raw, f"inbox{suffix}", number),
    )
    yield "inbox: a month is forgotten, ms", lambda: _forgotten(raw, number, in_parts=bool(suffix))
    outbox = f"outbox{suffix}"
    yield "outbox: a copy for everybody, ms", lambda: raw.execute(_COPIES.format(table=outbox, number=number))
    yield "outbox: what is next, 200 times, ms", lambda: _next(raw, outbox)
    yield "outbox: what somebody has not heard, 200 times, ms", lambda: _not_heard(raw, outbox)


def _batches(number: int) -> list[list[str]]:
    return [[f"new:{number}:{batch}:{place}" for place in range(BATCH)] for batch in range(BATCHES)]


def _taken_in(raw: Any, table: str, number: int) -> None:
    for batch in _batches(number):
        with raw.transaction():
            raw.execute(_ANSWERED.format(table=table), (batch,)).fetchall()
            raw.execute(_RECENT.format(table=table), ([key[-6:] for key in batch],)).fetchall()
            with raw.cursor() as cursor:
                cursor.executemany(_TAKEN.format(table=table), [(key, key[-6:]) for key in batch])


def _forgotten(raw: Any, number: int, *, in_parts: bool) -> None:
    """What retention does every night, and what it could do instead."""
    if in_parts:
        raw.execute(f"DROP TABLE inbox_{number}")
        return
    month = f"received_at < {_FIRST + (number + 1) * _MONTH_MS}"
    old = f"DELETE FROM inbox WHERE id IN (SELECT id FROM inbox WHERE {month} LIMIT {AT_ONCE})"
    while raw.execute(old).rowcount:
        pass


def _noted(raw: Any, table: str, number: int) -> None:
    note = f"INSERT INTO {table} (at, actor, action, person_id, detail) VALUES ({_NEWEST}, %s, 'look', 1, '{{}}')"
    for batch in _batches(number):
        with raw.transaction(), raw.cursor() as cursor:
            cursor.executemany(note, [(key,) for key in batch])


def _looked_at(raw: Any, table: str) -> None:
    for person in range(1, 201):
        raw.execute(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 50").fetchall()
        raw.execute(f"SELECT id FROM {table} WHERE person_id = {person} ORDER BY id DESC LIMIT 50").fetchall()


def _next(raw: Any, table: str) -> None:
    for _ in range(200):
        raw.execute(
            f"SELECT id FROM {table} WHERE state = 'queued' AND next_try_at <= 1 ORDER BY next_try_at, id LIMIT 64"
        ).fetchall()


def _not_heard(raw: Any, table: str) -> None:
    for person in range(1, 201):
        raw.execute(f"SELECT id FROM {table} WHERE person_id = {person} AND done_at IS NULL").fetchall()
