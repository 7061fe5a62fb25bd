"""Samples of how far groups, schools and the county are."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.filing import COMPLETE, MIXED
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.people import PersonState
from bot.policy.quota import Quota
from bot.policy.school import OWN_STEPS, STEPS, Band, Listed, Progress, SchoolRate
from bot.policy.standing import Step, completion_unit
from messages.texts import (
    behind,
    county_progress,
    group_progress,
    named_school,
    school_list,
    school_progress,
    unit_words,
)
from messages.texts.behind import SchoolLine
from messages.texts.behind import Unit as Behind
from messages.texts.county_progress import BandLine
from messages.texts.group_progress import Group
from messages.texts.school_progress import School
from messages.texts.unit_words import Queue

QUEUE = Queue(items=4, oldest=12, workdays=6)
FRESH = Queue(items=1, oldest=15, workdays=0)


def progress(given: Given, done: int, *steps: tuple[Step, int], without_online: int = 0) -> Progress:
    """Of so many who are done and so many on each step, each of whom is half-way."""
    unit = completion_unit(given.plan.requirement)
    missing = sum(people for _, people in steps)
    return Progress(
        rate=SchoolRate(
            done=done,
            active=done + missing,
            completion=done * unit + missing * unit // 2,
            unit=unit,
            excluded=((PersonState.DEFERRED, 1), (PersonState.RETIRED, 2)) if missing else (),
        ),
        steps=steps,
        certified=3 * done,
        excellent=done,
        without_online=without_online,
        as_of=example.LAST_WEEK,
    )


def on_the_way(given: Given) -> Progress:
    return progress(
        given,
        3,
        (Step.NO_CHOICE, 2),
        (Step.NO_EVIDENCE, 3),
        (Step.WAITING, 1),
        (Step.HOURS, 1),
        without_online=1,
    )


def quota(used: int = 4) -> Quota:
    return Quota(active=10, points=3, percent=60, used=used)


def person(name: str, step: Step, *, group: str = example.GROUP, alike: bool = False) -> Listed:
    return Listed(
        person_id=0, name=name, school_id=0, group=group, step=step, tail="0000",
        alike=alike, alike_in_group=False,
    )  # fmt: skip


NAMESAKE = person("示例乙", Step.NO_CHOICE, group="数学组", alike=True)
PEOPLE = (
    person("示例甲", Step.NO_CHOICE),
    person("示例己", Step.NO_EVIDENCE),
    person("示例庚", Step.WAITING),
    NAMESAKE,
    person("示例辛", Step.HOURS, group=""),
)


def of_groups(given: Given) -> Iterator[Sample]:
    half = Group(
        name=example.GROUP, progress=on_the_way(given), queue=QUEUE, school=example.SCHOOL, quota=quota()
    )
    done = replace(half, progress=progress(given, 5), queue=None)
    waits = replace(half, progress=progress(given, 5, (Step.WAITING, 1)), queue=FRESH)
    nobody = replace(half, name="数学组", progress=None, queue=None)
    for situation, groups, to_review, in_group in (
        ("有等着审的", [half], True, False),
        ("有人落后", [half], False, False),
        ("只等别人审", [waits], False, False),
        ("都合格了", [done], False, False),
        ("群里", [half], True, True),
        ("带两个组，一组没有人", [half, nobody], True, False),
        ("没有人", [nobody], False, False),
    ):
        yield sample(
            group_progress.group_progress, situation, groups,
            to_review=to_review, warn_percent=50, in_group=in_group, today=example.TODAY,
        )  # fmt: skip


def of_schools(given: Given) -> Iterator[Sample]:
    half = School(
        name=example.SCHOOL,
        progress=on_the_way(given),
        quota=quota(10),
        queue=QUEUE,
        slots=MIXED,
        waited_long=False,
        led=True,
    )
    filed = replace(half, slots=COMPLETE, queue=None)
    for situation, school, in_group in (
        ("备案没办完", half, False),
        ("有等久了的", replace(half, waited_long=True), False),
        ("备案完了，有人没达标", filed, False),
        ("都合格了", replace(filed, progress=progress(given, 5)), False),
        ("项目办看", replace(half, led=False), False),
        ("群里", half, True),
    ):
        yield sample(
            school_progress.school_progress, situation, school,
            warn_percent=50, in_group=in_group, today=example.TODAY,
        )  # fmt: skip
    yield sample(school_progress.filings, "备案各种都有", MIXED)
    yield sample(school_progress.filings, "都备案了", COMPLETE)
    yield sample(school_progress.nobody, "没有人", example.SCHOOL, example.TODAY)
    yield sample(school_progress.too_small, "群里，人太少", "本校进度", given.plan.ranking_smallest_unit)
    yield sample(named_school.no_such_school, "没有这所学校", "示例三小", "验收")
    yield sample(named_school.which_school, "可能是几所", [example.SCHOOL, example.SECOND_SCHOOL], 0)
    yield sample(named_school.which_school, "可能是很多所", [example.SCHOOL, example.SECOND_SCHOOL], 7)


def lists(given: Given) -> Iterator[Sample]:
    school, online = example.SCHOOL, example.LAST_WEEK
    half, today = on_the_way(given), example.TODAY
    yield sample(school_list.counts, "各步有几人", school, half, online, today)
    yield sample(school_list.counts, "都合格了", school, progress(given, 5), online, today)
    yield sample(school_list.nobody, "没有人", school, today)
    for step in STEPS:
        here = [one for one in PEOPLE if one.step is step]
        yield sample(
            school_list.at_step, f"名单：{unit_words.STEP_NAMES[step]}", school, step, here, online, today
        )
    yield sample(school_list.everybody, "全部没达标的", school, PEOPLE, online, today)
    yield sample(school_list.everybody, "没有没达标的", school, [], online, today)
    yield sample(school_list.no_such_list, "没有这种名单", "迟到")


def of_county(given: Given) -> Iterator[Sample]:
    half = on_the_way(given)
    bands = [
        BandLine(Band.PRIMARY, 2, (example.SECOND_SCHOOL,), half.rate),
        BandLine(Band.KINDERGARTEN, 1, (), half.rate),
    ]
    for situation, total, unranked, in_group in (
        ("私聊", half, 2, False),
        ("群里", half, 0, True),
        ("没有人", None, 0, False),
    ):
        yield sample(
            county_progress.county_progress, situation, example.COUNTY, total, bands,
            unranked=unranked, in_group=in_group, today=example.TODAY,
        )  # fmt: skip


def late_ones(given: Given) -> Iterator[Sample]:
    today, only = example.TODAY, [Step.NO_CHOICE]
    half = Behind(example.GROUP, on_the_way(given), PEOPLE)
    done = Behind("数学组", progress(given, 5), ())
    nobody = Behind("英语组", None, ())
    yield sample(behind.of_groups, "几个组", [half, done, nobody], OWN_STEPS, today)
    yield sample(behind.of_groups, "只看一步", [half, done], only, today)
    yield sample(behind.of_school, "一所学校", replace(half, name=example.SCHOOL), OWN_STEPS, today)
    yield sample(
        behind.of_school, "一所学校，没有人落后", replace(done, name=example.SCHOOL), OWN_STEPS, today
    )
    schools = [
        SchoolLine(example.SCHOOL, Band.PRIMARY, on_the_way(given)),
        SchoolLine(example.JUNIOR_SCHOOL, Band.JUNIOR, progress(given, 5)),
    ]
    yield sample(behind.of_county, "全县", example.COUNTY, on_the_way(given), schools, OWN_STEPS, today)
    yield sample(behind.of_county, "全县，只看一步", example.COUNTY, on_the_way(given), schools, only, today)
    yield sample(behind.of_county, "全县没有人", example.COUNTY, None, [], OWN_STEPS, today)
    yield sample(behind.no_such_step, "没有这种名单", "迟到")


def words(given: Given) -> Iterator[Sample]:
    half = on_the_way(given)
    yield sample(unit_words.rate, "合格", half.rate)
    yield sample(unit_words.completion, "平均完成度", half.rate)
    yield sample(unit_words.excluded, "不计入的", half.rate)
    yield sample(unit_words.excluded_lines, "不计入的，一行", half.rate)
    yield sample(unit_words.steps, "各步有几人", half)
    yield sample(unit_words.missing_lines, "没达标的", half)
    yield sample(unit_words.waiting, "没有等着审的", None, in_group=False)
    yield sample(unit_words.waiting, "等了几天", QUEUE, in_group=False)
    yield sample(unit_words.waiting, "今天交的，群里", FRESH, in_group=True)
    yield sample(unit_words.online_lines, "有人没有线上数据", half)
    yield sample(unit_words.dated, "数据截至", example.LAST_WEEK, example.TODAY)
    yield sample(unit_words.dated, "数据截至，没有线上数据", None, example.TODAY)
    alike = replace(NAMESAKE, alike_in_group=True)
    yield sample(unit_words.name_of, "姓名", PEOPLE[0])
    yield sample(unit_words.name_of, "同名，不同组", NAMESAKE)
    yield sample(unit_words.name_of, "同名，同组", alike)
    yield sample(unit_words.name_with_step, "姓名和停在哪一步", PEOPLE[0])
    yield sample(unit_words.name_with_step, "同名的姓名和停在哪一步", NAMESAKE)
    yield sample(unit_words.names, "几个人", PEOPLE)
    yield sample(unit_words.by_group, "按教研组", PEOPLE)
    yield sample(unit_words.by_step, "按停在哪一步", PEOPLE)
    yield sample(unit_words.in_lines, "按停在哪一步，一步一行", PEOPLE)
    for step in STEPS:
        yield sample(unit_words.help_for, f"怎么帮：{unit_words.STEP_NAMES[step]}", step)


SAMPLES = (of_groups, of_schools, of_county, lists, late_ones, words)
