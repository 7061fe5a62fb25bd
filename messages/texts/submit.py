"""提交: what was taken in, what was not and why, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.submission import EXTRACTION_MINUTES, Advice, PieceFault, Refusal
from messages.outgoing import Answer, Line, Part, answer, item, quote, text
from messages.texts import links as link_texts
from messages.texts.evidence_words import STATES, receipt, shortened
from messages.texts.who_reviews import Course, reviewed_by
from messages.texts.wording import clock_time, code_label, code_labels, day, full_day

_SHORT_NOTE = 40
HOW_TO_SHARE = "用网盘或在线文档的“分享”复制链接"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One point whose evidence is on file now."""

    number: int
    code: str
    version: int
    at: datetime  # when this version was handed in, by the programme's clock
    links: tuple[str, ...]
    extractions: tuple[str, ...]  # 提取码, those that are known
    note: str
    late: Lateness
    held: bool  # 逾期, and the office has not reopened it
    again: bool = False  # the very same was on file before: nothing new was stored
    advice: frozenset[Advice] = frozenset()
    also: tuple[str, ...] = ()  # other points of the same author that one of these links was handed in for


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTaken:
    """One point whose evidence was refused."""

    code: str
    refusal: Refusal
    links: int
    chosen: tuple[str, ...] = ()
    example: str = ""  # one of the chosen that is not certified yet
    swap: tuple[str, str] | None = None  # what would make room for the point
    known: tuple[int, EvidenceState, date] | None = None  # the very same links, decided about already


def outcome(  # noqa: PLR0913, PLR0917 - a receipt says that much
    results: Sequence[Taken | NotTaken],
    course: Course | None,
    next_step: str,
    now: datetime,
    plan: Plan,
    catalogue: Catalogue,
    *,
    on_page: bool = False,
) -> Answer:
    """`course` of what was taken in; `next_step` as a whole sentence, where nothing else comes first."""
    taken = [one for one in results if isinstance(one, Taken)]
    if len(results) > 1:
        lines = _list(results, now, plan, catalogue)
    else:
        lines = [_receipt(taken[0], catalogue), *_stored(taken[0])] if taken else []
    if not taken or course is None:
        return answer(*lines) if lines else _refused(results[0], next_step, plan, catalogue)
    lines.append(text(*reviewed_by(course, held=all(one.held for one in taken))))
    lines += _late(taken, plan)
    advice = {one for result in taken for one in result.advice}
    hint = link_texts.advised(advice, [link for one in taken for link in one.links])
    if hint:
        lines.append(quote(hint))
    lines += _twice(taken, catalogue)
    return answer(*lines, _asked(taken, on_page=on_page) or next_step)


def _receipt(one: Taken, catalogue: Catalogue) -> Line:
    what = (
        f"{receipt(one.number)}：{_versioned(one, catalogue)}，{full_day(one.at.date())}{clock_time(one.at)}"
    )
    if one.again:
        return text(f"这份已经收过，没有重复登记：{what}，{STATES[EvidenceState.WAITING]}。")
    return text(f"收到，{what}。")


def _stored(one: Taken) -> list[Line]:
    """What there is besides a single link."""
    if one.again:
        return []
    parts: list[tuple[Part, ...]] = []
    if len(one.links) > 1:
        parts.append((f"{len(one.links)} 个链接",))
    parts += [("提取码 ", shortened(code)) for code in one.extractions]
    if one.note:
        parts.append(_note(one.note))
    if not parts:
        return []
    joined: list[Part] = ["已存："]
    for number, part in enumerate(parts):
        joined += ["，", *part] if number else part
    return [text(*joined, "。")]


def _note(note: str) -> tuple[Part, ...]:
    length = "" if len(note) <= _SHORT_NOTE else f"（全文 {len(note)} 字）"
    return ("说明“", shortened(note, _SHORT_NOTE), f"”{length}")


def _versioned(one: Taken, catalogue: Catalogue) -> str:
    version = f"，第 {one.version} 版" if one.version > 1 else ""
    return f"{code_label(one.code, catalogue)}{version}"


def _list(results: Sequence[Taken | NotTaken], now: datetime, plan: Plan, catalogue: Catalogue) -> list[Line]:
    """Point by point."""
    taken = sum(isinstance(one, Taken) for one in results)
    counts = f"收到 {taken} 份" if taken else "都没有交上"
    if 0 < taken < len(results):
        counts += f"，没有收 {len(results) - taken} 份"
    lines = [text(f"{counts}（{full_day(now.date())}{clock_time(now)}）：")]
    for one in results:
        if isinstance(one, NotTaken):
            label = code_label(one.code, catalogue)
            lines.append(item(f"{label} 没有交上：", *_reason(one, plan), f"。{_mending(one, plan)}。"))
            continue
        again = "，已经收过，没有重复登记" if one.again else ""
        code = ("，提取码 ", shortened(one.extractions[0])) if one.extractions else ()
        lines.append(item(f"{receipt(one.number)}：{_versioned(one, catalogue)}{again}", *code))
    return lines


