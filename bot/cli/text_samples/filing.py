"""Samples about filings, the school's scope and the checklist of the first stage."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, B2, C3, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.duties import Duty
from bot.policy.filing import FilingState, Slot, SlotStanding
from bot.policy.scope import judge_scope
from messages.texts import (
    accept_filing,
    duties,
    file,
    filing_decisions,
    filing_words,
    filings,
    return_filing,
    scope,
    tick,
    unfiled,
)
from messages.texts.filing_decisions import About, Decided, DecidedBefore, NotThere, Outcome, Superseded
from messages.texts.filings import Version

MISSING = SlotStanding(filed=False, newest=None)
WAITING = SlotStanding(filed=False, newest=FilingState.HANDED_IN)
FILED = SlotStanding(filed=True, newest=FilingState.FILED)
RETURNED = SlotStanding(filed=False, newest=FilingState.RETURNED)
ANEW = SlotStanding(filed=True, newest=FilingState.HANDED_IN)
NONE_YET = dict.fromkeys(Slot, MISSING)
MIXED = dict(zip(Slot, (ANEW, FILED, RETURNED, WAITING, MISSING), strict=True))
ALL_WAIT = dict.fromkeys(Slot, WAITING)
COMPLETE = dict.fromkeys(Slot, FILED)
EARLY, LATE = date(2024, 3, 14), date(2024, 3, 20)
ENOUGH = ("A1", A5, "A11", B2, "B5", C3)


@dataclass(frozen=True, slots=True)
class School:
    """A school, as the county's list asks for one."""

    slots: dict[Slot, SlotStanding]

    @property
    def complete(self) -> bool:
        return all(one.filed for one in self.slots.values())


def handing_in(given: Given) -> Iterator[Sample]:
    due, slot = given.plan.stages[0].last, Slot.RESEARCH
    slots = MIXED | {slot: WAITING}
    for situation, link, in_force, today in (
        ("收了", example.LINK, None, EARLY),
        ("迟交，有一份已备案的，链接要提取码", example.DRIVE_LINK, 38, LATE),
    ):
        yield sample(
            file.handed_in, situation, 41, slot, link, due=due, today=today, in_force=in_force, slots=slots
        )
    yield sample(file.late, "迟交", due, LATE)
    yield sample(file.same_as_before, "一样的链接，已备案", 41, slot, filed=True)
    yield sample(file.same_as_before, "一样的链接，等备案", 41, slot, filed=False)
    yield sample(file.which, "没说是哪一份", filing_words.PAPER_NAMES)
    yield sample(file.how, "什么都没写", None, MIXED)
    yield sample(file.how, "没写链接", slot, MIXED)
    for situation, all_slots in (
        ("有退回的", MIXED),
        ("都没交", NONE_YET),
        ("都等备案", ALL_WAIT),
        ("都备案了", COMPLETE),
    ):
        yield sample(filing_words.next_filing, situation, all_slots)
    yield sample(filing_words.slot_names, "几项的名称", Slot)
    yield sample(filing_words.how_to_file, "范围怎么交", Slot.SCOPE)
    yield sample(filing_words.how_to_file, "别的怎么交", slot)


def states(given: Given) -> Iterator[Sample]:
    due = given.plan.stages[0].last
    new = Version(number=44, state=FilingState.HANDED_IN, handed_in=LATE, decided=None, reason="")
    old = Version(number=38, state=FilingState.FILED, handed_in=EARLY, decided=date(2024, 3, 15), reason="")
    back = Version(number=40, state=FilingState.RETURNED, handed_in=EARLY, decided=LATE, reason="缺考核细则")
    kept = {ANEW: [new, old], FILED: [old], RETURNED: [back], WAITING: [new], MISSING: []}
    for situation, slots in (("各种都有", MIXED), ("都没交", NONE_YET), ("都备案了", COMPLETE)):
        rows = [filings.Row(slot=slot, standing=one, versions=kept[one]) for slot, one in slots.items()]
        yield sample(filings.of_school, situation, example.SCHOOL, rows, due, example.TODAY)
    line = filings.Row(slot=Slot.SCOPE, standing=ANEW, versions=kept[ANEW])
    yield sample(filings.slot_line, "已备案，又交了新版", line, due)
    schools = [School(MIXED), School(COMPLETE), School(NONE_YET)]
    yield sample(filings.of_county, "全县", example.COUNTY, schools, example.TODAY)
    yield sample(filings.of_county, "全县都备案了", example.COUNTY, [School(COMPLETE)], example.TODAY)


def county_lists(_given: Given) -> Iterator[Sample]:
    missing = [unfiled.Row(example.SCHOOL, [(Slot.SCOPE, None), (Slot.RESEARCH, None)])]
    waits = [unfiled.Row(example.SECOND_SCHOOL, [(Slot.ASSESSMENT, 43)])]
    back = [unfiled.Row(example.SECOND_SCHOOL, [(Slot.DEVELOPMENT, 40)])]
    for situation, decides in (("项目办看", True), ("领导小组看", False)):
        yield sample(
            unfiled.unfiled,
            situation,
            schools=12,
            missing=missing,
            waiting=waits,
            returned=back,
            decides=decides,
            today=example.TODAY,
        )
    yield sample(
        unfiled.unfiled,
        "都备案了",
        schools=12,
        missing=[],
        waiting=[],
        returned=[],
        decides=True,
        today=example.TODAY,
    )


