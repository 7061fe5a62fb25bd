"""Who else of the office could confirm an announcement, and what asks them for it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from bot.policy.people import Role
from storage.delivery_tables import outbox
from storage.tables import account, person, role


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the office whom the bot can write to."""

    person_id: int
    name: str


def others_of_office(connection: Connection, person_id: int) -> tuple[Colleague, ...]:
    """All but this person, in order of id."""
    rows = connection.execute(
        select(person.c.id, person.c.name)
        .where(
            person.c.id != person_id,
            person.c.id.in_(
                select(role.c.person_id).where(role.c.role == Role.OFFICE.value, role.c.ended_at.is_(None))
            ),
            person.c.id.in_(select(account.c.person_id)),
        )
        .order_by(person.c.id)
    )
    return tuple(Colleague(*row) for row in rows)


def question_key(number: int, person_id: int) -> str:
    """Of what asks a colleague for the second word."""
    return f"announcement/{number}/second/{person_id}"


def ask_no_more(connection: Connection, number: int, *, at: int) -> None:
    """Who has not read yet that they are asked for the second word does not read it any more: it is decided."""
    office = select(role.c.person_id).where(role.c.role == Role.OFFICE.value).distinct()
    keys = [question_key(number, person_id) for person_id in connection.scalars(office)]
    connection.execute(
        update(outbox)
        .where(outbox.c.key.in_(keys), outbox.c.done_at.is_(None), outbox.c.parcel.is_(None))
        .values(expires_at=at)
    )
