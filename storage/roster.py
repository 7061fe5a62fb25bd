"""The roster in bulk: everybody at once for comparing, and the writing of many people's changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Insert, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage import conversations, page_sessions
from storage.bulk import insert_rows
from storage.crowd import hold
from storage.initials import initials
from storage.tables import account, person, person_state_change, role, teaching_group

Change = dict[str, Any]
"""What one row of a roster does; plain JSON, because it may have to survive a crash:

release      true: this change only lets go of what others take over later in the same file
id           the person, or None for a new one
row          the columns of `person` but id, group_id and initials; absent in a release
group        the 教研组 by name, "" for none; goes with `row`
moved        state or school changes: its date is kept
end_roles    ids of `role` rows that end
roles        [role, scope] to add; scope is "group", "school" or "county"
unbind       ids of `account` rows to drop
bind         [platform, folded, verbatim] to add
free_study_account   true in a release: the 学习账号 goes to somebody else
"""


class Person(NamedTuple):
    """A row of the roster as stored."""

    person_id: int
    staff_no: str
    staff_no_tail: str
    name: str
    school_id: int
    group_id: int | None
    stage: str
    subject: str
    state: str  # a value of policy.people.PersonState
    study_account: str | None
    mobile_hash: str | None
    mobile_tail: str


class HeldRole(NamedTuple):
    """A role that has not ended."""

    role_id: int
    person_id: int
    role: str  # a value of policy.people.Role
    school_id: int | None
    group_id: int | None
    source: str  # "roster" or "grant"


class BoundAccount(NamedTuple):
    """Who is behind a chat account."""

    account_id: int
    platform: str
    folded: str
    person_id: int
    source: str  # "roster" or "code"


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything that a new roster is compared with."""

    people: tuple[Person, ...]
    groups: dict[int, tuple[int, str]]  # school and name by id
    roles: tuple[HeldRole, ...]
    accounts: tuple[BoundAccount, ...]


_PEOPLE = select(
    person.c.id,
    person.c.staff_no,
    person.c.staff_no_tail,
    person.c.name,
    person.c.school_id,
    person.c.group_id,
    person.c.stage,
    person.c.subject,
    person.c.state,
    person.c.study_account,
    person.c.mobile_hash,
    person.c.mobile_tail,
).order_by(person.c.id)
_LAST_ID = select(func.max(person.c.id))
_CHANGE_PERSON = (
    update(person)
    .where(person.c.id == bindparam("person_id"))
    .values({column.name: bindparam(column.name) for column in person.c if column.name != "id"})
)


def all_people(connection: Connection) -> tuple[Person, ...]:
    return tuple(Person._make(row) for row in connection.execute(_PEOPLE))


def whole_roster(connection: Connection) -> Roster:
    return Roster(
        people=all_people(connection),
        groups={
            group_id: (school_id, name)
            for group_id, school_id, name in connection.execute(
                select(teaching_group.c.id, teaching_group.c.school_id, teaching_group.c.name)
            )
        },
        roles=tuple(
            HeldRole._make(row)
            for row in connection.execute(
                select(
                    role.c.id, role.c.person_id, role.c.role, role.c.school_id, role.c.group_id, role.c.source
                ).where(role.c.ended_at.is_(None))
            )
        ),
        accounts=tuple(
            BoundAccount._make(row)
            for row in connection.execute(
                select(
                    account.c.id,
                    account.c.platform,
                    account.c.folded,
                    account.c.person_id,
                    account.c.source,
                )
            )
        ),
    )


def apply_changes(connection: Connection, changes: Sequence[Change], now_ms: int) -> list[int]:
    """Writes the changes; returns the people they concern, in the order of `changes`."""
    # In one order for all writers: see storage.crowd.
    known = sorted({change["id"] for change in changes if change["id"] is not None})
    if known:
        hold(connection, known)
    _release(connection, changes, now_ms)
    groups = _groups(connection, changes)
    added = [change for change in changes if change["id"] is None]
    changed = [change for change in changes if change["id"] is not None and "row" in change]
    last = connection.scalar(_LAST_ID) or 0 if added else 0
    if added:
        insert_rows(connection, person, [_columns(change, groups) for change in added])
    if changed:
        connection.execute(
            _CHANGE_PERSON, [{**_columns(change, groups), "person_id": change["id"]} for change in changed]
        )
    ids = _ids(connection, changes, last)
    _keep_states(connection, changes, ids, now_ms)
    _write_roles(connection, changes, ids, groups, now_ms)
    _bind(connection, changes, ids, now_ms)
    return ids


