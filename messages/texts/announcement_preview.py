"""公告, before it is confirmed: to whom, what they read, what it costs, and what is unusual about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.policy.announcement import Unusual
from bot.policy.audience import Why
from messages.incoming import Platform
from messages.outgoing import Answer, Data, Line, answer, quote, text
from messages.texts.announcement import CLOSES, OPENS, Addressed, at_time, names
from messages.texts.wording import PLATFORMS, clock_time, listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Receivers:
    """Whom it would reach now; either people or groups."""

    to: Addressed
    schools: int
    names: tuple[str, ...]  # of the first of them
    everywhere: bool = False  # no audience was heard: every bound group
    unbound: int = 0  # of the people
    stopped: int = 0  # of the groups
    used_up: int = 0  # of the groups: their messages of today


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Messages that one copy takes, by what it is called; `whole`: of all together, None where nobody can know."""

    pages: tuple[tuple[str, int], ...]
    whole: int | None

    @property
    def is_long(self) -> bool:
        """Whether a copy takes several messages somewhere."""
        return any(pages > 1 for _, pages in self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When it would go out."""

    wanted: datetime | None = None  # what was said with 定时
    due: datetime | None = None  # that, out of the quiet time; None = at once
    opens: datetime | None = None  # the end of the quiet time that it is now; None = it is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Everything that is looked at before 确认."""

    receivers: Receivers
    message: Answer
    cost: Cost
    timing: Timing
    characters: int  # of the content
    unusual: tuple[Unusual, ...]  # what the hour makes unusual is said with `timing`
    seconds: tuple[str, ...]  # who could be the second person; () = none is needed
    minutes: int


def preview(one: Preview) -> Answer:
    """Not carried out yet. A long one comes last: what has to be known must not wait behind 更多."""
    said = answer(OPENS) + one.message + answer(CLOSES)
    about = (cost_line(one), *_remarks(one), *_second(one.seconds))
    if one.cost.is_long:
        return answer(to_whom(one.receivers), *about, _how(one)) + said
    return answer(to_whom(one.receivers)) + said + answer(*about, _how(one))


def rescheduled(one: Preview) -> Answer:
    """定时, after a preview: only what is new."""
    return answer(*_timing(one), *_second(one.seconds), _how(one))


def to_whom(who: Receivers) -> Line:
    """Whom it reaches at this moment."""
    more = "等" if who.to.people + who.to.groups > len(who.names) else ""
    called = ("：", Data(listed(who.names)), more) if who.names else ()
    if who.to.groups:
        return text(f"发到{'全部' if who.everywhere else ''} {who.to.groups} 个群", *called, "。")
    schools = f" {who.schools} 所学校的" if who.schools else " "
    unbound = f"，其中 {who.unbound} 人没有绑定账号，绑定后才收得到" if who.unbound else ""
    return text(f"发给{schools} {who.to.people} 人（私信）".replace("  ", " "), *called, f"{unbound}。")


def group_names(groups: Sequence[tuple[str, Platform]]) -> tuple[str, ...]:
    """Groups that are called alike, on several platforms, with theirs."""
    where: dict[str, set[Platform]] = {}
    for name, platform in groups:
        where.setdefault(name, set()).add(platform)
    return tuple(
        f"{name}（{PLATFORMS[platform]}）" if len(where[name]) > 1 else name for name, platform in groups
    )


def cost_line(one: Preview) -> Line:
    """How many messages that is; said short where a copy is one message."""
    each = "每个群" if one.receivers.to.groups else "每人"
    if not one.cost.is_long:
        return text(f"{each} 1 条消息。")
    counted = listed(f"{name} {pages} 条" for name, pages in one.cost.pages)
    whole = f"，一共 {one.cost.whole} 条" if one.cost.whole is not None else ""
    return text(f"内容长，要拆开发：{each}{counted}消息{whole}。")


def _remarks(one: Preview) -> Iterator[Line]:
    """What is unusual, each with a gentler way."""
    yield from _timing(one)
    who = one.receivers
    if who.stopped:
        yield quote(f"{who.stopped} 个群已经停发，收不到；先重新绑定（发“发送情况”能看到原因）。")
    if who.used_up:
        yield quote(f"{who.used_up} 个群今天的条数已经用完，会等到明天早上。")
    if Unusual.CALLS_EVERYBODY in one.unusual:
        yield quote("“@所有人”只是文字，不会让谁的手机响；删掉更清楚。")
    if Unusual.LONG in one.unusual:
        yield quote(f"内容有 {one.characters} 个字，很少有人看完；建议只写要点，细节放在链接里。")


def _timing(one: Preview) -> Iterator[Line]:
    timing, groups = one.timing, one.receivers.to.groups
    if timing.due is not None:
        yield text(f"定在 {at_time(timing.due)} 发：{one.receivers.to.words}。")
        if timing.wanted is not None and timing.wanted != timing.due:
            yield quote(f"{at_time(timing.wanted)} 是休息时间，往后挪了；一定要那时发，回复“确认 加急”。")
    elif timing.opens is not None and groups:
        day = f"{timing.opens.month}月{timing.opens.day}日 {clock_time(timing.opens)}"
        yield quote(f"现在是休息时间，群里会马上收到；不急的话，发“定时 {day}”。")
    elif timing.opens is not None:
        yield quote(f"现在是休息时间：私信会等到 {at_time(timing.opens)}；要马上发，回复“确认 加急”。")


def _second(others: Sequence[str]) -> Iterator[Line]:
    if others:
        yield text("对象多，你确认后还要另一位项目办同事确认：", *names(others), "。")


def _how(one: Preview) -> Line:
    within = f"（{one.minutes} 分钟内有效）"
    if one.timing.due is not None:
        return text(f"还没有执行。回复“确认”就定下来，“定时 明天 8:00”改时间，“取消”放弃{within}。")
    return text(f"还没有发。回复“确认”发送，“定时 明天 8:00”定时发送，“取消”放弃{within}。")


def no_content() -> Answer:
    return answer("公告还没有写内容，例如“公告 幼儿园 明天下午两点线上答疑”；不写对象就发到全部绑定的群。")


def too_long(most: int) -> Answer:
    return answer(f"内容超过 {most} 个字，没有处理。请只写要点，细节放在链接里。")


def nobody(words: str) -> Answer:
    return answer(
        text("“", Data(words), "”现在一个人也没有，没有执行。请换一个对象，例如“公告 没选点 内容”。")
    )


def no_groups(words: str) -> Answer:
    if not words:
        return answer(
            "还没有绑定任何群，没有执行。先在群里 @我 发“绑定本群 学校名”，再发公告；也可以私信，例如“公告 老师 内容”。"
        )
    return answer(
        text("“", Data(words), "”没有绑定的群，没有执行。先在群里 @我 发“绑定本群 学校名”，再发公告。")
    )


def no_audience(word: str, why: Why, candidates: Sequence[str]) -> Answer:
    """Words that are no audience, or none that can be meant for sure."""
    match why:
        case Why.MIXED:
            said = text("“", Data(word), "”既有人又有群，没有执行。群和私信请分两次发。")
        case Why.NO_SUCH_GROUPS:
            said = text(
                "“", Data(word), "”没有这样的群，没有执行。群只按学校、学段或“全市群”分；要私信就去掉“群”字。"
            )
        case Why.AMBIGUOUS:
            said = text("“", Data(word), "”可能是", Data(listed(candidates)), "，没有执行。请写学校全名。")
        case Why.UNKNOWN if candidates:
            said = text(
                "没有“",
                Data(word),
                "”这所学校，没有执行。是不是",
                Data(listed(candidates)),
                "？请写学校全名。",
            )
        case Why.UNKNOWN:
            said = text(
                "没有“",
                Data(word),
                "”这所学校，也没有这种对象，没有执行。请写学校全名、“幼儿园”“组长”“没选点”，或不写对象。",
            )
    return answer(said)
