"""`move-to`: everything from the database in use into another, empty one, compared row by row."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.faults import OperatorFault

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

    from storage.copying import Content
    from storage.database import Database


def move_to(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="新的数据库，写法和 BOT_DATABASE_URL 一样；密码不想留在命令里，就写 - 再从标准输入给。",
            show_default=False,
        ),
    ],
) -> None:
    """The database in use is only read; what is cut off leaves the other one empty, and is done again."""
    import sys

    from bot.cli.context import open_database, operator_settings
    from storage.database import Database, Unreachable

    source = open_database(operator_settings())
    try:
        target = Database(sys.stdin.readline().strip() if url == "-" else url)
    except Unreachable as fault:
        raise OperatorFault(f"新的数据库：{fault}") from None
    except OSError as error:
        raise OperatorFault(f"新的数据库文件所在的目录建不了（{error.strerror}），请检查路径和权限") from None
    try:
        moved = _moved(source, target)
    finally:
        source.close()
        target.close()
    _say(moved, target.address)


def _moved(source: "Database", target: "Database") -> "dict[str, Content]":
    """Raises OperatorFault."""
    from sqlalchemy.exc import DBAPIError

    from bot.cli.progress import ProgressBar
    from storage.copying import CopyFault
    from storage.restoring import RestoreFault, put_rows
    from storage.schema import SchemaFault

    is_new = target.is_sqlite and not Path(target.address).exists()
    _check_source(source)
    _check_target(source, target)
    try:
        with ProgressBar("正在搬") as bar:
            moved = put_rows(source, target, emptied=False, progress=bar.show)
        if target.is_sqlite:
            from storage.sqlite_files import close_up

            target.close()
            close_up(Path(target.url.database or ""))
    except (CopyFault, RestoreFault, SchemaFault) as fault:
        raise OperatorFault(str(fault)) from None
    except DBAPIError as error:
        raise _broken_off(target, error, is_new=is_new) from error
    except KeyboardInterrupt:
        raise OperatorFault("搬到一半停了，新的数据库里什么也没有留下，可以再搬一次。") from None
    return moved


def _broken_off(target: "Database", error: "DBAPIError", *, is_new: bool) -> OperatorFault:
    """`is_new`: the file that is to be moved to was not there before; half of one would fill the disk for nothing."""
    import sqlite3

    from bot.cli.context import refusal
    from storage.sqlite_files import remove

    if is_new:
        target.close()
        remove(Path(target.address))
    refused = refusal(target, error)
    if refused:
        return OperatorFault(f"{refused}；里面什么也没有留下，改好再搬一次")
    why = error.orig if isinstance(error.orig, sqlite3.Error) else type(error.orig).__name__
    return OperatorFault(f"搬到一半出错了（{why}），{target.address} 里什么也没有留下，排除以后再搬一次")


def _check_source(source: "Database") -> None:
    from sqlalchemy.exc import DBAPIError

    from bot.cli.context import out_of_reach
    from storage import restoring
    from storage.schema import HEAD, revision

    if source.is_sqlite and not Path(source.url.database or "").exists():
        raise OperatorFault(f"没有 {source.url.database} 这个数据库，请检查 BOT_DATABASE_URL 和当前目录")
    try:
        if restoring.look(source).in_use:
            raise OperatorFault("机器人还在用现在的数据库，请先停掉所有的 serve 和别的命令再搬")
        with source.reading() as connection:
            found = revision(connection)
    except DBAPIError as error:
        raise out_of_reach(source, error) from error
    if found != HEAD:
        raise OperatorFault(
            f"现在的数据库结构是 {found or '空的'}，程序要的是 {HEAD}，请先运行 python -m bot migrate"
        )


def _check_target(source: "Database", target: "Database") -> None:
    from sqlalchemy.exc import DBAPIError

    from storage import restoring
    from storage.schema import refuse_newer, revision

    if source.url == target.url:
        raise OperatorFault("新的数据库就是现在的这个，不用搬")
    try:
        standing = restoring.look(target)
        if not standing.damaged:
            with target.reading() as connection:
                refuse_newer(revision(connection))
    except DBAPIError as error:
        raise OperatorFault(
            f"连不上 {target.address}，请检查地址、用户和密码，以及数据库是否在运行"
        ) from error
    if standing.in_use:
        raise OperatorFault(f"有机器人在用 {target.address}，请先停掉它")
    if not standing.empty:
        raise OperatorFault(f"{target.address} 里已经有数据，只能搬进空的数据库")


def _say(moved: "dict[str, Content]", where: str) -> None:
    width = max(len(name) for name in moved)
    for name, content in moved.items():
        if content.rows:
            print(f"{name:<{width}} {content.rows:>10} 行")
    total = sum(content.rows for content in moved.values())
    print(f"搬好了，逐行核对一致：{len(moved)} 张表，{total} 行，都在 {where}。")
    print("接下来：把 BOT_DATABASE_URL 改成新的地址，运行 python -m bot doctor，再启动 python -m bot serve。")
    print("原来的数据库没有动，确认没有问题以后再删，不要再用它启动机器人。")
