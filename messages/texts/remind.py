"""提醒 落后: whom a leader is about to remind, what they will read, and who is left out and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.reminders import Hold
from bot.policy.standing import Step
from messages.outgoing import Answer, Data, Line, answer, item, quote, text
from messages.texts.unit_words import STEP_NAMES
from messages.texts.wording import clock_time, full_day, listed

MOST_NAMED = 10
_HOLDS = {
    Hold.ASKER: "你自己",
    Hold.NOT_ACTIVE: "不在册",
    Hold.DONE: "已经合格",
    Hold.WAITING: "等审核",
    Hold.UNREACHABLE: "没绑定账号",
    Hold.PAUSED: "自己暂停了提醒",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Whom a reminder reaches."""

    unit: str  # whose people: '语文组', a school, '全县'
    names: tuple[str, ...]  # who is reminded
    held: Mapping[Hold, int]  # how many are not
    workdays: int  # at most one reminder in so many
    heard_at: datetime | None  # if not at once


@dataclass(frozen=True, slots=True)
class Kind:
    """The people at one step, and what the first of them will read."""

    step: Step
    people: int
    example: str  # name
    said: Answer


def preview(planned: Round, kinds: Sequence[Kind], minutes: int) -> Answer:
    """Nobody is reminded yet."""
    lines: list[Line | str] = [text("要提醒", *_whom(planned))]
    for kind in kinds:
        whose = "，例如" if kind.people > 1 else "，"
        lines.append(item(f"{STEP_NAMES[kind.step]} {kind.people} 人{whose}", Data(kind.example), "会收到："))
        lines += [quote(*line.parts) for line in kind.said.lines]
    lines += [*_without(planned), *_later(planned), f"确定就回复“确认”（{minutes} 分钟内有效）。"]
    return answer(*lines)


def reminded(done: Round) -> Answer:
    return answer(
        text("已提醒", *_whom(done)),
        *_without(done),
        *_later(done),
        "下一步：过几天发“落后名单”看变化。",
    )


def nobody(planned: Round, again: date | None) -> Answer:
    """`again`: when the first of those who were reminded lately may be reminded."""
    lines: list[Line | str] = [text(Data(planned.unit), "现在没有可以提醒的人，什么都没有发。")]
    lines += _without(planned)
    if again is not None:
        lines.append(f"最早 {full_day(again)}可以再提醒。")
    return answer(*lines)


def left_out(held: Mapping[Hold, int], workdays: int) -> str:
    """'不在内：没绑定账号 1 人、3 个工作日内提醒过 3 人。'; "" when nobody is."""
    words = {**_HOLDS, Hold.LATELY: f"{workdays} 个工作日内提醒过"}
    counted = listed(
        f"{words[why]} {held[why]} 人" for why in Hold if held.get(why) and why is not Hold.ASKER
    )
    if held.get(Hold.ASKER):
        counted = listed(filter(None, (counted, words[Hold.ASKER])))
    return f"不在内：{counted}。" if counted else ""


def not_on(day: date, again: date) -> Answer:
    """`day`: when it would be heard."""
    return answer(f"{full_day(day)}是方案里不提醒的日子，什么都没有发。最早 {full_day(again)}可以提醒。")


def not_timed(words: str) -> Answer:
    """`words`: with which it goes out now."""
    return answer(
        "提醒不能定时间，确认了就发，现在什么都没有发。",
        text("现在就提醒，发“", Data(words), "”；想晚些再提醒，到时候再发。"),
    )


def too_many(unit: str, people: int, most: int, step: str) -> Answer:
    """`step`: the list that was asked for."""
    return answer(
        text(Data(unit), f"这样的人有 {people} 位，一次最多提醒 {most} 位，什么都没有发。"),
        f"请按学校提醒，例如“提醒 {step} 第一小学”；要告诉所有人，发“公告 {step} 内容”。",
    )


def nobody_called(name: str, unit: str) -> Answer:
    return answer(text(Data(unit), "没有叫“", Data(name), "”的人，什么都没有发。发“落后名单”看都有谁。"))


def namesakes(name: str, unit: str, people: int) -> Answer:
    return answer(
        text(Data(unit), f"有 {people} 位", Data(name), "，分不清是谁，什么都没有发。"),
        "可以按名单一起提醒，例如“提醒 没选点”。",
    )


def not_led(school: str) -> Answer:
    return answer(
        text(Data(school), "不是你带的，什么都没有发。只能提醒自己带的组或学校的人，发“提醒 落后”。")
    )


def no_such_step(wanted: str) -> Answer:
    return answer(text("没有“", Data(wanted), "”这种名单，什么都没有发。发“提醒 落后”提醒所有落后的人。"))


def _whom(planned: Round) -> tuple[str | Data, ...]:
    names = listed(planned.names[:MOST_NAMED])
    more = " 等" if len(planned.names) > MOST_NAMED else ""
    return Data(planned.unit), f" {len(planned.names)} 人：", Data(names), f"{more}。"


def _without(planned: Round) -> tuple[str, ...]:
    said = left_out(planned.held, planned.workdays)
    return (said,) if said else ()


def _later(planned: Round) -> tuple[str, ...]:
    at = planned.heard_at
    return () if at is None else (f"现在是不打扰人的时间，{full_day(at.date())} {clock_time(at)} 送到。",)
