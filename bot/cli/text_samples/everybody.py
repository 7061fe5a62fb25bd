"""Samples of what anybody may read: who one is, what one may, and what was not understood."""

from collections.abc import Iterator

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.calendar import programme_day
from bot.policy.people import PersonState, Role
from handlers.entry import Who
from handlers.help import HEADINGS
from handlers.registry import REGISTRY
from messages.commands import Command, Understood
from messages.incoming import Kind, Platform
from messages.outgoing import answer
from messages.texts import (
    access,
    bind,
    cancel,
    confirm,
    deadlines,
    entry_link,
    export,
    heard,
    menu,
    more,
    not_open,
    notices,
    problems,
    unknown,
    welcome,
    who_am_i,
)
from messages.texts import (
    help as help_texts,
)
from messages.texts.who_am_i import Identity

TEACHER = Identity(
    name=example.TEACHER,
    school=example.SCHOOL,
    group=example.GROUP,
    subject="语文",
    stage="小学",
    state=PersonState.ACTIVE,
)


def rights(given: Given) -> Iterator[Sample]:
    days = given.plan.binding.code_days
    yield sample(access.unbound, "还没有绑定", days)
    yield sample(access.refused, "不归这个人用，有可以代替的", Command.ANNOUNCE, ["项目办"], "帮助")
    yield sample(access.refused, "不归这个人用", Command.QUEUE, ["教研组长", "学校管理员"], "")
    yield sample(access.private_only, "群里问了个人数据，私信发不到", Command.MY_HOURS, changes=False)
    yield sample(access.private_only, "群里办了只能私聊办的事", Command.SUBMIT, changes=True)
    yield sample(access.told_in_private, "群里问的，答案发到私聊")
    yield sample(access.told_in_private, "群里办的，已经办了，结果发到私聊", changes=True)
    yield sample(access.outsider, "不是本单位的人")
    yield sample(welcome.welcome, "第一次打开，还没有绑定", None)
    yield sample(welcome.welcome, "第一次打开，已经绑定", example.TEACHER)


def binding(given: Given) -> Iterator[Sample]:
    rule = given.plan.binding
    yield sample(bind.bound, "绑定成功", example.TEACHER, example.SCHOOL)
    yield sample(bind.already, "这个账号绑定过", example.TEACHER, example.SCHOOL, example.OFFICE)
    yield sample(bind.usage, "没有写姓名或绑定码")
    yield sample(bind.not_in_group, "在群里绑定")
    yield sample(bind.wrong, "姓名或绑定码不对", 3)
    yield sample(bind.locked_now, "错得太多，刚刚锁定", rule)
    yield sample(bind.locked, "还锁着，几个小时", 23 * 3_600_000)
    yield sample(bind.locked, "还锁着，几分钟", 12 * 60_000)
    yield sample(
        bind.lock_notice, "告诉学校和项目办：有人试错了", Platform.WECOM, "exampleid", example.TEACHER, rule
    )


def oneself(given: Given) -> Iterator[Sample]:
    teacher = [(Role.TEACHER, "")]
    leads = [*teacher, (Role.LEADER, example.GROUP), (Role.OFFICE, "")]
    both = [Platform.WECOM, Platform.DINGTALK]
    yield sample(who_am_i.who_am_i, "老师", TEACHER, teacher, [Platform.WECOM], example.OFFICE)
    yield sample(who_am_i.who_am_i, "有几个角色、两个平台的账号", TEACHER, leads, both, example.OFFICE)
    days = given.plan.binding.code_days
    yield sample(who_am_i.nobody, "还没有绑定", Platform.DINGTALK, "example0001", days)


def helping(_given: Given) -> Iterator[Sample]:
    everything = [(name, _commands(who)) for who, name in HEADINGS.items()]
    (anybody,) = [(name, _commands(who)) for who, name in HEADINGS.items() if who is Who.EVERYONE]
    yield sample(
        help_texts.help_, "私聊，全部命令（每人只看到自己能用的）", everything, bound=True, in_group=False
    )
    yield sample(help_texts.help_, "私聊，还没有绑定", [anybody], bound=False, in_group=False)
    yield sample(help_texts.help_, "群里", [anybody], bound=True, in_group=True)
    yield sample(more.nothing_more, "后面没有了")
    yield sample(more.more_stale, "隔得太久")


def _commands(who: Who) -> list[tuple[str, str]]:
    return [(entry.example, entry.summary) for entry in REGISTRY.values() if who in entry.who]


def waiting(given: Given) -> Iterator[Sample]:
    yield sample(cancel.cancelled, "有等着的", ["公告", "选单"], in_group=False)
    yield sample(cancel.cancelled, "私聊，没有等着的", [], in_group=False)
    yield sample(cancel.cancelled, "群里，没有等着的", [], in_group=True)
    yield sample(confirm.nothing_to_confirm, "私聊，没有等着的", in_group=False)
    yield sample(confirm.nothing_to_confirm, "群里，没有等着的", in_group=True)
    yield sample(confirm.second_person_wanted, "没有预览，可是同事的公告在等确认", [40])
    yield sample(confirm.confirm_stale, "预览过期了", Command.ANNOUNCE, given.plan.confirm_minutes)
    yield sample(confirm.not_confirmed_yet, "等确认的时候说了别的", Command.SWAP)
    yield sample(menu.menu_stale, "选单过期了", Command.RECOMMEND)
    yield sample(menu.button_stale, "按钮已经用过，或者又问了别的")
    yield sample(menu.tapped_late, "点了钉钉卡片上的按钮，结果还没出来")
    yield sample(menu.menu_stale, "选单过期了，是交材料", Command.SUBMIT)
    yield sample(menu.no_such_line, "没有这一项", 3)


