"""Announcements as pages show them: the list, and what has become of one, school by school."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, String, and_, case, cast, exists, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.announcement import AnnouncementState
from bot.policy.copies import HELD, Fate, Receipts, Tally
from bot.policy.outgoing import Kind
from messages.outgoing import Answer, dump_answer
from storage.announcement_tables import acknowledgement, announcement
from storage.deliveries import FATE, was_seen
from storage.delivery_tables import outbox
from storage.outbox import State, mark_posted
from storage.tables import person, school

ASKED_AGAIN_MS: Final = 12 * 3_600_000
"""So long it is worth asking somebody once more for 收到."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A line of the list."""

    number: int
    state: AnnouncementState
    audience: str  # "" = every bound group
    body: str
    author: str
    confirmed_at: int
    due_at: int | None
    people: int  # addressed when it was posted
    groups: int
    corrects: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSchool:
    """The copies of its people."""

    school_id: int
    name: str
    people: int
    sent: int
    uncertain: int
    failed: int
    waiting: int
    answered: int  # 收到, of those whom it has reached or may have

    @property
    def missing(self) -> int:
        return self.sent + self.uncertain - self.answered


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of all copies; no names in it."""

    tally: Tally
    receipts: Receipts
    schools: tuple[OfSchool, ...]  # the one with most left to do first


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Somebody whom an announcement has reached and who has not said 收到."""

    name: str
    school: str


def newest(connection: Connection, *, before: int | None, most: int) -> tuple[Listed, ...]:
    """The newest first; `before`: only those with a smaller 编号."""
    columns = announcement.c
    wanted = (
        select(
            columns.number, columns.state, columns.audience, columns.body, person.c.name.label("author"),
            columns.confirmed_at, columns.due_at, columns.people, columns.groups, columns.corrects,
        )
        .join(person, person.c.id == columns.author_id)
        .order_by(columns.number.desc())
        .limit(most)
    )  # fmt: skip
    if before is not None:
        wanted = wanted.where(columns.number < before)
    return tuple(
        Listed(**{**row, "state": AnnouncementState(row["state"])})
        for row in connection.execute(wanted).mappings()
    )


def issued(connection: Connection, author_id: int, *, at: int) -> int | None:
    """The newest 编号 that somebody has confirmed at this very moment (epoch milliseconds, real clock)."""
    found: int | None = connection.scalar(
        select(func.max(announcement.c.number)).where(
            announcement.c.author_id == author_id, announcement.c.confirmed_at == at
        )
    )
    return found


def progress(connection: Connection, number: int, *, receipts: bool) -> Progress:
    """In one pass over the copies; `receipts`: it asks for 收到."""
    people: dict[Fate, int] = {}
    schools: dict[int, dict[str, int]] = {}
    for school_id, fate, answered, count in _people_counted(connection, number, receipts=receipts):
        people[Fate(fate)] = people.get(Fate(fate), 0) + count
        counts = schools.setdefault(school_id, {})
        counts[fate] = counts.get(fate, 0) + count
        if answered and fate in {Fate.SENT.value, Fate.UNCERTAIN.value}:
            counts["answered"] = counts.get("answered", 0) + count
    asked = people.get(Fate.SENT, 0) + people.get(Fate.UNCERTAIN, 0)
    answered = sum(counts.get("answered", 0) for counts in schools.values())
    everybody = connection.scalar(
        select(func.count()).select_from(acknowledgement).where(acknowledgement.c.announcement == number)
    )
    return Progress(
        Tally(people=people, groups=_groups_counted(connection, number)),
        Receipts(asked=asked, answered=answered, in_groups=(everybody or 0) - answered, missing=()),
        _named(connection, schools),
    )


def unanswered(
    connection: Connection, number: int, *, school_id: int | None, most: int
) -> tuple[Unanswered, ...]:
    """The first of them, school by school."""
    wanted = (
        _not_answered(number)
        .with_only_columns(person.c.name, school.c.name)
        .join(person, person.c.id == outbox.c.person_id)
        .join(school, school.c.id == person.c.school_id)
        .order_by(school.c.id, person.c.id)
        .limit(most)
    )
    if school_id is not None:
        wanted = wanted.where(person.c.school_id == school_id)
    return tuple(Unanswered(name, where) for name, where in connection.execute(wanted))


