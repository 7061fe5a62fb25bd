"""Samples of one submission that is opened, and of what is opened again."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, Given
from bot.cli.text_samples.reviewing import ALONE, EARLIER, FIRST, SECOND
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.links import Finding
from bot.policy.plan import Hours
from messages.texts import reopen, view
from messages.texts.reopen import Reopened
from messages.texts.review_words import Shared
from messages.texts.view import Happened, Opened, Reading, ShownLink, ShownVersion

OPENED = Opened(
    number=12,
    code=A5,
    author=example.TEACHER,
    school=example.SCHOOL,
    group=example.GROUP,
    state=EvidenceState.WAITING,
    held=False,
    version=1,
    workdays=5,
    versions=[
        ShownVersion(
            version=1,
            at=EARLIER,
            late=Lateness.IN_TIME,
            note="课堂导入的视频和设计",
            links=(ShownLink(url=example.LINK, extraction="8k2d", finding=""),),
        )
    ],
    history=[
        Happened(
            at=EARLIER,
            who=example.TEACHER,
            kind=EventKind.SUBMITTED,
            version=1,
            remark="",
            piece="",
            on_behalf=False,
        )
    ],
    whose="教研组长",
    shared=ALONE,
    claimer="",
    claimed="",
)


SENT_BACK = replace(
    OPENED.history[0],
    at=example.NOW,
    who=example.LEADER,
    kind=EventKind.RETURNED,
    remark="缺学生体会",
    piece="学生体会",
    on_behalf=True,
)
NEW = replace(
    OPENED.versions[0],
    version=2,
    at=example.NOW,
    late=Lateness.AFTER_SOFT,
    links=(ShownLink(url=example.OTHER_LINK, extraction="", finding=Finding.ASKS.value),),
)
RETURNED = replace(OPENED, state=EvidenceState.RETURNED, history=[*OPENED.history, SENT_BACK])
TWICE = replace(
    OPENED,
    version=2,
    workdays=0,
    versions=[NEW, *OPENED.versions],
    history=[
        *RETURNED.history,
        replace(
            SENT_BACK,
            who=example.TEACHER,
            kind=EventKind.RESUBMITTED,
            version=2,
            remark="",
            piece="",
            on_behalf=False,
        ),
    ],
    shared=Shared((), (7,), hidden=False),
    claimer=example.ADMIN,
    claimed="08:40",
)


def parts_of_a_page(given: Given) -> Iterator[Sample]:
    yield sample(view.state_words, "待审", OPENED)
    yield sample(view.state_words, "逾期", replace(OPENED, held=True))
    yield sample(view.usual, "要交什么", A5, given.catalogue)
    yield sample(view.happened, "代审退回", SENT_BACK)


def viewing(given: Given) -> Iterator[Sample]:
    author = Reading(own=True, decides=False, in_turn=False, reopens=False)
    leader = Reading(own=False, decides=True, in_turn=True, reopens=False)
    office = Reading(own=False, decides=True, in_turn=False, reopens=True)
    for situation, one, reading in (
        ("教研组长看待审的", OPENED, leader),
        ("项目办看待审的", OPENED, office),
        ("教研组长看第二版", TWICE, leader),
        ("作者看待审的", OPENED, author),
        ("作者看退回的", RETURNED, author),
        ("作者看已撤回的", replace(OPENED, state=EvidenceState.WITHDRAWN), author),
        ("作者看已定的", replace(OPENED, state=EvidenceState.PASSED), author),
        ("作者看逾期的", replace(OPENED, held=True), author),
        ("教研组长看逾期的", replace(OPENED, held=True), leader),
        ("项目办看逾期的", replace(OPENED, held=True), office),
        ("项目办看已定的", replace(OPENED, state=EvidenceState.EXCELLENT), office),
    ):
        yield sample(view.opened, situation, one, reading, given.catalogue, example.TODAY)
    yield sample(view.which_one, "没写编号")
    yield sample(view.not_seen, "看不到的", 99)
    yield sample(view.no_line, "清单没有这一条", 9)
    yield sample(view.one_at_a_time, "写了几个编号", 13)


def reopening(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    passed = Reopened(
        subject=FIRST, was=EvidenceState.PASSED, before=Hours(1600), after=Hours(800), whose="教研组长"
    )
    late = Reopened(
        subject=SECOND, was=EvidenceState.WAITING, before=Hours(800), after=Hours(800), whose="教研组长"
    )
    yield sample(reopen.reopened, "一份，原来合格", [passed], [], catalogue, example.TODAY)
    yield sample(reopen.reopened, "一份，逾期放行", [late], [], catalogue, example.TODAY)
    yield sample(
        reopen.reopened, "几份，有没有的编号", [passed, late], [reopen.unknown(99)], catalogue, example.TODAY
    )
    yield sample(reopen.how_to_reopen, "没写原因", 12, given.plan.review.reason_characters)
    yield sample(reopen.which_one, "没写编号")
    yield sample(reopen.unknown, "没有这个编号", 99)
    for kind in (*reopen.KINDS, ""):
        yield sample(reopen.other_kind, f"编号是{reopen.KINDS.get(kind, '别的')}", 99, kind)
    yield sample(reopen.own, "自己的", FIRST, catalogue)
    yield sample(reopen.not_needed, "作者撤回了", FIRST, EvidenceState.WITHDRAWN, catalogue)
    yield sample(reopen.not_needed, "本来就待审", FIRST, EvidenceState.WAITING, catalogue)
    yield sample(reopen.author_notice, "告诉作者，学时少了", passed, "审核时看错了", catalogue)
    yield sample(reopen.author_notice, "告诉作者，学时不变", late, "出差，项目办同意补审", catalogue)
    yield sample(reopen.reviewer_notice, "告诉原来的审核人", passed, "审核时看错了", catalogue)
    yield sample(reopen.waiting_notice, "告诉教研组长，逾期放行", late, catalogue)


SAMPLES = (parts_of_a_page, viewing, reopening)
