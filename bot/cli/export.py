"""`export`: workbooks for acceptance, for whoever helps those who are not done, and for the files."""

import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from bot.policy.export import OF_ONE_SCHOOL, Ending, ExportKind, Order

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from bot.cli.context import Context
    from bot.workbooks.making import Made

_KINDS = "acceptance 验收表、unfinished 未完成名单、ranking 学校排名、roster 名册、audit 审计记录"


def export(
    kind: Annotated[ExportKind, typer.Argument(help=_KINDS)],
    file: Annotated[
        Path, typer.Argument(help="写到哪个文件，.xlsx 或 .csv；.csv 只有主表。已有的文件会被换掉。")
    ],
    *,
    school: Annotated[str, typer.Option("--school", metavar="NAME", help="只要一所学校的")] = "",
    day: Annotated[
        str, typer.Option("--date", metavar="YYYY-MM-DD", help="只用于 ranking：哪一天发过的排名")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """导出验收表、未完成名单、学校排名、名册或审计记录。"""  # noqa: D400  what --help shows
    from bot.cli.context import open_context

    ending = _ending(file)
    if school and kind not in OF_ONE_SCHOOL:
        raise typer.BadParameter(f"{kind.value} 没有单个学校的", param_hint="--school")
    if day and kind is not ExportKind.RANKING:
        raise typer.BadParameter("只有 ranking 可以选日期", param_hint="--date")
    wanted = _date(day) if day else None
    with open_context(judging=True) as context:
        with context.database.reading() as connection:
            school_id = _school(connection, school) if school else None
        order = Order(kind=kind, ending=ending, school_id=school_id, day=wanted)
        made = _written(context, order, file)
    if as_json:
        print(json.dumps({"file": str(file), "rows": dict(made.rows)}, ensure_ascii=False))
        return
    rows = "、".join(f"{title} {count} 行" for title, count in made.rows.items())
    print(f"已导出到 {file}：{rows}。")


def _ending(file: Path) -> Ending:
    with suppress(ValueError):
        return Ending(file.suffix.lower().removeprefix("."))
    raise typer.BadParameter(f"{file.name} 要以 .xlsx 或 .csv 结尾", param_hint="FILE")


def _date(day: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(day)
    except ValueError:
        raise typer.BadParameter(f"看不懂日期 {day!r}，要写成 2024-05-20 这样", param_hint="--date") from None


def _school(connection: "Connection", written: str) -> int:
    """Raises OperatorFault."""
    from bot.cli.faults import OperatorFault
    from bot.policy.school_named import named
    from storage.schools import all_schools

    schools = {one.school_id: one for one in all_schools(connection)}
    meant = named(written, {school_id: (one.name, one.short_name) for school_id, one in schools.items()})
    if not meant:
        raise OperatorFault(f"没有找到学校“{written}”，请写全名")
    if len(meant) > 1:
        names = "、".join(schools[school_id].name for school_id in meant[:5])
        raise OperatorFault(f"“{written}”可以指 {len(meant)} 所学校，请写全名：{names}")
    return meant[0]


def _written(context: "Context", order: Order, file: Path) -> "Made":
    """Beside the file first, so that one that is there stays whole until the new one is. Raises OperatorFault.

    Only whoever exported may read it: there are names in it.
    """
    from xlsxwriter.exceptions import XlsxWriterException

    from bot.cli.faults import OperatorFault
    from bot.workbooks.commission import CannotMake
    from bot.workbooks.making import make, note

    beside: Path | None = None
    try:
        with (
            tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as target,
            _Progress() as progress,
        ):
            beside = Path(target.name)
            made = make(
                context.database,
                context.plan,
                context.catalogue,
                order,
                target,
                now=context.clock.now(),
                maker="在服务器上操作的人",
                progress=progress.show,
            )
        note(context.database, order, made, at=context.clock.real_ms(), actor="operator")
        beside.replace(file)
    except CannotMake as reason:
        raise OperatorFault(str(reason)) from None
    except (OSError, XlsxWriterException) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise OperatorFault(f"写不进 {file}（{why}），请检查目录、权限和磁盘空间") from None
    finally:
        if beside is not None:
            beside.unlink(missing_ok=True)
    return made


class _Progress:
    """How many rows there are, on a terminal only."""

    def __init__(self) -> None:
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print(file=sys.stderr)

    def show(self, rows: int) -> None:
        if sys.stderr.isatty():
            self._shown = True
            print(f"\r已写 {rows} 行", end="", file=sys.stderr, flush=True)
