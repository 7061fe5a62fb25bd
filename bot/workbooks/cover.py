"""The first sheet: whose figures these are, as of when, by which rules, and who is not in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.export import Order
from bot.policy.people import PersonState
from bot.policy.plan import Plan, PracticeSource
from bot.workbooks.commission import Commission
from bot.workbooks.sheet import Counts, Cover
from messages.texts.acceptance import Stand
from messages.texts.next_step import STATES, requirement
from messages.texts.wording import as_of, day, full_day, hours, listed

Lines = Iterable[tuple[str, str]]

EXCLUDED = "没有计入"
"""The line of the cover, and the sheet in books that have one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Who is not in the figures."""

    states: Sequence[tuple[PersonState, int]]
    unranked: Sequence[str]  # units with 参与排名 = 否, by name


def cover(  # noqa: PLR0913  what a cover says
    wanted: Commission,
    title: str,
    *,
    data: Lines,
    rules: Callable[[Plan], Lines],
    left_out: LeftOut | None,
    remarks: Lines = (),
    version: str | None = None,
) -> Cover:
    """`data`: what the figures stand on; `rules`: those that these figures need; `version`: of the plan, then."""
    data, remarks = tuple(data), tuple(remarks)

    def lines(counts: Counts) -> Iterator[tuple[str, str]]:
        plan = wanted.plan
        yield "表", f"{plan.county}{title}"
        yield "项目", f"{plan.name}（{plan.document}）"
        yield "范围", scope_words(wanted)
        yield from data
        yield "生成", f"{wanted.now:%Y-%m-%d %H:%M}，{wanted.maker}"
        yield "内容", listed(f"{name} {count} 行" for name, count in counts.items())
        if left_out is not None:
            yield EXCLUDED, _states(left_out.states, named=EXCLUDED in counts)
            yield "不参与排名", _unranked(left_out.unranked)
        yield "规则版本", plan.version if version is None else version
        yield from rules(plan)
        yield from remarks

    return lines


def scope_words(wanted: Commission) -> str:
    school = wanted.one_school
    return wanted.plan.county if school is None else school.name


def live_data(online: date | None, today: date) -> Lines:
    """As every answer in the chat ends."""
    return [("数据截至", as_of(online, today).plain.removeprefix("数据截至 "))]


def acceptance_data(online: date | None, stand: Stand) -> Lines:
    """As 验收 says it, frozen or not."""
    called = [("阶段数", f"项目 {full_day(stand.last)}才结束，这些是阶段数。")] if stand.provisional else []
    frozen = stand.frozen
    if frozen is None:
        return [*live_data(online, stand.today), *called]
    since = (
        f"冻结后有 {frozen.changed} 人的数据变了，没有计入。"
        if frozen.changed
        else "冻结后没有人的数据变过。"
    )
    first = f"线上数据截至 {day(online)}，" if online else ""
    return [
        ("数据截至", f"{first}人数、学时和认证按冻结时，材料截至 {full_day(stand.today)}"),
        ("冻结", f"冻结于 {full_day(frozen.when)}（{frozen.name}），原因：{frozen.reason}。{since}"),
        *called,
    ]


def figure_rules(plan: Plan) -> Lines:
    """What 合格, 完成度, 学时 and 优秀率 are."""
    yield "学习合格", f"{requirement(plan.requirement)}，每一项都要达到，互相不能抵。"
    yield "实践学时", _practice(plan)
    yield "完成度", "线上、实践、认证点各占要求的几成（最多十成），三项平均；没有线上数据按 0 算，表里空着。"
    yield "合格率", "学习合格的人 ÷ 在册的人；暂缓、调出、退休、免训的人不在里面，另列一张表。"
    yield (
        "优秀率",
        f"按应认证算（在册人数 × {plan.planned_certifications} 个点），上限 {plan.excellent_percent}%；也列出按已认证算的。",
    )


def file_name(order: Order, county: str, school: str, title: str, today: date) -> str:
    """As people see it in their downloads."""
    when = today if order.day is None else order.day
    return f"{school or county}{title} {when.isoformat()}.{order.ending.value}"


def _practice(plan: Plan) -> str:
    if plan.practice.source is PracticeSource.IMPORTED:
        return "以学校台账为准，认证不另记学时。"
    grants = listed(
        f"第 {number} 个点 {hours(grant)}" for number, grant in enumerate(plan.practice.grants, 1)
    )
    return f"只按认证记：{grants}，以后的不再记。"


def _states(states: Sequence[tuple[PersonState, int]], *, named: bool) -> str:
    """`named`: the book has a sheet of them."""
    words = listed(f"{STATES[state]} {people} 人" for state, people in states)
    if not words:
        return "没有：名册上的人都在册。"
    return f"{words}，名单在“{EXCLUDED}”一张表里。" if named else f"{words}。"


def _unranked(names: Sequence[str]) -> str:
    return f"{listed(names)}：不在合计和排名里。" if names else "没有：学校都参与排名。"
