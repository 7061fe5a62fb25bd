"""The outbox as the office looks at it: letters with their fate, causes of what was not delivered, and an end to it."""

from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, text, update

from bot.policy.outgoing import RECALLED, Kind
from messages.outgoing import Answer, load_answer
from storage.delivery_tables import chat_group, outbox
from storage.outbox import State
from storage.tables import person, school

LOOKED_THROUGH: Final = 100_000
"""So many letters are looked at for one page, so that a rare filter takes no longer than a common one."""
DISMISSED: Final = "dismissed"
"""The reason of what the office wants no more of before it was sent."""
# Written out: SQLite uses an index on part of a table only where it sees that this is the part.
_UNDELIVERED = text("outbox.state IN ('dead', 'failed', 'uncertain') AND outbox.dismissed_at IS NULL")
_QUEUED = text("outbox.state = 'queued'")
_PUBLIC: Final = frozenset({Kind.RANKING, Kind.CORRECTION, Kind.ALARM, Kind.TRIAL, *RECALLED})


@unique
class Shelf(StrEnum):
    """Which letters are asked for."""

    UNDELIVERED = "undelivered"  # nobody has seen to it yet
    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    SENT = "sent"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """The filters of the page; empty = not filtered."""

    shelf: Shelf = Shelf.UNDELIVERED
    kind: Kind | None = None
    outlet: str = ""
    reason: str | None = None
    person_id: int | None = None
    group_id: int | None = None
    before: int | None = None  # ids below this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message to one person or group; instants in epoch milliseconds of the real clock."""

    id: int
    key: str
    kind: Kind
    state: State
    reason: str
    why: str
    outlet: str
    person_id: int | None
    group_id: int | None
    to: str  # a name; "" = gone
    school: str
    said: Answer | None  # None: it is somebody's own, and the office does not read it here
    noted_at: int
    done_at: int | None
    next_try_at: int
    tries: int
    in_doubt: bool
    dismissed: bool

    @property
    def may_go_again(self) -> bool:
        """Whether the office can send it once more."""
        return self.state in {State.DEAD, State.FAILED, State.UNCERTAIN} and self.reason != "withdrawn"

    @property
    def may_be_dismissed(self) -> bool:
        waits = self.state is State.QUEUED and not self.in_doubt
        return waits or (self.may_go_again and not self.dismissed)


