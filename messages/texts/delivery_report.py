"""发送情况: what has become of an announcement, who has answered, and what to do next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from bot.policy.announcement import AnnouncementState
from bot.policy.copies import HELD, Fate, Recalled, Receipts, Tally, Target
from messages.outgoing import Answer, Data, Line, Part, answer, item, quote, text
from messages.texts.announcement import at_time
from messages.texts.copy_reasons import because, stays
from messages.texts.evidence_words import shortened
from messages.texts.wording import clock_time, day, listed, live

MOST_TARGETS: Final = 10
MOST_NAMES: Final = 20
_COUNTED: Final = (
    (Fate.SENT, "已送达"),
    (Fate.UNCERTAIN, "不确定"),
    (Fate.FAILED, "失败"),
    (Fate.WITHDRAWN, "没发出就撤下"),
)
_HELD: Final[Mapping[Fate, str]] = {
    Fate.SENDING: "正在发",
    Fate.QUEUED: "在排队",
    Fate.AGAIN: "平台暂时没收（会再试）",
    Fate.BUDGET: "要等明天早上（今天的条数用完了）",
    Fate.UNBOUND: "没绑定账号（绑定后才收得到）",
}
FATES: Final[Mapping[Fate, str]] = {**dict(_COUNTED), **_HELD}
"""What has become of one copy, in the order in which it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An announcement with everything that is known of it."""

    number: int
    state: AnnouncementState
    body: str
    author: str
    confirmed: date
    corrects: int | None
    corrected_by: int | None
    due: datetime | None  # by the programme's clock
    ended: date | None
    ended_by: str
    tally: Tally
    shown: Sequence[Target]  # that failed or are uncertain, only the first
    rest_until: datetime | None  # people are not disturbed before; None = they may be now
    receipts: Receipts | None  # None = nobody was asked
    recalled: Recalled
    resendable: tuple[int, int]  # 编号 of what stands now, and how many can be sent it once more
    today: date


def no_announcement() -> Answer:
    return answer("还没有发过公告。要发，先发“公告 内容”，看过预览再确认。")


def not_an_announcement(number: int) -> Answer:
    return answer(f"编号 {number} 不是公告。发“发送情况”看最近一条公告。")


def report(one: Report) -> Answer:
    said: list[Line | str] = [_result(one), text("内容：“", shortened(one.body, 60), "”")]
    said += _chain(one)
    if one.tally.of(*Fate):
        said += [*_recall(one), *_troubles(one), *_held(one)]
    answers = one.receipts if one.state is AnnouncementState.POSTED else None
    if answers is not None and (answers.asked or one.tally.groups):  # else nobody has got it yet
        said += [receipts_line(answers)]
    said += _next(one)
    return answer(*said, live(one.today))


def _result(one: Report) -> Line:
    name = f"公告 {one.number}"
    author = Data(one.author)
    match one.state:
        case AnnouncementState.WAITING:
            when = day(one.confirmed)
            return text(f"{name} 还没发：", author, f"{when}确认了，在等项目办另一位同事确认。")
        case AnnouncementState.SCHEDULED:
            assert one.due is not None, "whatever is scheduled has its time"
            return text(f"{name} 还没发：定在{at_time(one.due)}发。")
        case AnnouncementState.CANCELLED:
            assert one.ended is not None, "whatever is cancelled has ended"
            return text(f"{name} 没有发：", Data(one.ended_by), f"{day(one.ended)}取消了。")
        case AnnouncementState.EXPIRED:
            return text(f"{name} 没有发：一直没有第二位同事确认，过期了。")
        case AnnouncementState.POSTED | AnnouncementState.RECALLED:
            return text(_went_out(name, one))


def _went_out(name: str, one: Report) -> str:
    if not one.tally.of(*Fate):
        return f"{name} 没有发给谁：对象里没有人，也没有群。"
    if one.state is AnnouncementState.RECALLED:
        return f"{name} 撤回了：{recall_line(one.recalled)}"
    return f"{name}：{_counts(one.tally)}。"


def _counts(tally: Tally) -> str:
    parts = [
        _counted(counts, "个", "个群") if is_group else _counted(counts, "人", "人")
        for is_group, counts in ((True, tally.groups), (False, tally.people))
        if counts
    ]
    return "；".join(parts)


def _counted(counts: Mapping[Fate, int], measure: str, whole: str) -> str:
    everything = sum(counts.values())
    if counts.get(Fate.SENT, 0) == everything:
        return f"{everything} {whole}都已送达"
    unit = f" {measure}"
    found = [
        f"{counts.get(fate, 0)}{unit}{words}"
        for fate, words in _COUNTED
        if fate is Fate.SENT or counts.get(fate)
    ]
    waiting = sum(counts.get(fate, 0) for fate in HELD)
    if waiting:
        found.append(f"{waiting}{unit}还没发出")
    return f"{everything} {whole}里 {'，'.join(found)}"


def _chain(one: Report) -> Iterable[str]:
    if one.corrects is not None:
        yield f"它更正的是公告 {one.corrects}。"
    if one.corrected_by is not None:
        yield f"它已被公告 {one.corrected_by} 更正。"


def _troubles(one: Report) -> Iterable[Line | str]:
    """Those of the same reason stand together."""
    for fate, title in ((Fate.FAILED, "失败"), (Fate.UNCERTAIN, "不确定")):
        chosen = sorted(
            ((because(target), target) for target in one.shown if target.fate is fate),
            key=lambda pair: pair[0],
        )
        for reason, alike in groupby(chosen, key=lambda pair: pair[0]):
            names = named(target for _, target in alike)
            yield item(f"{title}：", *names, f"：{reason}。")
    left = one.tally.of(Fate.FAILED, Fate.UNCERTAIN) - len(one.shown)
    if left > 0:
        yield f"另有 {left} 个失败或不确定的没有列出。"


def named(targets: Iterable[Target]) -> list[Part]:
    """Names with a mark between them; people with their school."""
    parts: list[Part] = []
    for target in targets:
        parts += ["、"] if parts else []
        parts.append(Data(target.name))
        if target.school and not target.is_group:
            parts += ["（", Data(target.school), "）"]
    return parts


def _held(one: Report) -> Iterable[str]:
    found = []
    for fate in HELD:
        people, groups = one.tally.people.get(fate, 0), one.tally.groups.get(fate, 0)
        words = _HELD[fate]
        if fate is Fate.QUEUED and people and one.rest_until is not None:
            found.append(f"{people} 人等到{_until(one.rest_until, one.today)}（休息时间不打扰）")
            people = 0
        if people or groups:
            counted = [f"{groups} 个群"] * bool(groups) + [f"{people} 人"] * bool(people)
            found.append(f"{listed(counted)}{words}")
    if found:
        yield f"还没发出的：{'；'.join(found)}。"


def _until(moment: datetime, today: date) -> str:
    """The hour alone where it is today."""
    return f" {clock_time(moment)}" if moment.date() == today else at_time(moment)


def receipts_line(found: Receipts) -> Line:
    """How many have answered 收到, and who has not."""
    if not found.asked:
        return text(f"已回“收到” {found.in_groups} 人（发在群里，没有逐人的名单）。")
    also = f"（另有 {found.in_groups} 人在群里回了）" if found.in_groups else ""
    first = f"已回“收到” {found.answered}/{found.asked} 人{also}"
    left = found.asked - found.answered
    if not left:
        return text(f"{first}，都回了。")
    names: list[Part] = []
    for name in found.missing:
        names += ["、", Data(name)] if names else [Data(name)]
    more = f" 等 {left} 人" if left > len(found.missing) else ""
    return text(f"{first}，还没有：", *names, f"{more}。")


def _recall(one: Report) -> Iterable[str]:
    """How far it had got."""
    if one.state is AnnouncementState.RECALLED:
        yield f"撤回前：{_counts(one.tally)}。"


def recall_line(found: Recalled) -> str:
    """In copies."""
    twice = f"（其中 {found.twice} 条可能发过两遍，多的一遍撤不回）" if found.twice else ""
    parts = [f"已撤回 {found.taken_back} 条{twice}"]
    if found.asked:
        parts.append(f"正在撤回 {found.asked} 条")
    kept = sum(one.count for one in found.staying)
    if kept:
        parts.append(f"撤不回 {kept} 条（{staying_words(found)}）")
    return f"{'，'.join(parts)}。"


def staying_words(found: Recalled) -> str:
    """Why what stays cannot be taken back, with how many of each."""
    counts: dict[str, int] = {}
    for one in found.staying:
        words = stays(one.outlet, one.reason, one.why)
        counts[words] = counts.get(words, 0) + one.count
    if len(counts) == 1:
        return next(iter(counts))
    return "；".join(f"{words} {count} 条" for words, count in counts.items())


def _next(one: Report) -> Iterable[Line]:
    match one.state:
        case AnnouncementState.WAITING:
            yield quote(f"另一位同事发“确认 {one.number}”就发出；不发了，发“取消 {one.number}”。")
        case AnnouncementState.SCHEDULED:
            yield quote(f"不发了，发“取消 {one.number}”。")
        case AnnouncementState.POSTED if one.resendable[1]:
            number, count = one.resendable
            yield quote(f"下一步：发“重发 {number}”，发给没收到的 {count} 个。")
        case _:
            pass
