"""One look at a file, or its import: from bytes to what is said and what may be said to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zlib import crc32

from bot.clock import SHANGHAI
from bot.imports.files import SourceFile, read_content
from bot.imports.kinds import AsOfWanted, ImportBusy, ImportRefused, Kind, Options
from bot.imports.printing import entry_line, fault_line
from bot.imports.report import Entry, Report, Skip
from bot.imports.running import Confirm, Outcome, State, run_import
from bot.policy.plan import Plan, PracticeSource
from bot.policy.points import Catalogue
from bot.received_files.choosing import load_chosen
from bot.received_files.recognising import foreign_headers, likely_kinds
from messages.commands import Arguments
from messages.outgoing import Answer
from messages.texts import received_file as texts
from messages.texts.received_file import MOST_LINES, Found, Listed
from messages.understanding.importing import SKIP_BAD
from storage.database import Database
from storage.received_files import ReceivedFile
from storage.received_files import State as Standing

_FORCE, _ACCEPT_DROPS = "--force", "--accept-drops"  # as the cures of an import name them
_WHOLE_NAME = "表格.xlsx"  # for sentences about a file that came without a name
_COUNTED = (Skip.REPEATED, Skip.NO_DATA, Skip.OLDER)  # rows of data that would be missed otherwise
# What rosters change and nobody takes back easily: as `bot.imports.roster_plan` words it, and as it is counted.
_MOVES = {"学校 ": "换学校", "状态 ": "状态改变", "职务 ": "职务改变"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a menu: what it reads, and what it says of the file."""

    label: str
    says: Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What has come of a look."""

    standing: Standing
    said: Answer
    kind: str = ""
    found: Found | None = None  # SHOWN: what would be imported
    counts: dict[str, int] | None = None
    menu: Sequence[Line] = ()  # ASKED
    findings: dict[str, Any] | None = None  # for a page: bot.received_files.page_looking
    workbook: bytes | None = None  # for a page: every row of what is shown
    run_id: int | None = None  # IMPORTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where files are looked at; `secret_key` is what identifiers are hashed under."""

    database: Database
    plan: Plan
    catalogue: Catalogue
    secret_key: str = field(repr=False)

    def look(self, file: ReceivedFile, content: bytes, now: datetime) -> Seen:
        """What importing it would do, or what has to be said first. Raises ImportBusy."""
        source = self._read(file, content)
        if isinstance(source, Seen):
            return source
        kind = file.wishes.kind
        if not kind:
            practice_imported = self.plan.practice.source is PracticeSource.IMPORTED
            kinds = likely_kinds(source.sheets, practice_imported=practice_imported)
            if len(kinds) != 1:
                return _which_kind(file, kinds or tuple(Kind), foreign_headers(source.sheets))
            kind = kinds[0].value
        return self._dry_run(file, source, kind, now)

    def _dry_run(self, file: ReceivedFile, source: SourceFile, kind: str, now: datetime) -> Seen:
        try:
            outcome = self._run(file, source, Kind(kind), now, dry_run=True)
        except AsOfWanted as wanted:
            return _which_day(file, kind, wanted, now.astimezone(SHANGHAI).date())
        except ImportBusy:
            raise
        except ImportRefused as refusal:
            return _refused(file, refusal, kind)
        found = found_in(file.name, outcome.report)
        match outcome.state:
            case State.REFUSED:
                line = Line(SKIP_BAD, Arguments(text=SKIP_BAD))
                return Seen(standing=Standing.ASKED, said=texts.bad_rows(found), kind=kind, menu=[line])
            case State.UNCHANGED:
                return Seen(standing=Standing.UNCHANGED, said=texts.nothing_changes(found), kind=kind)
        return Seen(
            standing=Standing.SHOWN,
            said=texts.would_import(found, self.plan.confirm_minutes, again=False, stands=True),
            kind=kind,
            found=found,
            counts=lines_of(outcome.report),
        )

    def apply(self, file: ReceivedFile, content: bytes, now: datetime) -> Seen | None:
        """Imports what was confirmed; None where it would be something else by now. Raises ImportBusy."""
        source = self._read(file, content)
        if isinstance(source, Seen):
            return source
        again = file.tries > 1  # a former try has ended in the middle, and part of it may be written already

        def as_shown(report: Report) -> bool:
            return again or lines_of(report) == file.counts

        try:
            outcome = self._run(file, source, Kind(file.wishes.kind), now, confirm=as_shown)
        except ImportBusy:
            raise
        except ImportRefused as refusal:
            return _refused(file, refusal, file.wishes.kind)
        found = found_in(file.name, outcome.report)
        match outcome.state:
            case State.APPLIED:
                return Seen(standing=Standing.IMPORTED, said=texts.imported(found), run_id=outcome.run_id)
            case State.UNCHANGED if again:
                return Seen(standing=Standing.IMPORTED, said=texts.finished_after_a_stop(file.name))
            case State.UNCHANGED:
                return Seen(standing=Standing.UNCHANGED, said=texts.nothing_changes(found))
        return None

    def _read(self, file: ReceivedFile, content: bytes) -> SourceFile | Seen:
        try:
            return read_content(file.name or _WHOLE_NAME, content)
        except ImportRefused as refusal:
            return _refused(file, refusal, file.wishes.kind)

    def _run(  # noqa: PLR0913  whose, what, how
        self,
        file: ReceivedFile,
        source: SourceFile,
        kind: Kind,
        now: datetime,
        *,
        dry_run: bool = False,
        confirm: Confirm | None = None,
    ) -> Outcome:
        wishes = file.wishes
        options = Options(
            dry_run=dry_run,
            as_of=wishes.as_of,
            skip_bad=wishes.skip_bad,
            accept_drops=wishes.accept_drops,
            force=wishes.force,
            chosen=load_chosen(wishes.chosen),
        )
        return run_import(
            self.database,
            self.plan,
            self.catalogue,
            self.secret_key,
            kind,
            source,
            options,
            now,
            confirm=confirm,
            actor=f"person:{file.person_id}",
        )


