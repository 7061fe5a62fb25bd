"""What the office sees first: the county counted from derived rows alone, what waits, and what was said about faults."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, case, cast, false, func, select, text, true

from bot.policy.appeal import AppealState
from bot.policy.filing import FilingState, Slot
from bot.policy.outgoing import Kind
from bot.policy.people import PersonState, SchoolKind
from bot.policy.standing import Step
from messages.outgoing import Answer, load_answer
from storage.connection_tables import received_file
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.received_files import State as FileState
from storage.roles import office_people
from storage.tables import filing, inbox, person, school, standing
from storage.unit_standings import UNDECIDED
from storage.work_tables import appeal, evidence

_DONE = list(Step).index(Step.NONE)
_UNDELIVERED = text("outbox.state IN ('dead', 'failed', 'uncertain') AND outbox.dismissed_at IS NULL")


class Unit(NamedTuple):
    """The active people of one school."""

    school_id: int
    kind: SchoolKind
    ranked: bool
    active: int
    completion: int  # sum of the numerators
    without_online: int
    at: tuple[int, ...]  # people at each `Step`, in its order

    @property
    def done(self) -> int:
        return self.at[_DONE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filings:
    """How far the schools' papers are."""

    waiting: int  # papers, for the office
    schools_missing: int  # that still have to hand something in


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits for review in the county, whoever has to do it."""

    items: int = 0
    oldest_at: int | None = None  # epoch milliseconds
    late: int = 0  # of the items: waiting for longer than they should


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """When something last came in and went out, and what has not: epoch milliseconds of the real clock."""

    heard_at: int | None
    sent_at: int | None
    failed: int  # given up, and nobody has seen to it
    uncertain: int
    oldest_failed_at: int | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What the office was told about a fault."""

    key: str
    said: Answer
    at: int  # epoch milliseconds of the real clock


def units(connection: Connection) -> list[Unit]:
    """Every school with somebody active, in one walk through `standing`: 300,000 people within a page's time.

    As `unit_standings.by_school` counts them; people whom an import has just brought have no row here yet.
    """
    at = standing.c.next_step
    rows = connection.execute(
        select(
            school.c.id,
            school.c.kind,
            school.c.ranked,
            func.count().label("active"),
            cast(func.sum(standing.c.completion), BigInteger).label("completion"),
            func.sum(case((standing.c.online_hours.is_(None), 1), else_=0)).label("without_online"),
            *(func.sum(case((at == step.value, 1), else_=0)) for step in Step),
        )
        .join_from(standing, school, school.c.id == standing.c.school_id)
        .where(standing.c.active == true())
        .group_by(school.c.id, school.c.kind, school.c.ranked)
    )
    return [
        Unit(row[0], SchoolKind(row[1]), row[2], row[3], row[4], int(row[5]), tuple(map(int, row[6:])))
        for row in rows
    ]


def others(connection: Connection) -> list[tuple[int, PersonState, int]]:
    """School, state and number of those who do not count."""
    rows = connection.execute(
        select(standing.c.school_id, person.c.state, func.count())
        .join_from(standing, person, person.c.id == standing.c.person_id)
        .where(standing.c.active == false())
        .group_by(standing.c.school_id, person.c.state)
    )
    return [(school_id, PersonState(state), people) for school_id, state, people in rows]


def filings(connection: Connection, school_ids: Collection[int]) -> Filings:
    """Of these schools; as `bot.policy.filing.standing_of` judges their slots."""
    newest: dict[tuple[int, str], str] = {}
    filed: set[tuple[int, str]] = set()
    for school_id, slot, state in connection.execute(
        select(filing.c.school_id, filing.c.slot, filing.c.state).order_by(filing.c.number)
    ):
        newest[school_id, slot] = state
        if state == FilingState.FILED.value:
            filed.add((school_id, slot))
    handed_in = {place for place, state in newest.items() if state == FilingState.HANDED_IN.value}
    seen_to = handed_in | filed
    return Filings(
        waiting=sum(school_id in school_ids for school_id, _ in handed_in),
        schools_missing=sum(
            any((school_id, slot.value) not in seen_to for slot in Slot) for school_id in school_ids
        ),
    )


def queue(connection: Connection, *, waited_before: int) -> Queue:
    """`waited_before`: what was handed in before (epoch milliseconds) has waited long."""
    row = connection.execute(
        select(
            func.count().label("items"),
            func.min(evidence.c.submitted_at).label("oldest"),
            func.sum(case((evidence.c.submitted_at < waited_before, 1), else_=0)).label("late"),
        ).where(*UNDECIDED)
    ).one()
    return Queue(items=row.items, oldest_at=row.oldest, late=int(row.late or 0))


def open_appeals(connection: Connection) -> int:
    return _count(
        connection, select(func.count()).select_from(appeal).where(appeal.c.state == AppealState.OPEN.value)
    )


def files_waiting(connection: Connection) -> int:
    """Spreadsheets that were shown and that nobody has confirmed or declined."""
    shown = received_file.c.state == FileState.SHOWN.value
    return _count(connection, select(func.count()).select_from(received_file).where(shown))


def traffic(connection: Connection) -> Traffic:
    failed = connection.execute(
        select(
            func.sum(case((outbox.c.state == State.UNCERTAIN.value, 1), else_=0)).label("uncertain"),
            func.count().label("all"),
            func.min(outbox.c.noted_at).label("oldest"),
        ).where(_UNDELIVERED, outbox.c.reason != "withdrawn")
    ).one()
    uncertain = int(failed.uncertain or 0)
    return Traffic(
        heard_at=connection.scalar(select(inbox.c.received_at).order_by(inbox.c.id.desc()).limit(1)),
        sent_at=connection.scalar(
            select(outbox.c.done_at)
            .where(outbox.c.state == State.SENT.value)
            .order_by(outbox.c.id.desc())
            .limit(1)
        ),
        failed=failed.all - uncertain,
        uncertain=uncertain,
        oldest_failed_at=failed.oldest,
    )


def alarms(connection: Connection, *, since: int, most: int) -> tuple[Alarm, ...]:
    """Newest first, each once however many people of the office were told; `since` as `Traffic`."""
    people = office_people(connection)
    rows = connection.execute(
        select(outbox.c.key, outbox.c.content, outbox.c.noted_at)
        .where(outbox.c.person_id.in_(people), outbox.c.kind == Kind.ALARM.value, outbox.c.noted_at >= since)
        .order_by(outbox.c.id.desc())
        .limit(most * max(1, len(people)))
    )
    found: dict[str, Alarm] = {}
    for key, content, noted_at in rows:
        cause = key.rpartition("/")[0]
        found.setdefault(cause, Alarm(cause, load_answer(content), noted_at))
    return tuple(found.values())[:most]


def _count(connection: Connection, statement: Select[Any]) -> int:
    return connection.scalar(statement) or 0
