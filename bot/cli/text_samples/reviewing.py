"""Samples of what reviewers read, and of what authors hear from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, B2, C3, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.calendar import Lateness
from bot.policy.decision import Verdict
from bot.policy.evidence import EvidenceState
from bot.policy.links import Finding
from bot.policy.plan import Hours
from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.standing import Grade, gaps, standing
from messages.texts import approve, evidence_words, queue, review_words, send_back
from messages.texts.approve import Passed
from messages.texts.queue import Lists, Queued
from messages.texts.review_words import Left, Shared, Subject
from messages.texts.send_back import Returned

FIRST, SECOND = Subject(12, A5, example.TEACHER), Subject(13, B2, example.COLLEAGUE)
EARLIER: datetime = example.NOW - timedelta(days=7)
ALONE = Shared((), (), hidden=False)
QUOTA = Quota(active=20, points=3, percent=60, used=20)
PASSED = Passed(subject=FIRST, grade=Grade.PASS, hours=Hours(800), total=Hours(1600), on_behalf=False)
SENT_BACK = Returned(subject=FIRST, piece="", on_behalf=False)
QUEUED = Queued(
    subject=FIRST,
    school="",
    workdays=3,
    version=1,
    late=Lateness.IN_TIME,
    links=(example.LINK,),
    found=(),
    shared=ALONE,
    claimer="",
    claimed="",
    whose="教研组长",
)


def waiting(given: Given) -> Iterator[Sample]:
    quotas = [review_words.quota_line(example.SCHOOL, QUOTA, given.plan.review.warn_percent)]
    busy = replace(
        QUEUED,
        subject=SECOND,
        version=2,
        late=Lateness.AFTER_SOFT,
        found=(Finding.GONE.value,),
        shared=Shared((C3,), (7, 8), hidden=False),
        claimer=example.ADMIN,
        claimed="08:40",
    )
    for situation, lists in (
        ("一份", Lists(theirs=[QUEUED], total=1, numbered=True)),
        ("几份，没有列完", Lists(theirs=[QUEUED, busy], total=9, numbered=True)),
        ("几份，行号会和编号混", Lists(theirs=[QUEUED, busy], total=2)),
        ("项目办：几所学校的，还在别人那里的，逾期的", _of_office(busy)),
        ("只有逾期的", Lists(theirs=[], total=0, held=[QUEUED], held_total=1)),
    ):
        yield sample(queue.queue, situation, lists, {}, quotas, given.catalogue, example.TODAY)
    yield sample(queue.notes, "要留意的", busy, given.catalogue)
    today = {EvidenceState.PASSED: 2, EvidenceState.RETURNED: 1}
    none = Lists(theirs=[], total=0)
    yield sample(queue.queue, "今天都审完了", none, today, quotas, given.catalogue, example.TODAY)


def _of_office(busy: Queued) -> Lists:
    return Lists(
        theirs=[replace(QUEUED, school=example.SCHOOL)],
        total=1,
        others=[replace(busy, school=example.SECOND_SCHOOL)],
        others_total=4,
        held=[replace(QUEUED, subject=Subject(15, C3, example.COLLEAGUE))],
        held_total=1,
        numbered=True,
    )


def decisions(given: Given) -> Iterator[Sample]:
    quotas = [review_words.quota_line(example.SCHOOL, QUOTA, given.plan.review.warn_percent)]
    excellent = replace(PASSED, subject=SECOND, grade=Grade.EXCELLENT, hours=Hours(0), on_behalf=True)
    hidden = Left(number=99, why=Verdict.HIDDEN)
    for situation, passed, others, waits in (
        ("一份合格，还有等着的", [PASSED], [], 3),
        ("一份优秀，代审，不再加学时", [excellent], [], 0),
        ("几份，有一份定不了", [PASSED, excellent], [hidden], 0),
    ):
        yield sample(
            approve.approved,
            situation,
            passed,
            others,
            quotas=quotas,
            waiting=waits,
            catalogue=given.catalogue,
            today=example.TODAY,
        )
    yield sample(approve.decided, "没有定", [], [("没有你能审的编号 99。",)], [], today=example.TODAY)
    yield sample(approve.still_waiting, "还有等着的", 3)
    yield sample(approve.still_waiting, "审完了", 0)
    people = [(example.TEACHER, [given.label(A5)]), (example.COLLEAGUE, [given.label(B2), given.label(C3)])]
    yield sample(approve.preview, "全部通过，先给看", people, 3, 0, 5)
    many = [(f"示例老师{number}", [given.label(A5)]) for number in range(1, 13)]
    yield sample(approve.preview, "全部通过，人很多，一次定不完", many, 50, 7, 5)
    yield sample(approve.nothing_to_approve, "没有等着的")


def told_to_authors(given: Given) -> Iterator[Sample]:
    step = "下一步：发“还差什么”看还差哪些。"
    yield sample(approve.notice, "定为合格，有评语", PASSED, "导入自然", step, given.catalogue)
    yield sample(
        approve.notice, "定为优秀", replace(PASSED, grade=Grade.EXCELLENT), "", step, given.catalogue
    )
    for situation, facts in (
        ("没有学习账号", example.NO_ACCOUNT),
        ("没选点", example.STARTED),
        ("没交", example.HAS_CHOSEN),
        ("退回", example.SENT_BACK),
        ("待审", example.HANDED_IN),
        ("学时不足", example.SHORT_OF_HOURS),
        ("合格", example.DONE),
    ):
        missing = gaps(facts, given.plan.requirement, given.catalogue)
        step_now = standing(facts, given.plan, given.catalogue).step
        yield sample(approve.next_of_author, situation, facts, missing, step_now, given.catalogue)
    yield sample(send_back.notice, "退回", SENT_BACK, "链接打不开", given.catalogue)
    yield sample(
        send_back.notice,
        "退回，说明哪一件",
        replace(SENT_BACK, piece="学生体会"),
        "缺学生体会",
        given.catalogue,
    )


def sending_back(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    behalf = Returned(subject=SECOND, piece="学生体会", on_behalf=True)
    own = Left(number=14, why=Verdict.OWN, subject=Subject(14, C3, example.LEADER))
    for situation, done, others, waits in (
        ("一份", [SENT_BACK], [], 2),
        ("几份，有一份退不了", [SENT_BACK, behalf], [own], 0),
    ):
        yield sample(
            send_back.returned,
            situation,
            done,
            others,
            "缺学生体会",
            waiting=waits,
            catalogue=catalogue,
            today=example.TODAY,
        )
    least = given.plan.review.reason_characters
    yield sample(send_back.which_reason, "没写原因", [FIRST], [], least, catalogue)
    yield sample(
        send_back.which_reason, "几份，没写原因，有一份退不了", [FIRST, SECOND], [own], least, catalogue
    )
    yield sample(send_back.nothing_returned, "都退不了", [own], catalogue)
    yield sample(send_back.reason_or_item, "数字有两种意思", [12], 2)


def left_alone(given: Given) -> Iterator[Sample]:
    decided = Left(
        number=12,
        why=Verdict.DECIDED,
        subject=FIRST,
        state=EvidenceState.PASSED,
        decided_by=example.ADMIN,
        decided_at=EARLIER,
    )
    for situation, one in (
        ("清单没有这一条", Left(number=9, why=Verdict.NO_LINE)),
        ("没有这个编号", Left(number=99, why=Verdict.HIDDEN)),
        ("没有这个编号，清单过期了", Left(number=3, why=Verdict.HIDDEN, expired=True)),
        ("没有这个编号，清单里有这一条", Left(number=3, why=Verdict.HIDDEN, listed=True)),
        ("别人定过了", decided),
        ("逾期", replace(decided, why=Verdict.HELD)),
        ("作者又交了一版", replace(decided, why=Verdict.CHANGED, version=3)),
        ("没有优秀名额", replace(decided, why=Verdict.OVER_QUOTA, quota=replace(QUOTA, used=36))),
        ("自己的", replace(decided, why=Verdict.OWN)),
        ("撤回了", replace(decided, why=Verdict.WITHDRAWN)),
        ("作者这个点已认证", replace(decided, why=Verdict.CERTIFIED)),
    ):
        yield sample(review_words.left, situation, one, given.catalogue)


def words(given: Given) -> Iterator[Sample]:
    warn = given.plan.review.warn_percent
    yield sample(review_words.moment, "时刻", example.NOW)
    yield sample(review_words.about, "哪一份", FIRST, given.catalogue)
    yield sample(review_words.levels, "谁来审", list(Level))
    yield sample(review_words.quota_line, "名额还多", example.SCHOOL, replace(QUOTA, used=4), warn)
    yield sample(review_words.quota_line, "名额用了一半以上", example.SCHOOL, QUOTA, warn)
    yield sample(review_words.quota_line, "名额用完", example.SCHOOL, replace(QUOTA, used=36), warn)
    yield sample(review_words.link_start, "链接开头", f"{example.LINK}/{'folder/' * 9}")
    yield sample(review_words.findings, "看过链接", [one.value for one in Finding])
    for situation, shared in (
        ("自己别的点也用了", Shared((B2,), (), hidden=False)),
        ("别人一份也用了", Shared((), (7,), hidden=False)),
        ("别人几份也用了", Shared((), (7, 8, 9, 10), hidden=True)),
        ("看不到的人也用了", Shared((), (), hidden=True)),
    ):
        yield sample(review_words.shared_notes, situation, shared, given.catalogue)
    yield sample(review_words.list_again, "没有清单")
    yield sample(review_words.nothing_opened, "没说是哪一份", "通过 12")
    yield sample(evidence_words.receipt, "编号", 12)
    yield sample(evidence_words.waited, "今天交的", 0)
    yield sample(evidence_words.waited, "等了几天", 4)
    yield sample(evidence_words.shortened, "太长的话", "一二三四五六七八九十" * 3, 20)


SAMPLES = (waiting, decisions, sending_back, left_alone, told_to_authors, words)