@dataclass(frozen=True, slots=True)
class Page:
    """Newest first; `before`: where older ones begin, None = there are none."""

    letters: tuple[Letter, ...]
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What was not delivered for one reason."""

    state: State
    reason: str
    why: str  # of the newest
    count: int
    newest: int  # when it was noted


_COLUMNS = (
    *(outbox.c[name] for name in ("id", "key", "kind", "state", "reason", "why", "outlet", "person_id")),
    *(outbox.c[name] for name in ("group_id", "content", "noted_at", "done_at", "next_try_at", "tries")),
    outbox.c.parcel,
    outbox.c.dismissed_at,
    person.c.name.label("person_name"),
    chat_group.c.title,
    school.c.name.label("school_name"),
)
_LETTERS = (
    select(*_COLUMNS)
    .select_from(outbox)
    .outerjoin(person, person.c.id == outbox.c.person_id)
    .outerjoin(chat_group, chat_group.c.id == outbox.c.group_id)
    .outerjoin(school, school.c.id == func.coalesce(person.c.school_id, chat_group.c.school_id))
)


def letters(connection: Connection, sought: Sought, *, most: int) -> Page:
    """Among the newest `LOOKED_THROUGH` below `before`; of a person, a group or what failed: among all."""
    conditions = list(_conditions(sought))
    floor = None
    if sought.shelf in {Shelf.SENT, Shelf.ALL} and sought.person_id is None and sought.group_id is None:
        newest: int = connection.scalar(select(func.max(outbox.c.id))) or 0
        top = newest + 1 if sought.before is None else sought.before
        floor = max(1, top - LOOKED_THROUGH)
        conditions.append(outbox.c.id >= floor)
    if sought.before is not None:
        conditions.append(outbox.c.id < sought.before)
    rows = connection.execute(_LETTERS.where(*conditions).order_by(outbox.c.id.desc()).limit(most + 1)).all()
    if len(rows) > most:
        return Page(tuple(map(_letter, rows[:most])), rows[most - 1].id)
    return Page(tuple(map(_letter, rows)), floor if floor is not None and floor > 1 else None)


def find(connection: Connection, letter_id: int) -> Letter | None:
    row = connection.execute(_LETTERS.where(outbox.c.id == letter_id)).first()
    return None if row is None else _letter(row)


def causes(connection: Connection) -> tuple[Cause, ...]:
    """Of what nobody has seen to yet, the most frequent first."""
    rows = connection.execute(
        select(
            outbox.c.state,
            outbox.c.reason,
            func.max(outbox.c.why).label("why"),
            func.count().label("letters"),
            func.max(outbox.c.noted_at).label("newest"),
        )
        .where(_UNDELIVERED, outbox.c.reason != "withdrawn")
        .group_by(outbox.c.state, outbox.c.reason)
    )
    found = (
        Cause(state=State(row.state), reason=row.reason, why=row.why, count=row.letters, newest=row.newest)
        for row in rows
    )
    return tuple(sorted(found, key=lambda one: (-one.count, one.reason, one.state)))


def dismiss(
    connection: Connection, *, at: int, letter_id: int | None = None, cause: tuple[State, str] | None = None
) -> int:
    """No more is done about one letter, or about what failed for one reason; how many there were.

    What waits and is not in doubt goes out no more; what a person was to hear with an answer is not said.
    """
    if cause is not None:
        state, reason = cause
        which: ColumnElement[bool] = and_(
            _UNDELIVERED, outbox.c.state == state.value, outbox.c.reason == reason
        )
    else:
        which = and_(
            outbox.c.id == letter_id, outbox.c.dismissed_at.is_(None), outbox.c.state != State.SENT.value
        )
    waiting = update(outbox).where(which, _QUEUED, outbox.c.parcel.is_(None))
    ended = waiting.values(state=State.DEAD.value, reason=DISMISSED, why="", done_at=at, dismissed_at=at)
    count = 0 if cause is not None else connection.execute(ended).rowcount
    seen_to = update(outbox).where(which, _UNDELIVERED)
    values = {"dismissed_at": at, "done_at": func.coalesce(outbox.c.done_at, at)}
    return count + connection.execute(seen_to.values(values)).rowcount


def _conditions(sought: Sought) -> list[Any]:
    shelves: dict[Shelf, list[Any]] = {
        Shelf.UNDELIVERED: [_UNDELIVERED, outbox.c.reason != "withdrawn"],
        Shelf.WAITING: [_QUEUED],
        Shelf.UNCERTAIN: [_UNDELIVERED, outbox.c.state == State.UNCERTAIN.value],
        Shelf.SENT: [outbox.c.state == State.SENT.value],
        Shelf.ALL: [],
    }
    found = shelves[sought.shelf]
    given = {
        outbox.c.kind: None if sought.kind is None else sought.kind.value,
        outbox.c.outlet: sought.outlet or None,
        outbox.c.reason: sought.reason,
        outbox.c.person_id: sought.person_id,
        outbox.c.group_id: sought.group_id,
    }
    return found + [column == value for column, value in given.items() if value is not None]


def _letter(row: Row[Any]) -> Letter:
    kind = Kind(row.kind)
    is_public = row.group_id is not None or kind in _PUBLIC
    letter = Letter(
        id=row.id,
        key=row.key,
        kind=kind,
        state=State(row.state),
        reason=row.reason,
        why=row.why,
        outlet=row.outlet,
        person_id=row.person_id,
        group_id=row.group_id,
        to=row.person_name or "",
        school=row.school_name or "",
        said=load_answer(row.content) if is_public else None,
        noted_at=row.noted_at,
        done_at=row.done_at,
        next_try_at=row.next_try_at,
        tries=row.tries,
        in_doubt=row.parcel is not None,
        dismissed=row.dismissed_at is not None,
    )
    if row.group_id is None:
        return letter
    return replace(letter, to=row.title or (f"{row.school_name}群" if row.school_name else "全市群"))
