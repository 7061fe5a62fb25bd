"""Spreadsheets that somebody of the office has sent to the bot: where each stands, and its bytes for a day at most.

    waiting ── looked at ──▶ asked | shown | unchanged | refused | lost
    asked, shown ── the sender says more ──▶ waiting
    shown ── 确认 ──▶ confirmed ── applied ──▶ imported | unchanged | refused | lost

One process at a time is at work on a file that waits or is confirmed: it holds it until `held_until`, and whoever
comes back later than that changes nothing. What has ended keeps neither its bytes nor the way to them.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum, unique
from typing import Any, Final

from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from messages.incoming import IncomingMessage, Platform
from storage.connection_tables import received_file
from storage.inbox import fold, inbox_key
from storage.sealing import Sealing

LONGEST_NAME: Final = 120
KEPT_MS: Final = 24 * 3_600_000
"""So long a file waits for its sender."""
_SOURCE, _CONTENT = "received_file.source", "received_file.content"


@unique
class State(StrEnum):
    """The last six are final."""

    WAITING = "waiting"  # for the bot to look at it
    ASKED = "asked"  # its sender has to say something first
    SHOWN = "shown"  # what would change was shown
    CONFIRMED = "confirmed"  # waits to be applied, or is being applied
    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LOST = "lost"  # it could not be fetched, or it broke the bot three times
    EXPIRED = "expired"  # nobody has confirmed it in time
    DECLINED = "declined"  # somebody has said no, on a page


OPEN: Final = frozenset({State.WAITING, State.ASKED, State.SHOWN, State.CONFIRMED})
_AT_WORK: Final = (State.WAITING.value, State.CONFIRMED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What its sender has said about a file."""

    kind: str = ""  # a value of bot.imports.kinds.Kind
    as_of: date | None = None
    skip_bad: bool = False
    accept_drops: bool = False
    force: bool = False
    chosen: str = ""  # which column is which: JSON of bot.received_files.choosing; "" = the headers say it

    @property
    def columns(self) -> dict[str, Any]:
        """As the table has them, under the same names."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One file, without its bytes; instants in epoch milliseconds of the real clock."""

    file_id: int
    person_id: int
    platform: str
    door: str
    folded: str
    name: str
    wishes: Wishes
    counts: dict[str, int]  # what was shown
    round: int
    state: State
    held_until: int
    tries: int  # with this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a file is fetched, in the platform's own way; never to a log."""

    at: str = field(repr=False)
    key: str = field(repr=False)  # what it is encrypted with


_COLUMNS = tuple(
    received_file.c[name]
    for name in (
        *("id", "person_id", "platform", "door", "folded", "name", "kind", "as_of", "skip_bad"),
        *("accept_drops", "force", "chosen", "counts", "round", "state", "held_until", "tries"),
    )
)


# ── for the handlers ──


def note(
    connection: Connection, message: IncomingMessage, *, person_id: int, sealing: Sealing, at: int
) -> None:
    """The same message twice is one file."""
    way = json.dumps([message.file_at, message.file_key])
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(received_file).values(
        key=inbox_key(message),
        person_id=person_id,
        platform=message.platform.value,
        door=message.door.value,
        folded=fold(message.account),
        name=message.file_name[-LONGEST_NAME:],
        source=sealing.seal(way, _SOURCE),
        state=State.WAITING.value,
        received_at=at,
    )
    connection.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def newest_open(connection: Connection, person_id: int) -> ReceivedFile | None:
    """Of those that came in a chat."""
    query = select(*_COLUMNS).where(
        received_file.c.person_id == person_id,
        received_file.c.state.in_([state.value for state in OPEN]),
        received_file.c.platform != Platform.PAGE.value,
    )
    return _only(connection.execute(query.order_by(received_file.c.id.desc()).limit(1)).mappings().first())


def find(connection: Connection, file_id: int) -> ReceivedFile | None:
    query = select(*_COLUMNS).where(received_file.c.id == file_id)
    return _only(connection.execute(query).mappings().first())


def look_again(connection: Connection, file: ReceivedFile, wishes: Wishes) -> bool:
    """With what its sender has said since; False where it has moved on."""
    return _moved(
        connection,
        file,
        (State.ASKED, State.SHOWN),
        state=State.WAITING.value,
        **wishes.columns,
        round=received_file.c.round + 1,
        held_until=0,
        tries=0,
    )


def confirm(connection: Connection, file: ReceivedFile) -> bool:
    """Of two who confirm one is the first."""
    return _moved(connection, file, (State.SHOWN,), state=State.CONFIRMED.value, held_until=0, tries=0)


def decline(connection: Connection, file: ReceivedFile, *, at: int) -> bool:
    gone = {"ended_at": at, "content": None, "source": ""}
    return _moved(connection, file, (State.ASKED, State.SHOWN), state=State.DECLINED.value, **gone)


# ── for whoever works on them ──

