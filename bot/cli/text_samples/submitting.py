"""Samples about evidence as its author meets it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, B2, C3, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.links import Finding, LinkFault
from bot.policy.review import Level
from bot.policy.standing import Evidence, with_evidence
from bot.policy.submission import Advice, PieceFault, Refusal
from messages.texts import (
    handed_link,
    link_findings,
    links,
    my_evidence,
    next_step,
    submission_asked,
    submit,
    who_reviews,
    withdraw,
)
from messages.texts.my_evidence import Shown, Verdict
from messages.texts.submit import NotTaken, Taken
from messages.texts.who_reviews import Course

COURSE = Course(
    levels=frozenset({Level.GROUP}),
    later=frozenset({Level.SCHOOL}),
    leaders=(example.LEADER,),
    leads=(example.ADMIN,),
    long=5,
)
TAKEN = Taken(
    number=12,
    code=A5,
    version=1,
    at=example.NOW,
    links=(example.LINK,),
    extractions=(),
    note="",
    late=Lateness.IN_TIME,
    held=False,
)
SHOWN = Shown(
    number=12,
    code=A5,
    state=EvidenceState.WAITING,
    version=1,
    on=example.LAST_WEEK,
    waited=5,
    late=Lateness.IN_TIME,
    held=False,
    course=COURSE,
    verdict=None,
    findings=(),
)
MORNING = example.NOW.timetz()
OPTIONS = [(A5, Evidence.NONE), (B2, Evidence.WAITING), (C3, Evidence.RETURNED)]


def taken(given: Given) -> Iterator[Sample]:
    many = replace(
        TAKEN,
        links=(example.LINK, example.OTHER_LINK),
        extractions=("8k2d",),
        note="课堂导入用了三段视频，第一段给出问题，第二段是学生的实验，第三段留作课后讨论；设计和反思都在文件夹里",
        version=2,
    )
    for situation, results in (
        ("收到一份", [TAKEN]),
        ("收到一份新版，几个链接，有提取码和长说明", [many]),
        ("同一份又发了一次", [replace(TAKEN, again=True)]),
        ("网盘链接没有提取码", [replace(TAKEN, links=(example.DRIVE_LINK,), advice=frozenset({Advice.EXTRACTION}))]),
        ("链接分享有期限，可能没有公开", [
            replace(TAKEN, links=(example.CLOSED_LINK,), advice=frozenset({Advice.PERIOD, Advice.CLOSED}))
        ]),
        ("同一个链接交给了两个点", [replace(TAKEN, also=(B2,))]),
        ("几份一起", [TAKEN, replace(TAKEN, number=13, code=B2, again=True)]),
    ):  # fmt: skip
        yield _outcome(given, situation, results)
    june, july = datetime.combine(example.JUNE, MORNING), datetime.combine(example.OVER, MORNING)
    after_soft = replace(TAKEN, at=june, late=Lateness.AFTER_SOFT)
    overdue = replace(TAKEN, at=july, late=Lateness.OVERDUE, held=True)
    yield _outcome(given, "过了提交日", [after_soft], june)
    yield _outcome(given, "逾期", [overdue], july)


def refused(given: Given) -> Iterator[Sample]:
    not_chosen = NotTaken(
        code="A6",
        refusal=Refusal(PieceFault.NOT_CHOSEN),
        links=1,
        chosen=example.CHOSEN,
        example=A5,
        swap=(C3, "A6"),
    )
    certified = NotTaken(code=A5, refusal=Refusal(PieceFault.CERTIFIED), links=1)
    decided = replace(certified, known=(12, EvidenceState.PASSED, example.LAST_WEEK))
    for situation, one in (
        ("不在选的点里，可以换点", not_chosen),
        ("不在选的点里", replace(not_chosen, swap=None)),
        ("这个点已认证", certified),
        ("这份已定过", decided),
        ("已经截止", NotTaken(code=A5, refusal=Refusal(PieceFault.CLOSED), links=1)),
        ("链接太多", NotTaken(code=A5, refusal=Refusal(PieceFault.MANY_LINKS), links=7)),
        ("链接不行", NotTaken(code=A5, refusal=_bad_link(LinkFault.LOCAL), links=2)),
    ):
        yield _outcome(given, situation, [one])
    yield _outcome(given, "几份里有收的，有没收的", [TAKEN, replace(not_chosen, swap=None)])
    yield _outcome(given, "几份都没有收", [not_chosen, certified])
    yield sample(submit.links_refused, "没说是哪个点，链接就不行", _bad_link(LinkFault.BROKEN), 1, given.plan)
    yield sample(submit.extraction_wanted, "要提取码", None)
    yield sample(submit.extraction_wanted, "要提取码，说明是哪一份", 12)


def _bad_link(fault: LinkFault) -> Refusal:
    return Refusal(PieceFault.LINK, position=2, link="http://192.168.1.1/a5", link_fault=fault)


def _outcome(
    given: Given, situation: str, results: Sequence[Taken | NotTaken], now: datetime = example.NOW
) -> Sample:
    """Where A5 has been handed in, or is certified already."""
    certified = any(one.refusal.fault is PieceFault.CERTIFIED for one in results if isinstance(one, NotTaken))
    facts = example.HALF_WAY if certified else with_evidence(example.HAS_CHOSEN, A5, Evidence.WAITING)
    step = next_step.next_step(given.outlook(facts, today=now.date()))
    course = COURSE if any(isinstance(one, Taken) for one in results) else None
    return sample(submit.outcome, situation, results, course, step, now, given.plan, given.catalogue)


def asked(given: Given) -> Iterator[Sample]:
    catalogue, ask = given.catalogue, submission_asked
    step = next_step.next_step(given.outlook(example.SHORT_OF_HOURS))
    yield sample(ask.no_choice, "还没有选点", given.plan.choice)
    yield sample(ask.all_certified, "都认证了", step)
    yield sample(ask.which_point, "只有一个点可交", OPTIONS[:1], 1, catalogue)
    yield sample(ask.which_point, "几个点可交", OPTIONS, 1, catalogue)
    yield sample(ask.which_point, "几个点可交，几个链接，刚补了提取码", OPTIONS, 2, catalogue, "8k2d")
    yield sample(ask.which_points, "几个编码，一个链接", [(A5, B2), (A5,), (B2,)], catalogue)
    yield sample(ask.unequal, "编码和链接对不上", 2, 3, A5)
    yield sample(ask.which_link, "只有编码", [A5], catalogue)
    yield sample(ask.which_link, "只有几个编码", [A5, B2], catalogue)
    yield sample(ask.which_link, "给的不是网页链接", [A5], catalogue, "ftp://")
    yield sample(ask.how_to_submit, "只说提交", OPTIONS, catalogue)
    yield sample(ask.how_to_submit, "给的不是网页链接，也没有编码", OPTIONS, catalogue, "ftp://")
    yield sample(ask.extraction_noted, "补了提取码", 12, A5, "8k2d", catalogue)
    yield sample(ask.extraction_known, "提取码一样", 12, A5, "8k2d", catalogue)
    yield sample(ask.no_link_for, "没有等提取码的", "8k2d")
    yield sample(ask.with_link, "连链接一起发", A5, "8k2d")
    yield sample(ask.would_be_overdue, "按时交的，现在换就逾期", [(12, A5)], 5, catalogue)


def withdrawing(given: Given) -> Iterator[Sample]:
    plan, catalogue = given.plan, given.catalogue
    for situation, late, today in (
        ("期限以内", Lateness.IN_TIME, example.TODAY),
        ("过了提交日", Lateness.AFTER_SOFT, example.JUNE),
        ("过了最后期限", Lateness.OVERDUE, example.OVER),
    ):
        step = next_step.next_step(given.outlook(example.HAS_CHOSEN, today=today))
        yield sample(withdraw.withdrawn, situation, [(12, A5)], late, step, plan, catalogue)
    for situation, state in (
        ("撤过了", EvidenceState.WITHDRAWN),
        ("已退回", EvidenceState.RETURNED),
        ("已定", EvidenceState.PASSED),
    ):
        yield sample(withdraw.not_withdrawn, situation, 12, A5, state, example.LAST_WEEK, catalogue)
    yield sample(withdraw.not_yours, "不是自己的", 99)
    yield sample(withdraw.nothing_waits, "没有待审的", "", catalogue)
    yield sample(withdraw.nothing_waits, "这个点没有待审的", A5, catalogue)
    dated = [(12, A5, example.LAST_WEEK), (13, B2, example.TODAY)]
    yield sample(withdraw.would_withdraw, "先问一下", dated[:1], Lateness.AFTER_SOFT, plan, catalogue)
    yield sample(withdraw.which, "有几份", dated, catalogue)
    lost = [(12, A5, EvidenceState.WAITING)]
    yield sample(withdraw.would_drop, "换点前问一下", lost, ["A6", B2, C3], True, 5, catalogue)
    yield sample(withdraw.dropped_notice, "告诉教研组长", example.TEACHER, 12, A5, catalogue)


def own_evidence(given: Given) -> Iterator[Sample]:
    step, catalogue = next_step.next_step(given.outlook(example.HAS_CHOSEN)), given.catalogue
    praise = Verdict(by=example.LEADER, on=example.LAST_WEEK, remark="导入自然", piece="")
    back = Verdict(by=example.LEADER, on=example.LAST_WEEK, remark="缺学生体会", piece="学生体会")
    several = [
        replace(SHOWN, version=2, findings=(Finding.ASKS.value,)),
        replace(SHOWN, number=13, code=B2, state=EvidenceState.RETURNED, verdict=back),
        replace(SHOWN, number=14, code=C3, state=EvidenceState.EXCELLENT, verdict=praise),
        replace(SHOWN, number=9, code="A6", state=EvidenceState.WITHDRAWN),
    ]
    late = [
        replace(SHOWN, on=example.JUNE, waited=20, late=Lateness.AFTER_SOFT),
        replace(SHOWN, number=13, code=B2, on=example.OVER, waited=0, late=Lateness.OVERDUE, held=True),
    ]
    step_then = next_step.next_step(given.outlook(example.HAS_CHOSEN, today=example.OVER))
    yield sample(
        my_evidence.my_evidence, "待审、退回、优秀、撤回各一", several, step, example.TODAY, catalogue
    )
    yield sample(my_evidence.my_evidence, "迟交的，逾期的", late, step_then, example.OVER, catalogue)
    yield sample(my_evidence.my_evidence, "都撤回了", several[3:], step, example.TODAY, catalogue)
    yield sample(my_evidence.how_far, "待审，网页上", SHOWN, example.TODAY)
    yield sample(my_evidence.nothing_yet, "还没有交过", [], step, catalogue)
    yield sample(my_evidence.nothing_yet, "这个点还没有交过", [A5], step, catalogue)


def about_links(given: Given) -> Iterator[Sample]:
    rule = given.plan.review
    for fault in LinkFault:
        yield sample(links.fault, f"链接不行：{fault.value}", fault, "http://192.168.1.1/a5", rule)
    yield sample(links.foreign, "不是网页链接", "ftp://")
    both = {Advice.PERIOD, Advice.CLOSED}
    yield sample(links.advised, "有期限，可能没有公开", both, [example.CLOSED_LINK])
    yield sample(links.found, "看过链接", [finding.value for finding in Finding])
    yield sample(handed_link.not_taken, "链接不行", LinkFault.BROKEN, "http://", rule)
    yield sample(handed_link.foreign_link, "不是网页链接", "ftp://")
    yield sample(handed_link.only_one, "不止一个链接", 2)
    yield sample(handed_link.advice, "网盘没有提取码", example.DRIVE_LINK)
    yield sample(handed_link.advice, "可能没有公开", example.CLOSED_LINK)


def looked_at(given: Given) -> Iterator[Sample]:
    label = given.label(A5)
    for situation, finding, position, certified, wants_code in (
        ("失效", Finding.GONE, 1, False, False),
        ("失效，已认证", Finding.GONE, 2, True, False),
        ("要提取码", Finding.ASKS, 1, False, True),
        ("要登录", Finding.ASKS, 1, False, False),
        ("要登录，已认证", Finding.ASKS, 1, True, False),
        ("三天没打开", Finding.NO_ANSWER, 1, False, False),
        ("三天没打开，已认证", Finding.NO_ANSWER, 1, True, False),
    ):
        yield sample(
            link_findings.told,
            situation,
            finding,
            number=12,
            label=label,
            code=A5,
            position=position,
            of=position,
            certified=certified,
            wants_code=wants_code,
        )


def reviewers(_given: Given) -> Iterator[Sample]:
    every = frozenset(Level)
    yield sample(who_reviews.people, "谁来审", COURSE, every)
    yield sample(who_reviews.reviewed_by, "还不知道多久", COURSE, held=False)
    yield sample(who_reviews.reviewed_by, "一般几天", replace(COURSE, usual=2), held=False)
    yield sample(who_reviews.reviewed_by, "一般当天", replace(COURSE, usual=0), held=False)
    yield sample(who_reviews.reviewed_by, "等重开", COURSE, held=True)


SAMPLES = (taken, refused, asked, own_evidence, withdrawing, about_links, looked_at, reviewers)
