"""The command line put together: every command with its name, and what becomes of faults.

The modules here import at their top only what is quick; the rest inside the command, so that --help is instant.
"""

import difflib
import io
import re
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from bot.cli.announcement import announcement
from bot.cli.backup import backup
from bot.cli.chat import chat
from bot.cli.check import check
from bot.cli.demo import demo
from bot.cli.doctor import doctor
from bot.cli.export import export
from bot.cli.faults import OperatorFault
from bot.cli.group import group
from bot.cli.imports import import_
from bot.cli.job import job
from bot.cli.migrate import migrate
from bot.cli.move_to import move_to
from bot.cli.outbox import outbox
from bot.cli.person import person
from bot.cli.restore import restore
from bot.cli.serve import serve
from bot.cli.texts import texts
from bot.cli.understand import understand

PROGRAM = "python -m bot"
# What typer says of a value outside a closed set.
_ENGLISH_CHOICES = re.compile(r"^(?:Value error, )?(.+) is not one of")
# And of what is no whole number, or one out of range.
_ENGLISH_NUMBERS = re.compile(r"^Input should be (?:a valid integer|(?:less|greater) than or equal to).*")

_ENGLISH_EXTRA = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)")


class _Group(TyperGroup):
    """Says in Chinese which command was probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
            guess = f"，是不是 {near[0]}？" if near else ""
            ctx.fail(f"没有命令 {args[0]!r}{guess}")
        return super().resolve_command(ctx, args)


program = typer.Typer(
    cls=_Group,
    help="研修助手：企业微信和钉钉群里的教师研修机器人。",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"]},
)
program.command("serve", help="启动机器人，接企业微信和钉钉的回调，直到收到停止信号。")(serve)
program.command("demo", help="在本机启动带演示县数据的机器人，不用任何平台账号。")(demo)
program.command("migrate", help="把数据库升级到程序要的结构；SQLite 会先留一份核对过的备份。")(migrate)
program.command("backup", help="把数据库备份成一个核对过的文件，机器人照常运行。")(backup)
program.command("restore", help="用备份换掉数据库，先核对备份；要先停掉机器人。")(restore)
program.command("move-to", help="把数据搬到另一个空的数据库，逐行核对，例如从 SQLite 搬到 PostgreSQL。")(
    move_to
)
program.command("check", help="检查设置、实施方案和微能力点文件，一次列出所有问题。")(check)
program.command("doctor", help="检查数据库、平台、回调地址和运行情况，每处问题都说怎么改、在后台的哪一页。")(
    doctor
)
program.command("import")(import_)
program.command("export")(export)
program.add_typer(person, name="person", cls=_Group, help="花名册上的人：查看、授权、撤销授权、发绑定码。")
program.add_typer(group, name="group", cls=_Group, help="收排名和公告的群：绑定、解绑、查看。")
program.add_typer(
    announcement, name="announcement", cls=_Group, help="项目办的公告：发到了哪里，谁没收到，谁回了“收到”。"
)
program.add_typer(outbox, name="outbox", cls=_Group, help="没有送到的消息：查看、再发一次。")
program.command("understand", help="看机器人怎样理解一句话；不给 TEXT 就逐行读标准输入，每行输出一个 JSON。")(
    understand
)
program.command("texts", help="机器人会说的每一句话，配上虚构的示例数据，给项目办审读。")(texts)
program.command("job", help="现在就运行一个定时任务；同一天做过的不会再做一遍。")(job)
program.command("chat", help="在终端里和机器人说话。")(chat)


def main() -> None:
    """Exit 0 on success, 1 on a fault that the operator can mend, 2 on wrong usage."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what is no text is shown as such, and stops nothing
    try:
        code = program(prog_name=PROGRAM, standalone_mode=False)
    except OperatorFault as fault:
        sys.exit(_say(1, *fault.sentences))
    except typer.Abort:
        sys.exit(_say(1, "已取消，什么也没有做。"))
    except typer.TyperException as error:
        sys.exit(_say(error.exit_code, _usage(error)))
    sys.exit(code if isinstance(code, int) else 0)


def _say(code: int, *sentences: str) -> int:
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return code


def _usage(error: typer.TyperException) -> str:
    """Typer's own complaints in Chinese, with the way to the help."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return error.format_message()
    parameter = getattr(error, "param", None)
    name = getattr(error, "param_hint", None) or _shown(parameter)
    match kind:
        case "NoSuchOption":
            sentence = f"没有选项 {getattr(error, 'option_name', '')}"
        case "MissingParameter":
            sentence = f"缺少 {name}"
        case "BadParameter":
            message = _ENGLISH_CHOICES.sub(r"\1 不行，只能是", error.message)
            message = _ENGLISH_NUMBERS.sub("要写范围内的整数", message)
            sentence = f"{name}：{message}" if name else message
        case "UsageError" if extra := _ENGLISH_EXTRA.match(error.format_message()):
            sentence = f"多写了 {extra[1]}"
        case "BadOptionUsage":
            sentence = f"{getattr(error, 'option_name', '')} 后面要写一个值"
        case _:
            sentence = error.format_message()
    context = getattr(error, "ctx", None)
    path = PROGRAM if context is None else context.command_path
    return f"{sentence}\n用法见 {path} --help"


def _shown(parameter: Any) -> str:
    """A parameter as the help names it."""
    if parameter is None:
        return ""
    if parameter.param_type_name == "option":
        return str(parameter.opts[0])
    return str(parameter.metavar or parameter.name.upper())
