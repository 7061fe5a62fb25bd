"""Everything that is stored about one person (我的数据)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from bot.policy.people import PersonState
from bot.policy.plan import Hours
from storage.bindings import BoundAccount, accounts_of
from storage.inbox import fold
from storage.tables import audit, choice, inbox, notice, online_snapshot, person, person_state_change


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnData:
    """What is on file; identifiers as they are stored, to be masked before they are shown."""

    staff_no: str  # a keyed hash where `staff_no_tail` is set
    staff_no_tail: str
    mobile_tail: str  # "" = none on file
    study_account: str | None
    accounts: tuple[BoundAccount, ...]
    state_changes: tuple[tuple[PersonState, int], ...]
    snapshots: tuple[tuple[date, Hours, bool], ...]  # of online hours, newest first; False = does not count
    choices: tuple[tuple[str, int, int | None], ...]  # code, chosen at, ended at
    notices: int
    messages: int  # of one's own, as sent to the bot
    log_entries: int


def own_data(connection: Connection, person_id: int) -> OwnData:
    row = connection.execute(
        select(person.c.staff_no, person.c.staff_no_tail, person.c.mobile_tail, person.c.study_account).where(
            person.c.id == person_id
        )
    ).one()
    accounts = accounts_of(connection, person_id)
    changes = connection.execute(
        select(person_state_change.c.state, person_state_change.c.at)
        .where(person_state_change.c.person_id == person_id)
        .order_by(person_state_change.c.at, person_state_change.c.id)
    )
    snapshots = connection.execute(
        select(online_snapshot.c.as_of, online_snapshot.c.online_hours, online_snapshot.c.counts)
        .where(online_snapshot.c.person_id == person_id)
        .order_by(online_snapshot.c.as_of.desc(), online_snapshot.c.id.desc())
    )
    choices = connection.execute(
        select(choice.c.code, choice.c.chosen_at, choice.c.ended_at)
        .where(choice.c.person_id == person_id)
        .order_by(choice.c.chosen_at, choice.c.id)
    )
    return OwnData(
        staff_no=row.staff_no,
        staff_no_tail=row.staff_no_tail,
        mobile_tail=row.mobile_tail,
        study_account=row.study_account,
        accounts=accounts,
        state_changes=tuple((PersonState(state), at) for state, at in changes),
        snapshots=tuple((as_of, Hours(hours), counts) for as_of, hours, counts in snapshots),
        choices=tuple((code, chosen, ended) for code, chosen, ended in choices),
        notices=_count(connection, notice.c.person_id == person_id),
        messages=sum(_messages(connection, account) for account in accounts),
        log_entries=_count(connection, audit.c.person_id == person_id),
    )


def _messages(connection: Connection, account: BoundAccount) -> int:
    return _count(
        connection, (inbox.c.platform == account.platform.value) & (inbox.c.folded == fold(account.verbatim))
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).where(condition)) or 0
