"""Applies the rules of `storage.retention`: in transactions so short that nobody waits, and at any time cut off."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    UniqueConstraint,
    and_,
    delete,
    literal,
    select,
    tuple_,
    update,
)

from storage.bulk import checkpoint_as_usual, writing_in_pieces
from storage.database import Database
from storage.retention_rule import Fate, Moment, Rule

LOOKED_AT: Final = 5_000
"""Rows that are read at a time, without a lock."""
MOST: Final = 2_000
FEWEST: Final = 50
"""Rows in one transaction."""
_FIRST: Final = 500
_LONG_S, _SHORT_S = 0.02, 0.008  # a transaction that took longer is followed by a smaller one, and so on
_CONTENDED_S: Final = 0.0005  # a lock that took longer was held by somebody
_BREATH_S: Final = 0.0012  # lets a writer in who looks every millisecond (`storage.database`)


@dataclass(slots=True)
class Pace:
    """How many rows a transaction takes, by how long the last one did; shared by the rules of one run."""

    rows: int = _FIRST
    clock: Callable[[], float] = time.monotonic
    rest: Callable[[float], None] = time.sleep

    def took(self, held_s: float) -> None:
        if held_s > _LONG_S:
            self.rows = max(FEWEST, self.rows // 2)
        elif held_s < _SHORT_S:
            self.rows = min(MOST, self.rows * 2)


@dataclass(slots=True)
class Swept:
    """What is gone, in rows by the rule's name; not `finished`: the time was over first."""

    rows: dict[str, int] = field(default_factory=dict)
    finished: bool = True


def sweep(
    database: Database,
    rules: Sequence[Rule],
    moment: Moment,
    *,
    is_over: Callable[[], bool],
    pace: Pace | None = None,
) -> Swept:
    """`is_over`: asked after every transaction. What is left is found again by the next run."""
    pace = pace or Pace()
    done = Swept()
    for rule in rules:
        with writing_in_pieces(database) as writer:
            for keys in _due(database, rule, moment, is_over):
                gone = _gone(writer, rule, moment, keys, pace, is_sqlite=database.is_sqlite)
                for count in gone:
                    done.rows[rule.name] = done.rows.get(rule.name, 0) + count
                    if is_over():
                        break
        if is_over():
            done.finished = False
            break
    return done


Key = tuple[Any, ...]


def _due(
    database: Database, rule: Rule, moment: Moment, is_over: Callable[[], bool]
) -> Iterator[Sequence[Key]]:
    """The keys of what is to go, in order: a window of the table at a time, read without keeping anybody waiting."""
    key = tuple(rule.table.primary_key.columns) or tuple(_unique(rule))
    looks = (rule.looks or rule.due)(moment)
    young = literal(value=False) if rule.young is None else rule.young(moment)
    window = select(*key, looks.label("is_due"), young.label("is_young")).order_by(*key).limit(LOOKED_AT)
    last: Key | None = None
    while not is_over():
        wanted = window if last is None else window.where(_compared(key, last, above=True))
        with database.reading() as connection:
            rows = connection.execute(wanted).all()
        due = [tuple(row[:-2]) for row in rows if row.is_due]
        if due:
            yield due
        if len(rows) < LOOKED_AT or (not due and all(row.is_young for row in rows)):
            return
        last = tuple(rows[-1][:-2])


def _unique(rule: Rule) -> Sequence[Column[Any]]:
    """Of a table that has no primary key."""
    (constraint,) = (one for one in rule.table.constraints if isinstance(one, UniqueConstraint))
    return list(constraint.columns)


def _gone(  # noqa: PLR0913  what, when and how fast
    writer: Connection, rule: Rule, moment: Moment, keys: Sequence[Key], pace: Pace, *, is_sqlite: bool
) -> Iterator[int]:
    """How many rows each transaction has taken. What is not due any more when it is about to go stays."""
    columns = tuple(rule.table.primary_key.columns) or tuple(_unique(rule))
    start = 0
    while start < len(keys):
        piece = keys[start : start + pace.rows]
        start += len(piece)
        which = and_(
            _compared(columns, piece[0], above=False, down=True),
            _compared(columns, piece[-1], above=False),
            rule.due(moment),
        )
        asked = pace.clock()
        with writer.begin():
            began = pace.clock()
            count = _carried_out(writer, rule, moment, which)
        held = pace.clock() - began
        pace.took(held)
        contended = is_sqlite and began - asked > _CONTENDED_S
        if contended:
            checkpoint_as_usual(writer)
        # While the bot is writing as well it gets as much time as we take; alone, a chance to begin.
        pace.rest(held if contended else _BREATH_S)
        yield count


def _carried_out(writer: Connection, rule: Rule, moment: Moment, which: ColumnElement[bool]) -> int:
    if rule.fate is Fate.DELETE:
        return writer.execute(delete(rule.table).where(which)).rowcount
    return writer.execute(update(rule.table).where(which).values(**rule.clears(moment))).rowcount


def _compared(
    columns: Sequence[ColumnElement[Any]], key: Key, *, above: bool, down: bool = False
) -> ColumnElement[bool]:
    """`above`: behind this key. Else up to it, or, `down`, from it on."""
    here: Any = columns[0] if len(columns) == 1 else tuple_(*columns)
    there: Any = key[0] if len(columns) == 1 else tuple_(*(literal(one) for one in key))
    found: ColumnElement[bool] = here > there if above else here >= there if down else here <= there
    return found