def count_unanswered(connection: Connection, number: int) -> int:
    return connection.scalar(_not_answered(number).with_only_columns(func.count())) or 0


def ask_again(connection: Connection, number: int, said: Answer, *, day: str, at: int) -> int:
    """Asks everybody who has not said 收到, each once a day; how many of them for the first time on this day."""
    question = (
        _not_answered(number)
        .with_only_columns(
            literal(f"announcement/{number}/again/{day}/") + cast(outbox.c.person_id, String),
            literal(Kind.NOTICE.value),
            outbox.c.person_id,
            literal(dump_answer(said)),
            literal(at),
            literal(at + ASKED_AGAIN_MS),
        )
        .order_by(outbox.c.person_id)
    )
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = connection.scalars(
        dialect.insert(outbox)
        .from_select(["key", "kind", "person_id", "content", "noted_at", "expires_at"], question)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(outbox.c.id)
    ).all()
    if new:
        mark_posted(connection)
    return len(new)


def _not_answered(number: int) -> Select[Any]:
    has_answered = exists().where(
        acknowledgement.c.announcement == number, acknowledgement.c.person_id == outbox.c.person_id
    )
    return (
        select(outbox.c.id)
        .select_from(outbox)
        .where(outbox.c.announcement == number, outbox.c.person_id.is_not(None), was_seen(), ~has_answered)
    )


def _people_counted(
    connection: Connection, number: int, *, receipts: bool
) -> Iterator[tuple[int, str, int, int]]:
    """School, fate, whether they have answered, and how many.

    What was sent is nearly everything, and counted by school alone: of a group by fate PostgreSQL expects as many
    as there are people, and sorts them all on disk.
    """
    theirs = and_(acknowledgement.c.announcement == number, acknowledgement.c.person_id == outbox.c.person_id)
    answered = case((acknowledgement.c.person_id.is_not(None), 1), else_=0) if receipts else literal(0)
    copies = (
        select(person.c.school_id)
        .select_from(outbox)
        .join(person, person.c.id == outbox.c.person_id)
        .where(outbox.c.announcement == number)
    )
    if receipts:
        copies = copies.outerjoin(acknowledgement, theirs)
    sent = outbox.c.state == State.SENT.value
    for school_id, people, those in connection.execute(
        copies.where(sent).add_columns(func.count(), func.sum(answered)).group_by(person.c.school_id)
    ):
        yield school_id, Fate.SENT.value, 1, int(those)
        yield school_id, Fate.SENT.value, 0, people - int(those)
    others = copies.where(~sent).add_columns(FATE.label("fate"), answered.label("answered")).subquery()
    for row in connection.execute(select(*others.c, func.count().label("people")).group_by(*others.c)):
        yield row.school_id, row.fate, row.answered, row.people


def _groups_counted(connection: Connection, number: int) -> dict[Fate, int]:
    copies = (
        select(FATE.label("fate"))
        .where(outbox.c.announcement == number, outbox.c.group_id.is_not(None))
        .subquery()
    )
    rows = connection.execute(select(copies.c.fate, func.count()).group_by(copies.c.fate))
    return {Fate(fate): count for fate, count in rows}


def _named(connection: Connection, schools: dict[int, dict[str, int]]) -> tuple[OfSchool, ...]:
    names: dict[int, str] = {}
    if schools:
        rows = connection.execute(select(school.c.id, school.c.name))
        names = {school_id: name for school_id, name in rows if school_id in schools}
    found = [
        OfSchool(
            school_id=school_id,
            name=names[school_id],
            people=sum(count for fate, count in counts.items() if fate != "answered"),
            sent=counts.get(Fate.SENT.value, 0),
            uncertain=counts.get(Fate.UNCERTAIN.value, 0),
            failed=counts.get(Fate.FAILED.value, 0),
            waiting=sum(counts.get(fate.value, 0) for fate in HELD),
            answered=counts.get("answered", 0),
        )
        for school_id, counts in schools.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.failed - one.waiting - one.missing, one.school_id)))
