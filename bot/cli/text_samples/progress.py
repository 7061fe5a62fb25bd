"""Samples of how far one is oneself, and why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.cli.text_samples import given as example
from bot.cli.text_samples.everybody import TEACHER
from bot.cli.text_samples.given import A5, B2, C3, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.calendar import day_of, end_of
from bot.policy.explanation import Explanation, Record, Snapshot, explain
from bot.policy.people import PersonState, Role
from bot.policy.plan import Hours, PracticeSource
from bot.policy.practice import Entry
from bot.policy.standing import Facts, Grade
from messages.incoming import Platform
from messages.texts import my_data, my_hours, my_points, next_step, what_is_missing, why
from messages.texts.my_data import HandedIn, Stored
from messages.texts.next_step import Outlook
from messages.texts.wording import masked

CERTIFIED = {A5: (Grade.EXCELLENT, date(2024, 4, 18)), B2: (Grade.PASS, date(2024, 5, 13))}


def stages(given: Given) -> tuple[tuple[str, Outlook], ...]:
    """One on each step of the way."""
    return (
        ("没有学习账号", given.outlook(example.NO_ACCOUNT)),
        ("刚开始，还没有数据", given.outlook(example.NOTHING_YET)),
        ("没选点", given.outlook(example.STARTED)),
        ("选了，没交", given.outlook(example.HAS_CHOSEN)),
        ("退回", given.outlook(example.SENT_BACK, about=given.about(12, A5))),
        ("都在待审", given.outlook(example.HANDED_IN, about=given.about(12, A5))),
        ("逾期，等重开", given.outlook(example.HANDED_IN, about=given.about(12, A5, held=True))),
        ("认证完了，线上不足", given.outlook(example.SHORT_OF_HOURS)),
        ("合格", given.outlook(example.DONE)),
        ("暂缓的人", given.outlook(example.DEFERRED)),
        ("全部期限过了", given.outlook(example.HAS_CHOSEN, today=example.OVER)),
    )


def my_progress(given: Given) -> Iterator[Sample]:
    rule = given.plan.requirement
    for situation, outlook in stages(given):
        yield sample(my_hours.my_hours, situation, outlook, rule)
    for situation, outlook in stages(given):
        yield sample(what_is_missing.what_is_missing, situation, outlook)


def pieces(given: Given) -> Iterator[Sample]:
    for situation, outlook in stages(given):
        yield sample(next_step.next_step, situation, outlook)
        yield sample(next_step.next_step, f"{situation}，在我的主页上", replace(outlook, on_page=True))
    short = given.outlook(replace(example.SHORT_OF_HOURS, online=Hours(2500), practice=Hours(2000)))
    yield sample(next_step.next_step, "实践不足", short)
    yield sample(next_step.missing, "差几样", given.outlook(example.STARTED).gaps)
    one_dimension = replace(example.SHORT_OF_HOURS, chosen=("A5", "A6", "A7"), certified=("A5", "A6", "A7"))
    yield sample(next_step.missing, "差一个维度", given.outlook(one_dimension).gaps)
    for state in PersonState:
        if state is not PersonState.ACTIVE:
            yield sample(next_step.state_lines, f"登记为{next_step.STATES[state]}", state)
    yield sample(next_step.requirement, "全部要求", given.plan.requirement)


def points(given: Given) -> Iterator[Sample]:
    rule, catalogue = given.plan.choice, given.catalogue
    shown = my_points.my_points
    yield sample(shown, "没选点", given.outlook(example.STARTED), {}, rule, catalogue, [])
    yield sample(shown, "选了，没交", given.outlook(example.HAS_CHOSEN), {}, rule, catalogue, [])
    half = {A5: CERTIFIED[A5]}
    yield sample(shown, "认证了一个", given.outlook(example.HALF_WAY), half, rule, catalogue, [])
    yield sample(shown, "有点不在备案范围里", given.outlook(example.HAS_CHOSEN), {}, rule, catalogue, [C3])
    other = given.outlook(replace(example.HALF_WAY, chosen=("A6", B2, C3)))
    yield sample(shown, "认证的点不在现在选的点里", other, half, rule, catalogue, [])
    every = CERTIFIED | {C3: (Grade.PASS, example.LAST_WEEK)}
    yield sample(shown, "都认证了", given.outlook(example.DONE), every, rule, catalogue, [])


def explanations(given: Given) -> Iterator[Sample]:
    old, newest = (
        Snapshot(1, date(2024, 5, 6), Hours(1600), True),
        Snapshot(2, example.LAST_WEEK, Hours(1850), True),
    )
    fewer = Snapshot(3, example.TODAY, Hours(1200), False)
    yield _why(given, "还没有数据", Record(facts=example.NOTHING_YET, snapshots=(), ledger=()))
    half = Record(facts=example.HALF_WAY, snapshots=(old, newest), ledger=_ledger(example.HALF_WAY))
    yield _why(given, "认证了一个，有较早的数据", half)
    yield _why(given, "新数据比之前少", replace(half, snapshots=(newest, fewer)))
    undone = replace(fewer, taken_back=True)
    yield _why(given, "最新的导入撤销了", replace(half, snapshots=(newest, undone)))
    set_aside = replace(fewer, hours=Hours(2000))
    yield _why(given, "最新的数据被项目办改为不计入", replace(half, snapshots=(newest, set_aside)))
    reversed_ = (
        *_ledger(example.HALF_WAY),
        replace(_ledger(example.HALF_WAY)[0], id=9, hours=Hours(-800), reverses=1),
    )
    taken_back = replace(half, facts=replace(example.HAS_CHOSEN, chosen=example.CHOSEN), ledger=reversed_)
    yield _why(given, "认证后又重开", taken_back)
    more_online = replace(example.DONE, online=Hours(2650))
    full = Snapshot(2, example.TODAY, Hours(2650), True)
    yield _why(
        given, "合格，线上有多", Record(facts=more_online, snapshots=(full,), ledger=_ledger(example.DONE))
    )
    four = replace(example.DONE, certified=(A5, B2, C3, "A6"))
    yield _why(given, "认证了四个点", Record(facts=four, snapshots=(full,), ledger=_ledger(example.DONE)))


def _why(given: Given, situation: str, record: Record) -> Sample:
    explained: Explanation = explain(record, given.plan, given.catalogue)
    return sample(
        why.why,
        situation,
        explained,
        given.plan,
        given.catalogue,
        chosen=record.facts.chosen,
        day_of=day_of,
        today=example.TODAY,
    )


def _ledger(facts: Facts) -> tuple[Entry, ...]:
    return tuple(
        Entry(
            id=number,
            hours=amount,
            source=PracticeSource.CERTIFICATION,
            reference=code,
            entered_at=end_of(example.LAST_WEEK) - 1,
        )
        for number, (code, amount) in enumerate(
            zip(facts.certified, map(Hours, (800, 800, 900)), strict=False), 1
        )
    )


def everything_on_file(given: Given) -> Iterator[Sample]:
    nothing = Stored(
        staff_no="示例 0001",
        mobile_tail="",
        study_account="",
        accounts=[(Platform.WECOM, "exampleid", "code", example.LAST_WEEK)],
        state_changes=[],
        roles=[(Role.TEACHER, example.SCHOOL)],
        snapshots=[],
        practice=Hours(0),
        choices=[],
        certified=[],
        handed_in=HandedIn(),
        notices=0,
        messages=1,
        log_entries=1,
        heard_days=60,
        said_days=400,
        audit_days=1100,
    )
    much = replace(
        nothing,
        mobile_tail="0000",
        study_account=masked("example_0001"),
        accounts=[*nothing.accounts, (Platform.DINGTALK, "example0001", "roster", date(2024, 3, 4))],
        state_changes=[(PersonState.DEFERRED, date(2024, 4, 1)), (PersonState.ACTIVE, date(2024, 5, 6))],
        roles=[*nothing.roles, (Role.LEADER, example.GROUP)],
        snapshots=[(example.TODAY, Hours(1200), False), (example.LAST_WEEK, Hours(1850), True)],
        practice=Hours(800),
        choices=[
            ("A6", date(2024, 4, 1), date(2024, 4, 8)),
            *((code, date(2024, 4, 8), None) for code in example.CHOSEN),
        ],
        certified=[(A5, date(2024, 4, 18))],
        handed_in=HandedIn(evidence=2, versions=3, appeals=1, papers=1, decisions=4, frozen=1),
        notices=6,
        messages=31,
        log_entries=12,
    )
    for situation, stored in (("刚绑定", nothing), ("什么都有", much)):
        yield sample(
            my_data.my_data, situation, TEACHER, stored, given.catalogue, example.OFFICE, example.TODAY
        )


SAMPLES = (my_progress, points, explanations, everything_on_file, pieces)
