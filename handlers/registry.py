"""The table of everything one can ask: who may, where, and who answers."""

from collections.abc import Callable
from functools import partial

from handlers import help as help_handler
from handlers.accept_filing import accept_filing
from handlers.acceptance import acceptance
from handlers.activity import activity
from handlers.announce import announce
from handlers.answer import answer as answer_appeal
from handlers.appeal import appeal
from handlers.appeals import appeals
from handlers.approve import approve
from handlers.behind import behind
from handlers.bind import bind
from handlers.bind_group import bind_group
from handlers.bulletin import bulletin
from handlers.cancel import cancel
from handlers.case import case
from handlers.choose import choose
from handlers.code import code
from handlers.consent import consent
from handlers.correct import correct
from handlers.county_progress import county_progress
from handlers.deadlines import deadlines
from handlers.delivery_report import delivery_report
from handlers.dissent import dissent
from handlers.draft_bulletin import draft_bulletin
from handlers.duties import duties
from handlers.entry import Entry, Room, Who, table
from handlers.export import export
from handlers.file import file
from handlers.filings import filings
from handlers.freeze import freeze
from handlers.group_progress import group_progress
from handlers.import_file import import_file
from handlers.more import more
from handlers.my_data import my_data
from handlers.my_evidence import my_evidence
from handlers.my_hours import my_hours
from handlers.my_page import my_page
from handlers.my_points import my_points
from handlers.no_reminders import no_reminders, reminders_again
from handlers.office_page import office_page
from handlers.point import point
from handlers.point_list import point_list
from handlers.queue import queue
from handlers.ranking import ranking
from handlers.recommend import recommend
from handlers.remind import remind
from handlers.reopen import reopen
from handlers.resend import resend
from handlers.return_filing import return_filing
from handlers.schedule import schedule
from handlers.school_list import school_list
from handlers.school_progress import school_progress
from handlers.school_ranking import school_ranking
from handlers.scope import scope
from handlers.send_back import send_back
from handlers.status import status
from handlers.submit import submit
from handlers.summary import summary
from handlers.swap import swap
from handlers.theme import theme
from handlers.tick import tick, untick
from handlers.turn import Handler, Turn
from handlers.unfiled import unfiled
from handlers.unfreeze import unfreeze
from handlers.view import view
from handlers.what_is_missing import what_is_missing
from handlers.who_am_i import who_am_i
from handlers.why import why
from handlers.withdraw import withdraw
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts.bind import not_in_group
from messages.texts.code import not_in_group as code_not_in_group
from messages.texts.entry_link import not_in_group as link_not_in_group

_EVERYONE = frozenset({Who.EVERYONE})
_TEACHER = frozenset({Who.TEACHER})
_LEAD = frozenset({Who.LEAD})
_READERS = frozenset({Who.OFFICE, Who.OVERSIGHT})
_LEADER = frozenset({Who.LEADER})
_REVIEWERS = frozenset({Who.LEADER, Who.LEAD, Who.OFFICE})
_OFFICE = frozenset({Who.OFFICE})


def _help(turn: Turn) -> Answer:
    return help_handler.help_(turn, REGISTRY.values())


def _entry(  # noqa: PLR0913, PLR0917 - a row of the table below
    command: Command,
    handler: Handler,
    who: frozenset[Who],
    room: Room,
    example: str,
    summary: str,
    *,
    changes: bool = False,
    own: bool = False,
    in_group: Callable[[], Answer] | None = None,
    instead: str = "",
) -> Entry:
    return Entry(
        command=command,
        handler=handler,
        who=who,
        room=room,
        changes=changes,
        own=own,
        example=example,
        summary=summary,
        in_group=in_group,
        instead=instead,
    )


