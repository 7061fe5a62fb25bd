"""What one person and the bot have said to each other, and what the audit log has about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from messages.outgoing import load_answer
from storage.delivery_tables import outbox
from storage.person_story import Account
from storage.tables import audit, inbox, person

MOST: Final = 50
"""Of each, the newest: there may be thousands."""


@dataclass(frozen=True, slots=True)
class Heard:
    """That the person has said something to the bot: when, where and which command, never the words."""

    at: int
    platform: str
    in_group: bool
    command: str  # "" = not understood, or nothing to answer
    outcome: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the bot has said unasked."""

    at: int
    kind: str  # bot.policy.outgoing.Kind
    state: str  # storage.outbox.State
    outlet: str
    done_at: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A line of the audit log about the person."""

    at: int
    actor: str
    actor_name: str  # "" for whoever is no person of the roster
    action: str
    detail: dict[str, Any]


def heard(connection: Connection, known: tuple[Account, ...]) -> tuple[Heard, ...]:
    """From these accounts, the newest first, at most `MOST`."""
    if not known:
        return ()
    columns = inbox.c
    theirs = or_(*(and_(columns.platform == a.platform.value, columns.folded == a.folded) for a in known))
    rows = connection.execute(
        select(columns.received_at, columns.platform, columns.chat, columns.command, columns.outcome)
        .where(theirs)
        .order_by(columns.received_at.desc(), columns.id.desc())
        .limit(MOST)
    )
    return tuple(
        Heard(at, platform, bool(chat), command, outcome) for at, platform, chat, command, outcome in rows
    )


def told(connection: Connection, person_id: int) -> tuple[Told, ...]:
    """The newest first, at most `MOST`."""
    columns = outbox.c
    rows = connection.execute(
        select(
            columns.noted_at, columns.kind, columns.state, columns.outlet, columns.done_at, columns.content
        )
        .where(columns.person_id == person_id)
        .order_by(columns.id.desc())
        .limit(MOST)
    )
    return tuple(Told(*row[:5], load_answer(row.content).plain) for row in rows)


def logged(connection: Connection, person_id: int, actions: Iterable[str] = ()) -> tuple[Logged, ...]:
    """The newest first, at most `MOST`; only of these actions, where any are named."""
    only = sorted(actions)
    rows = connection.execute(
        select(audit.c.at, audit.c.actor, audit.c.action, audit.c.detail)
        .where(audit.c.person_id == person_id, *((audit.c.action.in_(only),) if only else ()))
        .order_by(audit.c.id.desc())
        .limit(MOST)
    ).all()
    acting = {int(row.actor[7:]) for row in rows if row.actor.startswith("person:")}
    found = connection.execute(select(person.c.id, person.c.name).where(person.c.id.in_(sorted(acting))))
    names = {f"person:{row[0]}": row[1] for row in found}
    return tuple(Logged(row.at, row.actor, names.get(row.actor, ""), row.action, row.detail) for row in rows)
