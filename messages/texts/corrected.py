"""What the office has put right on somebody's page: said to the office, and told to whom it concerns."""

from datetime import date

from bot.policy.people import PersonState, Role
from messages.incoming import Platform
from messages.outgoing import Answer, Data, answer, text
from messages.texts.next_step import STATES
from messages.texts.who_am_i import ROLES
from messages.texts.wording import PLATFORMS, full_day, hours


def snapshot_notice(as_of: date, amount: int, reason: str, office: str, *, counts: bool) -> str:
    change = "从现在起计入" if counts else "不再计入"
    return (
        f"{office}更正了你的线上学时：学习平台 {full_day(as_of)}的数据（{hours(amount)}）{change}。"
        f"{_why(reason)}现在的学时发“我的学时”看，{_objection()}"
    )


def snapshot_said(name: str, as_of: date, amount: int, *, counts: bool) -> Answer:
    change = "计入了" if counts else "不再计入"
    return answer(
        text(
            Data(name),
            f"的线上数据（{full_day(as_of)}，{hours(amount)}）{change}，进度已重算，本人会收到通知。",
        )
    )


def reversal_notice(what: str, amount: int, reason: str, office: str) -> str:
    """`what`: the point with its name, or what the school's ledger calls it."""
    return (
        f"{office}冲销了你的一笔实践学时：{what}，{hours(amount)}。"
        f"{_why(reason)}现在的学时发“我的学时”看，{_objection()}"
    )


def reversal_said(name: str, what: str, amount: int) -> Answer:
    return answer(
        text(
            "已冲销",
            Data(name),
            "的实践学时：",
            Data(what),
            f"，{hours(amount)}。进度已重算，本人会收到通知。",
        ),
        "学校台账里还有这一行的话，下次导入会再加上，请同时改台账。",
    )


def state_notice(state: PersonState, reason: str, office: str) -> str:
    counted = "计入学校合格率" if state is PersonState.ACTIVE else "不计入学校合格率"
    return f"{office}把你在名册里的状态改为“{STATES[state]}”，{counted}。{_why(reason)}不对请联系{office}。"


def state_said(name: str, state: PersonState) -> Answer:
    return answer(
        text(Data(name), f"的状态改为“{STATES[state]}”，进度已重算，本人会收到通知。"),
        "花名册里写的是别的状态的话，下次导入会改回去，请同时改花名册。",
    )


def role_notice(role: Role, where: str, reason: str, office: str, *, given: bool) -> str:
    """`where`: the school or group; "" = the whole county."""
    if given:
        return f"{office}给了你一个角色：{where}{_word(role)}。{_why(reason)}能做什么发“帮助”看。"
    return f"{office}收回了你的角色：{where}{_word(role)}。{_why(reason)}不对请联系{office}。"


def role_said(name: str, role: Role, where: str, *, given: bool, from_roster: bool = False) -> Answer:
    """`from_roster`: it comes back with the next import."""
    change = "是" if given else "不再是"
    said = answer(text(Data(name), f"{change}", Data(where), f"{_word(role)}了，本人会收到通知。"))
    if not from_roster:
        return said
    return said + answer("这个角色写在花名册里，下次导入花名册会再加上，请同时改花名册。")


def unbound_notice(platform: Platform, reason: str, office: str) -> str:
    return (
        f"{office}解除了你的{PLATFORMS[platform]}账号的绑定。{_why(reason)}"
        f"要重新绑定，请向本校学校管理员要绑定码。"
    )


def unbound_said(name: str, platform: Platform) -> Answer:
    return answer(
        text(Data(name), f"的{PLATFORMS[platform]}账号解除了绑定，那个账号再发消息就不认识了。"),
        "花名册里还写着这个账号的话，下次导入会再绑上，请同时改花名册。",
    )


def _why(reason: str) -> str:
    return f"原因：{reason.rstrip('。.！!')}。"


def _objection() -> str:
    return "不对就发“申诉”加上原因。"


def _word(role: Role) -> str:
    return ROLES[role].partition("（")[0]
