"""Samples of what those read who look after groups, binding codes and the bot itself."""

from collections.abc import Iterator
from datetime import date, time

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.outgoing import Way
from bot.policy.silent_groups import Cause
from messages.texts import bind_group, code, delivery, silent_groups, timetable
from messages.texts.bind_group import Posting
from messages.texts.code import Namesake

WEBHOOK = Way.WECOM_WEBHOOK


def groups(given: Given) -> Iterator[Sample]:
    school, minutes = example.SCHOOL, given.plan.confirm_minutes
    yield sample(bind_group.how, "在私聊里发的")
    yield sample(bind_group.no_group_here, "认不出是哪个群")
    yield sample(bind_group.no_key, "服务器没有设密钥")
    yield sample(bind_group.stands, "还没有绑定", "", stopped=False)
    yield sample(bind_group.stands, "绑定了", school, stopped=False)
    yield sample(bind_group.stands, "绑定了，停发了", school, stopped=True)
    yield sample(
        bind_group.no_such_school, "没有这所学校，有像的", "示例三小", [school, example.SECOND_SCHOOL]
    )
    yield sample(bind_group.no_such_school, "没有这所学校", "示例三小", [])
    yield sample(bind_group.which_school, "可能是几所", "示例小学", [school, example.SECOND_SCHOOL])
    yield sample(bind_group.already, "绑定过", school)
    yield sample(bind_group.preview, "要改绑，先给看", school, example.SECOND_SCHOOL, minutes)
    plain = Posting(at="18:00", long_connection=False, others=[], resumed=0)
    full = Posting(at="18:00", long_connection=True, others=["示例一小工作群"], resumed=3)
    yield sample(bind_group.bound, "绑定了", school, plain)
    yield sample(bind_group.bound, "绑定了，停发的接着发，学校还有别的群", school, full)


def codes(given: Given) -> Iterator[Sample]:
    days, until = given.plan.binding.code_days, date(2024, 5, 27)
    for situation, bound in (("发了码", False), ("发了码，绑定过", True)):
        yield sample(
            code.issued, situation, example.TEACHER, example.SCHOOL, "7K3M9QXD", days, until, bound=bound
        )
    yield sample(code.not_in_group, "在群里要码")
    yield sample(code.usage, "没写姓名")
    yield sample(code.nobody, "本校没有这个人", example.TEACHER, county=False)
    yield sample(code.nobody, "全县没有这个人", example.TEACHER, county=True)
    people = [
        Namesake(school=example.SCHOOL, group=example.GROUP, mobile_tail="0000", staff_no="…01"),
        Namesake(school=example.SECOND_SCHOOL, group="", mobile_tail="", staff_no="…02"),
    ]
    yield sample(code.which, "同名", example.TEACHER, people)
    yield sample(code.too_many, "同名的太多", example.TEACHER, 14)
    yield sample(code.office_only, "要项目办来发", example.OFFICER)
    yield sample(code.notice, "告诉绑定过的人", example.ADMIN, example.OFFICE)


def stopped(_given: Given) -> Iterator[Sample]:
    group, why = "示例一小工作群", "群机器人被移出了群，请重新添加"
    for situation, way, number, reason, waits in (
        ("Webhook 的群，有没发出的", WEBHOOK, "93000", why, 4),
        ("机器人的群，原因不明", Way.DINGTALK_GROUP, "", "", 0),
    ):
        yield sample(delivery.group_stopped, situation, group, way, number, reason, number=3, messages=waits)
    yield sample(
        delivery.outlet_stopped, "整个应用", "wecom.app", "60020", "服务器的 IP 不在可信名单里，请加上"
    )
    yield sample(delivery.outlet_stopped, "所有群机器人", WEBHOOK.value, "", "")


def silent(_given: Given) -> Iterator[Sample]:
    group, school = "示例一小工作群", example.SCHOOL
    for way in Way:
        yield sample(
            silent_groups.silent_group, f"平台拒收：{way.value}", group, school, example.LAST_WEEK,
            messages=3, cause=Cause.REFUSED, way=way, code="93000",
        )  # fmt: skip
    for situation, cause, way in (
        ("平台没有回应", Cause.UNANSWERED, WEBHOOK),
        ("没有试过", Cause.NOT_TRIED, WEBHOOK),
        ("没有试过，长连接", Cause.NOT_TRIED, Way.WECOM_AIBOT),
    ):
        yield sample(
            silent_groups.silent_group, situation, group, school, None,
            messages=1, cause=cause, way=way, code="",
        )  # fmt: skip
    for way in Way:
        yield sample(silent_groups.bind_anew, f"怎么恢复：{way.value}", way)
    for cause in Cause:
        yield sample(
            silent_groups.silent_groups, f"很多群：{cause.value}", [group, "示例二小工作群"], 31, cause
        )


def jobs(_given: Given) -> Iterator[Sample]:
    name, at = "daily-ranking", time(18)
    many = [date(2024, 5, day) for day in range(10, 18)]
    for word in timetable.JOB_WORDS:
        yield sample(timetable.job_word, f"任务 {word} 叫什么", word)
    yield sample(timetable.missed, "漏了一次，也没补上", name, [example.TODAY], at, time(20))
    yield sample(timetable.missed, "漏了几次", name, many[:2], at, None)
    yield sample(timetable.missed, "漏了很多次", name, many, at, None)
    crashed = timetable.crashed("KeyError")
    yield sample(timetable.failed, "没有做成", name, example.TODAY, at, tries=3, why=crashed)
    yield sample(timetable.by_hand, "怎么手工运行", name, example.TODAY)
    yield sample(timetable.crashed, "程序的错", "KeyError")
    yield sample(timetable.unknown_year, "还没有那一年的放假安排", 2027)


SAMPLES = (groups, codes, stopped, silent, jobs)
