"""Samples of announcements: written, timed, confirmed, read, corrected."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.announcement import AnnouncementState, Unusual
from bot.policy.audience import Why
from messages.incoming import Platform
from messages.texts import (
    announcement,
    announcement_correction,
    announcement_preview,
    ask_again,
    schedule,
)
from messages.texts.announcement import Addressed
from messages.texts.announcement_preview import Cost, Preview, Receivers, Timing

BODY = "5月22日下午两点线上答疑，请提前五分钟进入。\n链接：https://meeting.example.com/1"
PEOPLE, GROUPS = Addressed(people=312), Addressed(groups=28)
COLLEAGUES = (example.COLLEAGUE, example.ADMIN)
NIGHT: datetime = example.NOW.replace(hour=21, minute=0)
MORNING: datetime = NIGHT + timedelta(hours=10)


def reading(_given: Given) -> Iterator[Sample]:
    show, office = announcement.announced, example.OFFICE
    yield sample(show, "收到的公告", 40, BODY, office, wants_receipt=False)
    yield sample(show, "收到的公告，请回复收到", 40, BODY, office, wants_receipt=True)
    yield sample(show, "群里收到的公告，请回复收到", 40, BODY, office, wants_receipt=True, in_groups=True)
    yield sample(show, "收到的更正", 41, BODY, office, wants_receipt=False, corrects=40)
    yield sample(show, "预览里的公告", None, BODY, office, wants_receipt=False)
    yield sample(show, "预览里的更正", None, BODY, office, wants_receipt=False, corrects=40)


def previewing(_given: Given) -> Iterator[Sample]:
    groups = Preview(
        receivers=Receivers(to=GROUPS, schools=0, names=("示例一小工作群", "示例二小工作群")),
        message=announcement.announced(None, BODY, example.OFFICE, wants_receipt=False),
        cost=Cost(pages=(("企业微信", 1), ("钉钉", 1)), whole=28),
        timing=Timing(),
        characters=40,
        unusual=(),
        seconds=(),
        minutes=5,
    )
    dead = Receivers(to=GROUPS, schools=0, names=("示例一小工作群",), stopped=2, used_up=1)
    people = replace(
        groups,
        receivers=Receivers(to=PEOPLE, schools=12, names=(example.TEACHER, example.COLLEAGUE), unbound=9),
        seconds=COLLEAGUES,
    )
    odd = replace(
        groups,
        receivers=dead,
        cost=Cost(pages=(("企业微信", 2), ("钉钉", 1)), whole=41),
        characters=870,
        unusual=(Unusual.CALLS_EVERYBODY, Unusual.LONG),
    )
    yield sample(announcement_preview.to_whom, "发到群", groups.receivers)
    twice = [("示例一小工作群", Platform.WECOM), ("示例一小工作群", Platform.DINGTALK)]
    yield sample(announcement_preview.group_names, "一所学校在两个平台上各有一个群", twice)
    yield sample(announcement_preview.cost_line, "要拆开发", odd)
    late = Timing(wanted=NIGHT, due=MORNING)
    for situation, one in (
        ("发到群", groups),
        ("私信，要第二个人确认", people),
        ("很长，写了@所有人，有停发的群", odd),
        ("晚上发到群", replace(groups, timing=Timing(opens=MORNING))),
        ("晚上私信", replace(people, timing=Timing(opens=MORNING))),
    ):
        yield sample(announcement_preview.preview, situation, one)
    yield sample(
        announcement_preview.rescheduled,
        "定了时间",
        replace(groups, timing=Timing(wanted=MORNING, due=MORNING)),
    )
    yield sample(announcement_preview.rescheduled, "定在休息时间", replace(people, timing=late))


def not_understood(_given: Given) -> Iterator[Sample]:
    ask = announcement_preview
    yield sample(ask.no_content, "没写内容")
    yield sample(ask.too_long, "太长", 5_000)
    yield sample(ask.nobody, "对象里没有人", "没选点的幼儿园老师")
    yield sample(ask.no_groups, "没有绑定的群", "")
    yield sample(ask.no_groups, "对象没有绑定的群", "示例二小群")
    schools = [example.SCHOOL, example.SECOND_SCHOOL]
    for why in Why:
        near = schools if why is Why.AMBIGUOUS else []
        yield sample(ask.no_audience, f"对象不行：{why.value}", "示例小学", why, near)
    yield sample(ask.no_audience, "没有这所学校，有像的", "示例三小", Why.UNKNOWN, schools)
    yield sample(schedule.nothing_to_schedule, "没有等着的公告")
    yield sample(schedule.no_time, "没写时间")
    yield sample(schedule.unreadable, "看不懂时间", "有空的时候")
    yield sample(schedule.past, "已经过了", example.NOW)
    yield sample(schedule.too_far, "太远", MORNING + timedelta(days=400), MORNING + timedelta(days=60))


def confirming(given: Given) -> Iterator[Sample]:
    hours = given.plan.announcements.second_person_hours
    message = announcement.announced(40, BODY, example.OFFICE, wants_receipt=False)
    yield sample(announcement.at_time, "时间", example.NOW)
    yield sample(announcement.names, "几位", COLLEAGUES)
    yield sample(announcement.names, "很多位", COLLEAGUES * 4)
    yield sample(announcement.posted, "开始发了", 40, GROUPS, begins=None)
    yield sample(announcement.posted, "夜里确认，早上开始发", 40, PEOPLE, begins=MORNING)
    yield sample(announcement.scheduled, "定好了", 40, GROUPS, MORNING)
    yield sample(announcement.waits, "等第二个人", 40, PEOPLE, COLLEAGUES, hours)
    yield sample(announcement.asks_second, "请第二个人看", 40, example.OFFICER, PEOPLE, None, message)
    yield sample(
        announcement.asks_second, "请第二个人看，定了时间", 40, example.OFFICER, PEOPLE, MORNING, message
    )
    yield sample(announcement.own_word, "发起的人自己又确认", 40, COLLEAGUES)
    yield sample(announcement.no_announcement, "没有这条公告", 99)
    for state in AnnouncementState:
        if state is not AnnouncementState.WAITING:
            situation = f"不用再确认：{state.value}"
            yield sample(announcement.not_waiting, situation, 40, state, example.COLLEAGUE, example.NOW)
    yield sample(announcement.approved_notice, "告诉发起的人：确认了", 40, example.COLLEAGUE, scheduled=False)
    yield sample(
        announcement.approved_notice, "告诉发起的人：确认了，到时发", 40, example.COLLEAGUE, scheduled=True
    )


def ending(given: Given) -> Iterator[Sample]:
    yield sample(announcement.called_off, "取消了", 40)
    yield sample(announcement.called_off_notice, "告诉发起的人：被取消", 40, example.COLLEAGUE)
    yield sample(announcement.too_late_to_cancel, "取消晚了", 40, None)
    yield sample(announcement.too_late_to_cancel, "更正已经代替了原来的", 41, 40)
    yield sample(
        announcement.expired, "告诉发起的人：没人确认", 40, given.plan.announcements.second_person_hours
    )
    yield sample(announcement.reached_nobody, "告诉发起的人：到时没有人", 40)


def correcting(_given: Given) -> Iterator[Sample]:
    correct = announcement_correction
    yield sample(correct.how_to_correct, "没写内容", 40)
    yield sample(correct.one_at_a_time, "写了几个编号")
    for state in AnnouncementState:
        if state is not AnnouncementState.POSTED:
            yield sample(correct.not_sent, f"不能更正：{state.value}", 40, state)
    yield sample(correct.nobody_saw_it, "没有人收到过", 40)
    yield sample(correct.same_text, "内容一样", 40)
    yield sample(correct.already_corrected, "别人刚更正过", 40, 41)
    yield sample(correct.overtaken, "轮到它时原来那条已撤回", 41, 40, None)
    yield sample(correct.overtaken, "轮到它时别人已更正过", 42, 40, 41)
    yield sample(correct.opening, "都收到了", 40, 40, seen="28 个群", waiting="", failed="")
    yield sample(correct.opening, "有没收到的", 41, 40, seen="26 个群", waiting="1 个群", failed="1 个群")


def asking_again(_given: Given) -> Iterator[Sample]:
    yield sample(ask_again.asked_again, "没回“收到”的人再看到的", 40, BODY.partition("\n")[0], example.OFFICE)
    yield sample(ask_again.would_ask, "提醒前看一下", 40, BODY.partition("\n")[0], 12, 5)
    yield sample(ask_again.not_asked_for, "没有要大家回", 40)
    yield sample(ask_again.not_out, "还没有发", 40, AnnouncementState.SCHEDULED)
    yield sample(ask_again.overtaken, "已经更正过", 40, 41)
    yield sample(ask_again.nobody_left, "都回了", 40)
    yield sample(ask_again.resting, "休息时间", 40, MORNING)
    yield sample(ask_again.asking, "开始提醒", 40, 12, 0)
    yield sample(ask_again.asking, "有人今天提醒过", 40, 12, 3)
    yield sample(ask_again.asking, "今天都提醒过", 40, 0, 3)


SAMPLES = (asking_again, reading, previewing, not_understood, confirming, ending, correcting)
