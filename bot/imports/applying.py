"""Writing what was planned: at once when it is little, else in pieces that a crash cannot leave half done."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from bot.imports.kinds import ADDED, Kind
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from storage import (
    audit,
    import_reversals,
    import_runs,
    imported_practice,
    roster,
    schools,
    snapshots,
    standings,
)
from storage.bulk import checkpoint_as_usual, writing_in_pieces
from storage.database import Database
from storage.fault_points import FaultPoint, reached
from storage.identifiers import Identifiers

PIECE = 750  # changes in one transaction: callbacks must not wait long behind an import
_STAGED_TOGETHER = 8  # pieces; staging only appends, so it may do more at a time
OPERATOR = "operator"
_CONTENDED_SECONDS = 0.0005  # a lock that took longer was held by somebody
_BREATH_SECONDS = 0.0012  # lets a writer in who looks every millisecond (`storage.database`)

Change = dict[str, Any]
Progress = Callable[[int, int], None]
"""Called with how many changes of how many are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every import stands on."""

    database: Database
    plan: Plan
    catalogue: Catalogue
    identifiers: Identifiers
    now: datetime  # by the programme's clock
    actor: str = OPERATOR  # who imports, as the audit names them

    @property
    def now_ms(self) -> int:
        return int(self.now.timestamp() * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A confirmed import."""

    source: import_runs.Source
    as_of: date | None
    counts: dict[str, int]
    changes: Sequence[Change]
    takes_back: int | None = None  # the import that this one takes back


def apply_work(ground: Ground, work: Work, progress: Progress | None = None) -> int:
    """Writes everything; returns the number of the run."""
    if len(work.changes) <= PIECE:
        with ground.database.writing() as connection:
            ground.identifiers.remember(connection)
            run = _begin(connection, work, ground)
            _takes_back(connection, work, run)
            _apply_piece(connection, run, work.changes, ground)
            _finish(connection, run, ground)
            reached(FaultPoint.IMPORT_COMMITS)
        reached(FaultPoint.IMPORT_COMMITTED)
        return run.run_id
    pieces = [list(work.changes[start : start + PIECE]) for start in range(0, len(work.changes), PIECE)]
    run = _stage(ground, work, pieces)
    _apply_pieces(ground, run, dict(enumerate(pieces)), progress)
    return run.run_id


def finish_unfinished(ground: Ground) -> tuple[str, ...]:
    """Finishes what a crash has left, under the caller's `only_import`; returns the names of the files."""
    ground = replace(ground, actor=OPERATOR)  # whoever began it
    with ground.database.reading() as connection:
        runs = import_runs.unfinished(connection)
    finished = []
    for run in runs:
        if run.state == "staged":  # it never came to writing: nothing of it was applied
            with ground.database.writing() as connection:
                import_runs.discard(connection, run.run_id)
                reached(FaultPoint.DISCARD_COMMITS)
            reached(FaultPoint.DISCARD_COMMITTED)
            continue
        with ground.database.reading() as connection:
            numbers = import_runs.piece_numbers(connection, run.run_id)
        _apply_pieces(ground, run, dict.fromkeys(numbers))
        finished.append(run.file_name)
    return tuple(finished)


def resume_imports(database: Database, plan: Plan, catalogue: Catalogue, now: datetime) -> tuple[str, ...]:
    """For `serve`: finishes what a crash or an outage has left; nothing while another process is importing."""
    with database.reading() as connection:
        if not import_runs.unfinished(connection):  # nobody who wants to import may find it taken for nothing
            return ()
    # What was staged holds hashes already, so no key is needed.
    ground = Ground(database=database, plan=plan, catalogue=catalogue, identifiers=Identifiers(None), now=now)
    try:
        with import_runs.only_import(database):
            return finish_unfinished(ground)
    except import_runs.ImportUnderWay:
        return ()


def _takes_back(connection: Connection, work: Work, run: import_runs.Run) -> None:
    if work.takes_back is not None:
        import_reversals.begins(connection, work.takes_back, run.run_id)


def _begin(connection: Connection, work: Work, ground: Ground) -> import_runs.Run:
    source = work.source
    run_id = import_runs.begin(connection, source, work.as_of, ground.now_ms, actor=ground.actor)
    return import_runs.Run(run_id, source.kind, source.file_name, work.as_of, "staged", dict(work.counts))


def _stage(ground: Ground, work: Work, pieces: Sequence[list[Change]]) -> import_runs.Run:
    with ground.database.writing() as connection:
        ground.identifiers.remember(connection)
        run = _begin(connection, work, ground)
        reached(FaultPoint.RUN_COMMITS)
    reached(FaultPoint.RUN_COMMITTED)
    with writing_in_pieces(ground.database) as connection:
        for first in range(0, len(pieces), _STAGED_TOGETHER):
            with connection.begin():
                import_runs.stage(connection, run.run_id, first, pieces[first : first + _STAGED_TOGETHER])
                reached(FaultPoint.STAGED_COMMITS)
            reached(FaultPoint.STAGED_COMMITTED)
    # Durable, and with it everything before: from here on a crash is made good.
    with ground.database.writing() as connection:
        _takes_back(connection, work, run)
        import_runs.start_applying(connection, run.run_id, run.counts)
        reached(FaultPoint.APPLYING_COMMITS)
    reached(FaultPoint.APPLYING_COMMITTED)
    return run


