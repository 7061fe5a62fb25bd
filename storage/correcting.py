"""Corrections about one person: something counts or does not, a row of the ledger is reversed, a state changes.

Nothing is edited away: snapshots stay, rows of the ledger get their reversal, states and roles keep their dates.
Whoever corrects holds the person first (`storage.crowd.hold`), and settles afterwards (`storage.settling`).
"""

from sqlalchemy import Connection, delete, insert, select, update

from bot.policy.people import PersonState, Whereabouts
from bot.policy.plan import PracticeSource
from bot.policy.practice import Entry
from storage import conversations
from storage.ledger import entries_of
from storage.person_story import Account, Snapshot, accounts, snapshots
from storage.tables import account, online_snapshot, person, person_state_change, practice_entry, role


def find_snapshot(connection: Connection, person_id: int, snapshot_id: int) -> Snapshot | None:
    """None for one that is not this person's."""
    return next((one for one in snapshots(connection, person_id) if one.id == snapshot_id), None)


def let_count(connection: Connection, snapshot_id: int, *, counts: bool) -> None:
    """Whether a snapshot counts from now on."""
    connection.execute(
        update(online_snapshot).where(online_snapshot.c.id == snapshot_id).values(counts=counts)
    )


def find_live_entry(connection: Connection, person_id: int, entry_id: int) -> Entry | None:
    """An imported row of this person's ledger that nothing has reversed yet."""
    return next((one for one in live_imported(connection, person_id) if one.id == entry_id), None)


def live_imported(connection: Connection, person_id: int) -> tuple[Entry, ...]:
    """What can be reversed by hand: what certification brought is taken back by 重开."""
    ledger = entries_of(connection, person_id)
    taken_back = {one.reverses for one in ledger}
    return tuple(
        one
        for one in ledger
        if one.source is PracticeSource.IMPORTED and one.reverses is None and one.id not in taken_back
    )


def reverse(connection: Connection, person_id: int, entry: Entry, reason: str, *, at: int) -> None:
    """With the number of the import that brought it: such a row does not come back by itself (policy.practice)."""
    connection.execute(
        insert(practice_entry).values(
            person_id=person_id,
            practice_hours=-entry.hours,
            source=entry.source.value,
            reference=entry.reference,
            note=reason,
            reverses_id=entry.id,
            import_id=entry.import_id,
            entered_at=at,
        )
    )


def change_state(connection: Connection, who: Whereabouts, state: PersonState, *, at: int) -> None:
    """Whoever has left loses what the roster gave them, as an import would do; what was granted by hand stays."""
    connection.execute(update(person).where(person.c.id == who.person_id).values(state=state.value))
    connection.execute(
        insert(person_state_change).values(
            person_id=who.person_id, state=state.value, school_id=who.school_id, at=at
        )
    )
    if state not in {PersonState.TRANSFERRED, PersonState.RETIRED}:
        return
    from_roster = (role.c.person_id == who.person_id, role.c.source == "roster", role.c.ended_at.is_(None))
    if connection.scalars(select(role.c.id).where(*from_roster)).all():
        connection.execute(update(role).where(*from_roster).values(ended_at=at))
        conversations.forget(connection, account.c.person_id == who.person_id)


def find_account(connection: Connection, person_id: int, account_id: int) -> Account | None:
    """None for one that is not this person's."""
    return next((one for one in accounts(connection, person_id) if one.id == account_id), None)


def unbind(connection: Connection, account_id: int) -> None:
    """Whoever speaks from this account is nobody from now on, and what was in mind of it is forgotten."""
    conversations.forget(connection, account.c.id == account_id)
    connection.execute(delete(account).where(account.c.id == account_id))
