"""Samples about bulletins, activities, themes, summaries and cases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.filing import FilingState, Slot
from bot.policy.paper import PaperKind, PaperState
from messages.texts import (
    activity,
    author_answer,
    bulletin,
    case,
    draft_bulletin,
    led,
    paper_words,
    summary,
    theme,
    view_paper,
    work_case,
)
from messages.texts.draft_bulletin import Figures
from messages.texts.view_paper import ShownFiling, ShownPaper

MAY, APRIL, MARCH = "2024-05", "2024-04", "2024-03"
MONTHS = (MARCH, APRIL, MAY)


@dataclass(frozen=True, slots=True)
class Meeting:
    """An activity, as the texts ask for one."""

    day: date
    text: str
    link: str = ""


MEETINGS = (Meeting(date(2024, 5, 8), "集体备课", example.LINK), Meeting(date(2024, 5, 15), "观课议课"))


def bulletins(_given: Given) -> Iterator[Sample]:
    group = example.GROUP
    yield sample(bulletin.handed_in, "都交了", 31, group, MAY, [], [], example.LINK)
    yield sample(
        bulletin.handed_in,
        "换下旧的，别的月没交，链接要提取码",
        31,
        group,
        MAY,
        [28],
        [APRIL],
        example.DRIVE_LINK,
    )
    yield sample(bulletin.replaced_line, "换下旧的", [28, 29])
    yield sample(bulletin.same_as_before, "一样的链接", 31, group, MAY)
    yield sample(bulletin.outside, "不用交的月份", MONTHS, MAY)
    yield sample(bulletin.no_draft, "不用起草的月份", MONTHS, MAY)
    some = [(MARCH, (28, date(2024, 4, 2))), (APRIL, None), (MAY, None)]
    every = [(month, (28, date(2024, 4, 2))) for month in MONTHS]
    yield sample(bulletin.shown, "有没交的", group, some, MAY, example.TODAY)
    yield sample(bulletin.shown, "都交了", group, every, MAY, example.TODAY)
    figures = Figures(people=12, done=3, points=20, waiting=4)
    for situation, topic, done in (
        ("有主题和活动", "课堂导入怎么用好视频", MEETINGS),
        ("什么都还没有", "", ()),
    ):
        yield sample(
            draft_bulletin.draft,
            situation,
            example.SCHOOL,
            group,
            MAY,
            theme=topic,
            activities=done,
            figures=figures,
            today=example.TODAY,
        )


def activities(_given: Given) -> Iterator[Sample]:
    group, when = example.GROUP, MEETINGS[0].day
    yield sample(activity.noted, "记下了", group, when, "集体备课", "", 1, bulletin=True)
    yield sample(
        activity.noted,
        "记下了，有链接，那个月不用交简报",
        group,
        when,
        "集体备课",
        example.DRIVE_LINK,
        2,
        bulletin=False,
    )
    yield sample(activity.noted_before, "记过了", group, when, "集体备课")
    yield sample(activity.not_yet, "日子还没到", example.GRACE)
    yield sample(activity.no_such_day, "没有这一天", "2月30日 集体备课")
    yield sample(activity.how, "没写内容，记过", group, MEETINGS, example.TODAY)
    yield sample(activity.how, "没写内容，没记过", group, [], example.TODAY)
    yield sample(activity.activity_line, "一次活动", MEETINGS[0])
    yield sample(theme.set_to, "第一次定", group, "课堂导入怎么用好视频", None)
    yield sample(theme.set_to, "换了", group, "课堂导入怎么用好视频", "写字教学")
    yield sample(theme.unchanged, "没有变", group, "写字教学")
    yield sample(theme.shown, "看主题", group, "写字教学", example.LEADER, example.LAST_WEEK)
    yield sample(theme.none_yet, "还没有定，组长问", group, leads=True)
    yield sample(theme.none_yet, "还没有定，组员问", group, leads=False)
    yield sample(theme.only_leaders, "不是组长")
    yield sample(theme.no_group, "没有教研组")
    yield sample(led.which_group, "带几个组", [(group, example.SCHOOL), ("数学组", example.SCHOOL)])


def summaries(given: Given) -> Iterator[Sample]:
    school, due = example.SCHOOL, given.plan.deadlines.summary
    yield sample(summary.handed_in, "收了", 33, school, [], example.LINK, due, example.TODAY)
    yield sample(summary.handed_in, "迟交，换下旧的", 33, school, [30], example.LINK, due, example.OVER)
    yield sample(summary.same_as_before, "一样的链接", school, 33)
    yield sample(summary.missing, "还没交", school, due, example.TODAY)
    yield sample(summary.missing, "还没交，过了日子", school, due, example.OVER)
    yield sample(summary.shown, "交过", school, 33, example.TODAY)


def cases(given: Given) -> Iterator[Sample]:
    due, whose = given.plan.deadlines.summary, example.SCHOOL
    kinds = (PaperKind.SCHOOL_CASE, PaperKind.SUBJECT_CASE, PaperKind.WORK_CASE)
    for situation, replaced, today in (("收了", [], example.TODAY), ("迟交，换下旧的", [30], example.OVER)):
        kind = PaperKind.SCHOOL_CASE
        yield sample(
            case.handed_in, situation, 34, kind, whose, example.LINK, replaced=replaced, due=due, today=today
        )
    yield sample(case.same_as_before, "一样的链接", 34, kinds[0], whose)
    for kind in kinds:
        yield sample(case.not_yours, f"不归他交：{paper_words.CASE_NAMES[kind]}", kind)
    yield sample(case.which, "没说是哪一种", kinds)
    yield sample(case.which, "只有一种可交", kinds[2:])
    rows = [(34, kinds[0], "", PaperState.HANDED_IN), (35, kinds[2], example.TEACHER, PaperState.ASKED)]
    yield sample(case.how, "没写链接，交过", kinds, rows, due, example.TODAY)
    yield sample(case.how, "没写链接，过了日子", kinds[2:], [], due, example.OVER)


def works(given: Given) -> Iterator[Sample]:
    due, author = given.plan.deadlines.summary, example.TEACHER
    for situation, work, leads in (("自己交的", None, False), ("组长自己交的，写了材料编号", 12, True)):
        yield sample(
            work_case.own, situation, 35, author, example.LINK,
            work=work, replaced=[], due=due, today=example.TODAY, leads=leads,
        )  # fmt: skip
    yield sample(work_case.asked, "组长交的，问作者", 35, author, example.LINK, [], due, example.TODAY)
    yield sample(work_case.question, "问作者", 35, example.LEADER)
    yield sample(work_case.asked_before, "问过，还没答复", 35, author)
    yield sample(work_case.declined_before, "作者不同意过", 35, author)
    yield sample(work_case.no_such, "没有这份材料", 99)
    yield sample(work_case.several, "同名的作者", author)
    yield sample(work_case.unknown_author, "没认出作者")


def consent(given: Given) -> Iterator[Sample]:
    due, asked = given.plan.deadlines.summary, [(35, example.LEADER)]
    yes, no = PaperState.AGREED, PaperState.DECLINED
    yield sample(author_answer.which, "没写编号", asked, yes)
    yield sample(author_answer.which, "没有等他同意的", [], yes)
    yield sample(author_answer.not_asked, "没有问过他", 99)
    yield sample(author_answer.answered, "同意", 35, example.LEADER, yes, example.TODAY, due)
    yield sample(author_answer.answered, "同意，过了日子", 35, example.LEADER, yes, example.OVER, due)
    yield sample(author_answer.answered, "不同意", 35, example.LEADER, no, example.TODAY, due)
    yield sample(author_answer.taken_back, "自己交的不报了", 35)
    for situation, state, wanted, own in (
        ("被新的换下", PaperState.REPLACED, yes, False),
        ("已经不同意", no, no, False),
        ("已经不同意，又想同意", no, yes, False),
        ("已经同意", yes, yes, False),
        ("自己交的又同意", yes, yes, True),
        ("改主意晚了", yes, no, False),
    ):
        yield sample(author_answer.too_late, situation, 35, state, wanted, own=own, due=due)
    yield sample(author_answer.notice, "告诉组长：同意", 35, example.TEACHER, yes)
    yield sample(author_answer.notice, "告诉组长：不同意", 35, example.TEACHER, no)


PAPER = ShownPaper(
    number=35,
    kind=PaperKind.WORK_CASE,
    month="",
    school=example.SCHOOL,
    group=example.GROUP,
    author=example.TEACHER,
    evidence_number=12,
    link=example.LINK,
    note="",
    state=PaperState.ASKED,
    late=False,
    handed_in=(example.LEADER, example.LAST_WEEK),
    answered=None,
)
FILING = ShownFiling(
    number=41,
    school=example.SCHOOL,
    slot=Slot.RESEARCH,
    content=example.LINK,
    state=FilingState.HANDED_IN,
    handed_in=(example.ADMIN, date(2024, 3, 14)),
    decided=None,
    reason="",
)


def viewing(given: Given) -> Iterator[Sample]:
    plan = given.plan
    bulletin_ = replace(
        PAPER,
        kind=PaperKind.BULLETIN,
        month=MAY,
        author="",
        evidence_number=None,
        note="五月小结",
        state=PaperState.HANDED_IN,
    )
    agreed = replace(PAPER, state=PaperState.AGREED, answered=example.TODAY, late=True)
    for situation, one, answers in (
        ("作者被问", PAPER, True),
        ("别人看", agreed, False),
        ("简报", bulletin_, False),
    ):
        yield sample(view_paper.paper, situation, one, due=plan.deadlines.summary, answers=answers)
    scope = replace(
        FILING,
        slot=Slot.SCOPE,
        content=" ".join(example.CHOSEN),
        state=FilingState.FILED,
        decided=(example.OFFICER, example.TODAY),
    )
    back = replace(
        FILING,
        state=FilingState.RETURNED,
        decided=(example.OFFICER, example.TODAY),
        reason="缺考核细则",
        handed_in=(example.ADMIN, example.TODAY),
    )
    for situation, filing, newer, decides, mends in (
        ("备案材料，项目办看", FILING, None, True, False),
        ("本校范围，已备案", scope, None, False, False),
        ("备案材料，迟交、退回，学校看", back, None, False, True),
        ("备案材料，有更新的", back, 44, False, True),
    ):
        yield sample(
            view_paper.filing, situation, filing,
            newer=newer, due=plan.stages[0].last, catalogue=given.catalogue, decides=decides, mends=mends,
        )  # fmt: skip


def words(given: Given) -> Iterator[Sample]:
    for kind in PaperKind:
        yield sample(paper_words.paper_name, f"名称：{kind.value}", kind, MAY)
    yield sample(paper_words.month_name, "月份", MAY)
    yield sample(paper_words.late, "迟交", given.plan.deadlines.summary, example.OVER)


SAMPLES = (bulletins, activities, summaries, cases, works, consent, viewing, words)
