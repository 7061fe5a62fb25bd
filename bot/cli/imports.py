"""`import`: files from the office and the training platform."""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.progress import ProgressBar
from bot.imports.kinds import Kind

if TYPE_CHECKING:
    from datetime import date

    from bot.imports.kinds import Options
    from bot.imports.report import Report
    from bot.imports.running import Outcome


def import_(  # noqa: PLR0913  the options of the contract
    kind: Annotated[
        Kind, typer.Argument(help="schools 学校、roster 名册、online-hours 线上学时、practice-hours 实践学时")
    ],
    file: Annotated[Path, typer.Argument(help=".xlsx、.xls 或 .csv 文件")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只预演，不导入")] = False,
    as_of: Annotated[str, typer.Option("--as-of", help="数据截至哪一天，例如 2024-05-20")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接导入")] = False,
    force: Annotated[bool, typer.Option("--force", help="接受较早的数据、改了的姓名、特别大的学时")] = False,
    accept_drops: Annotated[bool, typer.Option("--accept-drops", help="接受变少的学时")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="略过读不懂的行")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导入学校、名册、线上学时或实践学时：先预演，确认后再写入。"""  # noqa: D400  what --help shows
    from bot.cli.faults import OperatorFault
    from bot.imports.kinds import Options
    from bot.imports.running import State

    options = Options(
        dry_run=dry_run,
        as_of=_day(as_of),
        yes=yes,
        force=force,
        accept_drops=accept_drops,
        skip_bad=skip_bad,
    )
    asking = _Asking(possible=not as_json and sys.stdin.isatty() and sys.stdout.isatty())
    outcome = _imported(kind, file, options, asking)
    _say(outcome, shown=asking.shown, as_json=as_json)
    if outcome.state in {State.REFUSED, State.UNCONFIRMED}:
        raise OperatorFault(outcome.sentence)


def _imported(kind: Kind, file: Path, options: "Options", asking: "_Asking") -> "Outcome":
    """Raises OperatorFault."""
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from bot.imports.kinds import ImportRefused
    from bot.imports.running import run_import

    # Hundreds of thousands of rows live to the end: looking through them for garbage finds none.
    gc.disable()
    with open_context(judging=options.yes and not options.dry_run) as context, ProgressBar("正在写入") as bar:
        try:
            return run_import(
                context.database,
                context.plan,
                context.catalogue,
                context.secret_key,
                kind,
                file,
                options,
                context.clock.now(),
                confirm=asking.confirm,
                progress=bar.show,
            )
        except ImportRefused as refusal:
            raise OperatorFault(str(refusal)) from None
        except KeyboardInterrupt:
            raise OperatorFault(
                "导入被中断了。如果已经开始写，启动机器人或再导入时会把这份文件写完；要撤回就再导入一份正确的文件。"
            ) from None


def _day(as_of: str) -> "date | None":
    from bot.imports.dates import NoDay, parse_day

    try:
        return parse_day(as_of) if as_of else None
    except NoDay as error:
        raise typer.BadParameter(f"{error}，请写成 2024-05-20", param_hint="--as-of") from error


class _Asking:
    """Asks on a terminal before anything is written."""

    def __init__(self, *, possible: bool) -> None:
        self._possible = possible
        self.shown = False

    def confirm(self, report: "Report") -> bool | None:
        """None = there is nobody to ask."""
        from bot.imports.printing import report_text

        if not self._possible:
            return None
        print(report_text(report))
        self.shown = True
        return input("\n确认导入？(是/否) ").strip().lower() in {"是", "y", "yes", "确认", "确认导入"}


def _say(outcome: "Outcome", *, shown: bool, as_json: bool) -> None:
    """`shown`: the report stands on the terminal already. A refusal's sentence is left to stderr."""
    from bot.imports.printing import outcome_json, report_text
    from bot.imports.running import State

    if as_json:
        print(outcome_json(outcome))
        return
    if not shown:
        print(report_text(outcome.report))
    if outcome.problem_file:
        print(f"\n问题清单：{outcome.problem_file}")
    if outcome.state not in {State.REFUSED, State.UNCONFIRMED}:
        print(f"\n{outcome.sentence}")
