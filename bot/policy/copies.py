"""What has become of the copies of an announcement, and of who was asked for 收到."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique


@unique
class Fate(StrEnum):
    """Of one copy; the last five still wait."""

    SENT = "sent"  # a platform has taken it, or the person has heard it with an answer
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # before anybody could see it
    SENDING = "sending"
    UNBOUND = "unbound"  # no account of the person is known
    BUDGET = "budget"  # the group has had its messages of the day
    AGAIN = "again"  # not taken so far
    QUEUED = "queued"


HELD = (Fate.SENDING, Fate.QUEUED, Fate.AGAIN, Fate.BUDGET, Fate.UNBOUND)
"""What waits, in the order in which it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many copies have come to what, apart for people and groups; a fate that is not there is none."""

    people: Mapping[Fate, int] = field(default_factory=dict)
    groups: Mapping[Fate, int] = field(default_factory=dict)

    def of(self, *fates: Fate) -> int:
        """People and groups together."""
        return sum(kind.get(fate, 0) for kind in (self.people, self.groups) for fate in fates)


@unique
class Closed(StrEnum):
    """Why a group takes nothing any more."""

    NO = ""
    STOPPED = "stopped"
    ENDED = "ended"


@unique
class Recall(StrEnum):
    """Whether one copy is taken back from where somebody may have seen it."""

    NONE = ""
    ASKED = "asked"
    TAKEN_BACK = "taken back"
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One copy with whom it is for."""

    key: str
    staff_no: str  # "" = a group
    name: str  # of the person, or of the group
    school: str  # "" = the county's group
    is_group: bool
    fate: Fate
    reason: str  # the platform's code, or why the bot gave up
    why: str  # `reason` in words of the platform's tables; "" = none
    outlet: str  # "" = it never went anywhere
    done_at: int | None  # epoch milliseconds of the real clock
    closed: Closed = Closed.NO
    stopped_for: str = ""  # the platform's code
    heard_later: bool = False  # the person hears it with their next answer
    answered: bool = False  # 收到
    recall: Recall = Recall.NONE
    recall_reason: str = ""  # why it stays: storage.recalls, or the platform's code
    recall_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Who has answered 收到."""

    asked: int  # people who have a copy of their own
    answered: int  # of those
    in_groups: int  # others, who read it in a group
    missing: tuple[str, ...]  # names, only the first


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """Copies that cannot be taken back, by the way they went and why."""

    outlet: str
    reason: str  # storage.recalls, or the platform's code
    why: str  # the platform's code in words; "" = none
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """How far taking back has come, in copies."""

    withdrawn: int = 0  # nobody had seen them
    taken_back: int = 0
    twice: int = 0  # of those: perhaps sent twice around an answer that got lost, and then one of them stays
    asked: int = 0  # the platforms have not answered yet
    staying: tuple[Staying, ...] = ()
