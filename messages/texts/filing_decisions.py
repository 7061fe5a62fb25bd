"""What became of filings that the project office decided about, for the office and for the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.filing import FilingState, Slot
from messages.outgoing import Data, Part
from messages.texts.evidence_words import receipt
from messages.texts.filing_words import SLOTS, how_to_file
from messages.texts.wording import day, listed

MOST_NAMES = 5
DECISIONS = {FilingState.FILED: "已备案", FilingState.RETURNED: "已退回"}


@dataclass(frozen=True, slots=True)
class About:
    """Which filing it is."""

    number: int
    slot: Slot
    school: str


@dataclass(frozen=True, slots=True)
class NotThere:
    """No filing has this number."""

    number: int


@dataclass(frozen=True, slots=True)
class DecidedBefore:
    """Somebody was earlier."""

    about: About
    state: FilingState
    by: str
    when: date


@dataclass(frozen=True, slots=True)
class Superseded:
    """The school has handed in a newer version since."""

    about: About
    newer: int


@dataclass(frozen=True, slots=True)
class Decided:
    """Now; `outside`: so many people have chosen points that the scope does not have."""

    about: About
    outside: int


Outcome = NotThere | DecidedBefore | Superseded | Decided


def outcome(one: Outcome, decision: FilingState) -> tuple[Part, ...]:
    """A clause without a full stop; `decision`: what was to be done."""
    match one:
        case NotThere(number):
            return (f"{receipt(number)}：没有这份备案材料",)
        case DecidedBefore(about, state, by, when):
            return (*_about(about), f"：{day(when)}", Data(by), DECISIONS[state], *_again(state))
        case Superseded(about, newer):
            return (*_about(about), f"：学校又交了新版，请办{receipt(newer)}")
        case Decided(about, outside):
            return (*_about(about), f"：{DECISIONS[decision]}", *_outside(outside))


def filed_notice(about: About, outside: Sequence[str]) -> str:
    """For the school's leads; `outside`: names."""
    first = f"{about.school}的{SLOTS[about.slot]}（{receipt(about.number)}）已备案"
    if not outside:
        return f"{first}。发“备案情况”看还差哪些。"
    names = listed(outside[:MOST_NAMES]) + (f"等 {len(outside)} 位" if len(outside) > MOST_NAMES else "")
    return f"{first}。{names}选的点有不在范围里的，请让本人发“我的微能力”看要换哪个。"


def returned_notice(about: About, reason: str) -> str:
    return (
        f"{about.school}的{SLOTS[about.slot]}（{receipt(about.number)}）被退回：{reason}。"
        f"改好后发“{how_to_file(about.slot)}”。"
    )


def _about(about: About) -> tuple[Part, ...]:
    return (f"{receipt(about.number)} {SLOTS[about.slot]}（", Data(about.school), "）")


def _again(state: FilingState) -> tuple[Part, ...]:
    return ("，等学校改好重交",) if state is FilingState.RETURNED else ()


def _outside(people: int) -> tuple[Part, ...]:
    return (f"，有 {people} 位老师选的点不在范围里，已告诉学校",) if people else ()
