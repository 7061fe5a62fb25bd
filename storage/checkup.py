"""What `doctor` asks the database: counts and extremes that show whether the installation is used and works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, select, text
from sqlalchemy.exc import DBAPIError

from bot.policy.outgoing import Way
from bot.policy.people import PersonState
from bot.policy.timetable import Outcome
from messages.incoming import Platform
from storage import chat_groups
from storage.chat_groups import ChatGroup
from storage.delivery_tables import heard_chat, job_run, outbox
from storage.heard_chats import title_of
from storage.outbox import State
from storage.recalls import WITHDRAWN
from storage.roles import office_people
from storage.sealing import Sealing
from storage.tables import account, certification, choice, inbox, lease, person

_BY_CHAT_ID = {Way.WECOM_AIBOT: Platform.WECOM, Way.DINGTALK_GROUP: Platform.DINGTALK}
_SECONDS = 8  # no question here may take longer


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who can be reached; only those on the roster who take part."""

    active: int
    without_account: int
    office: int
    office_without_account: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Of one platform since some moment."""

    heard: int
    sent: int  # messages of the outbox that the platform has taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Those that are bound."""

    bound: tuple[ChatGroup, ...]
    sealed_otherwise: frozenset[int]  # under another key
    never_heard: frozenset[int]  # bound by their own id, and nobody has spoken to the bot there


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneWrong:
    """A job that did not do its work on a day."""

    job: str
    day: date
    outcome: Outcome
    detail: str


def within_seconds(connection: Connection) -> None:
    """PostgreSQL gives up what takes too long; SQLite's readers wait for nobody."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL statement_timeout = {_SECONDS * 1000}"))


def is_unanswered(error: DBAPIError) -> bool:
    """Whether `within_seconds` has ended it."""
    return getattr(error.orig, "sqlstate", None) == "57014"


def people(connection: Connection) -> People:
    reached = exists().where(account.c.person_id == person.c.id)
    active = person.c.state == PersonState.ACTIVE.value
    office = office_people(connection)
    with_account = connection.scalars(select(account.c.person_id).where(account.c.person_id.in_(office)))
    return People(
        active=_count(connection, person, active),
        without_account=_count(connection, person, and_(active, ~reached)),
        office=len(office),
        office_without_account=len(set(office) - set(with_account)),
    )


def traffic(connection: Connection, platform: Platform, since: int) -> Traffic:
    """`since` in epoch milliseconds of the real clock."""
    heard = and_(inbox.c.platform == platform.value, inbox.c.received_at >= since)
    sent = and_(
        outbox.c.state == State.SENT.value,
        outbox.c.done_at >= since,
        outbox.c.outlet.startswith(f"{platform.value}."),
    )
    return Traffic(heard=_count(connection, inbox, heard), sent=_count(connection, outbox, sent))


def accounts_heard(connection: Connection, platform: Platform, *, groups_only: bool, most: int) -> int:
    """How many different accounts have spoken to the bot; counted up to `most`."""
    where = [inbox.c.platform == platform.value, inbox.c.folded != ""]
    if groups_only:
        heard = select(heard_chat.c.chat).where(heard_chat.c.platform == platform.value).limit(1)
        if connection.scalar(heard) is None:
            return 0  # rather than to read through all that was said in private
        where.append(inbox.c.chat != "")
    folded = select(inbox.c.folded).where(*where).distinct().limit(most)
    return len(connection.scalars(folded).all())


def groups(connection: Connection, sealing: Sealing | None, now: int) -> Groups:
    bound = chat_groups.bound(connection)
    if sealing is None:
        return Groups(bound=bound, sealed_otherwise=frozenset(), never_heard=frozenset())
    opened = chat_groups.addresses(connection, [one.id for one in bound], sealing, now)
    silent = {
        one.id
        for one in bound
        if one.way in _BY_CHAT_ID
        and one.id in opened
        and title_of(connection, _BY_CHAT_ID[one.way], opened[one.id].address) is None
    }
    return Groups(
        bound=bound,
        sealed_otherwise=frozenset(one.id for one in bound if one.id not in opened),
        never_heard=frozenset(silent),
    )


def gone_wrong(connection: Connection, since: date) -> tuple[GoneWrong, ...]:
    """Newest first."""
    columns = job_run.c
    rows = connection.execute(
        select(columns.job, columns.day, columns.outcome, columns.detail)
        .where(columns.day >= since, columns.outcome.in_([Outcome.FAILED.value, Outcome.SKIPPED.value]))
        .order_by(columns.day.desc(), columns.job)
    )
    return tuple(
        GoneWrong(job=job, day=day, outcome=Outcome(outcome), detail=detail)
        for job, day, outcome, detail in rows
    )


def undelivered(connection: Connection, since: int) -> int:
    """Messages that were given up from `since` on (epoch milliseconds) and that nobody has seen to."""
    # Written out: SQLite uses an index on part of a table only where it sees that this is the part.
    given_up = text("outbox.state IN ('dead', 'failed', 'uncertain') AND outbox.dismissed_at IS NULL")
    query = select(func.count()).select_from(outbox).where(given_up, outbox.c.noted_at >= since)
    return connection.scalar(query.where(outbox.c.reason != WITHDRAWN)) or 0


def lost_points(connection: Connection, known: Iterable[str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many who take part have a point that is none of the `known`: chosen, and certified, by code."""
    chosen, certified = (
        connection.execute(
            select(one.c.code, func.count())
            .join_from(one, person, person.c.id == one.c.person_id)
            .where(one.c.ended_at.is_(None), one.c.code.not_in(tuple(known)))
            .where(person.c.state == PersonState.ACTIVE.value)
            .group_by(one.c.code)
        ).all()
        for one in (choice, certification)
    )
    return dict(chosen), dict(certified)


def last_begun(connection: Connection) -> int | None:
    """When the timetable last began a job, in epoch milliseconds; None = never."""
    begun: int | None = connection.scalar(select(func.max(job_run.c.started_at)).where(~job_run.c.by_hand))
    return begun


def is_held(connection: Connection, name: str, now: int) -> bool:
    """Whether somebody holds this lease."""
    until = connection.scalar(select(lease.c.until).where(lease.c.name == name))
    return until is not None and until > now


def _count(connection: Connection, table: Table, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(table).where(condition)) or 0
