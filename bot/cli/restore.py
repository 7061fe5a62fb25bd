"""`restore`: a backup in the place of the database; what stood there is kept."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.backup import BackupFile
from bot.cli.faults import OperatorFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from bot.clock import SystemClock
    from bot.policy.plan import Plan
    from bot.settings import Settings
    from storage.aftermath import Aftermath, Lost
    from storage.backups import Backup
    from storage.database import Database
    from storage.restoring import Standing

_MOST_NAMED = 9  # the jobs of three days


def restore(
    file: BackupFile,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问；原来的数据库留在旁边。")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="PostgreSQL 里已经有数据：先备份，再清空。也不再询问。")
    ] = False,
    stood_still: Annotated[
        bool,
        typer.Option("--stood-still", help="做备份以后机器人没有再运行过：等着发的消息照常发。"),
    ] = False,
) -> None:
    """Verified first; an older backup is brought to this version, a newer one refused."""
    from bot.backup_report import moment
    from bot.cli.context import open_database, operator_settings, rules_of
    from bot.clock import SystemClock
    from storage.backups import BackupFault, verify

    settings = operator_settings()
    plan, _ = rules_of(settings)
    try:
        backup = verify(file)
    except BackupFault as fault:
        raise OperatorFault(str(fault)) from None
    _check_key(backup, settings)
    database = open_database(settings)
    try:
        task = _Task(backup, database, plan, SystemClock(settings.clock_start), stood_still)
        standing = task.look(may_empty=force)
        if not standing.empty and not yes and not force:
            _ask(backup, database)
        kept, after = task.do(standing)
    finally:
        database.close()
    print(f"已恢复到 {moment(backup.taken_at)} 的样子：{backup.people} 人，{backup.submissions} 份提交。")
    if kept is not None:
        print(f"原来的数据库留在 {kept}，确认没有问题以后再删。")
    for line in _aftermath(after, stood_still=stood_still):
        print(line)
    print("接下来：python -m bot doctor 检查一遍，再启动 python -m bot serve。")


def _check_key(backup: "Backup", settings: "Settings") -> None:
    """Raises OperatorFault: under another key nobody's number would be found, and no group's address opened."""
    from storage.identifiers import Identifiers

    if not backup.fingerprint:
        return
    if settings.secret_key is None:
        raise OperatorFault("没有设置 BOT_SECRET_KEY，请先设成做备份时用的那个密钥再恢复")
    if Identifiers(settings.secret_key.get_secret_value()).fingerprint != backup.fingerprint:
        raise OperatorFault("BOT_SECRET_KEY 和做备份时用的不同，请换回那个密钥再恢复，数据库没有动")


def _ask(backup: "Backup", database: "Database") -> None:
    """Raises OperatorFault where nobody says yes."""
    from bot.backup_report import moment

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        more = "--yes" if database.is_sqlite else "--force"
        raise OperatorFault(f"数据库里已经有数据，确定要换成这份备份就加 {more}")
    print(f"备份是 {moment(backup.taken_at)} 的：{backup.people} 人，{backup.submissions} 份提交。")
    print("在那以后的消息、提交和审核都会没有。")
    if input("确认恢复？(是/否) ").strip().lower() not in {"是", "y", "yes", "确认"}:
        raise OperatorFault("没有恢复，数据库没有动。")


@dataclass(frozen=True, slots=True)
class _Task:
    """One restoring; every fault is an OperatorFault."""

    backup: "Backup"
    database: "Database"
    plan: "Plan"
    clock: "SystemClock"
    stood_still: bool

    def look(self, *, may_empty: bool) -> "Standing":
        from sqlalchemy.exc import DBAPIError

        from bot.cli.context import out_of_reach
        from storage import restoring

        if self.database.is_sqlite and self.backup.path.resolve() == _file(self.database).resolve():
            raise OperatorFault(f"{self.backup.path} 就是正在用的数据库，不用恢复")
        try:
            standing = restoring.look(self.database)
        except DBAPIError as error:
            raise out_of_reach(self.database, error) from error
        if standing.in_use:
            raise OperatorFault("机器人还在用这个数据库，请先停掉所有的 serve 和别的命令再恢复")
        if standing.newer:
            raise OperatorFault(
                "PostgreSQL 里的数据库比这个程序新，不能清空它；请另建一个空的数据库，把 BOT_DATABASE_URL 指过去再恢复"
            )
        if not self.database.is_sqlite and not standing.empty and not may_empty:
            raise OperatorFault("PostgreSQL 里已经有数据；加 --force 会先备份它，再清空、恢复")
        return standing

    def do(self, standing: "Standing") -> "tuple[Path | None, Aftermath]":
        """Where what stood there is kept, and what was held back."""
        import sqlite3

        from sqlalchemy.exc import DBAPIError

        from bot.cli.context import out_of_reach
        from bot.cli.progress import ProgressBar
        from storage import aftermath, restoring, schema
        from storage.copying import CopyFault

        found: list[Aftermath] = []

        def settle(connection: "Connection") -> None:
            found.append(aftermath.settle(connection, self._lost(), by="operator"))

        beside = _file(self.database) if self.database.is_sqlite else None
        try:
            with (
                ProgressBar("正在恢复") as bar,
                restoring.made_ready(self.backup.path, beside, settle, bar.show) as ready,
            ):
                kept = self._put(ready, standing)
        except (restoring.RestoreFault, CopyFault, schema.SchemaFault) as fault:
            raise OperatorFault(str(fault)) from None
        except DBAPIError as error:
            raise out_of_reach(self.database, error) from error
        except (OSError, sqlite3.Error) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise OperatorFault(f"写不进去（{why}），请检查权限和磁盘空间，数据库没有动") from None
        return kept, found[0]

    def _put(self, ready: Path, standing: "Standing") -> Path | None:
        from datetime import datetime

        from bot.clock import SHANGHAI
        from storage import restoring, sqlite_files
        from storage.database import Database

        if self.database.is_sqlite:
            stamp = f"{datetime.fromtimestamp(self.clock.real_ms() / 1000, SHANGHAI):%Y%m%d-%H%M%S}"
            return restoring.put_file(ready, self.database, stamp)
        kept = None if standing.empty else self._backed_up()
        source = Database(sqlite_files.url_of(ready))
        try:
            restoring.put_rows(source, self.database, emptied=not standing.empty)
        finally:
            source.close()
        return kept

    def _backed_up(self) -> Path:
        """What stands in PostgreSQL, before it is emptied."""
        from bot.version import program_version
        from storage import backups

        at = self.clock.real_ms()
        folder = Path(self.plan.backup.folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = folder / f"before-restore-{backups.name_at(at)}"
        try:
            backups.take(self.database, target, at=at, program=program_version())
        except backups.BackupFault as fault:
            raise OperatorFault(f"{fault}；恢复没有做，数据库没有动") from None
        return target

    def _lost(self) -> "Lost":
        from datetime import timedelta

        from bot.policy.backups import may_have_run
        from storage.aftermath import Lost

        now, real_ms = self.clock.now(), self.clock.real_ms()
        taken = now - timedelta(milliseconds=real_ms - self.backup.taken_at)
        return Lost(
            taken_at=self.backup.taken_at,
            now=real_ms,
            programme_now=int(now.timestamp() * 1000),
            runs=tuple(may_have_run(self.plan, taken, now)),
            stood_still=self.stood_still,
        )


def _file(database: "Database") -> Path:
    return Path(database.url.database or "")


def _aftermath(after: "Aftermath", *, stood_still: bool) -> "Iterator[str]":
    from messages.texts.timetable import job_word

    codes = f"没用过的绑定码（{after.codes} 个）也作废了，要的话再发。" if after.codes else ""
    yield f"网页要重新登录，登录链接都作废了。{codes}"
    if stood_still:
        return
    if after.uncertain:
        yield (
            f"备份时还有 {after.uncertain} 条消息没有发完，后来可能已经发过，不再发；"
            "用 python -m bot outbox list 查看，要再发就用 outbox replay 加编号。"
        )
    if after.runs:
        named = "、".join(f"{job_word(job)} {day}" for job, day in after.runs[-_MOST_NAMED:])
        more = f"等 {len(after.runs)} 次" if len(after.runs) > _MOST_NAMED else ""
        yield f"{named}{more}可能已经发过，不再补；要补就用 python -m bot job 任务名 --date 日期。"
    if after.announcements:
        numbers = "、".join(map(str, after.announcements))
        yield f"定时公告 {numbers} 可能已经发过，已取消；没有发过的请重新写。"
    yield f"备份以后的消息、提交和审核都没有了，请通知大家核对；新的编号从 {after.next_number} 开始，不会和丢掉的重复。"
