"""为什么: what counted, what did not and why, by which rule of which paper, as of when."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.policy.explanation import Explanation, Part, PartExplanation, Reason, Source, Uncounted
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Data, Line, answer, heading, item, quote, text
from messages.outgoing import Part as Piece
from messages.texts.next_step import requirement
from messages.texts.wording import as_of, code_label, full_day, hours, listed, practice_rule

DayOf = Callable[[int], date]
"""From an instant (epoch milliseconds) to its day."""

_HOURS = {Part.ONLINE: "线上", Part.PRACTICE: "实践", Part.TOGETHER: "合计"}
_UNCOUNTED = {
    Reason.OLDER: "较早的数据，以最新一份为准，不累加",
    Reason.DROP: "比之前少，等项目办确认，先不算",
    Reason.IMPORT_TAKEN_BACK: "这一次导入已经撤销",
    Reason.CORRECTED: "项目办核对以后不计入",
    Reason.NO_GRANT: "认证有效，但前几个点已经记满，不再加学时",
    Reason.IMPORTED_SOURCE: "认证有效，实践学时以学校台账为准，不因认证加学时",
    Reason.SET_ASIDE: "学校台账的记录，实践学时只按认证记",
    Reason.REVERSED: "已冲销",
    Reason.UNKNOWN_POINT: "现在的微能力点清单里没有它",
    Reason.SAME_DIMENSION: "所在维度已经有别的认证点",
}


def why(  # noqa: PLR0913 - a whole account of a person
    explanation: Explanation,
    plan: Plan,
    catalogue: Catalogue,
    *,
    chosen: Sequence[str],
    day_of: DayOf,
    today: date,
) -> Answer:
    """`chosen`: the codes, of which those without certification are named as not counting."""
    lines: list[Line] = [text(_verdict(explanation))]
    for part in explanation.parts:
        lines.append(heading(_heading(part)))
        lines += [item(*_source(source, catalogue, day_of)) for source in part.counted]
        lines += [_left_out(uncounted, part.part, catalogue, day_of) for uncounted in part.uncounted]
        if part.part is Part.POINTS:
            lines += _uncertified(chosen, part, catalogue)
    return answer(
        *lines,
        heading("依据"),
        item(Data(explanation.document), f"：{requirement(plan.requirement)}，每一项都要达到，互相不能抵。"),
        item(f"{practice_rule(plan)}（规则版本 {explanation.rule_version}）"),
        as_of(_online_as_of(explanation), today),
        quote("对不上就把这条转给本校学校管理员，或联系", Data(plan.office), "。"),
    )


def _verdict(explanation: Explanation) -> str:
    if explanation.done:
        return "已经合格：五项要求都达到了。"
    short = [part for part in explanation.parts if part.missing]
    return f"还没有合格，因为{listed(_short(part) for part in short)}。"


def _online_as_of(explanation: Explanation) -> date | None:
    counted = (source for part in explanation.parts if part.part is Part.ONLINE for source in part.counted)
    return next((source.as_of for source in counted), None)


def _short(part: PartExplanation) -> str:
    if part.part in _HOURS:
        if part.have is None:
            return f"{_HOURS[part.part]}还没有数据（要求 {hours(part.target)}）"
        return f"{_HOURS[part.part]} {hours(part.have)}（要求 {hours(part.target)}）"
    return f"{_counted_as(part)} {part.have}/{part.target} 个"


def _heading(part: PartExplanation) -> str:
    mark = "还差" if part.missing else "达到"
    if part.part in _HOURS:
        have = "没有数据" if part.have is None else hours(part.have)
        gap = f" {hours(part.missing)}" if part.missing else ""
        return f"{_HOURS[part.part]} {have}，要求 {hours(part.target)}，{mark}{gap}"
    gap = f" {part.missing} 个" if part.missing else ""
    return f"{_counted_as(part)} {part.have} 个，要求 {part.target} 个，{mark}{gap}"


def _counted_as(part: PartExplanation) -> str:
    return "认证的微能力点" if part.part is Part.POINTS else "认证点覆盖的维度"


def _source(source: Source, catalogue: Catalogue, day_of: DayOf) -> tuple[Piece, ...]:
    """A snapshot by its day, a row of the ledger or a point by what it is for."""
    amount = "" if source.hours is None else f"：{hours(source.hours)}"
    if source.as_of is not None:
        return (f"学习平台 {full_day(source.as_of)}的数据{amount}",)
    when = "" if source.entered_at is None else f"（{full_day(day_of(source.entered_at))}记入）"
    note: tuple[Piece, ...] = ("，", Data(source.note)) if source.note else ()
    name = _name(source, catalogue)
    if note and _of_a_file(source, catalogue):
        # A file's row is known by point and 依据; the 依据 follows as the note.
        code = source.reference.partition(" ")[0]
        name = (code_label(code, catalogue),) if code in catalogue else ("学校台账",)
    return (*name, f"{amount}{when}", *note)


def _of_a_file(source: Source, catalogue: Catalogue) -> bool:
    return bool(source.reference) and source.reference not in catalogue


def _name(source: Source, catalogue: Catalogue) -> tuple[Piece, ...]:
    if source.reference in catalogue:
        dimension = "" if source.hours is not None else f"（{catalogue[source.reference].dimension}）"
        return (f"{code_label(source.reference, catalogue)}{dimension}",)
    return (Data(source.reference),)


def _left_out(uncounted: Uncounted, part: Part, catalogue: Catalogue, day_of: DayOf) -> Line:
    surplus = uncounted.source.hours
    if uncounted.reason is Reason.SURPLUS and surplus is not None:
        other = _HOURS[Part.PRACTICE if part is Part.ONLINE else Part.ONLINE]
        return item(f"比要求多 {hours(surplus)}，算在合计里，不能抵{other}学时")
    reason = _UNCOUNTED[uncounted.reason]
    return item("没算：", *_source(uncounted.source, catalogue, day_of), f"，{reason}")


def _uncertified(chosen: Sequence[str], points: PartExplanation, catalogue: Catalogue) -> list[Line]:
    # Also what counts no more is certified: it stands there with its own reason.
    certified = {source.reference for source in (*points.counted, *(one.source for one in points.uncounted))}
    return [
        item(f"没算：{code_label(code, catalogue)}，选了，还没有认证")
        for code in chosen
        if code not in certified
    ]
