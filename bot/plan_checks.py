"""What a plan must not contradict itself in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.policy.plan import Hours, Plan, PracticeSource

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence that opens with the key to change, and all keys that it speaks of."""

    sentence: str
    keys: frozenset[str]


def contradictions(plan: Plan) -> Iterator[Contradiction]:
    """Everything that does not fit together, in the order of the file."""
    yield from _requirement(plan)
    yield from _choice(plan)
    yield from _stages(plan)
    yield from _deadlines(plan)
    yield from _times(plan)


def _about(sentence: str, *others: str) -> Contradiction:
    return Contradiction(sentence, frozenset({sentence.partition(":")[0], *others}))


def _requirement(plan: Plan) -> Iterator[Contradiction]:
    rule = plan.practice
    if rule.source is not PracticeSource.CERTIFICATION:
        return
    total = Hours(sum(rule.grants))
    if total != plan.requirement.practice:
        yield _about(
            f"practice.grants: 加起来是 {_plain(total)} 学时，应与 requirement.practice 的 "
            f"{_plain(plan.requirement.practice)} 学时相等",
            "requirement.practice",
            "practice.source",
        )
    if len(rule.grants) > plan.requirement.points:
        yield _about(
            f"practice.grants: 写了 {len(rule.grants)} 个点的学时，requirement.points 只要求 "
            f"{plan.requirement.points} 个点，多出来的拿不到",
            "requirement.points",
            "practice.source",
        )


def _choice(plan: Plan) -> Iterator[Contradiction]:
    need, rule = plan.requirement, plan.choice
    for key, value, limit_key, limit in (
        ("choice.points", rule.points, "requirement.points", need.points),
        ("choice.dimensions", rule.dimensions, "requirement.dimensions", need.dimensions),
        ("choice.scope_dimensions", rule.scope_dimensions, "choice.dimensions", rule.dimensions),
    ):
        if value < limit:
            yield _about(
                f"{key}: {value} 小于 {limit_key} 的 {limit}，这样没有人能合格，请改大",
                limit_key,
            )
    if rule.dimensions > rule.points:
        yield _about(
            f"choice.dimensions: {rule.points} 个点不可能覆盖 {rule.dimensions} 个维度，请改小",
            "choice.points",
        )


def _stages(plan: Plan) -> Iterator[Contradiction]:
    previous = None
    for number, stage in enumerate(plan.stages, start=1):
        key = f"stages[{number}]"
        if stage.number != number:
            yield _about(f"{key}.number: 应按顺序写成 {number}", "stages")
        if stage.last < stage.first:
            yield _about(f"{key}.last: {stage.last} 在 {key}.first 之前，请改成更晚的日期", "stages")
        if previous is not None:
            yield from _seam(previous, stage.first, key, plan.deadlines.grace)
        previous = stage.last


def _seam(last: date, first: date, key: str, grace: date) -> Iterator[Contradiction]:
    """Stages follow each other day by day; only the day of grace may lie between them."""
    expected = last + ONE_DAY
    if first == expected or (expected == grace and first == grace + ONE_DAY):
        return
    problem = "与前一阶段重叠" if first <= last else "与前一阶段之间有空档"
    yield _about(f"{key}.first: {first} {problem}，应为 {expected}", "stages", "deadline.grace")


def _deadlines(plan: Plan) -> Iterator[Contradiction]:
    days = plan.deadlines
    if days.grace < days.soft:
        yield _late("deadline.grace", days.grace, "deadline.soft")
    if days.hard < days.soft:
        yield _late("deadline.hard", days.hard, "deadline.soft")
    elif days.hard < days.grace:
        yield _late("deadline.hard", days.hard, "deadline.grace")
    elif days.summary > days.hard:
        yield _about(
            f"deadline.summary: {days.summary} 在 deadline.hard 之后，请改成更早的日期", "deadline.hard"
        )
    begins = plan.stages[0].first
    for name, day in (("soft", days.soft), ("summary", days.summary)):
        if day < begins:
            yield _about(f"deadline.{name}: {day} 在第一阶段开始之前，请改成更晚的日期", "stages")


def _late(key: str, day: date, before: str) -> Contradiction:
    return _about(f"{key}: {day} 在 {before} 之前，请改成更晚的日期", before)


def _times(plan: Plan) -> Iterator[Contradiction]:
    if plan.quiet.start == plan.quiet.end:
        yield _about("quiet.end: 与 quiet.start 相同，请改成早上的时刻", "quiet.start")
    for job in plan.jobs:
        if job.until is not None and job.until <= job.at:
            yield _about(
                f"jobs.{job.name}.until: {job.until} 不在 jobs.{job.name}.at 之后，请改成更晚的时刻",
                f"jobs.{job.name}.at",
            )


def _plain(hours: Hours) -> str:
    """18.5 for 1850: no trailing zeros."""
    return f"{(Decimal(hours) / 100).normalize():f}"
