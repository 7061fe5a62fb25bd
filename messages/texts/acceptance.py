"""验收: the county school by school, one school in full, and the reminder of those who are nearly there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.acceptance import Owed, SchoolResult
from bot.policy.paper import PaperKind
from bot.policy.school import Band, Listed, Progress
from messages.outgoing import Answer, Data, Line, answer, heading, item, quote, text
from messages.texts.filing_words import SLOTS
from messages.texts.review_words import quota_line
from messages.texts.unit_words import (
    BANDS,
    completion,
    excluded,
    excluded_lines,
    missing_lines,
    name_with_step,
    online_lines,
    rate,
)
from messages.texts.wording import as_of, day, full_day, listed, live, percent

CASES = {
    PaperKind.SCHOOL_CASE: "整校推进",
    PaperKind.SUBJECT_CASE: "学科研修",
    PaperKind.WORK_CASE: "微能力作品",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """The figures are those of a freeze."""

    when: date
    name: str  # of whoever froze
    reason: str
    changed: int  # people whose figures are others by now


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What every answer about acceptance says of its figures."""

    today: date
    last: date  # of the programme
    provisional: bool  # 阶段数
    frozen: Frozen | None


def county(
    name: str, total: Progress | None, schools: Sequence[SchoolResult], stand: Stand, *, unranked: int
) -> Answer:
    """`schools` by 学段 and name. No `total`: there is nobody."""
    if total is None:
        return answer(text(Data(name), "还没有在册的人。先导入学校和参训名单。"), live(stand.today))
    complete = sum(school.progress.rate.complete for school in schools)
    papers = sum(school.owed.nothing for school in schools)
    lines: list[Line | str] = [
        f"{len(schools)} 所学校中 {complete} 所合格率达到 100%，{papers} 所材料齐了{_called(stand)}。",
        text(Data(name), f"{rate(total.rate)}，{completion(total.rate)}。"),
        *excluded_lines(total.rate),
        *online_lines(total),
        *_frozen(stand),
    ]
    for band in Band:
        here = [school for school in schools if school.band is band]
        if here:
            lines.append(heading(f"{BANDS[band]} {len(here)} 所"))
            lines += [_school(school) for school in here]
    if unranked:
        lines.append(f"不参与排名的单位 {unranked} 个，没有算进来，发“验收 单位名”看。")
    lines.append("下一步：发“验收 学校名”看一所，发“验收 提醒”提醒还差人的学校。")
    return answer(*lines, _bottom(total, stand))


def of_school(
    school: SchoolResult,
    people: Sequence[Listed] | None,
    stand: Stand,
    *,
    warn_percent: int,
) -> Answer:
    """`people`: the last few by name; None where they are too many, or not for this reader's eyes."""
    progress = school.progress
    names = people and text(f"没达标 {len(people)} 人：", Data(listed(map(name_with_step, people))), "。")
    return answer(
        text(Data(school.name), f"{rate(progress.rate)}，{completion(progress.rate)}{_called(stand)}。"),
        *excluded_lines(progress.rate),
        *((names,) if names else missing_lines(progress)),
        *online_lines(progress),
        f"{_excellent(school)}。",
        quota_line(school.name, school.quota, warn_percent),
        f"材料：{_owed(school.owed)}。",
        _cases(school),
        *_frozen(stand),
        _bottom(progress, stand),
    )


def nobody(school: str, today: date) -> Answer:
    return answer(text(Data(school), "没有在册的人，没有结果可看。"), live(today))


def owed_words(owed: Owed) -> list[str]:
    """In short words: '研修方案', '总结', '4月简报 2 组'."""
    words = ["备案五项"] if len(owed.slots) == len(SLOTS) else [SLOTS[slot] for slot in owed.slots]
    if owed.summary:
        words.append("总结")
    return words + [f"{int(month[5:])}月简报 {groups} 组" for month, groups in owed.bulletins]


def _school(school: SchoolResult) -> Line:
    progress = school.progress
    apart = f"（{excluded(progress.rate)}不计）" if progress.rate.excluded else ""
    missing = f"，还差 {progress.missing} 人" if progress.missing else ""
    words = f"：{rate(progress.rate)}{apart}{missing}；{_excellent(school)}；{_owed(school.owed)}"
    return item(Data(school.name), words)


def _excellent(school: SchoolResult) -> str:
    """优秀率 over both bases; of the points certified so far it swings while there are few."""
    quota, certified = school.quota, school.progress.certified
    planned = f"优秀率 {percent(quota.used, quota.base)}（按应认证 {quota.base} 个）"
    if not certified:
        return planned
    return f"{planned}、{percent(quota.used, certified)}（按已认证 {certified} 个）"


def _owed(owed: Owed) -> str:
    return "材料齐了" if owed.nothing else f"缺 {listed(owed_words(owed))}"


def _cases(school: SchoolResult) -> str:
    handed_in = [word for kind, word in CASES.items() if kind in school.cases]
    return f"案例交了 {listed(handed_in)}。" if handed_in else "案例还没有交（不是必交）。"


def _called(stand: Stand) -> str:
    return "（阶段数）" if stand.provisional else ""


def _frozen(stand: Stand) -> tuple[Line, ...]:
    if stand.frozen is None:
        return ()
    frozen = stand.frozen
    first = text(
        f"冻结于 {full_day(frozen.when)}（", Data(frozen.name), "），原因：", Data(frozen.reason), "。"
    )
    if not frozen.changed:
        return (first,)
    return (first, text(f"冻结后有 {frozen.changed} 人的数据变了，没有计入。"))


def _bottom(progress: Progress, stand: Stand) -> Line:
    if stand.frozen is None:
        return as_of(progress.as_of, stand.today)
    online = f"线上数据截至 {day(progress.as_of)}，" if progress.as_of else ""
    return quote(f"{online}人数、学时和认证按冻结时，材料截至 {full_day(stand.today)}")