# 确认 is not here: handlers.perform repeats what was previewed, with the permission of that command.
# fmt: off
REGISTRY = table((
    # what the asker is like
    _entry(Command.WHAT_IS_MISSING, what_is_missing, _TEACHER, Room.PRIVATE_ONLY, "还差什么", "还差哪些，下一步做什么"),
    _entry(Command.MY_HOURS, my_hours, _TEACHER, Room.PRIVATE_ONLY, "我的学时", "线上、实践各有多少"),
    _entry(Command.MY_POINTS, my_points, _TEACHER, Room.PRIVATE_ONLY, "我的微能力", "选了哪些点，认证了哪些"),
    _entry(Command.WHY, why, _TEACHER, Room.PRIVATE_ONLY, "为什么", "我的数字是怎么算出来的"),
    _entry(Command.NO_REMINDERS, no_reminders, _TEACHER, Room.PRIVATE_ONLY, "别提醒我", "先不收截止前的提醒，过一阵自动恢复", changes=True,
           own=True),
    _entry(Command.REMINDERS_AGAIN, reminders_again, _TEACHER, Room.PRIVATE_ONLY, "恢复提醒", "重新收截止前的提醒", changes=True,
           own=True),
    _entry(Command.MY_DATA, my_data, _TEACHER, Room.PRIVATE_ONLY, "我的数据", "存了我的哪些信息"),
    _entry(Command.MY_PAGE, my_page, _TEACHER, Room.PRIVATE_ONLY, "我的主页", "在网页上看我的进度、材料和每个数字的来历；审材料也在这里",
           in_group=partial(link_not_in_group, Command.MY_PAGE.value)),
    # points
    _entry(Command.RECOMMEND, recommend, _TEACHER, Room.PRIVATE_ONLY, "推荐选点", "给我配好三组，回复编号就选定"),
    _entry(Command.CHOOSE, choose, _TEACHER, Room.PRIVATE_ONLY, "选点 A1 A5 B2", "选定三个微能力点", changes=True),
    _entry(Command.SWAP, swap, _TEACHER, Room.PRIVATE_ONLY, "换点 A5 A6", "换一个点，先旧后新", changes=True),
    _entry(Command.POINT, point, _TEACHER, Room.ANYWHERE, "微能力 A5", "一个点要交什么材料"),
    _entry(Command.POINT_LIST, point_list, _TEACHER, Room.ANYWHERE, "微能力清单 本校", "有哪些点可以选，也可接“维度”“环境”"),
    # evidence
    _entry(Command.SUBMIT, submit, _TEACHER, Room.PRIVATE_ONLY, "提交 A5 链接", "交一个点的材料，再交一次就是新的一版",
           changes=True, own=True),
    _entry(Command.MY_EVIDENCE, my_evidence, _TEACHER, Room.PRIVATE_ONLY, "我的材料", "交过什么，审到哪了，退回的原因"),
    _entry(Command.WITHDRAW, withdraw, _TEACHER, Room.PRIVATE_ONLY, "撤回 12", "收回还没审的材料", changes=True),
    # who reviews: leaders of groups, leads of schools, the office
    _entry(Command.QUEUE, queue, _REVIEWERS, Room.PRIVATE_ONLY, "待审", "等我审的材料", changes=True,
           instead="我的材料"),
    _entry(Command.VIEW, view, _TEACHER, Room.PRIVATE_ONLY, "查看 12", "看一份材料的链接和经过", changes=True),
    _entry(Command.APPROVE, approve, _REVIEWERS, Room.PRIVATE_ONLY, "通过 12 优秀 导入新颖",
           "定为合格或优秀，可以一次几份，后面可写评语", changes=True),
    _entry(Command.SEND_BACK, send_back, _REVIEWERS, Room.PRIVATE_ONLY, "退回 12 缺学生体会", "请作者改，写明原因",
           changes=True),
    # cases, and what their authors say to them
    _entry(Command.CASE, case, _TEACHER, Room.PRIVATE_ONLY, "案例 微能力作品 链接", "交案例：整校推进、学科研修、微能力作品",
           changes=True),
    _entry(Command.CONSENT, consent, _TEACHER, Room.PRIVATE_ONLY, "同意 12", "同意把我的作品报为案例", changes=True),
    _entry(Command.DISSENT, dissent, _TEACHER, Room.PRIVATE_ONLY, "不同意 12", "不同意，或者改主意", changes=True),
    # the group's leader
    _entry(Command.THEME, theme, _TEACHER, Room.ANYWHERE, "研修主题", "本组的研修主题，组长在后面写内容就定下来", changes=True),
    _entry(Command.ACTIVITY, activity, _LEADER, Room.PRIVATE_ONLY, "活动 集体备课", "记一次本组的活动，可以带链接", changes=True),
    _entry(Command.BULLETIN, bulletin, _LEADER, Room.PRIVATE_ONLY, "简报 4月 链接", "交本组的简报，一月一份", changes=True),
    _entry(Command.DRAFT_BULLETIN, draft_bulletin, _LEADER, Room.PRIVATE_ONLY, "生成简报 4月", "用主题、活动和进度起草简报"),
    # how far groups and schools are
    _entry(Command.GROUP_PROGRESS, group_progress, _LEADER, Room.ANYWHERE, "本组进度", "本组合格率、卡在哪一步", instead="还差什么"),
    _entry(Command.SCHOOL_PROGRESS, school_progress, _LEAD | _READERS, Room.ANYWHERE, "本校进度",
           "本校合格率、完成度、名额、待审、备案", instead="还差什么"),
    _entry(Command.SCHOOL_LIST, school_list, _LEAD, Room.PRIVATE_ONLY, "本校名单 未选点",
           "谁没达标，可接“没账号”“未选点”“未交”“退回”“待审”“学时”“未达标”", changes=True, instead="还差什么"),
    _entry(Command.BEHIND, behind, _REVIEWERS, Room.PRIVATE_ONLY, "落后名单", "下一步该由本人做的人，按步骤分",
           changes=True, instead="还差什么"),
    _entry(Command.REMIND, remind, _REVIEWERS, Room.PRIVATE_ONLY, "提醒 落后", "私下提醒落后的人，也可接“没选点”“没交”“退回”或姓名",
           changes=True, instead="还差什么"),
    _entry(Command.COUNTY_PROGRESS, county_progress, _READERS, Room.ANYWHERE, "全市进度", "各学段合格率，哪些学校全部合格",
           instead="还差什么"),
    # the schools beside each other: aggregates, shown in groups too
    _entry(Command.SCHOOL_RANKING, school_ranking, _TEACHER, Room.ANYWHERE, "本校排名", "本校排第几，怎样到前一名"),
    _entry(Command.RANKING, ranking, _TEACHER, Room.ANYWHERE, "排名 5月20日", "实时的排名；写日期就看那天发过的"),
    # appeals; lists that the leading group reads too leave nothing behind but a line in the audit log
    _entry(Command.APPEAL, appeal, _TEACHER, Room.PRIVATE_ONLY, "申诉 线上学时少了 3 学时", "数字或审核结果不对时提，不写内容就是看进展",
           changes=True),
    _entry(Command.APPEALS, appeals, _LEAD | _READERS, Room.PRIVATE_ONLY, "申诉列表", "等答复的和最近答复的申诉", instead="申诉"),
    _entry(Command.ANSWER, answer_appeal, _LEAD | _OFFICE, Room.PRIVATE_ONLY, "答复 12 已核对，数据没有错", "答复一件申诉", changes=True,
           instead="申诉"),
    _entry(Command.CORRECT, correct, _OFFICE, Room.PRIVATE_ONLY, "更正 12 已补导入", "更正一条公告，写正确的全文；或者答复一件申诉，标为数据已更正", changes=True,
           instead="申诉"),
    # the school's lead
    _entry(Command.SCOPE, scope, _LEAD, Room.ANYWHERE, "本校范围 A1 A5 B2 B9", "交本校的微能力点范围，不写编码就是查看",
           changes=True, instead="微能力清单 本校"),
    _entry(Command.FILE, file, _LEAD, Room.PRIVATE_ONLY, "备案 发展规划 链接", "交备案材料，一共四份", changes=True),
    _entry(Command.FILINGS, filings, _LEAD | _READERS, Room.PRIVATE_ONLY, "备案情况", "备案办到哪一步"),
    _entry(Command.DUTIES, duties, _LEAD, Room.PRIVATE_ONLY, "本校任务", "第一阶段要办的事，办了哪些"),
    _entry(Command.TICK, tick, _LEAD, Room.PRIVATE_ONLY, "打勾 协议", "协议、缴费、教师会、参训名单、账号办好了打勾", changes=True),
    _entry(Command.UNTICK, untick, _LEAD, Room.PRIVATE_ONLY, "取消打勾 协议", "打错了取消", changes=True),
    _entry(Command.SUMMARY, summary, _LEAD, Room.PRIVATE_ONLY, "总结 链接", "交本校总结", changes=True),
    _entry(Command.CODE, code, _LEAD | _OFFICE, Room.PRIVATE_ONLY, "绑定码 王小明", "给老师发绑定码", changes=True,
           in_group=code_not_in_group),
    # the project office
    _entry(Command.ANNOUNCE, announce, _OFFICE, Room.PRIVATE_ONLY, "公告 幼儿园 明天下午两点线上答疑",
           "先预览再确认；不写对象就发到全部群", changes=True),
    _entry(Command.DELIVERY, delivery_report, _READERS, Room.PRIVATE_ONLY, "发送情况 40", "公告送到了哪里、谁没回“收到”，不写编号看最近一条"),
    _entry(Command.RESEND, resend, _OFFICE, Room.PRIVATE_ONLY, "重发 40", "公告没送到的再发一次，不写编号先预览", changes=True),
    _entry(Command.SCHEDULE, schedule, _OFFICE, Room.PRIVATE_ONLY, "定时 明天 8:00", "预览公告以后，定发送的时间", changes=True),
    _entry(Command.UNFILED, unfiled, _READERS, Room.PRIVATE_ONLY, "未备案", "哪些学校没备案齐，差在谁那里"),
    _entry(Command.ACCEPT_FILING, accept_filing, _OFFICE, Room.PRIVATE_ONLY, "备案通过 12 13", "备案，可以几份一起", changes=True),
    _entry(Command.RETURN_FILING, return_filing, _OFFICE, Room.PRIVATE_ONLY, "备案退回 12 缺考核细则", "退回，写明原因", changes=True),
    _entry(Command.REOPEN, reopen, _OFFICE, Room.PRIVATE_ONLY, "重开 12 审核时看错了", "已定的、逾期的回到待审",
           changes=True),
    # what 验收 changes waits for 确认, and is the office's
    _entry(Command.ACCEPTANCE, acceptance, _READERS, Room.PRIVATE_ONLY, "验收",
           "各校合格率、优秀率、缺的材料，可接学校名或“提醒”", instead="还差什么"),
    _entry(Command.FREEZE, freeze, _OFFICE, Room.PRIVATE_ONLY, "冻结 6月30日最终验收", "验收按这一刻的数据，以后的变化不计入", changes=True),
    _entry(Command.UNFREEZE, unfreeze, _OFFICE, Room.PRIVATE_ONLY, "解冻 有两人的材料要补审", "验收改回实时数据", changes=True),
    _entry(Command.IMPORT, import_file, _OFFICE, Room.PRIVATE_ONLY, "导入表格", "把学校、名册、学时的表格发给我，先看会改什么，确认才导入",
           changes=True),
    _entry(Command.OFFICE_PAGE, office_page, _READERS, Room.PRIVATE_ONLY, "后台", "打开网页后台：导入、查人、审核、公告、各群",
           in_group=partial(link_not_in_group, Command.OFFICE_PAGE.value), instead="我的主页"),
    _entry(Command.STATUS, status, _READERS, Room.PRIVATE_ONLY, "状态", "收发是否正常，等着发的、没送到的、停发的群、定时任务",
           instead="帮助"),
    _entry(Command.EXPORT, export, _READERS, Room.PRIVATE_ONLY, "导出 验收", "下载验收、未完成或排名（可接日期）的表格",
           in_group=partial(link_not_in_group, Command.EXPORT.value), instead="我的主页"),
    _entry(Command.BIND_GROUP, bind_group, _OFFICE, Room.ANYWHERE, "绑定本群 第一小学", "在群里说：这个群收哪所学校的排名，也可写“全市”",
           changes=True),
    # everybody
    _entry(Command.DEADLINES, deadlines, _EVERYONE, Room.ANYWHERE, "截止时间", "现在第几阶段，离截止还有几天"),
    _entry(Command.WHO_AM_I, who_am_i, _EVERYONE, Room.PRIVATE_ONLY, "我是谁", "姓名、学校、角色、绑定的账号"),
    _entry(Command.BIND, bind, _EVERYONE, Room.PRIVATE_ONLY, "绑定 王小明 7K3M9QXD", "用绑定码绑定身份", changes=True,
           in_group=not_in_group),
    _entry(Command.MORE, more, _EVERYONE, Room.ANYWHERE, "更多", "看长回答的后半部分"),
    _entry(Command.CANCEL, cancel, _EVERYONE, Room.ANYWHERE, "取消", "放弃等待中的操作", changes=True),
    _entry(Command.HELP, _help, _EVERYONE, Room.ANYWHERE, "帮助", "看这张表"),
))
# fmt: on
