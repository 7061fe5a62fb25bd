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

from bot.cli.chat import chat
from bot.cli.check import check
from bot.cli.demo import demo
from bot.cli.faults import OperatorFault
from bot.cli.imports import import_
from bot.cli.migrate import migrate
from bot.cli.person import person
from bot.cli.serve import serve
from bot.cli.understand import understand

PROGRAM = "python -m bot"
# What typer says of a value outside a closed set.
_ENGLISH_CHOICES = re.compile(r"^(?:Value error, )?(.+) is not one of")


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
program.command("check", help="检查设置、实施方案和微能力点文件，一次列出所有问题。")(check)
program.command("import")(import_)
program.add_typer(person, name="person", cls=_Group, help="花名册上的人：查看、授权、撤销授权、发绑定码。")
program.command("understand", help="看机器人怎样理解一句话；不给 TEXT 就逐行读标准输入，每行输出一个 JSON。")(
    understand
)
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
            sentence = f"{name}：{message}" if name else message
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
