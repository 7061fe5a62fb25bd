"""`outbox`: what could not be delivered, in the operator's hands — list, replay."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bot.clock import SHANGHAI

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.undelivered import Undelivered

outbox = typer.Typer(no_args_is_help=True)

ACTOR: Final = "operator"
_MOST: Final = 200

GroupId = Annotated[
    int | None,
    typer.Option(
        "--group",
        metavar="ID",
        min=1,
        max=2**31 - 1,  # that a database takes for one
        help="只限一个群，序号见 group list。",
        show_default=False,
    ),
]


@outbox.command("list", help=f"列出没有送到的消息：送给谁，是什么，为什么；最新的在前，最多 {_MOST} 条。")
def list_(
    group: GroupId = None,
    as_json: Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象，给程序读。")] = False,
) -> None:
    from bot.cli.context import open_context
    from storage import audit
    from storage.undelivered import undelivered

    with open_context() as context, context.database.writing() as connection:
        _must_be_known(connection, group)
        found = undelivered(connection, group_id=group, most=_MOST)
        names = _group_names(connection, found)
        if any(one.person for one in found):
            audit.record(
                connection,
                at=context.clock.real_ms(),
                actor=ACTOR,
                action="outbox.listed",
                person_id=None,
                detail={"messages": len(found)},
            )
    if not found and not as_json:
        print("没有送不到的消息。")
    for one in found:
        name = one.person or names.get(one.group_id or 0, "")
        print(json.dumps(_record(one, name), ensure_ascii=False) if as_json else _line(one, name))


@outbox.command(
    "replay", help="把没有送到的消息再发一次：写编号，或 --group，或 --all。过时的只有写编号才再发。"
)
def replay(
    keys: Annotated[
        list[str] | None,
        typer.Argument(metavar="KEY…", help="消息的编号，见 outbox list。", show_default=False),
    ] = None,
    group: GroupId = None,
    everything: Annotated[bool, typer.Option("--all", help="所有还没过时的。")] = False,
) -> None:
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from storage import audit, undelivered

    if sum((bool(keys), group is not None, everything)) != 1:
        raise typer.BadParameter("KEY、--group 和 --all 要写一个，只写一个")
    with open_context() as context, context.database.writing() as connection:
        real_ms = context.clock.real_ms()
        _must_be_known(connection, group)
        count = undelivered.replay(connection, at=real_ms, keys=keys or None, group_id=group)
        if not count:
            raise OperatorFault(
                "没有可以再发的消息；用 outbox list 可以查看，过时的要写编号，停发的群要先重新绑定"
            )
        audit.record(
            connection,
            at=real_ms,
            actor=ACTOR,
            action="outbox.replayed",
            person_id=None,
            detail={"messages": count, "group": group, "keys": keys or []},
        )
    print(f"{count} 条消息再发一次，运行中的 serve 会发出去。")


def _must_be_known(connection: "Connection", group_id: int | None) -> None:
    """Raises OperatorFault for a group that there never was; one that has ended may have left something."""
    from bot.cli.faults import OperatorFault
    from storage import chat_groups

    if group_id is not None and chat_groups.find(connection, group_id) is None:
        raise OperatorFault(f"没有序号是 {group_id} 的群；用 group list 可以查看")


def _group_names(connection: "Connection", found: "list[Undelivered]") -> dict[int, str]:
    from storage import chat_groups

    ids = {one.group_id for one in found if one.group_id is not None}
    groups = (chat_groups.find(connection, group_id) for group_id in sorted(ids))
    return {group.id: group.name for group in groups if group is not None}


def _line(one: "Undelivered", name: str) -> str:
    from messages.texts.undelivered import kind_word, reason_words
    from storage.outbox import State

    ends = {State.DEAD: "放弃了", State.FAILED: "发不了", State.UNCERTAIN: "不确定送到没有"}
    end = "等本人下次来问时说" if one.done_at is None else ends[one.state]
    at = datetime.fromtimestamp(one.noted_at / 1000, SHANGHAI)
    return f"{one.key}  {kind_word(one.kind)}给{name or '（已不在）'}，{at:%Y-%m-%d %H:%M}，{end}：{reason_words(one.reason)}"


def _record(one: "Undelivered", name: str) -> dict[str, object]:
    return {
        "key": one.key,
        "kind": one.kind.value,
        "person": one.person or None,
        "group": one.group_id,
        "name": name,
        "state": one.state.value,
        "reason": one.reason,
        "noted_at": datetime.fromtimestamp(one.noted_at / 1000, SHANGHAI).isoformat(),
        "open": one.done_at is None,
    }