def lines_of(report: Report) -> dict[str, int]:
    """What the confirmation was given to: the figures, and every line behind them."""
    lines = "\n".join(
        f"{one.who}\t{one.text}" for part in (report.added, report.changed, report.suspicious) for one in part
    )
    return report.counts | {"lines": crc32(lines.encode())}


def found_in(name: str, report: Report) -> Found:
    """The report as it is shown in a chat: figures, and the first lines of each list."""
    cures = [entry.cure for entry in report.suspicious]
    return Found(
        name=name,
        kind=report.kind.word,
        as_of=report.as_of,
        rows=report.rows,
        added=len(report.added),
        changed=len(report.changed),
        unchanged=report.unchanged,
        refreshed=report.refreshed,
        skipped=[(why.value, count) for why, count in report.skipped if why in _COUNTED],
        changes=_changes(report),
        moves=_moves(report),
        faults=Listed(
            count=len(report.faults), first=[fault_line(one) for one in report.faults[:MOST_LINES]]
        ),
        suspicious=_listed(report.suspicious),
        unmatched=_listed(report.unmatched),
        absent=len(report.absent),
        notes=report.notes,
        drops=sum(_ACCEPT_DROPS in cure for cure in cures),
        forced=sum(_FORCE in cure for cure in cures),
    )


def _changes(report: Report) -> Listed:
    """Not of hours: there a file changes everybody, and says no more than that."""
    if report.kind not in {Kind.SCHOOLS, Kind.ROSTER}:
        return Listed()
    return _listed(sorted(report.changed, key=lambda entry: not _moved(report, entry)))


def _moves(report: Report) -> list[tuple[str, int]]:
    found = [word for entry in report.changed for word in _moved(report, entry)]
    return [(word, found.count(word)) for word in _MOVES.values() if word in found]


def _moved(report: Report, entry: Entry) -> list[str]:
    if report.kind is not Kind.ROSTER:
        return []
    said = entry.text.split("；")
    return [word for start, word in _MOVES.items() if any(one.startswith(start) for one in said)]


def _listed(entries: Sequence[Entry]) -> Listed:
    # What to do about them is said once below: here options have other names than on the computer.
    plain = (entry_line(Entry(one.row, one.who, one.text)) for one in entries[:MOST_LINES])
    return Listed(count=len(entries), first=list(plain))


def _which_kind(file: ReceivedFile, kinds: Sequence[Kind], foreign: str) -> Seen:
    words = [kind.word for kind in kinds]
    return Seen(
        standing=Standing.ASKED,
        said=texts.which_kind(file.name, words, foreign),
        menu=[Line(word, Arguments(filter=word)) for word in words],
    )


def _which_day(file: ReceivedFile, kind: str, wanted: AsOfWanted, today: date) -> Seen:
    days = [("今天", today), ("昨天", today - timedelta(days=1)), ("前天", today - timedelta(days=2))]
    return Seen(
        standing=Standing.ASKED,
        said=texts.which_day(file.name, wanted.why, days),
        kind=kind,
        menu=[Line(word, Arguments(when=day.isoformat())) for word, day in days],
    )


def _refused(file: ReceivedFile, refusal: ImportRefused, kind: str) -> Seen:
    return Seen(standing=Standing.REFUSED, said=texts.refused(file.name, str(refusal)), kind=kind)
