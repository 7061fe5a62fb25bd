"""查看: one submission with its versions, its history, and how to decide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.policy.calendar import Lateness
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.links import carried_extraction
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Data, Line, Part, answer, heading, item, text
from messages.texts.evidence_words import STATES, receipt, waited
from messages.texts.review_words import Shared, findings, moment, shared_notes
from messages.texts.wording import code_label, listed, live

LATE = {Lateness.AFTER_SOFT: "已过提交日", Lateness.OVERDUE: "逾期"}
EVENTS = {
    EventKind.SUBMITTED: "提交",
    EventKind.EXTRACTION: "补了提取码",
    EventKind.WITHDRAWN: "撤回",
    EventKind.DROPPED: "换了别的点，材料随之撤回",
    EventKind.PASSED: "定为合格",
    EventKind.EXCELLENT: "定为优秀",
    EventKind.RETURNED: "退回",
    EventKind.REOPENED: "重开",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLink:
    """One link with what is known about it."""

    url: str
    extraction: str
    finding: str  # policy.links.Finding; "" = not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVersion:
    """What was handed in at one time."""

    version: int
    at: datetime
    late: Lateness
    note: str
    links: tuple[ShownLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing in the history."""

    at: datetime
    who: str
    kind: EventKind
    version: int
    remark: str
    piece: str
    on_behalf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A submission as its reader sees it."""

    number: int
    code: str
    author: str
    school: str
    group: str  # "" without one
    state: EvidenceState
    held: bool
    version: int
    workdays: int  # that it has waited
    versions: Sequence[ShownVersion]  # the newest first
    history: Sequence[Happened]
    whose: str  # whose turn it is, where it waits
    shared: Shared  # empty for the author
    claimer: str  # whoever else has opened it; "" for nobody
    claimed: str  # since when, "14:05"


@dataclass(frozen=True, slots=True)
class Reading:
    """Who looks at it."""

    own: bool
    decides: bool  # may decide about it
    in_turn: bool  # it is the reader's turn, not 代审
    reopens: bool  # of the project office


def which_one() -> Answer:
    return answer("要看哪一份？发“查看 编号”，例如“查看 12”；编号在“待审”或“我的材料”里。")


def not_seen(number: int) -> Answer:
    """Also of what exists and is not for the asker's eyes."""
    return answer(f"没有你能看的{receipt(number)}。")


def no_line(number: int) -> Answer:
    return answer(f"清单里没有第 {number} 条。")


def one_at_a_time(number: int) -> Line:
    return text(f"一次看一份；下一份发“查看 {number}”。")


def opened(one: Opened, reading: Reading, catalogue: Catalogue, today: date) -> Answer:
    where = f"{one.school}{one.group}"
    lines: list[Line] = [
        heading(f"{receipt(one.number)} {code_label(one.code, catalogue)}，{state_words(one)}"),
        text("作者：", Data(one.author), "，", Data(where)),
    ]
    for version in one.versions:
        lines += _version(version, single=one.version == 1)
    lines += [text(f"注意：{note}。") for note in shared_notes(one.shared, catalogue)]
    if one.claimer:
        lines.append(text(Data(one.claimer), f" {one.claimed} 起在看。"))
    lines += usual(one.code, catalogue)
    lines.append(text("经过："))
    lines += [happened(event) for event in one.history]
    return answer(*lines, *_next(one, reading), live(today))


def state_words(one: Opened) -> str:
    """Where it stands and whose turn it is."""
    if one.held:
        return "待审（逾期，要先重开）"
    if one.state is EvidenceState.WAITING:
        return f"待审，{waited(one.workdays)}，归{one.whose}审"
    return STATES[one.state]


def _version(version: ShownVersion, *, single: bool) -> Iterable[Line]:
    late = f"（{LATE[version.late]}）" if version.late in LATE else ""
    which = "" if single else f"第 {version.version} 版，"
    yield text(f"{which}{moment(version.at)} 交{late}：")
    for link in version.links:
        parts: list[Part] = [Data(link.url)]
        if link.extraction and link.extraction != carried_extraction(link.url):
            parts += [" 提取码 ", Data(link.extraction)]
        found = findings([link.finding])
        yield item(*parts, f"（{listed(found)}）" if found else "")
    if version.note:
        yield text("说明：", Data(version.note))


def usual(code: str, catalogue: Catalogue) -> tuple[Line, ...]:
    """The pieces that the point asks for; nothing where they are not known."""
    if code not in catalogue or not catalogue[code].evidence:
        return ()
    point = catalogue[code]
    return (text(f"{'需要' if point.evidence_confirmed else '一般需要'}：{listed(point.evidence)}。"),)


def happened(one: Happened) -> Line:
    """A line of the history."""
    what = f"交了第 {one.version} 版" if one.kind is EventKind.RESUBMITTED else EVENTS[one.kind]
    behalf = "（代审）" if one.on_behalf else ""
    piece = f"，要改的是 {one.piece}" if one.piece else ""
    parts: list[Part] = [f"{moment(one.at)} ", Data(one.who), f" {what}{behalf}{piece}"]
    if one.remark:
        parts += ["：", Data(one.remark)]
    return item(*parts)


def _next(one: Opened, reading: Reading) -> tuple[Line, ...]:
    if reading.own:
        said = _next_of_author(one)
    elif one.held:
        said = f"下一步：发“重开 {one.number} 原因”，再审。" if reading.reopens else "项目办重开以后才能审。"
    elif one.state is EvidenceState.WAITING and reading.decides:
        opening = "下一步" if reading.in_turn else "要代审的话"
        said = (
            f"{opening}：发“通过 {one.number}”“通过 {one.number} 优秀”或“退回 {one.number} 缺学生体会”，"
            "通过时后面可以写评语。"
        )
    elif one.state.decided and reading.reopens:
        said = f"要改的话：发“重开 {one.number} 原因”。"
    else:
        said = ""
    return (text(said),) if said else ()


def _next_of_author(one: Opened) -> str:
    match one.state:
        case EvidenceState.WAITING if one.held:
            return "项目办重开以后才审，有特殊情况请告诉项目办。"
        case EvidenceState.WAITING:
            return (
                f"下一步：等{one.whose}审；要换材料发“提交 {one.code} 新链接”，不交了发“撤回 {one.number}”。"
            )
        case EvidenceState.RETURNED:
            return f"下一步：改好后发“提交 {one.code} 链接”。"
        case EvidenceState.WITHDRAWN:
            return f"已经撤回，要交的话发“提交 {one.code} 链接”。"
        case _:
            return "已经认证，不用再做什么。"
