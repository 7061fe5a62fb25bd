"""One import from the file to the database: read, compare, show, ask, write."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.clock import SHANGHAI
from bot.imports.applying import OPERATOR, Ground, Progress, Work, apply_work, finish_unfinished
from bot.imports.columns import Table, find_table, not_read
from bot.imports.dates import find_as_of, one_day, settle_as_of
from bot.imports.files import SourceFile, read_file
from bot.imports.hours_plan import Stored, plan_online, plan_practice
from bot.imports.hours_rows import read_online, read_practice
from bot.imports.kinds import AsOfWanted, ImportBusy, ImportRefused, Kind, Options
from bot.imports.mapping import chosen_table
from bot.imports.matching import People
from bot.imports.problem_workbook import write_problems
from bot.imports.report import Draft, Report
from bot.imports.roster_plan import plan_roster
from bot.imports.roster_rows import read_roster
from bot.imports.school_names import SchoolNames
from bot.imports.school_plan import plan_schools, read_schools
from bot.policy.plan import Plan, PracticeSource
from bot.policy.points import Catalogue
from storage import import_runs
from storage.database import Database
from storage.identifiers import Identifiers, SecretKeyFault
from storage.import_runs import ImportUnderWay, Source, only_import
from storage.imported_practice import live_entries
from storage.roster import all_people, whole_roster
from storage.schools import School, all_schools
from storage.snapshots import latest_snapshots, online_as_of

Change = dict[str, Any]
Confirm = Callable[[Report], bool | None]
"""Shows the report and asks; None = there is nobody to ask."""
_FINISHED = "上次没有导完的“{}”已接着导完。"


@unique
class State(StrEnum):
    """How an import ended."""

    APPLIED = "applied"
    UNCHANGED = "unchanged"  # there was nothing to do
    PREVIEWED = "previewed"  # only shown, as was asked for
    UNCONFIRMED = "unconfirmed"  # there was nobody to ask
    DECLINED = "declined"
    REFUSED = "refused"  # there are rows that cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a file."""

    state: State
    report: Report
    sentence: str  # what to say at the end
    problem_file: (
        str  # the workbook with everything to mend, or why it could not be written; "" = no problems
    )
    run_id: int | None = None
    work: Work | None = None  # what would be, or was, written

    @property
    def exit_code(self) -> int:
        return 1 if self.state in {State.REFUSED, State.UNCONFIRMED} else 0


def run_import(  # noqa: PLR0913, PLR0917  the operator's ground, file, choice and time
    database: Database,
    plan: Plan,
    catalogue: Catalogue,
    secret_key: str | None,
    kind: Kind,
    file: Path | SourceFile,
    options: Options,
    now: datetime,
    *,
    confirm: Confirm | None = None,
    progress: Progress | None = None,
    actor: str = OPERATOR,
) -> Outcome:
    """Raises ImportRefused when the file as a whole cannot be imported.

    Without `confirm` nobody is asked, and only `options.yes` writes. `actor`: who does it, as the audit names them.
    """
    identifiers = Identifiers(secret_key)
    ground = Ground(
        database=database, plan=plan, catalogue=catalogue, identifiers=identifiers, now=now, actor=actor
    )
    try:
        with only_import(database):
            return _run(ground, _Comparison(ground, kind, options), file, options, confirm, progress)
    except ImportUnderWay as error:
        raise ImportBusy("另一个导入正在进行，或正停在“确认导入？”，请等它结束再试。") from error
    except SecretKeyFault as error:
        raise ImportRefused(str(error)) from error


def _run(  # noqa: PLR0913, PLR0917  as `run_import`
    ground: Ground,
    comparison: "_Comparison",
    file: Path | SourceFile,
    options: Options,
    confirm: Confirm | None,
    progress: Progress | None,
) -> Outcome:
    with _collector_paused():
        work, report = comparison.of(file, _waiting(ground.database))
    problem_file = ""
    if report.has_problems and isinstance(file, Path):  # else there is nothing to put it beside
        problem_file = write_problems(report, file)
    state, sentence = _decide(work, report, options, confirm)
    # Only now, because looking at a file must not write; then the file meets other data.
    if _writes(state, options) and (finished := finish_unfinished(ground)):
        work, report = comparison.of(file, tuple(map(_FINISHED.format, finished)))
        agreed = state is State.APPLIED
        state, sentence = _decide(work, report, options, (lambda _: True) if agreed else confirm)
    run_id = apply_work(ground, work, progress) if state is State.APPLIED else None
    return Outcome(
        state=state, report=report, sentence=sentence, problem_file=problem_file, run_id=run_id, work=work
    )


def _writes(state: State, options: Options) -> bool:
    """Nothing is left to write also where an import has died behind its last piece: that is to be finished."""
    return state is State.APPLIED or (state is State.UNCHANGED and not options.dry_run)