def _apply_pieces(
    ground: Ground,
    run: import_runs.Run,
    pieces: Mapping[int, list[Change] | None],
    progress: Progress | None = None,
) -> None:
    """By number; None = the piece is read from where it was staged."""
    total = sum(len(piece) for piece in pieces.values() if piece is not None)
    done = 0
    with writing_in_pieces(ground.database) as connection:
        for number, piece in pieces.items():
            asked = time.monotonic()
            with connection.begin():
                began = time.monotonic()
                changes = import_runs.read_piece(connection, run.run_id, number) if piece is None else piece
                _apply_piece(connection, run, changes, ground)
                import_runs.drop_piece(connection, run.run_id, number)
                reached(FaultPoint.PIECE_COMMITS)
            reached(FaultPoint.PIECE_COMMITTED)
            held = time.monotonic() - began
            done += len(changes)
            if progress is not None:
                progress(done, total)
            # While the bot is writing as well it gets as much time as we take; alone, a chance to begin.
            contended = ground.database.is_sqlite and began - asked > _CONTENDED_SECONDS
            if contended:
                checkpoint_as_usual(connection)
            time.sleep(held if contended else _BREATH_SECONDS)
    with ground.database.writing() as connection:
        _finish(connection, run, ground)
        reached(FaultPoint.FINISH_COMMITS)
    reached(FaultPoint.FINISH_COMMITTED)


def _apply_piece(
    connection: Connection, run: import_runs.Run, changes: Sequence[Change], ground: Ground
) -> None:
    """The data, the audit of each person and the standings, in the caller's transaction."""
    kind = Kind(run.kind)
    people: Sequence[int | None]
    judged: Sequence[int]
    match kind:
        case Kind.SCHOOLS:
            _apply_schools(connection, changes)
            people, judged = [None] * len(changes), []
        case Kind.ROSTER:
            people = ids = roster.apply_changes(connection, changes, ground.now_ms)
            judged = [person for person, change in zip(ids, changes, strict=True) if change.get("standing")]
        case Kind.ONLINE_HOURS:
            _apply_online(connection, run, changes)
            people = judged = [change["id"] for change in changes]
        case Kind.PRACTICE_HOURS:
            imported_practice.add_entries(connection, changes, run.run_id, ground.now_ms)
            people = judged = [change["id"] for change in changes]
    details = list(_audit_details(run.run_id, people, changes))
    action = f"import {kind.value}"
    audit.record_each(connection, at=ground.now_ms, actor=ground.actor, action=action, details=details)
    if judged:
        standings.rewrite(connection, judged, ground.plan, ground.catalogue)


def _audit_details(
    run_id: int, people: Sequence[int | None], changes: Sequence[Change]
) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """A row for each person that changed; those who only came in new share one, with their ids."""
    added: list[int] = []
    for person, change in zip(people, changes, strict=True):
        detail = change.get("audit")
        if detail == ADDED and person is not None:
            added.append(person)
        elif detail:
            yield person, {"import": run_id, **detail}
    if added:
        yield None, {"import": run_id, "added": added}


def _apply_schools(connection: Connection, changes: Sequence[Change]) -> None:
    schools.remove_schools(connection, [change["id"] for change in changes if change.get("remove")])
    changes = [change for change in changes if not change.get("remove")]
    renamed = [{**change["row"], "school_id": change["id"]} for change in changes if change["id"] is not None]
    schools.change_schools(connection, renamed)
    schools.add_schools(connection, [change["row"] for change in changes if change["id"] is None])


def _apply_online(connection: Connection, run: import_runs.Run, changes: Sequence[Change]) -> None:
    snapshots.add_snapshots(
        connection,
        [
            {
                "person_id": change["id"],
                "as_of": run.as_of,
                "online_hours": change["hours"],
                "verdict": change["verdict"],
                "import_id": run.run_id,
                "counts": change["counts"],
            }
            for change in changes
            if not change.get("void")  # what it had said of somebody counts no more
        ],
    )


def _finish(connection: Connection, run: import_runs.Run, ground: Ground) -> None:
    reversal = import_reversals.of_run(connection, run.run_id)
    if run.as_of is not None:
        snapshots.advance_online_as_of(connection, run.as_of)
    elif reversal is not None:
        snapshots.settle_online_as_of(connection)
    import_runs.finish(connection, run.run_id, run.counts, ground.now_ms)
    detail = {
        "import": run.run_id,
        "file": run.file_name,
        "as_of": run.as_of.isoformat() if run.as_of else None,
        **run.counts,
        **({"reverts": reversal.import_id, "reason": reversal.reason} if reversal else {}),
    }
    audit.record(
        connection,
        at=ground.now_ms,
        actor=ground.actor,
        action=f"import {run.kind}",
        person_id=None,
        detail=detail,
    )
