"""How far a unit is, in the words that all answers about groups, schools and the county share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.policy.school import OWN_STEPS, STEPS, Band, Listed, Progress, SchoolRate
from bot.policy.standing import Step
from messages.outgoing import Data, Line, heading, item
from messages.texts.evidence_words import receipt
from messages.texts.next_step import STATES
from messages.texts.wording import as_of, listed, live, percent, tail

STEP_NAMES = {
    Step.NO_ACCOUNT: "没账号",
    Step.NO_CHOICE: "没选点",
    Step.NO_EVIDENCE: "没交",
    Step.RETURNED: "退回",
    Step.WAITING: "待审",
    Step.HOURS: "学时不足",
}
# What one says behind 本校名单.
FILTERS = {
    Step.NO_ACCOUNT: "没账号",
    Step.NO_CHOICE: "未选点",
    Step.NO_EVIDENCE: "未交",
    Step.RETURNED: "退回",
    Step.WAITING: "待审",
    Step.HOURS: "学时",
}
ALL = "未达标"
BANDS = {
    Band.KINDERGARTEN: "幼儿园",
    Band.PRIMARY: "小学",
    Band.JUNIOR: "初中",
    Band.SENIOR: "高中",
    Band.OTHER: "其他",
}
# What helps whoever stands there; said to those who look after them.
HELP = {
    Step.NO_ACCOUNT: "把学习账号发给他们",
    Step.NO_CHOICE: "请他们发“推荐选点”",
    Step.NO_EVIDENCE: "请他们备好材料，发“提交 编码 链接”",
    Step.RETURNED: "请他们按退回的原因改好再交",
    Step.WAITING: "等审核，不用催本人",
    Step.HOURS: "请他们把学时补足",
}
_NO_GROUP = "没有教研组"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for review in a unit."""

    items: int
    oldest: int  # 编号
    workdays: int  # that it has waited


def rate(of: SchoolRate) -> str:
    return f"合格 {of.done}/{of.active}（{percent(of.done, of.active)}）"


def completion(of: SchoolRate) -> str:
    return f"平均完成度 {percent(of.completion, of.active * of.unit)}"


def excluded(of: SchoolRate) -> str:
    """Who is not in the figure; "" when everybody is."""
    return listed(f"{STATES[state]} {people} 人" for state, people in of.excluded)


def excluded_lines(of: SchoolRate) -> tuple[str, ...]:
    return (f"没有计入：{excluded(of)}。",) if of.excluded else ()


def steps(progress: Progress, among: Sequence[Step] = STEPS) -> str:
    """Where people are held up: '没选点 2 人、待审 1 人'."""
    return listed(f"{STEP_NAMES[step]} {people} 人" for step, people in progress.steps if step in among)


def missing_lines(progress: Progress) -> tuple[str, ...]:
    return (f"没达标 {progress.missing} 人：{steps(progress)}。",) if progress.missing else ()


def waiting(queue: Queue | None, *, in_group: bool) -> str:
    """In a group without the number, which is somebody's."""
    if queue is None:
        return "没有等审核的材料。"
    age = f"等了 {queue.workdays} 个工作日" if queue.workdays > 0 else "是今天交的"
    which = "最久的一份" if in_group else f"最久的是{receipt(queue.oldest)}，"
    return f"待审材料 {queue.items} 份，{which}{age}。"


def online_lines(progress: Progress) -> tuple[str, ...]:
    """Who has no online data, which counts as 0 in means; where nobody has any, the last line says so."""
    if progress.as_of is None or not progress.without_online:
        return ()
    return (f"{progress.without_online} 人还没有线上数据，完成度里按 0 算。",)


def dated(online: date | None, today: date) -> Line:
    """Under lists of people: online hours come by file and may be older than the rest."""
    return live(today) if online is None else as_of(online, today)


def name_of(person: Listed) -> str:
    """The name, and what tells namesakes apart."""
    if not person.alike:
        return person.name
    if person.group and not person.alike_in_group:
        return f"{person.name}（{person.group}）"
    return f"{person.name}（{tail(person.tail)}）"


def name_with_step(person: Listed) -> str:
    """'甲老师（没选点）'."""
    name, step = name_of(person), STEP_NAMES[person.step]
    return f"{name[:-1]}，{step}）" if name.endswith("）") else f"{name}（{step}）"


def names(people: Iterable[Listed]) -> Data:
    return Data(listed(map(name_of, people)))


def by_group(people: Iterable[Listed]) -> list[Line]:
    """A line for each 教研组; `people` come in order of group."""
    return [
        item(Data(group) if group else _NO_GROUP, "：", names(members))
        for group, members in groupby(people, key=lambda person: person.group)
    ]


def by_step(people: Sequence[Listed]) -> list[Line]:
    """A heading for each step with what helps, and the names below it, group by group."""
    lines: list[Line] = []
    for step in STEPS:
        here = [person for person in people if person.step is step]
        if here:
            lines += [heading(f"{STEP_NAMES[step]} {len(here)} 人：{HELP[step]}"), *by_group(here)]
    return lines


def in_lines(people: Sequence[Listed], among: Sequence[Step] = OWN_STEPS) -> list[Line]:
    """A line for each step, of a group whose members need no further order."""
    lines = []
    for step in among:
        here = [person for person in people if person.step is step]
        if here:
            lines.append(item(f"{STEP_NAMES[step]} {len(here)} 人（{HELP[step]}）：", names(here)))
    return lines


def help_for(step: Step) -> str:
    return f"下一步：{HELP[step]}。"