def _waiting(database: Database) -> tuple[str, ...]:
    with database.reading() as connection:
        runs = import_runs.unfinished(connection)
    return tuple(
        f"上次没有导完的“{run.file_name}”只写了一部分，启动机器人或再导入时会先写完。"
        for run in runs
        if run.state == "applying"
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Reading makes a million small objects that all stay: looking for garbage takes a third of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _decide(work: Work, report: Report, options: Options, confirm: Confirm | None) -> tuple[State, str]:
    """Whether to write, and what to say."""
    if report.faults and not options.skip_bad:
        count = len(report.faults)
        return (
            State.REFUSED,
            f"有 {count} 处读不懂，整个文件都没有导入。请改正后再导入，或加 --skip-bad 略过这些行。",
        )
    if not work.changes:
        return State.UNCHANGED, "没有变化，什么也没有改。"
    if options.dry_run:
        return State.PREVIEWED, "这是预演，什么也没有改。去掉 --dry-run 再运行就会导入。"
    answer = True if options.yes else confirm(report) if confirm else None
    if answer is None:
        return State.UNCONFIRMED, "没有确认，什么也没有改。核对后加 --yes 再运行就会导入。"
    return (State.APPLIED, "已导入。") if answer else (State.DECLINED, "已取消，什么也没有改。")


class _Comparison:
    """A file against the database, at one moment."""

    def __init__(self, ground: Ground, kind: Kind, options: Options) -> None:
        self._ground = ground
        self._identifiers = ground.identifiers
        self._kind = kind
        self._options = options

    def of(self, file: Path | SourceFile, notes: tuple[str, ...]) -> tuple[Work, Report]:
        if (
            self._kind is Kind.PRACTICE_HOURS
            and self._ground.plan.practice.source is PracticeSource.CERTIFICATION
        ):
            raise ImportRefused(
                '实践学时由微能力点认证得来（practice.source = "certification"），不能从文件导入。'
                '要用学校自己的台账，请在方案文件里改为 practice.source = "imported"。'
            )
        source = file if isinstance(file, SourceFile) else read_file(file)
        draft = Draft(kind=self._kind, file_name=source.name)
        draft.notes += notes
        chosen = self._options.chosen
        table = (
            find_table(source.sheets, self._kind)
            if chosen is None
            else chosen_table(source.sheets, self._kind, chosen)
        )
        draft.sheet = table.sheet.name
        draft.notes += table.notes + not_read(source.sheets, table.sheet)
        with self._ground.database.reading() as connection:
            self._identifiers.check(connection)
            changes = self._changes(connection, table, draft)
        report = draft.freeze()
        work = Work(
            source=Source(self._kind.value, source.name, source.digest),
            as_of=draft.as_of,
            counts=report.counts,
            changes=changes,
        )
        return work, report

    def _changes(self, connection: Connection, table: Table, draft: Draft) -> list[Change]:
        schools = all_schools(connection)
        if self._kind is Kind.SCHOOLS:
            return plan_schools(read_schools(table, draft), schools, draft)
        if not schools:
            raise ImportRefused("系统里还没有学校，请先导入学校：python -m bot import schools 文件")
        names = SchoolNames(schools, self._ground.plan.county)
        if self._kind is Kind.ROSTER:
            rows = read_roster(table, draft, names, self._identifiers)
            known = {school.school_id: school.name for school in schools}
            return plan_roster(rows, whole_roster(connection), known, draft, force=self._options.force)
        people = self._people(connection, names, schools)
        if self._kind is Kind.PRACTICE_HOURS:
            items = read_practice(table, draft, people, self._ground.catalogue)
            return plan_practice(items, live_entries(connection), draft)
        return self._online_changes(connection, table, draft, people)

    def _people(self, connection: Connection, names: SchoolNames, schools: tuple[School, ...]) -> People:
        people = all_people(connection)
        if not people:
            raise ImportRefused("系统里还没有名册，请先导入名册：python -m bot import roster 文件")
        return People(people, names, {school.school_id: school.name for school in schools}, self._identifiers)

    def _online_changes(
        self, connection: Connection, table: Table, draft: Draft, people: People
    ) -> list[Change]:
        try:
            written = find_as_of(table.above, table.below)
            if written is None and "as_of" in table.columns:
                column = table.columns["as_of"]
                written = one_day(row[column] for row in table.below if column < len(row))
        except AsOfWanted:
            if self._options.as_of is None:
                raise
            written = (
                None  # what the file says is no day, or several, and somebody has said which one is meant
            )
        draft.as_of, notes = settle_as_of(
            self._options.as_of, written, self._ground.now.astimezone(SHANGHAI).date()
        )
        draft.notes += notes
        newest = online_as_of(connection)
        if newest is not None and draft.as_of < newest and not self._options.force:
            raise ImportRefused(
                f"文件的数据截至 {draft.as_of.isoformat()}，比系统里最新的 {newest.isoformat()} 早，没有导入。"
                f"确要补录，加 --force：只用在没有更新数据的人身上。"
            )
        rows = read_online(table, draft, people)
        who = [row.person.person_id for row in rows]
        stored = Stored(
            counting=latest_snapshots(connection, who, counts=True),
            set_aside=latest_snapshots(connection, who, counts=False),
            required=self._ground.plan.requirement.online,
        )
        return plan_online(rows, stored, draft.as_of, self._options, draft)