def dates(given: Given) -> Iterator[Sample]:
    plan = given.plan
    for situation, today in (
        ("提交日以前", example.TODAY),
        ("宽限日", example.GRACE),
        ("提交日以后", example.JUNE),
        ("全部结束以后", example.OVER),
        ("工程开始以前", plan.stages[0].first.replace(month=2)),
    ):
        yield sample(deadlines.deadlines, situation, plan, programme_day(today, plan), today)


def misunderstandings(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    yield sample(unknown.unknown, "没看懂", Understood(), catalogue)
    some = Understood(suggestions=("微能力 A5", "我的微能力"))
    yield sample(unknown.unknown, "没看懂，有像的", some, catalogue)
    yield sample(unknown.unknown, "没有这个编码", Understood(hint="code-unknown:A14"), catalogue)
    yield sample(unknown.unknown, "1.0 的编号", Understood(hint="course-outdated:T5"), catalogue)
    yield sample(unknown.unknown, "问别人的数据", Understood(hint="somebody-else:"), catalogue)
    for situation, kind in (
        ("发来图片", Kind.IMAGE),
        ("发来语音", Kind.VOICE),
        ("发来视频", Kind.VIDEO),
        ("发来文件", Kind.FILE),
        ("发来位置", Kind.LOCATION),
        ("发来别的", Kind.OTHER),
    ):
        yield sample(unknown.not_text, situation, kind)
    for situation, kind in (
        ("项目办发来图片", Kind.IMAGE),
        ("项目办发来视频", Kind.VIDEO),
        ("项目办发来别的文件", Kind.FILE),
    ):
        yield sample(unknown.not_text, situation, kind, office=True)
    yield sample(not_open.not_open, "还没有开通", Command.STATUS)
    link = "https://bot.example/{}/enter/0123456789abcdef0123456789abcdef0123456789abcdef"
    yield sample(entry_link.office_page, "后台", link.format("office"), 10)
    yield sample(entry_link.my_page, "我的主页", link.format("me"), 10)
    yield sample(entry_link.not_in_group, "在群里要链接", Command.MY_PAGE.value)
    yield sample(export.which, "没说导出什么", ("验收", "未完成", "排名"))
    once = "https://bot.example/office/export/0123456789abcdef0123456789abcdef0123456789abcdef"
    for word in ("验收", "未完成", "排名"):
        yield sample(export.link, word, word, once, 10)
    yield sample(export.link, "某一天的排名", "排名", once, 10, posted=example.YESTERDAY)
    yield sample(entry_link.somebody_else, "网页：别人的浏览器", "示例甲", "示例丁")


def speech(given: Given) -> Iterator[Sample]:
    minutes = given.plan.confirm_minutes
    yield sample(heard.heard, "听语音", "我的学时。")
    yield sample(heard.heard_as, "说的是要做的事", "通过 12 优秀", minutes)
    yield sample(heard.not_confirmed_by_voice, "用语音确认")
    yield sample(heard.code_not_by_voice, "用语音绑定")


def troubles(given: Given) -> Iterator[Sample]:
    yield sample(problems.too_many, "发得太快", given.plan.messages_per_minute)
    yield sample(problems.later_by_more, "一时算不完")
    yield sample(problems.looking, "一时查不完，结果会自己来")
    yield sample(problems.heard, "一时没顾上，原来不用回答")
    yield sample(problems.doing, "点了按钮，还没有办完")
    yield sample(problems.being_looked_up, "智能机器人：答案一秒内还没出来")
    yield sample(problems.being_done, "智能机器人：点了卡片，结果还没出来")
    yield sample(problems.nothing_to_say, "智能机器人：查完了没有要说的")
    yield sample(problems.not_kept, "数据库和磁盘都写不进")
    yield sample(problems.apology, "程序出错", "0a1b2c3d")


def asides(_given: Given) -> Iterator[Sample]:
    first = answer("编号 12（A5 技术支持的课堂导入）定为合格，记 8 学时，实践共 8 学时。")
    second = answer("示例县第一小学的总结已收。", "要换就再发一次“总结 链接”。")
    yield sample(notices.notices, "答完以后顺带说一件", [first], 0)
    yield sample(notices.notices, "答完以后顺带说几件，还有没说完的", [first, second], 2)
    yield sample(notices.told, "主动告诉一件", [first])
    yield sample(notices.told, "主动告诉几件", [first, second])
    yield sample(notices.together, "发到群里的几件", [second, first])


SAMPLES = (rights, binding, oneself, helping, waiting, dates, misunderstandings, speech, troubles, asides)
