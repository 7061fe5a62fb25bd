"""Samples about acceptance and the freeze of its figures."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.cli.text_samples.units import NAMESAKE, PEOPLE, on_the_way, progress, quota
from bot.policy.acceptance import Owed, SchoolResult
from bot.policy.filing import Slot
from bot.policy.paper import PaperKind
from bot.policy.school import Band
from messages.texts import acceptance, acceptance_reminder, freeze, unfreeze
from messages.texts.acceptance import Frozen, Stand

NOTHING_OWED = Owed(slots=(), summary=False, bulletins=())
MUCH_OWED = Owed(slots=(Slot.RESEARCH,), summary=True, bulletins=(("2024-04", 2),))
REASON = "6月30日最终验收"


def result(given: Given) -> SchoolResult:
    return SchoolResult(
        school_id=1,
        name=example.SCHOOL,
        band=Band.PRIMARY,
        ranked=True,
        progress=on_the_way(given),
        quota=quota(),
        owed=MUCH_OWED,
        cases=frozenset({PaperKind.WORK_CASE}),
    )


def stands(given: Given) -> tuple[tuple[str, Stand], ...]:
    last = given.plan.deadlines.hard
    live = Stand(today=example.TODAY, last=last, provisional=True, frozen=None)
    frozen = Frozen(when=last, name=example.OFFICER, reason=REASON, changed=2)
    after = Stand(today=example.OVER, last=last, provisional=False, frozen=frozen)
    return (
        ("阶段数", live),
        ("冻结后，有变化", after),
        ("冻结后，没有变化", replace(after, frozen=replace(frozen, changed=0))),
    )


def results(given: Given) -> Iterator[Sample]:
    half, warn = result(given), given.plan.review.warn_percent
    done = replace(
        half,
        name=example.KINDERGARTEN,
        band=Band.KINDERGARTEN,
        progress=progress(given, 5),
        owed=NOTHING_OWED,
        cases=frozenset(),
    )
    for situation, stand in stands(given):
        total = on_the_way(given)
        yield sample(acceptance.county, situation, example.COUNTY, total, [half, done], stand, unranked=2)
    stand = stands(given)[0][1]
    yield sample(acceptance.county, "没有人", example.COUNTY, None, [], stand, unranked=0)
    for situation, stand in stands(given):
        yield sample(acceptance.of_school, situation, half, (PEOPLE[0], NAMESAKE), stand, warn_percent=warn)
    yield sample(acceptance.of_school, "人很多，只有人数", half, None, stand, warn_percent=warn)
    yield sample(acceptance.of_school, "都合格，材料齐了", done, None, stand, warn_percent=warn)
    yield sample(acceptance.nobody, "没有人", example.SCHOOL, example.TODAY)
    yield sample(acceptance.owed_words, "缺什么", MUCH_OWED)
    yield sample(acceptance.owed_words, "备案全缺", replace(MUCH_OWED, slots=tuple(Slot)))


def reminding(_given: Given) -> Iterator[Sample]:
    few, many = [(example.SCHOOL, 2)], [(example.JUNIOR_SCHOOL, 31)]
    nobody = [example.KINDERGARTEN]
    yield sample(acceptance_reminder.preview, "先给看", few, many, unreachable=nobody, done=1, minutes=5)
    yield sample(acceptance_reminder.office_only, "不是项目办")
    yield sample(acceptance_reminder.nothing, "没有要提醒的", unreachable=[], done=0)
    yield sample(acceptance_reminder.nothing, "都提醒过，有发不到的", unreachable=nobody, done=3)
    yield sample(acceptance_reminder.reminded, "提醒了", 2, 3, unreachable=[], done=0)
    yield sample(acceptance_reminder.notice, "告诉学校，差几个人", example.SCHOOL, 2, (PEOPLE[0], NAMESAKE))
    yield sample(acceptance_reminder.notice, "告诉学校，差很多人", example.JUNIOR_SCHOOL, 31, [])


def freezing(given: Given) -> Iterator[Sample]:
    rate, last = on_the_way(given).rate, given.plan.deadlines.hard
    yield sample(freeze.needs_reason, "没写原因")
    yield sample(freeze.frozen_already, "冻结过", last, example.OFFICER, REASON)
    for situation, today, provisional in (
        ("先给看", last, False),
        ("先给看，还没到日子", example.TODAY, True),
    ):
        yield sample(
            freeze.preview,
            situation,
            rate,
            REASON,
            today=today,
            last=last,
            provisional=provisional,
            minutes=5,
        )
    yield sample(freeze.frozen, "冻结了", 4812, REASON, last)
    yield sample(freeze.while_frozen, "冻结以后有人审核", last)
    yield sample(unfreeze.nothing_frozen, "没有冻结")
    yield sample(unfreeze.needs_reason, "没写原因")
    why = "有两人的材料要补审"
    yield sample(unfreeze.preview, "先给看，有变化", last, REASON, why, changed=2, minutes=5)
    yield sample(unfreeze.preview, "先给看，没有变化", last, REASON, why, changed=0, minutes=5)
    yield sample(unfreeze.lifted, "解冻了", why)


SAMPLES = (results, reminding, freezing)