def _late(taken: Sequence[Taken], plan: Plan) -> list[Line]:
    if any(one.held for one in taken):
        return [
            text(
                f"注意：{full_day(plan.deadlines.hard)}已经截止，这份标记“逾期”，"
                "项目办重开以前不审，也不计入。"
            )
        ]
    if any(one.late is not Lateness.IN_TIME and not one.again for one in taken):
        soft = full_day(plan.deadlines.soft)
        return [text(f"注意：提交日（{soft}）已过，照样收、照样审，会标记“已过提交日”。")]
    return []


def _twice(taken: Sequence[Taken], catalogue: Catalogue) -> list[Line]:
    """One link for several points may be meant, and may be pasted by mistake: the author knows which."""
    codes = dict.fromkeys(code for one in taken if one.also for code in (one.code, *one.also))
    if not codes:
        return []
    return [
        quote(f"提醒：{code_labels(tuple(codes), catalogue)} 用了同一个链接；要是贴错了，把对的再交一次。")
    ]


def _asked(taken: Sequence[Taken], *, on_page: bool) -> str:
    """The 提取码, where one is missing: nobody can review what does not open."""
    one = wants_extraction(taken)
    if one is None:
        return ""
    if on_page:
        return "下一步：网盘链接没有提取码，请在“提交材料”里把链接和提取码一起再交一次。"
    return extraction_wanted(one.number if len(taken) > 1 else None)


def extraction_wanted(number: int | None) -> str:
    """`number` where it is not clear from what stands before."""
    which = "" if number is None else f"{receipt(number)} 的"
    return (
        f"下一步：{which}网盘链接没有提取码，{EXTRACTION_MINUTES} 分钟内直接回复提取码就行，"
        "以后发“提取码 8k2d”。"
    )


def wants_extraction(taken: Sequence[Taken]) -> Taken | None:
    return next((one for one in taken if Advice.EXTRACTION in one.advice), None)


# ── refusals ──


def _refused(one: Taken | NotTaken, next_step: str, plan: Plan, catalogue: Catalogue) -> Answer:
    assert isinstance(one, NotTaken)
    first = text(f"{code_label(one.code, catalogue)} 没有交上：", *_reason(one, plan), "。")
    if one.refusal.fault is PieceFault.CERTIFIED:
        return answer(first, next_step)
    if one.refusal.fault is PieceFault.NOT_CHOSEN:
        chosen = quote(f"你选的是：{code_labels(one.chosen, catalogue)}。")
        return answer(first, f"下一步：{_mending(one, plan)}。", chosen)
    return answer(first, f"下一步：{_mending(one, plan)}。")


def links_refused(refusal: Refusal, links: int, plan: Plan) -> Answer:
    """Links that no point was named for."""
    one = NotTaken(code="", refusal=refusal, links=links)
    return answer(text("没有收：", *_reason(one, plan), "。"), f"下一步：{_mending(one, plan)}。")


def _reason(one: NotTaken, plan: Plan) -> tuple[Part, ...]:
    refusal = one.refusal
    match refusal.fault:
        case PieceFault.NOT_CHOSEN:
            return ("它不在你选的点里",)
        case PieceFault.CERTIFIED:
            return (_certified(one),)
        case PieceFault.CLOSED:
            return (f"{full_day(plan.deadlines.hard)}已经截止，不再收材料",)
        case PieceFault.MANY_LINKS:
            return (f"一份最多 {plan.review.links} 个链接，这里有 {one.links} 个",)
        case PieceFault.LINK:
            assert refusal.link_fault is not None
            which = f"第 {refusal.position} 个链接" if one.links > 1 else "这个链接"
            return (which, *link_texts.fault(refusal.link_fault, refusal.link, plan.review))


def _certified(one: NotTaken) -> str:
    if one.known is None:
        return "这个点已经认证，不用再交"
    number, state, when = one.known
    return f"这份就是{receipt(number)}，{day(when)}已定为{STATES[state]}，不用再交"


def _mending(one: NotTaken, plan: Plan) -> str:
    match one.refusal.fault:
        case PieceFault.NOT_CHOSEN if one.swap is not None:
            return f"要交它先发“换点 {one.swap[0]} {one.swap[1]}”，再交一次"
        case PieceFault.NOT_CHOSEN:
            return f"请交到你选的点，例如“提交 {one.example} 链接”" if one.example else "你选的点都已认证"
        case PieceFault.CERTIFIED:
            return "这个点不用再做什么"
        case PieceFault.CLOSED:
            return f"有特殊情况请联系{plan.office}"
        case PieceFault.MANY_LINKS:
            return "把材料放进一个文件夹，交文件夹的链接"
        case PieceFault.LINK:
            return f"{HOW_TO_SHARE}，再发“提交 {one.code or '编码'} 链接”"
