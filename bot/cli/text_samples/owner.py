"""Samples of what the office is told about the way in and out, and of where people are sent who want a person."""

from collections.abc import Iterator

from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.outgoing import Way
from messages.incoming import Platform
from messages.texts import delivery, doctor, help_topics, owner_alarms
from messages.texts import help as help_texts

_HOURS = [("还差什么", "还差哪些，下一步做什么"), ("我的学时", "线上、实践各有多少")]


def asking_for_somebody(given: Given) -> Iterator[Sample]:
    for situation, bound in (("已经绑定", True), ("还没有绑定", False)):
        yield sample(help_texts.short_help, f"打招呼，{situation}", _HOURS, bound=bound)
        yield sample(help_texts.whom_to_ask, f"要找人，{situation}", given.plan.office, bound=bound)
    for asked, about in (
        ("要求", help_topics.requirement),
        ("优秀", help_topics.excellent),
        ("谁要学", help_topics.who_has_to),
        ("账号密码", help_topics.study_account),
        ("链接怎么分享", help_topics.link),
        ("材料怎么交", help_topics.material),
    ):
        yield sample(about, f"问{asked}", given.plan)


def way_in(_given: Given) -> Iterator[Sample]:
    for situation, platform in (("企业微信", Platform.WECOM), ("钉钉", Platform.DINGTALK)):
        yield sample(owner_alarms.forged, f"{situation}的签名不对", platform, 3)
        yield sample(owner_alarms.unreadable, f"{situation}的内容看不懂", platform, 3)
    yield sample(owner_alarms.undecipherable, "解不开", Platform.WECOM)
    yield sample(owner_alarms.other_company, "企业 ID 不对", Platform.WECOM)
    yield sample(owner_alarms.stale, "消息太旧", Platform.WECOM, 4_200)
    yield sample(owner_alarms.stale, "消息在将来", Platform.DINGTALK, -7_200)
    yield sample(owner_alarms.quota_used_up, "这个月的用量用完了", Platform.DINGTALK)
    yield sample(owner_alarms.stream_refused, "Stream 的凭证不对")
    yield sample(owner_alarms.aibot_kicked, "别的程序占用了智能机器人的长连接")
    yield sample(owner_alarms.aibot_refused, "智能机器人的 Secret 不对")
    yield sample(owner_alarms.clock_off, "服务器的时间慢了", -120)
    yield sample(owner_alarms.clock_off, "服务器的时间快了", 75)


def way_out(_given: Given) -> Iterator[Sample]:
    why = "webhook 地址无效，或者群机器人被移出了群"
    yield sample(delivery.groups_stopped, "很多群停发", 6, Way.WECOM_WEBHOOK, "93000", why)
    yield sample(delivery.day_used_up, "当天的额度用完了", "wecom.app", "45009")
    yield sample(doctor.test_message, "试一试能不能发到")
    yield sample(doctor.group_test_message, "试一试能不能发到群里")


SAMPLES = (asking_for_somebody, way_in, way_out)
