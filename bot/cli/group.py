"""`group`: chat groups in the operator's hands — bind, unbind, list."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.group_lines import called, line, record, tail

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.group_binding import NotAnAddress
    from storage.chat_groups import Bound

group = typer.Typer(no_args_is_help=True)

ACTOR = "operator"
_MOST_ID = 2**31 - 1  # that a database takes for one

PlatformName = Annotated[
    Literal["wecom", "dingtalk"],
    typer.Option("--platform", help="企业微信 wecom，钉钉 dingtalk。", show_default=False),
]
SchoolName = Annotated[str | None, typer.Option("--school", metavar="NAME", help="学校全称或简称。")]
County = Annotated[bool, typer.Option("--county", help="全市的群：收全市排名。")]
WebhookUrl = Annotated[str | None, typer.Option("--webhook", metavar="URL", help="群机器人的 Webhook 地址。")]
Signing = Annotated[
    str | None, typer.Option("--secret", metavar="S", help="钉钉群机器人的加签密钥（SEC 开头）。")
]
ChatId = Annotated[str | None, typer.Option("--chat", metavar="ID", help="群的会话 ID，代替 --webhook。")]
Title = Annotated[str, typer.Option("--title", metavar="T", help="群名，只用来认群。")]
GroupIds = Annotated[
    list[int],
    typer.Argument(metavar="ID…", min=1, max=_MOST_ID, help="群的序号，见 group list。", show_default=False),
]


@group.command("bind", help="绑定一个群：同一个地址再绑就是改，换一个地址就是多一个群。")
def bind(  # noqa: PLR0913, PLR0917 - the options of the contract
    platform: PlatformName,
    school: SchoolName = None,
    county: County = False,
    webhook: WebhookUrl = None,
    secret: Signing = None,
    chat: ChatId = None,
    title: Title = "",
) -> None:
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from bot.group_binding import NotAnAddress, Written
    from bot.group_binding import bind as bind_group
    from bot.outlets import webhook_bases

    if (school is None) == (not county):
        raise typer.BadParameter("--school 和 --county 要写一个，只写一个")
    if (webhook is None) == (chat is None):
        raise typer.BadParameter("--webhook 和 --chat 要写一个，只写一个")
    written = Written(platform=platform, webhook=webhook, chat=chat, secret=secret, title=title)
    with open_context(needs_key=True) as context, context.database.writing() as connection:
        try:
            done = bind_group(
                connection,
                written,
                None if school is None else _school(connection, school),
                webhook_bases(context.settings),
                secret_key=context.secret_key,
                at=context.clock.real_ms(),
                actor=ACTOR,
            )
        except NotAnAddress as fault:
            raise OperatorFault(_fault(fault)) from fault
    _say_bound(done.bound, heard=done.heard)
    if done.heir_of is not None:
        stopped, messages = done.heir_of
        waiting = f"，没过时的 {messages} 条消息接着发" if messages else ""
        typer.echo(f"顶替停发的群（序号 {stopped}）{waiting}。")


@group.command("unbind", help="解绑群，以后不再往里发；再绑定就恢复。")
def unbind(ids: GroupIds) -> None:
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from bot.group_binding import unbind as unbind_group

    with open_context() as context, context.database.writing() as connection:
        ended = []
        for group_id in dict.fromkeys(ids):
            was = unbind_group(connection, group_id, at=context.clock.real_ms(), actor=ACTOR)
            if was is None:
                raise OperatorFault(f"没有序号是 {group_id} 的绑定群，一个也没有解绑；用 group list 可以查看")
            ended.append(was)
    for was in ended:
        print(f"已解绑：{called(was)}。")


@group.command("list", help="列出绑定的群：地址只显示末四位，最近收到消息的时间，停发的原因。")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象，给程序读。")] = False,
) -> None:
    from bot.cli.context import open_context
    from bot.outlets import open_ways
    from storage import chat_groups
    from storage.sealing import Sealing

    with open_context(needs_key=True) as context, context.database.reading() as connection:
        groups, ways = chat_groups.bound(connection), open_ways(context.settings)
        sealing, now = Sealing(context.secret_key), context.clock.real_ms()
        found = chat_groups.addresses(connection, [one.id for one in groups], sealing, now)
    if not groups and not as_json:
        print("还没有绑定群。用 group bind 绑定，或请项目办在群里@机器人发“绑定本群 学校名”。")
    for one in groups:
        shown, is_open = tail(found.get(one.id)), one.way in ways
        print(
            json.dumps(record(one, shown, is_open=is_open), ensure_ascii=False)
            if as_json
            else line(one, shown, is_open=is_open)
        )


def _fault(fault: "NotAnAddress") -> str:
    sentence = fault.sentence
    if fault.platform:
        sentence += f"，--platform 要写 {fault.platform}"
    elif fault.field == "chat" and "网址" in sentence:
        sentence = "这是网址，Webhook 地址要写在 --webhook 后面"
    return f"--{fault.field}：{sentence}"


def _school(connection: "Connection", written: str) -> int:
    """Raises OperatorFault with the names that may have been meant."""
    from bot.cli.faults import OperatorFault
    from bot.policy.school_named import meant
    from storage.schools import all_schools

    found = meant(written, {one.school_id: (one.name, one.short_name) for one in all_schools(connection)})
    if found.school_id is not None:
        return found.school_id
    names = "、".join(found.candidates)
    if found.ambiguous:
        raise OperatorFault(f"“{written}”可能是几所学校，请写全称：{names}")
    guess = f"，是不是 {names}？" if names else "，请写全称或简称"
    raise OperatorFault(f"没有叫“{written}”的学校{guess}")


def _say_bound(done: "Bound", *, heard: bool) -> None:
    from bot.policy.outgoing import Way

    verb = "已绑定" if done.before is None else "已恢复" if done.reopened else "已更新"
    print(f"{verb}：{called(done.group)}。")
    if done.resumed:
        print(f"停发期间的 {done.resumed} 条消息接着发。")
    if done.group.way is Way.WECOM_AIBOT:
        spoken = "" if heard else "，并且有人在群里@机器人说过话"
        print(f"企业微信群要等智能机器人的长连接开通{spoken}，才推送得进去。")
    if done.group.way is Way.DINGTALK_GROUP and not heard:
        print("还没有人在这个群里@过机器人：请确认机器人已加进群，会话 ID 没有抄错。")
