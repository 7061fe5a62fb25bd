"""Deciding about submissions: which one a number means, whether it may be decided, what a reason names."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from bot.policy.evidence import EvidenceState
from bot.policy.people import LEADS, Grant, Role, Whereabouts
from bot.policy.review import Level

_MOST_OF_PIECES = 50  # characters
# What people call the pieces, whatever the point: the longer word before the shorter one inside it.
_PIECES = (
    "教学设计", "课堂实录", "学生体会", "教学反思", "教师反思", "说明视频", "微课视频", "演示文稿", "评价量规",
    "学情分析方案", "学情分析报告", "学生作品", "活动方案", "视频", "课件", "体会", "反思", "量规", "截图",
)  # fmt: skip
_CANNED = re.compile(
    r"(?:用|按)?(?:原因|理由)?\s*:?\s*第?\s*(\d{1,2})\s*(?:条|个|项|号)?\s*(?:原因|理由)?[。.]?"
)


@unique
class Said(StrEnum):
    """How somebody has said a number."""

    BARE = "bare"  # 3
    LINE = "line"  # 第3个, 第3条: always the line of the last list
    RECEIPT = "receipt"  # 编号3, #3, 3号: always the 编号


@dataclass(frozen=True, slots=True)
class Seen:
    """A submission as somebody was shown it."""

    number: int
    version: int


@dataclass(frozen=True, slots=True)
class Lines:
    """The last list that somebody was shown."""

    numbered: bool  # whether its lines carried numbers
    items: tuple[Seen, ...]

    def line(self, number: int) -> int | None:
        """The receipt of line `number`; None where the list is shorter."""
        return self.items[number - 1].number if 1 <= number <= len(self.items) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What somebody reviews and sees because of their roles."""

    person_id: int
    groups: frozenset[int]  # whose leader they are
    schools: frozenset[int]  # that they lead
    office: bool
    sees_all: bool  # the office, and those who only read

    def sees(self, other: Whereabouts) -> bool:
        """As `bot.policy.people.may_see`."""
        return (
            self.sees_all
            or other.person_id == self.person_id
            or other.group_id in self.groups
            or other.school_id in self.schools
        )


@unique
class Verdict(StrEnum):
    """Whether somebody may decide about one submission now, or why not."""

    FREE = "free"
    OWN = "own"
    HIDDEN = "hidden"  # not theirs: the same as a number that does not exist
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    HELD = "held"  # 逾期: the office reopens it first
    CHANGED = "changed"  # the author has sent another version than the one they were shown
    CERTIFIED = "certified"  # the author has this point already, by whatever way
    OVER_QUOTA = "over_quota"  # no 优秀 is left
    NO_LINE = "no_line"  # the list is shorter


def desk_of(person_id: int, grants: Collection[Grant]) -> Desk:
    roles = {grant.role for grant in grants}
    return Desk(
        person_id=person_id,
        groups=frozenset(
            grant.group_id for grant in grants if grant.role is Role.LEADER and grant.group_id is not None
        ),
        schools=frozenset(
            grant.school_id for grant in grants if grant.role in LEADS and grant.school_id is not None
        ),
        office=Role.OFFICE in roles,
        sees_all=bool(roles & {Role.OFFICE, Role.OVERSIGHT}),
    )


def may_number(items: Sequence[int], visible: Collection[int]) -> bool:
    """Whether the lines of a list of receipts may carry line numbers.

    `visible`: the numbers up to the length of the list that the reader may see. None of them may be taken
    for a line that is about another one.
    """
    return all(line == number or line not in visible for line, number in enumerate(items, 1))


def meant(number: int, said: Said, lines: Lines | None) -> int | None:
    """The receipt that a number stands for; None for a line that is not there."""
    if said is Said.LINE:
        return None if lines is None else lines.line(number)
    if said is Said.BARE and lines is not None and lines.numbered:
        found = lines.line(number)
        return number if found is None else found
    return number


def verdict(  # noqa: PLR0913 - each answer has its reason
    *, own: bool, level: Level | None, state: EvidenceState, held: bool, version: int, seen: int | None
) -> Verdict:
    """`seen`: the newest version that was shown to whoever decides, as far as that is known."""
    if own:
        return Verdict.OWN
    if level is None:
        return Verdict.HIDDEN
    if state.decided:
        return Verdict.DECIDED
    if state is EvidenceState.WITHDRAWN:
        return Verdict.WITHDRAWN
    if held:
        return Verdict.HELD
    return Verdict.CHANGED if seen is not None and seen < version else Verdict.FREE


def canned(reason: str, reasons: Sequence[str]) -> str:
    """What '2', '原因2' or '第2条原因' stands for; a reason in words stays as it is."""
    found = _CANNED.fullmatch(reason.strip())
    if found is None:
        return reason
    number = int(found[1])
    return reasons[number - 1] if 1 <= number <= len(reasons) else ""


def pieces_named(reason: str, usual: Sequence[str]) -> str:
    """Which pieces of the evidence a reason names, joined by 、; "" for none.

    `usual`: the pieces of the point, where 'A或B' is either of two. '课堂实录' names a point's '课堂实录片段'.
    """
    own = [word for piece in usual for word in piece.split("或") if len(word) > 1]
    words = {word: word for word in own}
    for word in _PIECES:
        words.setdefault(word, next((longer for longer in own if word in longer), word))
    longest_first = sorted(words, key=len, reverse=True)
    found = re.findall("|".join(map(re.escape, longest_first)), reason)
    return "、".join(dict.fromkeys(words[word] for word in found))[:_MOST_OF_PIECES]
