"""我的数据: everything on file about the asker, where it comes from, and whom to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.people import PersonState, Role
from bot.policy.plan import Hours
from bot.policy.points import Catalogue
from messages.incoming import Platform
from messages.outgoing import Answer, Data, Line, answer, heading, item, quote, text
from messages.texts.next_step import STATES
from messages.texts.who_am_i import ROLES, Identity
from messages.texts.wording import (
    PLATFORMS,
    code_label,
    day,
    full_day,
    hours,
    listed,
    live,
    masked,
    tail,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """How many of each there are."""

    evidence: int = 0
    versions: int = 0
    appeals: int = 0
    papers: int = 0
    decisions: int = 0
    frozen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is on file besides the identity."""

    staff_no: str
    mobile_tail: str
    study_account: str  # "" = none
    accounts: Sequence[tuple[Platform, str, str, date]]  # platform, id, source ("roster" or "code"), day
    state_changes: Sequence[tuple[PersonState, date]]
    roles: Sequence[tuple[Role, str]]
    snapshots: Sequence[tuple[date, Hours, bool]]  # newest first; False = does not count
    practice: Hours
    choices: Sequence[tuple[str, date, date | None]]
    certified: Sequence[tuple[str, date]]
    handed_in: HandedIn
    notices: int
    messages: int
    log_entries: int
    heard_days: int  # so long messages are kept
    said_days: int
    audit_days: int


def my_data(who: Identity, stored: Stored, catalogue: Catalogue, office: str, today: date) -> Answer:
    return answer(
        "这是关于你的全部存档；手机号、账号只显示一部分。",
        heading("名册（学校上报）"),
        *_roster(who, stored),
        heading("聊天账号"),
        *(item(_account(*account)) for account in stored.accounts),
        heading("学时（线上来自学习平台，实践来自认证或学校台账）"),
        item(_snapshots(stored.snapshots)),
        item(f"实践：{hours(stored.practice)}"),
        heading("微能力点（你的选择和审核结果）"),
        *_points(stored, catalogue),
        heading("交来的（各件的内容发“我的材料”“申诉”看）"),
        *_handed_in(stored.handed_in),
        heading("往来"),
        item(
            f"你发来的消息 {stored.messages} 条，给你的提醒 {stored.notices} 条，操作记录 {stored.log_entries} 条"
        ),
        item(
            f"你发来的原话保存 {stored.heard_days} 天，给你的提醒保存 {stored.said_days} 天，"
            f"操作记录保存 {stored.audit_days} 天；名册、学时、材料一直保存"
        ),
        text("要更正：名册找本校学校管理员，其他联系", Data(office), "。"),
        live(today),
        quote("手机号只存加密值和末四位，不存原号码。"),
    )


def _roster(who: Identity, stored: Stored) -> tuple[Line, ...]:
    mobile = tail(stored.mobile_tail) if stored.mobile_tail else "没有"
    changes = [
        item(f"状态变动：{listed(f'{day(when)}{STATES[state]}' for state, when in stored.state_changes)}")
    ]
    return (
        item("姓名：", Data(who.name), "；学校：", Data(who.school), "；教研组：", _or_none(who.group)),
        item(
            "学科：", _or_none(who.subject), "；学段：", _or_none(who.stage), f"；状态：{STATES[who.state]}"
        ),
        item("人员编号：", Data(stored.staff_no), f"；手机号：{mobile}"),
        item("学习账号：", Data(stored.study_account) if stored.study_account else "没有"),
        *(changes if stored.state_changes else ()),
        *(item(f"角色：{ROLES[role]}，", Data(scope) if scope else "全县") for role, scope in stored.roles),
    )


def _or_none(word: str) -> Data | str:
    return Data(word) if word else "未登记"


def _account(platform: Platform, account: str, source: str, when: date) -> str:
    origin = "用绑定码绑定" if source == "code" else "名册登记"
    return f"{PLATFORMS[platform]} {masked(account)}（{day(when)}{origin}）"


def _snapshots(snapshots: Sequence[tuple[date, Hours, bool]]) -> str:
    if not snapshots:
        return "线上：还没有数据"
    as_of, amount, counts = snapshots[0]
    doubt = "" if counts else "（没有计入，发“为什么”看原因）"
    return f"线上：{len(snapshots)} 份数据，最新一份 {full_day(as_of)}，{hours(amount)}{doubt}"


def _points(stored: Stored, catalogue: Catalogue) -> tuple[Line, ...]:
    lines = [item(_choice(*choice, catalogue)) for choice in stored.choices]
    lines += [item(f"{code_label(code, catalogue)}：{day(when)}认证") for code, when in stored.certified]
    return tuple(lines) or (item("还没有选点"),)


def _choice(code: str, chosen: date, ended: date | None, catalogue: Catalogue) -> str:
    until = "" if ended is None else f"，{day(ended)}换下"
    return f"{code_label(code, catalogue)}：{day(chosen)}选{until}"


def _handed_in(count: HandedIn) -> tuple[Line, ...]:
    parts = (
        (count.evidence, f"材料 {count.evidence} 份，共 {count.versions} 版"),
        (count.appeals, f"申诉 {count.appeals} 件"),
        (count.papers, f"案例、简报、总结 {count.papers} 件"),
        (count.decisions, f"你对别人的材料作的审核 {count.decisions} 次"),
        (count.frozen, f"验收冻结时的数据 {count.frozen} 份"),
    )
    return tuple(item(words) for number, words in parts if number) or (item("还没有"),)
