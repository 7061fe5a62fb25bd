"""待审: what waits for the asker, what is still with others, what has to be reopened first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Data, Line, LineKind, Part, answer, heading, text
from messages.texts.evidence_words import STATES, waited
from messages.texts.review_words import Shared, Subject, about, findings, link_start, shared_notes
from messages.texts.wording import live


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One line of the list."""

    subject: Subject
    school: str  # "" where there is only one
    workdays: int  # that it has waited
    version: int
    late: Lateness
    links: tuple[str, ...]
    found: tuple[str, ...]  # policy.links.Finding of the links
    shared: Shared
    claimer: str  # whoever else has opened it; "" for nobody
    claimed: str  # since when, "14:05"
    whose: str  # whose turn it is; said of what is not the asker's


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What is shown; the totals count what did not fit as well."""

    theirs: Sequence[Queued]
    total: int
    others: Sequence[Queued] = ()
    others_total: int = 0
    held: Sequence[Queued] = ()
    held_total: int = 0
    numbered: bool = False

    @property
    def shown(self) -> int:
        return len(self.theirs) + len(self.others) + len(self.held)


def queue(
    lists: Lists,
    decided_today: Mapping[EvidenceState, int],
    quotas: Sequence[Line],
    catalogue: Catalogue,
    today: date,
) -> Answer:
    """`decided_today` is said where nothing waits."""
    lines: list[Line] = [text(_first(lists, decided_today))]
    lines += _lines(lists.theirs, 1, lists, catalogue, lambda _: "")
    at = 1 + len(lists.theirs)
    if lists.others_total:
        some = _of(lists.others, lists.others_total)
        lines.append(heading(f"还在别人那里的 {lists.others_total} 份{some}（需要时你可以代审）："))
        lines += _lines(lists.others, at, lists, catalogue, lambda one: f"归{one.whose}")
    at += len(lists.others)
    if lists.held_total:
        lines.append(heading(f"逾期的 {lists.held_total} 份{_of(lists.held, lists.held_total)}："))
        lines += _lines(lists.held, at, lists, catalogue, lambda _: "逾期，先重开")
    return answer(*lines, *quotas, *_next(lists), live(today))


def _first(lists: Lists, decided_today: Mapping[EvidenceState, int]) -> str:
    if not lists.total:
        return f"没有等你审的材料。{_today(decided_today)}"
    oldest = f"等你审的 {lists.total} 份，最早的{waited(lists.theirs[0].workdays)}"
    return f"{oldest}{_of(lists.theirs, lists.total)}："


def _of(some: Sequence[Queued], total: int) -> str:
    return f"，先列 {len(some)} 份" if len(some) < total else ""


def _today(decided: Mapping[EvidenceState, int]) -> str:
    if not decided:
        return ""
    parts = "，".join(f"{STATES[state]} {decided[state]} 份" for state in STATES if state in decided)
    return f"今天你定了 {sum(decided.values())} 份：{parts}。"


def _lines(
    items: Sequence[Queued], first: int, lists: Lists, catalogue: Catalogue, mark: Callable[[Queued], str]
) -> list[Line]:
    return [
        _line(one, number if lists.numbered else None, catalogue, mark(one))
        for number, one in enumerate(items, first)
    ]


def _line(one: Queued, number: int | None, catalogue: Catalogue, mark: str) -> Line:
    parts: list[Part] = [] if number is None else [f"{number}. "]
    parts += about(one.subject, catalogue)
    if one.school:
        parts += ["（", Data(one.school), "）"]
    parts.append(f"，{waited(one.workdays)}")
    if one.version > 1:
        parts.append(f"，第 {one.version} 版")
    if mark:
        parts.append(f"，{mark}")
    for url in one.links:
        parts += ["，", link_start(url)]
    quiet = _notes(one, catalogue)
    for place, note in enumerate(quiet):
        parts += ["（" if place == 0 else "；", *note]
    if quiet:
        parts.append("）")
    return Line(LineKind.ITEM if number is None else LineKind.TEXT, tuple(parts))


def notes(one: Queued, catalogue: Catalogue) -> tuple[str, ...]:
    """What a reviewer should know of it, as plain words."""
    found = _notes(one, catalogue)
    return tuple("".join(p if isinstance(p, str) else p.text for p in note) for note in found)


def _notes(one: Queued, catalogue: Catalogue) -> list[tuple[Part, ...]]:
    found: list[tuple[Part, ...]] = [(note,) for note in shared_notes(one.shared, catalogue)]
    found += [(note,) for note in findings(one.found)]
    if one.late is Lateness.AFTER_SOFT:
        found.append(("已过提交日",))
    if one.claimer:
        found.append((Data(one.claimer), f" {one.claimed} 起在看"))
    return found


def _next(lists: Lists) -> tuple[Line, ...]:
    if not lists.theirs:
        if not lists.held:
            return ()
        return (text(f"下一步：发“重开 {lists.held[0].subject.number} 原因”，再审。"),)
    first = lists.theirs[0].subject.number
    if lists.numbered:
        again = "也可以说“第1个通过”" if len(lists.theirs) == 1 else "几份一起：“通过 1 2”（清单里的行号）"
    else:
        some = " ".join(str(one.subject.number) for one in lists.theirs[:2])
        again = "" if len(lists.theirs) == 1 else f"几份一起：“通过 {some}”"
    tail = f"；{again}" if again else ""
    return (text(f"下一步：发“查看 {first}”看材料，再发“通过 {first}”或“退回 {first} 原因”{tail}。"),)
