"""`backup`: one verified file with everything that the database holds, while the bot goes on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from storage.backups import Backup

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件。", show_default=False)]


def backup(
    file: BackupFile,
    *,
    force: Annotated[bool, typer.Option("--force", help="覆盖已经有的文件。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象，给程序读。")] = False,
) -> None:
    """Of a database that is older than the program as well; nothing is migrated on the way."""
    from bot.backup_report import KEEP_THE_KEY, made

    done = _taken(file, force=force)
    if as_json:
        print(json.dumps(_record(done), ensure_ascii=False))
        return
    print(made(done, file) + KEEP_THE_KEY)


def _taken(file: Path, *, force: bool) -> "Backup":
    """Raises OperatorFault."""
    from sqlalchemy.exc import DBAPIError

    from bot.cli.context import open_database, operator_settings, out_of_reach
    from bot.cli.faults import OperatorFault
    from bot.cli.progress import ProgressBar
    from bot.clock import SystemClock
    from bot.version import program_version
    from storage import backups, schema

    database = open_database(operator_settings())
    try:
        with ProgressBar("正在备份") as bar:
            return backups.take(
                database,
                file,
                at=SystemClock().real_ms(),
                program=program_version(),
                force=force,
                progress=bar.show,
            )
    except (backups.BackupFault, schema.SchemaFault) as fault:
        raise OperatorFault(str(fault)) from None
    except DBAPIError as error:
        raise out_of_reach(database, error) from error
    except KeyboardInterrupt:
        raise OperatorFault("备份被中断了，没有留下文件。") from None
    finally:
        database.close()


def _record(done: "Backup") -> dict[str, object]:
    from datetime import datetime

    from bot.clock import SHANGHAI

    return {
        "file": str(done.path),
        "bytes": done.bytes,
        "taken_at": datetime.fromtimestamp(done.taken_at / 1000, SHANGHAI).isoformat(timespec="seconds"),
        "revision": done.revision,
        "program": done.program,
        "people": done.people,
        "submissions": done.submissions,
        "tables": {name: {"rows": one.rows, "digest": one.digest} for name, one in done.contents.items()},
    }
