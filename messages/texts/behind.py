"""落后名单: whose next step is their own, split by who must act; those who wait for a reviewer stand apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.school import OWN_STEPS, Band, Listed, Progress
from bot.policy.standing import Step
from messages.outgoing import Answer, Data, Line, answer, heading, item, text
from messages.texts.unit_words import BANDS, STEP_NAMES, by_step, dated, in_lines, names, rate, steps
from messages.texts.wording import live


@dataclass(frozen=True, slots=True)
class Unit:
    """A group or a school, with its people who are not done."""

    name: str
    progress: Progress | None  # None = nobody active
    people: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school of the county, without names."""

    name: str
    band: Band
    progress: Progress


def of_groups(groups: Sequence[Unit], among: Sequence[Step], today: date) -> Answer:
    """`among`: all steps of one's own, or the one that was asked for."""
    lines: list[Line] = []
    for group in groups:
        lines += [_first(group, among), *in_lines(group.people, among), *_waiting(group, among)]
    return answer(*lines, dated(_newest(groups), today))


def of_school(school: Unit, among: Sequence[Step], today: date) -> Answer:
    own = [person for person in school.people if person.step in among]
    return answer(
        _first(school, among), *by_step(own), *_waiting(school, among), dated(_newest([school]), today)
    )


def of_county(
    county: str, total: Progress | None, schools: Sequence[SchoolLine], among: Sequence[Step], today: date
) -> Answer:
    """Counts only: the names are for those who look after these people. `schools` by 学段 and name."""
    if total is None:
        return answer(text(Data(county), "还没有在册的人。先导入学校和参训名单。"), live(today))
    behind = _behind(total, among)
    apart = f"另有 {total.at(Step.WAITING)} 人等审核，不算落后。" if total.at(Step.WAITING) else ""
    lines: list[Line] = [text(Data(county), f"{_called(among)} {behind} 人，{rate(total.rate)}。{apart}")]
    for band in Band:
        here = [school for school in schools if school.band is band and _behind(school.progress, among)]
        if here:
            lines.append(heading(BANDS[band]))
            lines += [
                item(
                    Data(school.name),
                    f" {_behind(school.progress, among)} 人：{steps(school.progress, among)}",
                )
                for school in here
            ]
    none = sum(not _behind(school.progress, among) for school in schools)
    if none and behind:
        lines.append(text(f"没有这样的人的学校 {none} 所，没有列出。"))
    return answer(*lines, dated(total.as_of, today))


def no_such_step(wanted: str) -> Answer:
    return answer(text("没有“", Data(wanted), "”这种名单，发“落后名单”看全部。"))


def _newest(units: Sequence[Unit]) -> date | None:
    return max((day for unit in units if unit.progress and (day := unit.progress.as_of)), default=None)


def _first(unit: Unit, among: Sequence[Step]) -> Line:
    if unit.progress is None:
        return text(Data(unit.name), "没有在册的人。")
    behind = _behind(unit.progress, among)
    if not behind:
        nobody = "没有人落后" if among == OWN_STEPS else f"没有人停在“{_called(among)}”"
        return text(Data(unit.name), f"{nobody}，{rate(unit.progress.rate)}。")
    return text(Data(unit.name), f"{_called(among)} {behind} 人，{rate(unit.progress.rate)}：")


def _waiting(unit: Unit, among: Sequence[Step]) -> tuple[Line, ...]:
    here = [person for person in unit.people if person.step is Step.WAITING]
    if not here or among != OWN_STEPS:
        return ()
    return (text(f"等审核 {len(here)} 人，不算落后：", names(here), "。"),)


def _called(among: Sequence[Step]) -> str:
    return "落后" if among == OWN_STEPS else STEP_NAMES[among[0]]


def _behind(progress: Progress, among: Sequence[Step]) -> int:
    return sum(progress.at(step) for step in among)
