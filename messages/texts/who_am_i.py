"""我是谁: whom the bot believes to speak with, and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy.people import PersonState, Role
from messages.incoming import Platform
from messages.outgoing import Answer, Data, Line, Part, answer, item, quote, text
from messages.texts.access import unbound
from messages.texts.next_step import STATES
from messages.texts.wording import PLATFORMS, listed

ROLES = {
    Role.TEACHER: "教师",
    Role.LEADER: "教研组长",
    Role.SCHOOL_ADMIN: "学校管理员",
    Role.PRINCIPAL: "校长",
    Role.OFFICE: "项目办",
    Role.OVERSIGHT: "领导小组（只看不改）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as the roster has them."""

    name: str
    school: str
    group: str  # "" = none
    subject: str
    stage: str
    state: PersonState


def who_am_i(
    identity: Identity,
    roles: Sequence[tuple[Role, str]],
    platforms: Sequence[Platform],
    office: str,
) -> Answer:
    """`roles`: each with the name of what it covers, "" for the whole county."""
    return answer(
        text("你是", Data(identity.name), "，", Data(identity.school), "。"),
        _details(identity),
        *(_role(role, scope) for role, scope in roles),
        f"绑定的账号：{listed(dict.fromkeys(PLATFORMS[one] for one in platforms))}。",
        quote("信息来自学校上报的名册，有误请找本校学校管理员，或联系", Data(office), "。"),
    )


def nobody(platform: Platform, account: str, code_days: int) -> Answer:
    """The account's id is what an administrator needs to find the mistake."""
    return unbound(code_days) + answer(quote(f"你的{PLATFORMS[platform]}账号：", Data(account)))


def _details(identity: Identity) -> Line:
    parts: list[Part] = ["教研组：", Data(identity.group) if identity.group else "未登记"]
    parts += ["；学科：", Data(identity.subject) if identity.subject else "未登记"]
    if identity.stage:
        parts += ["；学段：", Data(identity.stage)]
    return text(*parts, f"；状态：{STATES[identity.state]}。")


def _role(role: Role, scope: str) -> Line:
    if role is Role.TEACHER:
        return item("教师：看自己的数据")
    return item(f"{ROLES[role]}：", Data(scope) if scope else "全县")
