"""Reminders on file: whom one might remind, who was when, and who has asked for peace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, exists, func, not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy.evidence import EvidenceState
from bot.policy.outgoing import Kind
from bot.policy.people import PersonState
from bot.policy.plan import Hours
from bot.policy.reminders import Remindable
from bot.policy.school import OWN_STEPS
from bot.policy.standing import Evidence, Facts, Step
from messages.incoming import Platform
from messages.outgoing import Answer, dump_answer
from storage.announcement_tables import reminded, reminder_pause
from storage.authors import OpenItem
from storage.bulk import insert_rows
from storage.crowd import CHUNK, among, hold
from storage.delivery_tables import outbox
from storage.outbox import State, mark_posted
from storage.tables import account, person, standing
from storage.work_tables import evidence

BY_TIMETABLE: Final = "timetable"
"""`reminded.by` of those whom nobody has reminded by hand."""
_TEACHER: Final = "老师"
_CHATS: Final = [Platform.WECOM.value, Platform.DINGTALK.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody whom one might remind, with what the message would say."""

    person_id: int
    name: str
    facts: Facts
    remindable: Remindable
    returned: OpenItem | None  # the piece that was sent back longest ago, in the step RETURNED

    @property
    def step(self) -> Step:
        return self.remindable.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One round of reminding; instants are epoch milliseconds of the real clock."""

    day: date  # on which people hear it
    by: str  # as in the audit, or `BY_TIMETABLE`
    at: int
    expires_at: int


def next_behind(connection: Connection, after: int) -> Sequence[int]:
    """The next ids after this one of people whose next step is their own, in ascending order; at most a chunk."""
    columns = standing.c
    done_with = or_(
        columns.active.is_(False),
        columns.done.is_(True),
        columns.next_step.not_in([step.value for step in OWN_STEPS]),
    )
    # NOT (… OR …): of the plain conditions SQLite would take the index, and sort everybody for each chunk.
    statement = (
        select(columns.person_id)
        .where(columns.person_id > after, not_(done_with))
        .order_by(columns.person_id)
        .limit(CHUNK)
    )
    return connection.scalars(statement).all()


def called(
    connection: Connection,
    name: str,
    *,
    group_ids: Sequence[int] | None = None,
    school_ids: Sequence[int] | None = None,
) -> Sequence[int]:
    """People of this name in these groups, in these schools, or anywhere; whatever their state.

    王老师, where nobody has that for a name, is everybody whose name opens with 王.
    """
    scope = [
        column.in_(ids)
        for column, ids in ((person.c.group_id, group_ids), (person.c.school_id, school_ids))
        if ids is not None
    ]
    openings = [person.c.name == name]
    if name.endswith(_TEACHER):
        surname = name.removesuffix(_TEACHER)
        openings.append(person.c.name.startswith(surname, autoescape=True))
    for called_so in openings:
        found = connection.scalars(select(person.c.id).where(called_so, *scope).order_by(person.c.id)).all()
        if found:
            return found
    return ()


def candidates(
    connection: Connection, person_ids: Sequence[int], near: tuple[date, date], *, reminding: bool
) -> list[Candidate]:
    """These people, at most a chunk in ascending order of id; `near`: the days whose reminders count.

    `reminding`: they are about to be reminded, and nobody else may do so meanwhile.
    """
    if not person_ids:
        return []
    if reminding:
        hold(connection, person_ids)
    rows = connection.execute(_people(person_ids, near)).all()
    sent_back = [row.id for row in rows if row.next_step == Step.RETURNED.value]
    returned = _returned(connection, sent_back)
    return [_candidate(row, returned.get(row.id)) for row in rows]


def remind(connection: Connection, said: Sequence[tuple[int, Answer]], occasion: Occasion) -> None:
    """Notes the messages, and that these people were reminded; they are held, see `candidates`."""
    if not said:
        return
    day, at = occasion.day, occasion.at
    insert_rows(
        connection,
        reminded,
        [{"person_id": one, "day": day, "by": occasion.by, "at": at} for one, _ in said],
    )
    insert_rows(
        connection,
        outbox,
        [
            {
                "key": f"reminder/{day.isoformat()}/p{person_id}",
                "kind": Kind.REMINDER.value,
                "person_id": person_id,
                "content": dump_answer(answer),
                "noted_at": at,
                "expires_at": occasion.expires_at,
            }
            for person_id, answer in said
        ],
    )
    mark_posted(connection)


def pause(connection: Connection, person_id: int, until: date, *, at: int) -> None:
    """No reminders up to that day, in place of an earlier pause; one that still waits is not heard either."""
    values = {"person_id": person_id, "until": until, "asked_at": at}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(reminder_pause)
        .values(values)
        .on_conflict_do_update(index_elements=["person_id"], set_={"until": until, "asked_at": at})
    )
    connection.execute(
        update(outbox)
        .where(
            outbox.c.person_id == person_id,
            outbox.c.done_at.is_(None),
            outbox.c.kind == Kind.REMINDER.value,
            outbox.c.state == State.QUEUED.value,
            outbox.c.parcel.is_(None),
        )
        .values(expires_at=at)
    )


def resume(connection: Connection, person_id: int, today: date) -> bool:
    """Whether there was a pause that had not come to its end by itself."""
    mine = reminder_pause.c.person_id == person_id
    until = connection.scalar(select(reminder_pause.c.until).where(mine))
    connection.execute(delete(reminder_pause).where(mine))
    return until is not None and today <= until


def _people(person_ids: Sequence[int], near: tuple[date, date]) -> Any:
    """Without a standing row (an import is under way) nothing is known yet, and nothing is done."""
    last = (
        select(func.max(reminded.c.day))
        .where(reminded.c.person_id == person.c.id, reminded.c.day.between(*near))
        .correlate(person)
        .scalar_subquery()
    )
    reachable = exists().where(account.c.person_id == person.c.id, account.c.platform.in_(_CHATS))
    return (
        select(
            person.c.id,
            person.c.name,
            person.c.state,
            person.c.study_account.is_not(None).label("has_study_account"),
            standing.c.online_hours,
            standing.c.online_as_of,
            func.coalesce(standing.c.practice_hours, 0).label("practice_hours"),
            func.coalesce(standing.c.chosen, "").label("chosen"),
            func.coalesce(standing.c.certified, "").label("certified"),
            func.coalesce(standing.c.evidence, "").label("evidence"),
            func.coalesce(standing.c.next_step, Step.NO_ACCOUNT.value).label("next_step"),
            reachable.label("has_account"),
            reminder_pause.c.until.label("paused_until"),
            last.label("reminded_on"),
        )
        .select_from(person)
        .outerjoin(standing, standing.c.person_id == person.c.id)
        .outerjoin(reminder_pause, reminder_pause.c.person_id == person.c.id)
        .where(among(person.c.id, person_ids))
        .order_by(person.c.id)
    )


def _candidate(row: Row[Any], returned: OpenItem | None) -> Candidate:
    state = PersonState(row.state)
    return Candidate(
        person_id=row.id,
        name=row.name,
        facts=Facts(
            state=state,
            has_study_account=bool(row.has_study_account),
            online=row.online_hours,
            online_as_of=row.online_as_of,
            practice=Hours(row.practice_hours),
            chosen=tuple(row.chosen.split()),
            certified=tuple(row.certified.split()),
            evidence=tuple(_evidence(row.evidence)),
        ),
        remindable=Remindable(
            state=state,
            step=Step(row.next_step),
            has_account=bool(row.has_account),
            paused_until=row.paused_until,
            reminded_on=() if row.reminded_on is None else (row.reminded_on,),
        ),
        returned=returned,
    )


def _evidence(stored: str) -> Iterable[tuple[str, Evidence]]:
    for pair in stored.split():
        code, state = pair.split(":")
        yield code, Evidence(state)


def _returned(connection: Connection, person_ids: Sequence[int]) -> dict[int, OpenItem]:
    """By person. The state is compared here: SQLite would walk through everybody's that were sent back."""
    if not person_ids:
        return {}
    columns = evidence.c
    rows = connection.execute(
        select(columns.person_id, columns.number, columns.code, columns.state, columns.decided_at)
        .where(among(columns.person_id, person_ids))
        .order_by(columns.decided_at.desc(), columns.number.desc())
    )
    return {
        row.person_id: OpenItem(row.number, row.code, row.decided_at, held=False)
        for row in rows
        if row.state == EvidenceState.RETURNED.value
    }
