"""我的材料: every submission with its state, who has it, and what its author can do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Line, Part, answer, item, text
from messages.texts import links as link_texts
from messages.texts.evidence_words import STATES, receipt, shortened
from messages.texts.who_reviews import Course, people
from messages.texts.wording import code_label, day, listed, live

_ORDER = (EvidenceState.WAITING, EvidenceState.RETURNED, EvidenceState.EXCELLENT, EvidenceState.PASSED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reviewer has said."""

    by: str
    on: date
    remark: str
    piece: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One submission."""

    number: int
    code: str
    state: EvidenceState
    version: int
    on: date  # when the newest version was handed in
    waited: int  # workdays since
    late: Lateness
    held: bool  # 逾期, and the office has not reopened it
    course: Course
    verdict: Verdict | None  # of the state it is in
    findings: tuple[str, ...]  # bot.policy.links.Finding of its links


def my_evidence(shown: Sequence[Shown], next_step: str, today: date, catalogue: Catalogue) -> Answer:
    """In this order; those that were taken back come last and short."""
    kept = [one for one in shown if one.state is not EvidenceState.WITHDRAWN]
    gone = [one for one in shown if one.state is EvidenceState.WITHDRAWN]
    lines: list[Line] = [text(_counts(kept) if kept else "你现在没有交着的材料。")]
    lines += [item(*_submission(one, today, catalogue)) for one in kept]
    if gone:
        names = (f"{receipt(one.number)}（{code_label(one.code, catalogue)}）" for one in gone)
        lines.append(item(f"已撤回：{listed(names)}。"))
    return answer(*lines, next_step, live(today))


def nothing_yet(codes: Sequence[str], next_step: str, catalogue: Catalogue) -> Answer:
    """`codes`: the points that were asked about."""
    if codes:
        code = codes[0]
        return answer(f"{code_label(code, catalogue)} 还没有交过材料。", f"下一步：发“提交 {code} 链接”。")
    return answer("你还没有交过材料。", next_step)


def _counts(kept: Sequence[Shown]) -> str:
    states = Counter(one.state for one in kept)
    parts = (f"{states[state]} 份{STATES[state]}" for state in _ORDER if states[state])
    return f"你交了 {len(kept)} 份材料：{listed(parts)}。"


def _submission(one: Shown, today: date, catalogue: Catalogue) -> tuple[Part, ...]:
    version = f"，第 {one.version} 版（以前的都留着）" if one.version > 1 else ""
    head = f"{receipt(one.number)}：{code_label(one.code, catalogue)}，{STATES[one.state]}{version}，"
    return (head, *how_far(one, today))


def how_far(one: Shown, today: date) -> tuple[Part, ...]:
    """Who has it or what was said, and what its author can do."""
    return (*_course(one, today), *_about_links(one))


def _course(one: Shown, today: date) -> tuple[Part, ...]:
    verdict = one.verdict
    if one.state is EvidenceState.WAITING or verdict is None:
        return _waiting(one, today)
    if one.state is EvidenceState.RETURNED:
        piece: tuple[Part, ...] = ("要改的是：", shortened(verdict.piece), "。") if verdict.piece else ()
        return (
            f"{day(verdict.on)}由",
            shortened(verdict.by),
            "退回：",
            shortened(verdict.remark),
            "。",
            *piece,
            f"改好后发“提交 {one.code} 链接”。",
        )
    remark: tuple[Part, ...] = ("评语：", shortened(verdict.remark), "。") if verdict.remark else ()
    return (f"{day(verdict.on)}由", shortened(verdict.by), "审定。", *remark)


def _waiting(one: Shown, today: date) -> tuple[Part, ...]:
    if one.held:
        return (f"{day(one.on)}交，逾期，等项目办重开，重开前不审、不计入。",)
    late = "，已过提交日" if one.late is not Lateness.IN_TIME else ""
    when = "今天交" if one.on == today else f"{day(one.on)}交"
    waited = f"，等了 {one.waited} 个工作日" if one.waited else ""
    return (f"{when}{late}{waited}，在", *people(one.course, one.course.levels), "那里。")


def _about_links(one: Shown) -> tuple[Part, ...]:
    """Quietly, and only while it matters to the author."""
    found = link_texts.found(one.findings)
    return (f"注意：{'；'.join(found)}。",) if found else ()
