"""`person`: the roster in the operator's hands — list, grant, revoke, code."""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.cli.context import Context
    from bot.policy.people import Grant, Role
    from storage.roster_lookup import NamedSchool, RosterEntry

person = typer.Typer(no_args_is_help=True)

ACTOR = "operator"

StaffNo = Annotated[str, typer.Argument(metavar="人员编号", help="花名册上的人员编号。", show_default=False)]
RoleWord = Annotated[
    str,
    typer.Argument(
        metavar="ROLE", help="教研组长、学校管理员、校长、项目办、领导小组，或英文名。", show_default=False
    ),
]
SchoolName = Annotated[str | None, typer.Option("--school", metavar="NAME", help="学校全称或简称。")]


@person.command("list", help="列出花名册，手机号只显示末四位。")
def list_(
    school: SchoolName = None,
    as_json: Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象，给程序读。")] = False,
) -> None:
    from bot.cli.context import open_context
    from bot.policy.people import Role
    from storage import audit
    from storage.roster_lookup import list_people, roles_by_person

    with open_context() as context, context.database.writing() as connection:
        only = None if school is None else _school(connection, school).school_id
        people = list_people(connection, only)
        roles = roles_by_person(connection)
        audit.record(
            connection,
            at=context.clock.real_ms(),
            actor=ACTOR,
            action="list people",
            person_id=None,
            detail={"school": only, "people": len(people)},
        )
    for entry in people:
        held = roles.get(entry.person_id, ()) or (Role.TEACHER,)
        print(json.dumps(_record(entry, held), ensure_ascii=False) if as_json else _line(entry, held))


@person.command("grant", help="授权一个角色；教研组长管本人所在的教研组，学校的角色默认管本人所在学校。")
def grant(staff_no: StaffNo, role: RoleWord, school: SchoolName = None) -> None:
    from bot.cli.context import open_context
    from storage import audit
    from storage.grants import give_role

    word, kind = _role(role)
    with open_context() as context, context.database.writing() as connection:
        entry = find_entry(context, connection, staff_no)
        scope, where = _scope(connection, entry, kind, school)
        if not give_role(connection, entry.person_id, scope, at=context.now_ms):
            print(f"{entry.name}已经是{where}{word}，不用再授权。")
            return
        audit.record(
            connection,
            at=context.clock.real_ms(),
            actor=ACTOR,
            action="grant role",
            person_id=entry.person_id,
            detail=_detail(scope),
        )
    print(f"已授权：{entry.name}是{where}{word}。")


@person.command("revoke", help="撤销一个角色。")
def revoke(staff_no: StaffNo, role: RoleWord, school: SchoolName = None) -> None:
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from storage import audit
    from storage.grants import end_role

    word, kind = _role(role)
    with open_context() as context, context.database.writing() as connection:
        entry = find_entry(context, connection, staff_no)
        scope, where = _scope(connection, entry, kind, school)
        sources = end_role(connection, entry.person_id, scope, at=context.now_ms)
        if not sources:
            raise OperatorFault(f"{entry.name}不是{where}{word}，没有什么可撤销的")
        audit.record(
            connection,
            at=context.clock.real_ms(),
            actor=ACTOR,
            action="revoke role",
            person_id=entry.person_id,
            detail=_detail(scope),
        )
    print(f"已撤销：{entry.name}不再是{where}{word}。")
    if "roster" in sources:
        print("这个角色写在花名册里，下次导入花名册会再加上；请同时改花名册。")


@person.command("code", help="发一个一次性绑定码，旧的随即作废。")
def code(
    staff_no: StaffNo,
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象，给程序读。")] = False,
) -> None:
    from bot.cli.context import open_context
    from bot.clock import SHANGHAI
    from storage import audit
    from storage.bindings import DAY_MS, issue_code

    with open_context(needs_key=True) as context, context.database.writing() as connection:
        entry = find_entry(context, connection, staff_no)
        real_ms, days = context.clock.real_ms(), context.plan.binding.code_days
        issued = issue_code(connection, entry.person_id, context.secret_key, real_ms, days)
        audit.record(
            connection,
            at=real_ms,
            actor=ACTOR,
            action="issue binding code",
            person_id=entry.person_id,
            detail={},
        )
    until = datetime.fromtimestamp((real_ms + days * DAY_MS) / 1000, SHANGHAI)
    if as_json:
        print(
            json.dumps(
                {"name": entry.name, "code": issued, "until": until.isoformat(timespec="seconds")},
                ensure_ascii=False,
            )
        )
        return
    print(
        f"{entry.name}的绑定码：{issued}，{until.year}年{until.month}月{until.day}日 {until:%H:%M} 前有效，只能用一次。"
    )
    print(f"请本人私信机器人：绑定 {entry.name} {issued}")


