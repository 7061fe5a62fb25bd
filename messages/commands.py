"""What one can ask: the canonical words, and what was understood of a message."""

from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Command(StrEnum):
    """Each value is the canonical word of the contract, as people type it."""

    # everybody
    HELP = "帮助"
    WHO_AM_I = "我是谁"
    BIND = "绑定"
    MORE = "更多"
    CANCEL = "取消"
    DEADLINES = "截止时间"
    # teacher
    MY_HOURS = "我的学时"
    MY_POINTS = "我的微能力"
    WHAT_IS_MISSING = "还差什么"
    WHY = "为什么"
    POINT = "微能力"
    POINT_LIST = "微能力清单"
    RECOMMEND = "推荐选点"
    CHOOSE = "选点"
    SWAP = "换点"
    SUBMIT = "提交"
    MY_EVIDENCE = "我的材料"
    WITHDRAW = "撤回"
    APPEAL = "申诉"
    SCHOOL_RANKING = "本校排名"
    MY_DATA = "我的数据"
    MY_PAGE = "我的主页"
    NO_REMINDERS = "别提醒我"
    REMINDERS_AGAIN = "恢复提醒"
    CASE = "案例"
    CONSENT = "同意"
    DISSENT = "不同意"
    # group leader
    QUEUE = "待审"
    VIEW = "查看"
    APPROVE = "通过"
    SEND_BACK = "退回"
    GROUP_PROGRESS = "本组进度"
    BEHIND = "落后名单"
    REMIND = "提醒"
    THEME = "研修主题"
    ACTIVITY = "活动"
    BULLETIN = "简报"
    DRAFT_BULLETIN = "生成简报"
    # school lead
    SCHOOL_PROGRESS = "本校进度"
    SCHOOL_LIST = "本校名单"
    SCOPE = "本校范围"
    FILE = "备案"
    FILINGS = "备案情况"
    SUMMARY = "总结"
    CODE = "绑定码"
    DUTIES = "本校任务"
    TICK = "打勾"
    UNTICK = "取消打勾"
    ANSWER = "答复"
    # project office
    ANNOUNCE = "公告"
    CONFIRM = "确认"
    SCHEDULE = "定时"
    DELIVERY = "发送情况"
    RESEND = "重发"
    CORRECT = "更正"
    REOPEN = "重开"
    COUNTY_PROGRESS = "全市进度"
    RANKING = "排名"
    UNFILED = "未备案"
    ACCEPT_FILING = "备案通过"
    RETURN_FILING = "备案退回"
    ACCEPTANCE = "验收"
    FREEZE = "冻结"
    UNFREEZE = "解冻"
    EXPORT = "导出"
    IMPORT = "导入表格"
    BIND_GROUP = "绑定本群"
    APPEALS = "申诉列表"
    STATUS = "状态"
    OFFICE_PAGE = "后台"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """What came with the command; an empty field means that it was not said."""

    codes: tuple[str, ...] = ()  # canonical codes, e.g. "A5"
    links: tuple[str, ...] = ()  # as typed, without surrounding text
    note: str = ""
    numbers: tuple[int, ...] = ()  # 编号, or line numbers of a list
    grade: str = ""  # "优秀" or "合格"
    reason: str = ""
    audience: str = ""
    text: str = ""
    when: str = ""  # an ISO date or date-time where it is one, else as said
    name: str = ""
    school: str = ""
    filter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One message, understood.

    Exactly one of three: `command` is set (do it) · `silent` (收到, 谢谢, 1, 👍: say nothing) ·
    neither (ask back; `suggestions` holds at most three lines that one could send instead).
    `hint` names a special way of asking back that a handler answers better than with suggestions.
    """

    command: Command | None = None
    arguments: Arguments = field(default_factory=Arguments)
    silent: bool = False
    suggestions: tuple[str, ...] = ()
    hint: str = ""
