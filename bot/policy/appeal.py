"""申诉: a numbered case about one's own figures; who hears of it, who may answer, and what it may name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from bot.policy.people import LEADS, Grant, Role, Whereabouts, may_see
from bot.policy.standing import Evidence, Grade, Step

LEAST_CHARACTERS = 2
# '编号 12', '#12', '12号' which is no day ('5月12号'), or the text opens with the bare number.
_NAMED = re.compile(
    r"(?:编号|#|[Nn][Oo]\.?)\s*[:：]?\s*(?P<marked>\d{1,9})"
    r"|(?<![\d月])(?P<counted>\d{1,9})\s*号(?!楼|前|之前|以前|下午|上午|晚)"
    r"|^(?P<bare>\d{1,9})(?=[\s,，:：。])"
)


@unique
class AppealState(StrEnum):
    """A case is closed by an answer, or by one that says that the data has been corrected."""

    OPEN = "open"
    ANSWERED = "answered"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A person's figures at a moment; hours in hundredths."""

    online: int | None  # None = no data, which is not 0
    online_as_of: date | None
    practice: int
    chosen: tuple[str, ...]
    certified: tuple[tuple[str, Grade], ...]  # in order of certification
    evidence: tuple[tuple[str, Evidence], ...]  # of chosen points that have any that is open
    done: bool
    step: Step
    rule_version: str


def after_answer(state: AppealState, *, corrected: bool) -> AppealState:
    """A further answer takes nothing back: what was corrected stays so."""
    if corrected or state is AppealState.CORRECTED:
        return AppealState.CORRECTED
    return AppealState.ANSWERED


def hears(appellant_id: int, leads: Iterable[int], office: Iterable[int]) -> tuple[int, ...]:
    """Who is told of a new case: the school's leads but the appellant; where there is none, the office."""
    near = tuple(person_id for person_id in leads if person_id != appellant_id)
    return near or tuple(person_id for person_id in office if person_id != appellant_id)


def may_read(viewer: Whereabouts, grants: frozenset[Grant], appellant: Whereabouts) -> bool:
    """The appellant, the leads of the school, office and oversight; a group's leader is often what it is about."""
    return may_see(viewer, frozenset(grant for grant in grants if grant.role is not Role.LEADER), appellant)


def may_answer(actor: Whereabouts, grants: frozenset[Grant], appellant: Whereabouts) -> bool:
    """The leads of the school and the office, never the appellant."""
    if actor.person_id == appellant.person_id:
        return False
    return any(
        grant.role is Role.OFFICE or (grant.role in LEADS and grant.school_id == appellant.school_id)
        for grant in grants
    )


_BARE = frozenset({"不服", "不认可", "有异议", "申诉", "想申诉", "申请复核", "要求复核", "复核"})


def says_something(text: str) -> bool:
    """Whether it holds more than marks and the objection itself: '申诉 ？' and '我不服' say nothing to look into."""
    words = "".join(char for char in text if char.isalnum())
    return len(words) >= LEAST_CHARACTERS and words.removeprefix("我").removeprefix("要") not in _BARE


def numbers_named(text: str) -> tuple[int, ...]:
    """编号 that a text may speak of, each once, in order; whether they are anybody's is for others to say."""
    found = (next(filter(None, match.groups())) for match in _NAMED.finditer(text.strip()))
    return tuple(dict.fromkeys(map(int, found)))