def find_entry(context: "Context", connection: "Connection", staff_no: str) -> "RosterEntry":
    """The person of this 人员编号. Raises OperatorFault, which names nobody else."""
    from bot.cli.faults import OperatorFault
    from storage.identifiers import Identifiers, SecretKeyFault
    from storage.roster_lookup import find_person

    try:
        stored, _ = Identifiers(context.secret_key).stored(staff_no.strip())
    except SecretKeyFault:
        raise OperatorFault(
            "这个编号像身份证号或手机号，查找它要先设置 BOT_SECRET_KEY（至少 32 个字符）"
        ) from None
    entry = find_person(connection, stored)
    if entry is None:
        raise OperatorFault("花名册里没有这个人员编号，请核对；用 person list 可以查看花名册")
    return entry


def _role(word: str) -> "tuple[str, Role]":
    from bot.cli.words import role_named
    from bot.imports.words import ROLE_WORDS
    from bot.policy.people import Role

    kind = role_named(word)
    choices = "、".join(name for role, name in ROLE_WORDS.items() if role is not Role.TEACHER)
    if kind is None:
        raise typer.BadParameter(f"没有角色 {word!r}，可用的有：{choices}")
    if kind is Role.TEACHER:
        raise typer.BadParameter(f"花名册上的人都是教师，不用授权；可用的有：{choices}")
    return ROLE_WORDS[kind], kind


def _school(connection: "Connection", name: str) -> "NamedSchool":
    from bot.cli.faults import OperatorFault
    from storage.roster_lookup import schools_named

    found = schools_named(connection, name.strip())
    if not found:
        raise OperatorFault(f"没有叫“{name}”的学校，请写全称或简称")
    if len(found) > 1:
        raise OperatorFault(f"“{name}”是几所学校的简称，请写全称：{'、'.join(one.name for one in found)}")
    return found[0]


def _scope(
    connection: "Connection", entry: "RosterEntry", kind: "Role", school: str | None
) -> "tuple[Grant, str]":
    """The grant, and where it holds as a sentence says it. Raises OperatorFault."""
    from bot.cli.faults import OperatorFault
    from bot.policy.people import Grant, Role

    if kind in {Role.OFFICE, Role.OVERSIGHT}:
        if school is not None:
            raise OperatorFault("项目办和领导小组管全县，不用写 --school")
        return Grant(kind), ""
    school_id, school_name = entry.school_id, entry.school_name
    if school is not None:
        chosen = _school(connection, school)
        school_id, school_name = chosen.school_id, chosen.name
    if kind is not Role.LEADER:
        return Grant(kind, school_id), school_name
    if school_id != entry.school_id:
        raise OperatorFault(f"{entry.name}不在{school_name}，教研组长只能管本人所在的教研组")
    if entry.group_id is None:
        raise OperatorFault(f"{entry.name}在花名册里没有教研组，请先在花名册里补上再授权")
    return Grant(kind, school_id, entry.group_id), school_name + entry.group_name


def _detail(scope: "Grant") -> dict[str, str | int | None]:
    return {"role": scope.role.value, "school": scope.school_id, "group": scope.group_id}


def _record(entry: "RosterEntry", roles: "tuple[Role, ...]") -> dict[str, object]:
    return {
        "staff_no": entry.shown_number,
        "name": entry.name,
        "school": entry.school_name,
        "group": entry.group_name,
        "roles": [role.value for role in roles],
        "state": entry.state.value,
        "mobile": _masked(entry),
    }


def _line(entry: "RosterEntry", roles: "tuple[Role, ...]") -> str:
    from bot.imports.words import ROLE_WORDS, STATE_WORDS

    words = "、".join(ROLE_WORDS[role] for role in roles)
    columns = (
        entry.shown_number,
        entry.name,
        entry.school_name,
        entry.group_name,
        words,
        STATE_WORDS[entry.state],
    )
    return "\t".join((*columns, _masked(entry)))


def _masked(entry: "RosterEntry") -> str:
    return f"*******{entry.mobile_tail}" if entry.mobile_tail else ""
