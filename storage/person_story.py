"""Everything that has happened to one person, as the tables have it: nothing is summed up here, nothing left out."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bot.policy.people import PersonState, Role, Whereabouts
from bot.policy.plan import Hours
from bot.policy.standing import Grade
from messages.incoming import Platform
from storage.import_tables import import_reversal
from storage.tables import (
    account,
    certification,
    choice,
    import_run,
    online_snapshot,
    person,
    person_state_change,
    role,
    school,
    teaching_group,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Who it is; identifiers as they may be shown."""

    where: Whereabouts
    name: str
    number: str
    mobile_tail: str
    school: str
    group: str  # "" without one
    stage: str
    subject: str
    state: PersonState
    study_account: str | None  # as stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A chat account of the person."""

    id: int
    platform: Platform
    verbatim: str
    folded: str
    source: str  # "roster" or "code"
    bound_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role, held now or once."""

    role: Role
    school_id: int | None
    group_id: int | None
    scope: str  # the name of the school or group; "" = the county
    source: str  # "roster" or "grant"
    granted_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That a whole import counts no more."""

    at: int
    by: str  # name of who has asked for it
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Online hours as a file gave them."""

    id: int
    as_of: date
    hours: Hours
    verdict: str
    counts: bool
    taken_back: TakenBack | None  # with the import that brought it
    import_id: int | None
    file_name: str  # "" without an import
    imported_at: int | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A point that is, or was, chosen (no grade) or certified."""

    code: str
    grade: Grade | None
    at: int
    ended_at: int | None


def card_of(connection: Connection, person_id: int) -> Card | None:
    """None where nobody has this id."""
    row = connection.execute(
        select(person, school.c.name.label("school_name"), teaching_group.c.name.label("group_name"))
        .select_from(person)
        .join(school, school.c.id == person.c.school_id)
        .outerjoin(teaching_group, teaching_group.c.id == person.c.group_id)
        .where(person.c.id == person_id)
    ).fetchone()
    if row is None:
        return None
    return Card(
        where=Whereabouts(row.id, row.school_id, row.group_id),
        name=row.name,
        number=f"****{row.staff_no_tail}" if row.staff_no_tail else row.staff_no,
        mobile_tail=row.mobile_tail,
        school=row.school_name,
        group=row.group_name or "",
        stage=row.stage,
        subject=row.subject,
        state=PersonState(row.state),
        study_account=row.study_account,
    )


def accounts(connection: Connection, person_id: int) -> tuple[Account, ...]:
    rows = connection.execute(
        select(account).where(account.c.person_id == person_id).order_by(account.c.bound_at, account.c.id)
    )
    return tuple(
        Account(
            id=row.id,
            platform=Platform(row.platform),
            verbatim=row.verbatim,
            folded=row.folded,
            source=row.source,
            bound_at=row.bound_at,
        )
        for row in rows
    )


def roles(connection: Connection, person_id: int) -> tuple[Held, ...]:
    """Also those that have ended; oldest first."""
    rows = connection.execute(
        select(role, school.c.name.label("school_name"), teaching_group.c.name.label("group_name"))
        .select_from(role)
        .outerjoin(school, school.c.id == role.c.school_id)
        .outerjoin(teaching_group, teaching_group.c.id == role.c.group_id)
        .where(role.c.person_id == person_id)
        .order_by(role.c.id)
    )
    return tuple(
        Held(
            role=Role(row.role),
            school_id=row.school_id,
            group_id=row.group_id,
            scope=f"{row.school_name or ''}{row.group_name or ''}",
            source=row.source,
            granted_at=row.granted_at,
            ended_at=row.ended_at,
        )
        for row in rows
    )


def states(connection: Connection, person_id: int) -> tuple[tuple[int, PersonState, str], ...]:
    """(at, state, name of the school), oldest first."""
    rows = connection.execute(
        select(person_state_change.c.at, person_state_change.c.state, school.c.name)
        .join(school, school.c.id == person_state_change.c.school_id)
        .where(person_state_change.c.person_id == person_id)
        .order_by(person_state_change.c.at, person_state_change.c.id)
    )
    return tuple((at, PersonState(state), name) for at, state, name in rows)


def snapshots(connection: Connection, person_id: int) -> tuple[Snapshot, ...]:
    """The newest as-of first."""
    columns, undoing = online_snapshot.c, import_run.alias("undoing")
    rows = connection.execute(
        select(
            online_snapshot,
            import_run.c.file_name,
            import_run.c.finished_at,
            undoing.c.started_at.label("undone_at"),
            person.c.name.label("undone_by"),
            import_reversal.c.reason,
        )
        .outerjoin(import_run, import_run.c.id == columns.import_id)
        .outerjoin(import_reversal, import_reversal.c.import_id == columns.import_id)
        .outerjoin(undoing, undoing.c.id == import_reversal.c.run_id)
        .outerjoin(person, person.c.id == import_reversal.c.asked_by)
        .where(columns.person_id == person_id)
        .order_by(columns.as_of.desc(), columns.id.desc())
    )
    return tuple(
        Snapshot(
            id=row.id,
            as_of=row.as_of,
            hours=Hours(row.online_hours),
            verdict=row.verdict,
            counts=row.counts,
            # Asked for it may be without having been done.
            taken_back=None if row.undone_at is None else TakenBack(row.undone_at, row.undone_by, row.reason),
            import_id=row.import_id,
            file_name=row.file_name or "",
            imported_at=row.finished_at,
        )
        for row in rows
    )


def choices(connection: Connection, person_id: int) -> tuple[Dated, ...]:
    rows = connection.execute(
        select(choice.c.code, choice.c.chosen_at, choice.c.ended_at)
        .where(choice.c.person_id == person_id)
        .order_by(choice.c.chosen_at, choice.c.id)
    )
    return tuple(Dated(code, None, at, ended) for code, at, ended in rows)


def certifications(connection: Connection, person_id: int) -> tuple[Dated, ...]:
    columns = certification.c
    rows = connection.execute(
        select(columns.code, columns.grade, columns.certified_at, columns.ended_at)
        .where(columns.person_id == person_id)
        .order_by(columns.certified_at, columns.id)
    )
    return tuple(Dated(code, Grade(grade), at, ended) for code, grade, at, ended in rows)
