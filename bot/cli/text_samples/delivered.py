"""Samples of what became of an announcement: received, failed, sent once more, taken back."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.announcing import MORNING
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.announcement import AnnouncementState
from bot.policy.copies import Closed, Fate, Recall, Recalled, Receipts, Staying, Tally, Target
from messages.texts import copy_reasons, delivery_report, recall, resend
from messages.texts.delivery_report import Report

GROUP = Target(
    key="announcement/40/g1",
    name="示例一小工作群",
    school=example.SCHOOL,
    staff_no="",
    is_group=True,
    fate=Fate.FAILED,
    reason="93000",
    why="群机器人被移出了群，请重新添加",
    outlet="wecom.webhook",
    done_at=0,
)
PERSON = replace(
    GROUP,
    key="announcement/40/p1",
    name=example.TEACHER,
    is_group=False,
    outlet="wecom.app",
    reason="",
    why="",
)
IN_DOUBT = replace(PERSON, name=example.COLLEAGUE, fate=Fate.UNCERTAIN, reason="doubt")
STAYING = (Staying(outlet="wecom.webhook", reason="no recall", why="", count=20),)
TOO_LATE = Staying(outlet="dingtalk.robot", reason="too late", why="", count=3)
FULL = Report(
    number=40,
    state=AnnouncementState.POSTED,
    body="5月22日下午两点线上答疑，请提前五分钟进入。",
    author=example.OFFICER,
    confirmed=example.TODAY,
    corrects=None,
    corrected_by=None,
    due=None,
    ended=None,
    ended_by="",
    tally=Tally(people={}, groups={Fate.SENT: 28}),
    shown=(),
    rest_until=None,
    receipts=None,
    recalled=Recalled(),
    resendable=(40, 0),
    today=example.TODAY,
)


def reports(_given: Given) -> Iterator[Sample]:
    mixed = Tally(
        people={Fate.SENT: 290, Fate.UNCERTAIN: 1, Fate.FAILED: 1, Fate.QUEUED: 11, Fate.UNBOUND: 9},
        groups={Fate.SENT: 26, Fate.FAILED: 1, Fate.BUDGET: 1},
    )
    receipts = Receipts(asked=312, answered=309, in_groups=4, missing=(example.TEACHER, example.COLLEAGUE))
    troubled = replace(
        FULL,
        tally=mixed,
        shown=(GROUP, PERSON, IN_DOUBT),
        rest_until=MORNING,
        receipts=receipts,
        resendable=(40, 2),
    )
    taken_back = Recalled(taken_back=8, asked=1, staying=(*STAYING, TOO_LATE))
    ended = replace(FULL, tally=Tally(), ended=example.TODAY, ended_by=example.COLLEAGUE)
    for situation, one in (
        ("都送达了", FULL),
        ("有失败的、不确定的、没发出的，问了收到", troubled),
        ("更正过", replace(FULL, corrected_by=41)),
        ("它是更正", replace(FULL, number=41, corrects=40)),
        ("撤回了", replace(FULL, state=AnnouncementState.RECALLED, recalled=taken_back)),
        ("等第二个人确认", replace(ended, state=AnnouncementState.WAITING)),
        ("还没到时间", replace(ended, state=AnnouncementState.SCHEDULED, due=MORNING)),
        ("取消了", replace(ended, state=AnnouncementState.CANCELLED)),
        ("没人确认", replace(ended, state=AnnouncementState.EXPIRED)),
    ):
        yield sample(delivery_report.report, situation, one)
    yield sample(delivery_report.no_announcement, "还没有发过")
    yield sample(delivery_report.not_an_announcement, "编号不是公告", 12)
    yield sample(delivery_report.named, "哪几个", [GROUP, PERSON])
    yield sample(delivery_report.receipts_line, "还有人没回", receipts)
    yield sample(delivery_report.receipts_line, "都回了", replace(receipts, answered=312, missing=()))
    yield sample(delivery_report.receipts_line, "只发了群", replace(receipts, asked=0, answered=0))
    yield sample(delivery_report.recall_line, "撤回的情况", taken_back)
    yield sample(delivery_report.recall_line, "有的可能发过两遍", Recalled(taken_back=8, twice=2))
    yield sample(delivery_report.staying_words, "撤不回的几种", taken_back)


def reasons(_given: Given) -> Iterator[Sample]:
    because = copy_reasons.because
    for situation, one in (
        ("平台的话", GROUP),
        ("群停发了", replace(GROUP, closed=Closed.STOPPED, stopped_for="93000")),
        ("群解绑了", replace(GROUP, closed=Closed.ENDED)),
        ("群停发过，恢复了", replace(GROUP, reason="stopped", why="")),
        ("过时了", replace(GROUP, reason="expired", why="")),
        ("一直没有绑定账号", replace(PERSON, reason="expired", outlet="")),
        ("平台一直没有收", replace(PERSON, reason="again")),
        ("原因不明，下次会听到", replace(PERSON, heard_later=True)),
        ("不确定", IN_DOUBT),
    ):
        yield sample(because, situation, one)
    for reason in ("said with an answer", "no recall", "no receipt", "too late"):
        yield sample(copy_reasons.stays, f"撤不回：{reason}", "wecom.app", reason, "")
    yield sample(copy_reasons.way, "怎么发的", "dingtalk.robot")
    stays = replace(GROUP, recall=Recall.STAYS, recall_reason="no recall")
    for situation, one in (
        ("正在撤回", replace(GROUP, recall=Recall.ASKED)),
        ("撤回了", replace(GROUP, recall=Recall.TAKEN_BACK)),
        ("没撤成", stays),
    ):
        yield sample(copy_reasons.recall_words, situation, one)


def resending(_given: Given) -> Iterator[Sample]:
    closed = [GROUP.name]
    yield sample(resend.nothing_failed, "没有失败的")
    yield sample(resend.not_an_announcement, "编号不是公告", 12)
    for state in AnnouncementState:
        if state is not AnnouncementState.POSTED:
            yield sample(resend.not_posted, f"不能重发：{state.value}", 40, state)
    yield sample(resend.nothing_to_resend, "这条没有失败的", 40, 40, [])
    yield sample(resend.nothing_to_resend, "失败的都在收不到的群", 40, 40, closed)
    yield sample(resend.would_resend, "先问一下", 40, 40, people=2, groups=1, closed=[], minutes=5)
    yield sample(
        resend.would_resend, "更正过，有收不到的群", 41, 40, people=0, groups=1, closed=closed, minutes=5
    )
    yield sample(resend.resent, "重发了", 40, 40, people=2, groups=1, closed=[])


def recalling(_given: Given) -> Iterator[Sample]:
    some = Recalled(withdrawn=2, asked=290, staying=STAYING)
    only_staying = Recalled(staying=(*STAYING, TOO_LATE))
    for state in AnnouncementState:
        if state is not AnnouncementState.POSTED:
            yield sample(recall.not_posted, f"不用撤回：{state.value}", 40, state)
    yield sample(recall.would_recall, "先问一下", 40, some, 5)
    yield sample(recall.nothing_to_recall, "没有人收到", 40, Recalled())
    yield sample(recall.nothing_to_recall, "一条也撤不回", 40, only_staying)
    yield sample(recall.recalling, "正在撤", 40, some)


SAMPLES = (reports, reasons, resending, recalling)
