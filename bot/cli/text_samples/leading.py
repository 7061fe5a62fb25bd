"""Samples of the summaries that leaders, school leads and the office get."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.cli.text_samples import given as example
from bot.cli.text_samples.filing import MIXED
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.cli.text_samples.units import FRESH, QUEUE, on_the_way, progress, quota
from bot.policy.duties import Duty
from bot.policy.people import Role
from bot.policy.review import Level
from bot.policy.standing import Step
from bot.policy.summary import NOTHING, Changes, Happened
from messages.texts import leader_summary, ranking, unit_changes
from messages.texts.leader_summary import Around, Desk, Owed, Unit
from messages.texts.unit_changes import Since

QUIET = Changes(
    done=0,
    undone=0,
    finished=(),
    fallen_back=(),
    happened=NOTHING,
    steps=(),
    active=0,
    mine=frozenset(),
    owed=frozenset(),
    filed=frozenset(),
)
BUSY = replace(
    QUIET,
    done=7,
    undone=1,
    happened=Happened(handed_in=6, certified=4, returned=2, withdrawn=1, reopened=1, on_behalf=1),
    steps=((Step.NO_ACCOUNT, 1), (Step.NO_CHOICE, -2)),
    active=-1,
    filed=frozenset({"development"}),
)
NAMED = Since(
    day=example.LAST_WEEK,
    changes=BUSY,
    finished=("示例甲", "示例乙", "示例己", "示例庚", "示例辛"),
    fallen_back=("示例壬",),
)
NUMBERS = Since(day=example.LAST_WEEK, changes=BUSY)
UNCHANGED = Since(day=example.LAST_WEEK, changes=QUIET)
WORK = Since(
    day=example.LAST_WEEK,
    changes=replace(QUIET, mine=frozenset({12, 15}), owed=frozenset({"returned/research"})),
)
HANDS = ((Level.GROUP, 2), (Level.SCHOOL, 1), (Level.OFFICE, 1))
OWED = Owed(slots=MIXED, duties=(Duty.AGREEMENT, Duty.PAYMENT, Duty.MEETING))
DESK = Desk(
    schools_at_zero=(example.SECOND_SCHOOL, example.KINDERGARTEN),
    filings=3,
    appeals=1,
    overdue=2,
    stopped=("示例一小群",),
    silent=("示例二小群",),
    undelivered=12,
    jobs=(("daily-ranking", date(2024, 5, 17)),),
)


def whole(given: Given) -> Iterator[Sample]:
    around = Around(
        deadlines=given.plan.deadlines,
        online=example.LAST_WEEK,
        stale=False,
        warn_percent=50,
        day=example.TODAY,
        read_on=example.TODAY,
    )
    group = Unit(name=example.GROUP, progress=on_the_way(given), since=NAMED, hands=HANDS)
    behind = on_the_way(given).rate
    school = Unit(
        name=example.SCHOOL,
        progress=on_the_way(given),
        since=NAMED,
        hands=HANDS,
        groups=((example.GROUP, behind), ("数学组", behind)),
        owed=OWED,
    )
    county = Unit(name=example.COUNTY, progress=on_the_way(given), since=NUMBERS, hands=HANDS)
    whole_school = ((example.SCHOOL, quota()),)
    said = leader_summary.summary
    yield sample(
        said, "组长第一次", Role.LEADER, QUEUE, [replace(group, since=None)], around, quotas=whole_school
    )
    yield sample(said, "组长，没有要审的", Role.LEADER, None, [group], around, quotas=whole_school)
    yield sample(
        said, "全部合格了", Role.LEADER, None, [replace(group, progress=progress(given, 5), hands=())], around
    )
    yield sample(
        said, "带很多组", Role.LEADER, FRESH, [group], around, later=("数学组", "英语组"), quiet=("体育组",)
    )
    yield sample(
        said,
        "带组又管学校",
        Role.PRINCIPAL,
        QUEUE,
        [school, group],
        replace(around, stale=True),
        quotas=whole_school,
    )
    yield sample(said, "项目办", Role.OFFICE, None, [county], around, desk=DESK)


def parts(given: Given) -> Iterator[Sample]:
    yield sample(leader_summary.owed_lines, "学校要办的", OWED)
    yield sample(leader_summary.desk_lines, "项目办要办的", DESK)
    for situation, since in (
        ("有名字", NAMED),
        ("没有名字", NUMBERS),
        ("没有变化", UNCHANGED),
        ("只有要办的", WORK),
    ):
        yield sample(unit_changes.changed, situation, since)
    yield sample(unit_changes.changed_lines, "进度里", NUMBERS)
    yield sample(unit_changes.own, "有人落后", on_the_way(given))
    yield sample(unit_changes.hands, "有等着审的", HANDS)
    yield sample(unit_changes.whose_turn, "有等着审的", HANDS)
    for situation, day in (("到期以前", example.TODAY), ("交材料以后", example.JUNE)):
        yield sample(ranking.days_to_dates, situation, given.plan.deadlines, day)


SAMPLES = (whole, parts)
