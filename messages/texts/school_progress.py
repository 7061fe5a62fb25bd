"""本校进度: how far a school is, what holds it up, and what its lead does next."""

from dataclasses import dataclass
from datetime import date

from bot.policy.filing import Slot, SlotStanding
from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.school import Progress
from messages.outgoing import Answer, Data, answer, text
from messages.texts.filing_words import next_filing, slot_names
from messages.texts.review_words import quota_line
from messages.texts.unit_changes import Since, changed_lines, whose_turn
from messages.texts.unit_words import (
    FILTERS,
    Queue,
    completion,
    excluded_lines,
    missing_lines,
    online_lines,
    rate,
    waiting,
)
from messages.texts.wording import as_of, live


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """Everything that is said of one school."""

    name: str
    progress: Progress
    quota: Quota
    queue: Queue | None
    slots: dict[Slot, SlotStanding]
    waited_long: bool  # the oldest waiting item has become the lead's own
    led: bool  # the asker leads it; the office and the leading group only look
    since: Since | None = None  # the asker's last summary
    hands: tuple[tuple[Level, int], ...] = ()  # in whose hands the queue is


def school_progress(school: School, *, warn_percent: int, in_group: bool, today: date) -> Answer:
    of = school.progress.rate
    return answer(
        text(Data(school.name), f"{rate(of)}，{completion(of)}。"),
        *excluded_lines(of),
        *missing_lines(school.progress),
        *changed_lines(school.since),
        *online_lines(school.progress),
        quota_line(school.name, school.quota, warn_percent),
        waiting(school.queue, in_group=in_group) + whose_turn(school.hands),
        filings(school.slots),
        _next(school),
        as_of(school.progress.as_of, today),
    )


def filings(slots: dict[Slot, SlotStanding]) -> str:
    """The state of all five in one line."""
    if all(one.filed for one in slots.values()):
        return "备案材料：五项都已备案。"
    parts = (
        ("已备案", [slot for slot, one in slots.items() if one.filed]),
        ("等备案", [slot for slot, one in slots.items() if one.waiting and not one.filed]),
        ("被退回", [slot for slot, one in slots.items() if one.returned]),
        ("还没交", [slot for slot, one in slots.items() if one.missing]),
    )
    return f"备案材料：{'；'.join(f'{word} {slot_names(these)}' for word, these in parts if these)}。"


def nobody(school: str, today: date) -> Answer:
    return answer(text(Data(school), "没有在册的人，没有进度可看。"), live(today))


def too_small(command: str, smallest: int) -> Answer:
    """In a group the figures of very few people would be somebody's own."""
    return answer(
        f"不足 {smallest} 人的单位不在群里报进度，那等于个人情况。点我的头像发起私聊，发“{command}”。"
    )


def _next(school: School) -> str:
    """The single action that moves most."""
    if not school.led:
        return "全部学校发“全市进度”。"
    if school.waited_long:
        return "下一步：发“待审”，等久了的由你审。"
    if any(one.schools_turn for one in school.slots.values()):
        return next_filing(school.slots)
    if school.progress.missing:
        step, people = max(school.progress.steps, key=lambda pair: pair[1])
        return f"下一步：发“本校名单 {FILTERS[step]}”，看这 {people} 人是谁。"
    return next_filing(school.slots)
