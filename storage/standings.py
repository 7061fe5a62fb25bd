"""Standings: derived by the pure rules from everything on file, and stored for ranking and lists."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.policy.explanation import Record, Snapshot
from bot.policy.people import PersonState
from bot.policy.plan import Hours, Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Facts, Standing
from bot.policy.standing import standing as judge
from storage.bulk import put_rows
from storage.crowd import CHUNK, among, chunks, held
from storage.import_reversals import counts_still
from storage.ledger import certified_codes, entries_of
from storage.snapshots import newest
from storage.submissions import open_states
from storage.tables import choice, online_snapshot, person, practice_entry, standing

_NEWEST = newest()

COLUMNS = tuple(column.name for column in standing.columns)


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored standing that is not what the rules say of the facts on file."""

    person_id: int
    columns: tuple[tuple[str, object, object], ...]  # name, stored, derived; a row that is missing: none


def evidence_column(facts: Facts) -> str:
    """Open evidence as `standing` keeps it: "A5:waiting B2:returned"."""
    return " ".join(f"{code}:{state.value}" for code, state in facts.evidence)


def rewrite(connection: Connection, person_ids: Iterable[int], plan: Plan, catalogue: Catalogue) -> None:
    """Derives these people's standings anew; belongs into the transaction that changes their sources."""
    for chunk in chunks(person_ids):
        rows = list(_derived(connection, chunk, plan, catalogue, writing=True))
        put_rows(connection, standing, rows, "person_id")


def differences(connection: Connection, plan: Plan, catalogue: Catalogue) -> tuple[Difference, ...]:
    """Everybody whose stored standing differs from what the facts say, in order of id."""
    return tuple(_differences(connection, plan, catalogue))


def facts_of(connection: Connection, person_ids: Sequence[int]) -> dict[int, Facts]:
    """By person; at most `CHUNK` people at a time. Ids that do not exist are left out."""
    return {person_id: facts for person_id, _, facts in _facts(connection, person_ids, writing=False)}


def record_of(connection: Connection, person_id: int) -> Record:
    """Everything that an explanation looks at. Raises KeyError for an id that does not exist."""
    columns = online_snapshot.c
    snapshots = connection.execute(
        select(
            columns.id,
            columns.as_of,
            columns.online_hours,
            columns.counts,
            counts_still(columns.import_id).label("stands"),
        )
        .where(columns.person_id == person_id)
        .order_by(columns.id)
    )
    return Record(
        facts=facts_of(connection, [person_id])[person_id],
        snapshots=tuple(
            Snapshot(snapshot_id, as_of, Hours(hours), counts and stands, taken_back=not stands)
            for snapshot_id, as_of, hours, counts, stands in snapshots
        ),
        ledger=entries_of(connection, person_id),
    )


def _differences(connection: Connection, plan: Plan, catalogue: Catalogue) -> Iterator[Difference]:
    last = 0
    while chunk := _next_people(connection, last):
        last = chunk[-1]
        rows = connection.execute(select(standing).where(standing.c.person_id.in_(chunk)))
        stored = {row.person_id: row for row in rows}
        for derived in _derived(connection, chunk, plan, catalogue, writing=False):
            difference = _difference(stored.get(derived[0]), derived)
            if difference is not None:
                yield difference


def _difference(stored: Row[Any] | None, derived: tuple[Any, ...]) -> Difference | None:
    if stored is None:
        return Difference(derived[0], ())
    if tuple(stored) == derived:
        return None
    columns = zip(COLUMNS, stored, derived, strict=True)
    return Difference(derived[0], tuple((name, old, new) for name, old, new in columns if old != new))


def _next_people(connection: Connection, after: int) -> Sequence[int]:
    return connection.scalars(
        select(person.c.id).where(person.c.id > after).order_by(person.c.id).limit(CHUNK)
    ).all()


def _derived(
    connection: Connection, person_ids: Sequence[int], plan: Plan, catalogue: Catalogue, *, writing: bool
) -> Iterator[tuple[Any, ...]]:
    """Rows of `standing`, in the order of its columns."""
    verdicts: dict[Facts, Standing] = {}  # many people share the same facts: nothing done yet
    for person_id, school_id, facts in _facts(connection, person_ids, writing=writing):
        verdict = verdicts.get(facts)
        if verdict is None:
            verdict = verdicts[facts] = judge(facts, plan, catalogue)
        yield (
            person_id,
            school_id,
            verdict.active,
            facts.online,
            facts.online_as_of,
            facts.practice,
            " ".join(facts.chosen),
            " ".join(facts.certified),
            evidence_column(facts),
            verdict.done,
            verdict.completion,
            verdict.step.value,
            plan.version,
        )


def _facts(
    connection: Connection, person_ids: Sequence[int], *, writing: bool
) -> Iterator[tuple[int, int, Facts]]:
    """Person, school, facts. The people come first: their rows are what other writers wait for."""
    columns = person.c
    statement = (
        select(columns.id, columns.school_id, columns.state, columns.study_account)
        .where(among(columns.id, person_ids))
        .order_by(columns.id)
    )
    people = connection.execute(held(statement) if writing else statement).all()
    online = _online(connection, person_ids)
    practice = _practice(connection, person_ids)
    chosen = _chosen(connection, person_ids)
    certified = certified_codes(connection, person_ids)
    evidence = open_states(connection, person_ids)
    for person_id, school_id, state, account in people:
        as_of, hours = online.get(person_id, (None, None))
        yield (
            person_id,
            school_id,
            Facts(
                state=PersonState(state),
                has_study_account=bool(account),
                online=hours,
                online_as_of=as_of,
                practice=practice.get(person_id, Hours(0)),
                chosen=tuple(chosen.get(person_id, ())),
                certified=tuple(certified.get(person_id, ())),
                evidence=tuple(
                    (code, evidence[person_id, code])
                    for code in chosen.get(person_id, ())
                    if (person_id, code) in evidence
                ),
            ),
        )


def _online(connection: Connection, person_ids: Sequence[int]) -> dict[int, tuple[date, Hours]]:
    """The newest as-of that counts; of one day the snapshot that was imported last."""
    statement = (
        select(online_snapshot.c.person_id, online_snapshot.c.as_of, online_snapshot.c.online_hours)
        .select_from(person)
        .join(online_snapshot, online_snapshot.c.id == _NEWEST)
        .where(among(person.c.id, person_ids))
    )
    rows = connection.execute(statement).all()
    return {person_id: (as_of, Hours(hours)) for person_id, as_of, hours in rows}


def _practice(connection: Connection, person_ids: Sequence[int]) -> dict[int, Hours]:
    columns = practice_entry.c
    statement = (
        select(columns.person_id, func.sum(columns.practice_hours))
        .where(among(columns.person_id, person_ids))
        .group_by(columns.person_id)
    )
    return {person_id: Hours(hours) for person_id, hours in connection.execute(statement).all()}


def _chosen(connection: Connection, person_ids: Sequence[int]) -> dict[int, list[str]]:
    """In catalogue order: by letter, then by number (A2 before A10)."""
    code = choice.c.code
    statement = (
        select(choice.c.person_id, code)
        .where(among(choice.c.person_id, person_ids), choice.c.ended_at.is_(None))
        .order_by(choice.c.person_id, func.substr(code, 1, 1), func.length(code), code)
    )
    codes: dict[int, list[str]] = {}
    for person_id, one in connection.execute(statement).all():
        codes.setdefault(person_id, []).append(one)
    return codes
