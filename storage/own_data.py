"""Everything that is stored about one person (我的数据)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from bot.policy.evidence import EventKind
from bot.policy.people import PersonState
from bot.policy.plan import Hours
from storage.bindings import BoundAccount, accounts_of
from storage.delivery_tables import outbox
from storage.import_reversals import counts_still
from storage.inbox import fold
from storage.tables import audit, choice, inbox, online_snapshot, person, person_state_change
from storage.work_tables import appeal, evidence, evidence_event, evidence_version, frozen_standing, paper

_DECISIONS = [EventKind.PASSED.value, EventKind.EXCELLENT.value, EventKind.RETURNED.value]


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
    evidence: int  # submissions, whatever became of them
    versions: int
    appeals: int
    papers: int  # handed in by this person, or whose author they are
    decisions: int  # about other people's evidence
    frozen: int  # copies of one's figures at a freeze
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
        select(
            online_snapshot.c.as_of,
            online_snapshot.c.online_hours,
            online_snapshot.c.counts & counts_still(online_snapshot.c.import_id),
        )
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
        **_work(connection, person_id),
        notices=_count(connection, outbox.c.person_id == person_id),
        messages=sum(_messages(connection, account) for account in accounts),
        log_entries=_count(connection, audit.c.person_id == person_id),
    )


def _work(connection: Connection, person_id: int) -> dict[str, int]:
    """What was handed in and decided."""
    return {
        "evidence": _count(connection, evidence.c.person_id == person_id),
        "versions": _count(
            connection, (evidence_version.c.number == evidence.c.number) & (evidence.c.person_id == person_id)
        ),
        "appeals": _count(connection, appeal.c.person_id == person_id),
        "papers": _count(connection, (paper.c.handed_in_by == person_id) | (paper.c.author_id == person_id)),
        "decisions": _count(
            connection, (evidence_event.c.actor_id == person_id) & evidence_event.c.kind.in_(_DECISIONS)
        ),
        "frozen": _count(connection, frozen_standing.c.person_id == person_id),
    }


def _messages(connection: Connection, account: BoundAccount) -> int:
    return _count(
        connection, (inbox.c.platform == account.platform.value) & (inbox.c.folded == fold(account.verbatim))
    )


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).where(condition)) or 0