def _release(connection: Connection, changes: Sequence[Change], now_ms: int) -> None:
    gone = [account_id for change in changes for account_id in change.get("unbind", ())]
    if gone:
        losing = connection.scalars(select(account.c.person_id).where(account.c.id.in_(gone)).distinct())
        # Whoever had the account may have asked it for a link.
        page_sessions.end_all(connection, *losing, at=now_ms)
        conversations.forget(connection, account.c.id.in_(gone))
        connection.execute(delete(account).where(account.c.id.in_(gone)))
    freed = [change["id"] for change in changes if change.get("free_study_account")]
    if freed:
        connection.execute(update(person).where(person.c.id.in_(freed)).values(study_account=None))


def _groups(connection: Connection, changes: Sequence[Change]) -> dict[tuple[int, str], int]:
    """The ids of all groups that the changes name; those that do not exist yet are made."""
    wanted = {(change["row"]["school_id"], change["group"]) for change in changes if change.get("group")}
    if not wanted:
        return {}
    known = _known_groups(connection, {school_id for school_id, _ in wanted})
    missing = sorted(wanted - known.keys())
    if missing:
        connection.execute(
            insert(teaching_group), [{"school_id": school_id, "name": name} for school_id, name in missing]
        )
        known = _known_groups(connection, {school_id for school_id, _ in wanted})
    return known


def _known_groups(connection: Connection, school_ids: set[int]) -> dict[tuple[int, str], int]:
    rows = connection.execute(
        select(teaching_group.c.school_id, teaching_group.c.name, teaching_group.c.id).where(
            teaching_group.c.school_id.in_(school_ids)
        )
    )
    return {(school_id, name): group_id for school_id, name, group_id in rows}


def _columns(change: Change, groups: dict[tuple[int, str], int]) -> dict[str, Any]:
    row = change["row"]
    group = change["group"]
    group_id = groups[row["school_id"], group] if group else None
    return {**row, "initials": initials(row["name"]), "group_id": group_id}


def _ids(connection: Connection, changes: Sequence[Change], last: int) -> list[int]:
    """`last`: the highest id before this transaction added anybody."""
    if all(change["id"] is not None for change in changes):
        return [change["id"] for change in changes]
    rows = connection.execute(select(person.c.staff_no, person.c.id).where(person.c.id > last))
    fresh = {staff_no: person_id for staff_no, person_id in rows}  # noqa: C416  (dict(rows) does not type)
    return [fresh[change["row"]["staff_no"]] if change["id"] is None else change["id"] for change in changes]


def _keep_states(connection: Connection, changes: Sequence[Change], ids: Iterable[int], now_ms: int) -> None:
    rows = [
        {
            "person_id": person_id,
            "state": change["row"]["state"],
            "school_id": change["row"]["school_id"],
            "at": now_ms,
        }
        for change, person_id in zip(changes, ids, strict=True)
        if change.get("moved")
    ]
    insert_rows(connection, person_state_change, rows)


def _write_roles(
    connection: Connection,
    changes: Sequence[Change],
    ids: Iterable[int],
    groups: dict[tuple[int, str], int],
    now_ms: int,
) -> None:
    """Only roles that came from a roster end here; what was granted by hand stays."""
    ended = [role_id for change in changes for role_id in change.get("end_roles", ())]
    if ended:
        connection.execute(update(role).where(role.c.id.in_(ended)).values(ended_at=now_ms))
        holders = select(role.c.person_id).where(role.c.id.in_(ended))
        conversations.forget(connection, account.c.person_id.in_(holders))
    rows = [
        {
            "person_id": person_id,
            "role": word,
            "school_id": None if scope == "county" else change["row"]["school_id"],
            "group_id": groups[change["row"]["school_id"], change["group"]] if scope == "group" else None,
            "source": "roster",
            "granted_at": now_ms,
        }
        for change, person_id in zip(changes, ids, strict=True)
        for word, scope in change.get("roles", ())
    ]
    insert_rows(connection, role, rows)


def _bind(connection: Connection, changes: Sequence[Change], ids: Iterable[int], now_ms: int) -> None:
    """Somebody may have bound the account with a code since the preview: that binding stands."""
    rows = [
        {
            "platform": platform,
            "folded": folded,
            "verbatim": verbatim,
            "person_id": person_id,
            "source": "roster",
            "bound_at": now_ms,
        }
        for change, person_id in zip(changes, ids, strict=True)
        for platform, folded, verbatim in change.get("bind", ())
    ]
    if rows:
        connection.execute(_insert_new_accounts(connection), rows)


def _insert_new_accounts(connection: Connection) -> Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(account).on_conflict_do_nothing()
    return postgresql.insert(account).on_conflict_do_nothing()
