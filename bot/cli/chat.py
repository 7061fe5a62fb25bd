"""`chat`: the operator talks to the bot in the terminal, as anybody on the roster."""

import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.cli.context import Context
    from storage.roster_lookup import RosterEntry


def chat(
    speaker: Annotated[
        str | None, typer.Option("--as", metavar="人员编号", help="以谁的身份说话。", show_default=False)
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="用演示县的数据（var/demo）。")] = False,
    group: Annotated[bool, typer.Option("--group", help="像在群里说话，而不是私聊。")] = False,
) -> None:
    """Prints each answer; a line that the bot leaves unanswered prints nothing."""
    with _opened(demo=demo) as context:
        if speaker is None:
            _introduce(context, demo=demo)
        from bot.cli.console import Console, typed_lines

        account, entry = _seated(context, speaker)
        if sys.stdin.isatty():
            print(
                f"{entry.name}（{entry.school_name}）在和机器人{'群聊' if group else '私聊'}，按 Ctrl+D 结束。"
            )
        with Console(context.parts(), account, in_group=group) as console:
            for line in typed_lines(f"{entry.name}> "):
                if not line.strip():
                    continue
                reply = console.say(line)
                if reply.body:
                    print(reply.body, flush=True)


def _opened(*, demo: bool) -> "Context":
    from bot.cli.context import open_context

    if not demo:
        return open_context(judging=True)
    from bot.cli.demo import demo_settings

    return open_context(demo_settings(), judging=True)


def _introduce(context: "Context", *, demo: bool) -> NoReturn:
    """Without a person there is nobody to talk as: names a few. Raises OperatorFault."""
    from bot.cli.examples import chat_examples
    from bot.cli.faults import OperatorFault

    examples = chat_examples(context, demo=demo)
    if not examples:
        raise OperatorFault(
            "花名册还是空的：先导入学校和花名册（python -m bot import），或用 chat --demo 试试演示县"
        )
    raise OperatorFault("请用 --as 写明以谁的身份说话，例如：", *examples)


def _seated(context: "Context", speaker: str) -> "tuple[str, RosterEntry]":
    """The console's account for this person: their 人员编号 as it is stored. Raises OperatorFault."""
    from bot.cli.person import find_entry
    from storage.console_accounts import speak_as

    with context.database.writing() as connection:
        entry = find_entry(context, connection, speaker)
        speak_as(connection, entry.staff_no, entry.person_id, at=context.clock.real_ms())
    return entry.staff_no, entry