_DUE = "state IN (:waiting, :confirmed) AND held_until <= :at"
_IS_DUE = text(f"SELECT 1 FROM received_file WHERE {_DUE} LIMIT 1")  # noqa: S608  constants
_CLAIM = """
UPDATE received_file SET held_until = :until, tries = tries + 1 WHERE held_until <= :at AND id = (
    SELECT id FROM received_file WHERE {due} ORDER BY held_until, id LIMIT 1 {lock})
RETURNING id
"""
_CLAIMS = {
    "sqlite": text(_CLAIM.format(due=_DUE, lock="")),
    "postgresql": text(_CLAIM.format(due=_DUE, lock="FOR UPDATE SKIP LOCKED")),
}
_STATES = dict(zip(("waiting", "confirmed"), _AT_WORK, strict=True))


def is_due(connection: Connection, at: int) -> bool:
    return connection.execute(_IS_DUE, {**_STATES, "at": at}).first() is not None


def claim(connection: Connection, *, at: int, until: int) -> ReceivedFile | None:
    """The one that has waited longest, for the caller until then."""
    statement = _CLAIMS[connection.dialect.name]
    file_id = connection.scalar(statement, {**_STATES, "at": at, "until": until})
    return None if file_id is None else find(connection, file_id)


def way_to(connection: Connection, file: ReceivedFile, sealing: Sealing) -> Way | None:
    """None once it is here, and where it was sealed under another key."""
    sealed = connection.scalar(select(received_file.c.source).where(received_file.c.id == file.file_id))
    opened = sealing.unseal(sealed, _SOURCE) if sealed else None
    if opened is None:
        return None
    at, key = json.loads(opened)
    return Way(at=at, key=key)


def content_of(connection: Connection, file: ReceivedFile, sealing: Sealing) -> bytes | None:
    """None before it is here."""
    sealed = connection.scalar(select(received_file.c.content).where(received_file.c.id == file.file_id))
    return None if sealed is None else sealing.unseal_bytes(sealed, _CONTENT)


def keep(connection: Connection, file: ReceivedFile, name: str, content: bytes, sealing: Sealing) -> bool:
    """What was fetched; False where the caller holds it no more."""
    sealed = sealing.seal_bytes(content, _CONTENT)
    return _held(connection, file, content=sealed, source="", name=name[-LONGEST_NAME:])


def settle(  # noqa: PLR0913  what was found out
    connection: Connection,
    file: ReceivedFile,
    state: State,
    *,
    at: int,
    kind: str = "",
    counts: dict[str, int] | None = None,
) -> bool:
    """What has come of it; False where the caller holds it no more, and then nothing may be said either."""
    values: dict[str, Any] = {"state": state.value, "held_until": 0, "tries": 0}
    if kind:
        values["kind"] = kind
    if counts is not None:
        values["counts"] = json.dumps(counts)
    if state not in OPEN:
        values |= {"ended_at": at, "content": None, "source": ""}
    return _held(connection, file, **values)


def let_go(connection: Connection, file: ReceivedFile, *, until: int, counts: bool) -> bool:
    """Nothing has come of it yet: anybody may try from then on. `counts`: it was a try."""
    return _held(connection, file, held_until=until, tries=file.tries if counts else file.tries - 1)


def forget_old(connection: Connection, at: int) -> int:
    """How many have waited for their senders for too long; their bytes are gone."""
    rows = connection.execute(
        update(received_file)
        .where(
            received_file.c.state.in_([state.value for state in OPEN]),
            received_file.c.received_at < at - KEPT_MS,
            received_file.c.held_until <= at,
        )
        .values(state=State.EXPIRED.value, ended_at=at, content=None, source="")
        .returning(received_file.c.id)
    )
    return len(rows.all())


def _moved(connection: Connection, file: ReceivedFile, among: tuple[State, ...], **values: Any) -> bool:
    statement = (
        update(received_file)
        .where(
            received_file.c.id == file.file_id,
            received_file.c.round == file.round,
            received_file.c.state.in_([state.value for state in among]),
        )
        .values(**values)
        .returning(received_file.c.id)
    )
    return connection.scalar(statement) is not None


def _held(connection: Connection, file: ReceivedFile, **values: Any) -> bool:
    statement = (
        update(received_file)
        .where(
            received_file.c.id == file.file_id,
            received_file.c.round == file.round,
            received_file.c.state == file.state.value,
            received_file.c.held_until == file.held_until,
        )
        .values(**values)
        .returning(received_file.c.id)
    )
    return connection.scalar(statement) is not None


def _only(row: Any) -> ReceivedFile | None:
    if row is None:
        return None
    wishes = Wishes(**{name: row[name] for name in Wishes.__dataclass_fields__})
    return ReceivedFile(
        file_id=row["id"],
        person_id=row["person_id"],
        platform=row["platform"],
        door=row["door"],
        folded=row["folded"],
        name=row["name"],
        wishes=wishes,
        counts=json.loads(row["counts"] or "{}"),
        round=row["round"],
        state=State(row["state"]),
        held_until=row["held_until"],
        tries=row["tries"],
    )
