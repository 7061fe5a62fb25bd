"""Taking a whole import back: what would be undone, what stays because something newer stands on it, and doing it.

Nothing is deleted that anybody could miss. A reversal is an import of its own, written in the same pieces and finished
after a crash like any other: snapshots of the import that it takes back count no more, the ledger gets reversals, lists
get their former values.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from sqlalchemy import Connection

from bot.imports.applying import Ground, Work, apply_work, finish_unfinished
from bot.imports.hours_plan import hours_words
from bot.imports.kinds import ImportBusy, Kind
from bot.imports.report import Entry
from bot.imports.reverting_lists import roster_undone, schools_undone
from bot.policy.plan import Hours
from storage import import_reversals, imported_practice, imports_done
from storage.import_reversals import Reversal, State
from storage.import_runs import ImportUnderWay, Source, only_import
from storage.imports_done import Done
from storage.names import names_of
from storage.snapshots import Latest, latest_snapshots

Change = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Undoing:
    """What taking one import back does, before anything is done."""

    changes: list[Change] = field(default_factory=list)
    undone: list[Entry] = field(default_factory=list)
    left: list[Entry] = field(default_factory=list)  # and why

    @property
    def mark(self) -> str:
        """Of what is shown: whatever else it would be by then is not done."""
        lines = "\n".join(f"{one.who}\t{one.text}" for one in (*self.undone, *self.left))
        return f"{len(self.changes)}-{len(self.undone)}-{len(self.left)}-{crc32(lines.encode()):08x}"


def undoing_of(connection: Connection, done: Done) -> Undoing:
    """Of an import that was applied, and not taken back yet."""
    undoing = Undoing()
    match Kind(done.kind):
        case Kind.ONLINE_HOURS:
            _online(connection, done, undoing)
        case Kind.PRACTICE_HOURS:
            _practice(connection, done, undoing)
        case Kind.ROSTER:
            roster_undone(connection, done, undoing.changes, undoing.undone, undoing.left)
        case Kind.SCHOOLS:
            schools_undone(connection, done, undoing.changes, undoing.undone, undoing.left)
    return undoing


def take_back(ground: Ground, reversal: Reversal) -> State:
    """Does what was asked for, if it is still what was shown. Raises ImportBusy."""
    try:
        with only_import(ground.database):
            finish_unfinished(ground)
            with ground.database.reading() as connection:
                reversal = import_reversals.of_import(connection, reversal.import_id) or reversal
                if import_reversals.is_written(connection, reversal):
                    return State.DONE
                done = imports_done.find(connection, reversal.import_id)
                undoing = undoing_of(connection, done) if done is not None else Undoing()
            if done is None or undoing.mark != reversal.mark or not undoing.changes:
                return State.STALE
            apply_work(ground, _work(done, undoing))
    except ImportUnderWay as error:
        raise ImportBusy("另一个导入正在进行，请等它结束再试。") from error
    return State.DONE


def _work(done: Done, undoing: Undoing) -> Work:
    counts = {
        "rows": len(undoing.undone) + len(undoing.left),
        "added": 0,
        "changed": len(undoing.undone),
        "left": len(undoing.left),
    }
    return Work(
        source=Source(done.kind, done.file_name, done.file_hash),
        as_of=None,
        counts=counts,
        changes=undoing.changes,
        takes_back=done.import_id,
    )


def _online(connection: Connection, done: Done, undoing: Undoing) -> None:
    """Whoever has something newer keeps it: the snapshot counts no more, and nothing looks otherwise."""
    people = imports_done.people_of_snapshots(connection, done.import_id)
    names = _named(connection, people)
    before = latest_snapshots(connection, people, counts=True)
    after = latest_snapshots(connection, people, counts=True, without=done.import_id)
    for person_id in people:
        was, will = before.get(person_id), after.get(person_id)
        change: Change = {"id": person_id, "void": True, "audit": None}
        if was == will:
            undoing.left.append(Entry(None, names[person_id], "之后有更新的数据，现在的学时不变"))
        else:
            undoing.undone.append(Entry(None, names[person_id], f"{_said(was)} → {_said(will)}"))
            change["audit"] = {"hours": [was and was.hours, will and will.hours]}
        undoing.changes.append(change)


def _said(latest: Latest | None) -> str:
    if latest is None:
        return "没有数据"
    return f"{hours_words(latest.hours)}（截至 {latest.as_of.isoformat()}）"


def _practice(connection: Connection, done: Done, undoing: Undoing) -> None:
    """What counts of it is reversed; what it had replaced counts again."""
    rows = imports_done.ledger_rows(connection, done.import_id)
    live = imported_practice.live_entries(connection)
    names = _named(connection, [row.person_id for row in rows])
    entered = {(row.person_id, row.reference): row for row in rows if row.reverses_id is None}
    replaced = {
        (row.person_id, row.reference): Hours(-row.hours) for row in rows if row.reverses_id is not None
    }
    for key in sorted(entered.keys() | replaced.keys()):
        person_id, reference = key
        mine, now, former = entered.get(key), live.get(key), replaced.get(key, Hours(0))
        if (now.entry_id if now else None) != (mine.entry_id if mine else None):
            undoing.left.append(Entry(None, names[person_id], f"{reference}：之后又改过"))
            continue
        hours = now.hours if now else Hours(0)
        undoing.undone.append(
            Entry(None, names[person_id], f"{reference}：{hours_words(hours)} → {hours_words(former)}")
        )
        undoing.changes.append(
            {
                "id": person_id,
                "reference": reference,
                "hours": former,
                "note": mine.note if mine else "",
                "reverses": now.entry_id if now else None,
                "reversed_hours": hours,
                "audit": {"reference": reference, "hours": [hours, former]},
            }
        )


def _named(connection: Connection, person_ids: Sequence[int]) -> dict[int, str]:
    return {
        person_id: name
        for chunk in _chunks(person_ids)
        for person_id, name in names_of(connection, chunk).items()
    }


def _chunks(ids: Sequence[int]) -> list[list[int]]:
    ordered = sorted(set(ids))
    return [ordered[start : start + 500] for start in range(0, len(ordered), 500)]
