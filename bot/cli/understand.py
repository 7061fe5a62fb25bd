"""`understand`: what the bot makes of a text, one JSON object a line; needs no database."""

import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from messages.commands import Arguments, Understood


def understand(
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help="一句话；不给就逐行读标准输入。", show_default=False),
    ] = None,
    role: Annotated[
        str | None,
        typer.Option(
            "--role", metavar="ROLE", help="谁在说：教师、教研组长、学校管理员、校长、项目办、领导小组。"
        ),
    ] = None,
    group: Annotated[bool, typer.Option("--group", help="在群里说，而不是私聊。")] = False,
) -> None:
    """Streams: each line is answered before the next one is read."""
    from bot.cli.context import operator_settings, rules_of
    from bot.cli.words import speaker_named
    from bot.clock import SystemClock
    from messages.understanding.read import Reader

    speaker = None if role is None else speaker_named(role)
    if role is not None and speaker is None:
        raise typer.BadParameter(
            f"没有角色 {role!r}，可用的有：教师、教研组长、学校管理员、校长、项目办、领导小组"
        )
    settings = operator_settings()
    plan, catalogue = rules_of(settings)
    today = SystemClock(settings.clock_start).now().date()
    reader = Reader(catalogue, today=today, programme=plan.span)
    roles = frozenset() if speaker is None else frozenset({speaker})
    lines = [text] if text is not None else sys.stdin
    for line in lines:
        understood = reader.read(line.rstrip("\r\n"), in_group=group, roles=roles)
        print(json.dumps(as_json(understood), ensure_ascii=False), flush=True)


def as_json(understood: "Understood") -> dict[str, object]:
    """Command null = silence, "?" = asks back."""
    from messages.commands import Command

    if understood.silent:
        return {"command": None, "arguments": {}}
    arguments = _filled(understood.arguments)
    if understood.command is Command.HELP:
        arguments.pop("filter", None)  # which of its answers is meant: nobody types that
    if understood.command is None:
        return {"command": "?", "arguments": arguments, "suggestions": list(understood.suggestions)}
    return {"command": understood.command.value, "arguments": arguments}


def _filled(arguments: "Arguments") -> dict[str, object]:
    values = ((field.name, getattr(arguments, field.name)) for field in dataclasses.fields(arguments))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values if value}
