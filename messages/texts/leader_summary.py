"""The summary that leaders, school leads and the office get: what is theirs, what has changed, who is held up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.duties import Duty
from bot.policy.filing import Slot, SlotStanding
from bot.policy.people import Role
from bot.policy.plan import Deadlines
from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.school import Progress, SchoolRate
from messages.outgoing import Answer, Data, Line, Part, answer, item, text
from messages.texts.duties import DUTIES
from messages.texts.evidence_words import receipt, waited
from messages.texts.filing_words import slot_names
from messages.texts.ranking import days_to_dates
from messages.texts.review_words import quota_line
from messages.texts.timetable import job_word
from messages.texts.unit_changes import Since, changed, hands, own
from messages.texts.unit_words import Queue, rate
from messages.texts.wording import as_of, day, listed

_MOST_GROUPS = 5
_MOST_SCHOOLS = 5
_MOST_JOBS = 3
_MOST_DUTIES = 2
_NAMES = {Role.LEADER: "落后名单", Role.PRINCIPAL: "本校名单 未达标", Role.OFFICE: "验收"}
"""What brings names, for whoever leads groups, a school, the county."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a school itself has to see to."""

    slots: dict[Slot, SlotStanding]
    duties: tuple[Duty, ...]  # without a tick


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One group, one school or the county."""

    name: str
    progress: Progress
    since: Since | None  # None = the first summary of it
    hands: tuple[tuple[Level, int], ...]  # in whose hands what waits for review is
    groups: tuple[tuple[str, SchoolRate], ...] = ()  # of a school: those that are not complete
    owed: Owed | None = None  # of a school


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What only the office hears."""

    schools_at_zero: tuple[str, ...] = ()
    filings: int = 0  # wait for the office
    appeals: int = 0  # nobody has answered
    overdue: int = 0  # 逾期, not reopened
    stopped: tuple[str, ...] = ()  # groups
    silent: tuple[str, ...] = ()  # groups that should have received something
    undelivered: int = 0  # since the last summary
    jobs: tuple[tuple[str, date], ...] = ()  # that were missed or failed since


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands under every summary."""

    deadlines: Deadlines
    online: date | None
    stale: bool  # the online data are older than the plan has it
    warn_percent: int
    day: date
    read_on: date


def summary(  # noqa: PLR0913 - whatever one person leads
    leads: Role,
    mine: Queue | None,
    units: Sequence[Unit],
    around: Around,
    *,
    quiet: Sequence[str] = (),
    later: Sequence[str] = (),
    quotas: Sequence[tuple[str, Quota]] = (),
    desk: Desk | None = None,
) -> Answer:
    """`leads`: LEADER, PRINCIPAL for either lead, or OFFICE: the furthest.

    `quiet`: units of which there is no news, by name; `later`: those for which there is no room.
    """
    lines: list[Line | str] = [_mine(leads, mine, units)]
    for unit in units:
        lines += _unit(unit)
    if later:
        lines.append(text("也有新情况：", Data(listed(later)), "，发“本组进度”看。"))
    if quiet:
        lines.append(text("没有新情况：", Data(listed(quiet)), "。"))
    lines += [quota_line(school, quota, around.warn_percent) for school, quota in quotas]
    lines += [] if desk is None else desk_lines(desk)
    if around.stale and around.online is not None:
        lines.append(f"线上数据是 {day(around.online)}的，太旧了：先别按它催人补学时。")
    lines += days_to_dates(around.deadlines, around.read_on)
    return answer(*lines, as_of(around.online, around.read_on))


def _mine(leads: Role, mine: Queue | None, units: Sequence[Unit]) -> str:
    if mine is not None:
        oldest = f"最久的是{receipt(mine.oldest)}，{waited(mine.workdays)}"
        return f"等你审的 {mine.items} 份，{oldest}：发“待审”。"
    if all(unit.progress.rate.complete for unit in units):
        return "没有等你审的材料。"
    return f"没有等你审的材料。看是谁卡住了：发“{_NAMES[leads]}”。"


def _unit(unit: Unit) -> list[Line | str]:
    of = unit.progress.rate
    news: tuple[Part, ...] = () if unit.since is None else changed(unit.since).parts
    state = "全部合格了。" if of.complete else f"{rate(of)}。"
    lines: list[Line | str] = [text(Data(unit.name), state, *news)]
    held_up = own(unit.progress) + hands(unit.hands)
    if held_up:
        lines.append(item(held_up))
    if unit.groups:
        some = listed(f"{name} {one.done}/{one.active}" for name, one in unit.groups[:_MOST_GROUPS])
        more = f"等 {len(unit.groups)} 个组" if len(unit.groups) > _MOST_GROUPS else ""
        lines.append(item("没有全部合格的组：", Data(some), f"{more}。"))
    if unit.owed is not None:
        lines += owed_lines(unit.owed)
    return lines


def owed_lines(owed: Owed) -> list[Line]:
    """What is with the school, and not with its people."""
    parts = [
        f"{word} {slot_names(slots)}"
        for word, slots in (
            ("没备案", [slot for slot, one in owed.slots.items() if one.missing]),
            ("被退回", [slot for slot, one in owed.slots.items() if one.returned]),
        )
        if slots
    ]
    if owed.duties:
        more = f"等 {len(owed.duties)} 项" if len(owed.duties) > _MOST_DUTIES else ""
        parts.append(f"没打勾 {listed(DUTIES[duty] for duty in owed.duties[:_MOST_DUTIES])}{more}")
    return [item(f"要学校办：{'；'.join(parts)}。")] if parts else []


def desk_lines(desk: Desk) -> list[Line]:
    """What waits for the office, and what does not work."""
    lines = []
    if desk.schools_at_zero:
        lines.append(item("还没有人合格的学校", *_some(desk.schools_at_zero, _MOST_SCHOOLS, "所"), "。"))
    waiting = [
        f"{what} {count} 份（发“{word}”）"
        for what, count, word in (("备案", desk.filings, "未备案"), ("申诉", desk.appeals, "申诉列表"))
        if count
    ]
    waiting += [f"逾期材料 {desk.overdue} 份（发“待审”）"] if desk.overdue else []
    if waiting:
        lines.append(item(f"等项目办：{'，'.join(waiting)}。"))
    lines += _ways_out(desk)
    if desk.jobs:
        some = listed(f"{day(when)}{job_word(name)}" for name, when in desk.jobs[-_MOST_JOBS:])
        more = f"等 {len(desk.jobs)} 次" if len(desk.jobs) > _MOST_JOBS else ""
        lines.append(item(f"没有做成的定时任务：{some}{more}。"))
    return lines


def _ways_out(desk: Desk) -> list[Line]:
    parts: list[Part] = []
    for what, groups in (("停发的群", desk.stopped), ("收不到消息的群", desk.silent)):
        if groups:
            parts += ["，" if parts else "", what, *_some(groups, _MOST_SCHOOLS, "个")]
    if desk.undelivered:
        parts += ["，" if parts else "", f"没送到的消息 {desk.undelivered} 条"]
    return [item(*parts, "。")] if parts else []


def _some(names: Sequence[str], most: int, measure: str) -> tuple[Part, ...]:
    more = "等" if len(names) > most else ""
    return (f" {len(names)} {measure}（", Data(listed(names[:most])), f"{more}）")