def deciding(_given: Given) -> Iterator[Sample]:
    about = About(41, Slot.RESEARCH, example.SCHOOL)
    scope_ = About(42, Slot.SCOPE, example.SCHOOL)
    several: list[Outcome] = [
        Decided(about, 0),
        Decided(scope_, 3),
        NotThere(99),
        Superseded(About(38, Slot.ASSESSMENT, example.SECOND_SCHOOL), 43),
        DecidedBefore(
            About(40, Slot.DEVELOPMENT, example.SECOND_SCHOOL), FilingState.RETURNED, example.OFFICER, LATE
        ),
    ]
    yield sample(accept_filing.which, "没写编号")
    yield sample(accept_filing.accepted, "备案一份", several[:1])
    yield sample(accept_filing.accepted, "备案范围，有人选的点不在里面", several[1:2])
    yield sample(accept_filing.accepted, "几份，有办不了的", several)
    yield sample(accept_filing.decided, "没有这一份", several[2:3], FilingState.FILED)
    yield sample(return_filing.which, "没写编号")
    yield sample(return_filing.why, "没写原因", [41, 42], 2)
    yield sample(return_filing.too_long, "原因太长", 640, 500)
    yield sample(return_filing.returned, "退回一份", several[:1], "缺考核细则")
    yield sample(return_filing.returned, "没有退成", several[2:3], "缺考核细则")
    yield sample(filing_decisions.outcome, "别人先退回了", several[4], FilingState.FILED)
    yield sample(filing_decisions.filed_notice, "告诉学校：已备案", about, [])
    outside = [example.TEACHER, example.COLLEAGUE]
    yield sample(filing_decisions.filed_notice, "告诉学校：范围已备案，有人要换点", scope_, outside)
    yield sample(filing_decisions.filed_notice, "告诉学校：范围已备案，很多人要换点", scope_, outside * 3)
    yield sample(filing_decisions.returned_notice, "告诉学校：退回", about, "缺考核细则")


def scopes(given: Given) -> Iterator[Sample]:
    catalogue, rule, due = given.catalogue, given.plan.choice, given.plan.stages[0].last
    for situation, in_force, today in (("收了", None, EARLY), ("迟交，有一份已备案的", example.CHOSEN, LATE)):
        yield sample(scope.handed_in, situation, 42, ENOUGH, in_force, catalogue, due=due, today=today)
    yield sample(scope.same_as_before, "一样的点，已备案", 42, filed=True)
    yield sample(scope.same_as_before, "一样的点，等备案", 42, filed=False)
    for situation, codes in (
        ("维度不够", [A5, B2, C3]),
        ("环境不够", ["A1", "A3", "A8", "A11"]),
        ("有不存在的编码", [A5, "A14"]),
    ):
        yield sample(scope.refused, situation, judge_scope(codes, rule, catalogue), rule, catalogue)
    yield sample(scope.nothing_yet, "还没交", example.SCHOOL, len(catalogue), rule)
    yield sample(scope.filed, "已备案", example.SCHOOL, 42, ENOUGH, catalogue)
    yield sample(scope.waiting, "等备案", example.SCHOOL, 42, ENOUGH, EARLY, catalogue)
    yield sample(scope.returned, "退回了", example.SCHOOL, 42, "点太少，老师不好选")
    yield sample(scope.how_to_change, "怎么改")


def checklist(_given: Given) -> Iterator[Sample]:
    numbers = {slot: 38 + place for place, slot in enumerate(Slot)}
    ticked = (Duty.MEETING, example.ADMIN, EARLY)
    every = dict.fromkeys(Duty, (example.ADMIN, EARLY))
    known = {slot: number for slot, number in numbers.items() if not MIXED[slot].missing}
    for situation, slots, given_numbers, ticks, today in (
        ("办了一半", MIXED, known, {Duty.MEETING: ticked[1:]}, EARLY),
        ("只差打勾", COMPLETE, numbers, {}, LATE),
        ("等备案", ALL_WAIT, numbers, every, LATE),
        ("都办好了", COMPLETE, numbers, every, LATE),
    ):
        yield sample(
            duties.duties, situation, example.SCHOOL, slots, given_numbers, ticks,
            due=date(2024, 3, 17), today=today,
        )  # fmt: skip
    yield sample(tick.which, "没说是哪一项", "")
    yield sample(tick.which, "没有这一项", "午餐")
    yield sample(tick.ticked, "打勾了，还有没打的", [Duty.AGREEMENT], [ticked], [Duty.PAYMENT, Duty.ROSTER])
    yield sample(tick.ticked, "全打了", [Duty.AGREEMENT], [], [])
    yield sample(tick.ticked, "别人打过", [], [ticked], [Duty.PAYMENT])
    yield sample(tick.unticked, "取消了，另一项没有打过", [ticked], [Duty.PAYMENT])
    yield sample(tick.unticked, "没有打过", [], [Duty.PAYMENT])


SAMPLES = (handing_in, states, deciding, county_lists, scopes, checklist)
