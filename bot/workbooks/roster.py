"""名册: as an import would take it again without changing anything."""

from collections.abc import Iterator

from bot.policy.people import PersonState, Role
from bot.workbooks.commission import Commission
from bot.workbooks.cover import cover
from bot.workbooks.sheet import Book, Column, Row, Sheet
from messages.texts.next_step import STATES
from messages.texts.wording import full_day, listed, tail
from storage.export_people import counted_states
from storage.export_roster import roster as everybody

TITLE = "名册"
_ROLES = {
    Role.LEADER: "教研组长",
    Role.SCHOOL_ADMIN: "学校管理员",
    Role.PRINCIPAL: "校长",
    Role.OFFICE: "项目办",
    Role.OVERSIGHT: "领导小组",
}
_TEACHER = "教师"
# The headers of an import, and two that no import reads.
_COLUMNS = (
    Column("姓名", width=12),
    Column("人员编号", width=18),
    Column("学校", width=26),
    Column("教研组", width=16),
    Column("学段", width=10),
    Column("学科", width=10),
    Column("职务/角色", width=22),
    Column("企业微信账号", width=18),
    Column("钉钉账号", width=18),
    Column("学习账号", width=18),
    Column("状态", width=8),
    Column("手机尾号", width=10),
    Column("另外授予的权限", width=22),
)
_REMARKS = (
    ("再导入", "改好以后可以用“导入表格”原样导回；没有改的行什么也不会变。"),
    ("手机尾号", "手机号只存了加密的代号和尾号，所以不导出；再导入时不看这一列，原来登记的手机号不变。"),
    (
        "人员编号",
        "登记时用身份证号或手机号作编号的，这里是加密的代号（hmac 开头），请不要改，再导入时靠它认人。学习账号也一样。",
    ),
    ("另外授予的权限", "不是名册给的，是另外授予的；再导入时不看这一列。"),
)


def roster(wanted: Commission) -> Book:
    """Nobody is left out: states stand in a column of their own."""
    sheet = Sheet(TITLE, _COLUMNS, _rows(wanted))
    states = counted_states(wanted.connection, school_id=wanted.order.school_id)
    people = listed(f"{STATES[state]} {states[state]} 人" for state in PersonState if state in states)
    return Book(
        title=TITLE,
        cover=cover(
            wanted,
            TITLE,
            data=[("数据截至", full_day(wanted.today)), ("人数", people or "还没有人")],
            rules=lambda _plan: (),
            left_out=None,
            remarks=_REMARKS,
        ),
        sheets=(sheet,),
        main=sheet,
    )


def _rows(wanted: Commission) -> Iterator[Row]:
    for one in everybody(wanted.connection, wanted.order.school_id):
        yield (
            one.name,
            one.staff_no,
            one.school,
            one.group,
            one.stage,
            one.subject,
            _words(one.roles) or _TEACHER,
            one.wecom,
            one.dingtalk,
            one.study_account,
            STATES[one.state],
            tail(one.mobile_tail) if one.mobile_tail else "",
            _words(one.granted),
        )


def _words(roles: tuple[Role, ...]) -> str:
    return listed(_ROLES[one] for one in roles if one in _ROLES)
