"""What has changed in a unit since its leader was last told, and in whose hands the rest is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.policy.filing import Slot
from bot.policy.review import Level
from bot.policy.school import OWN_STEPS, Progress
from bot.policy.summary import Changes
from messages.outgoing import Data, Line, Part, text
from messages.texts.filing_words import slot_names
from messages.texts.unit_words import STEP_NAMES, steps
from messages.texts.wording import day, listed

MOST_NAMES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """Compared with the summary of that day."""

    day: date
    changes: Changes
    finished: tuple[str, ...] = ()  # names of some who are done now, where they may be shown
    fallen_back: tuple[str, ...] = ()


def changed(since: Since) -> Line:
    """'5月13日以来：合格 +2 人（示例甲、示例乙），新交 3 份。'."""
    what = [*_people(since), *((words,) for words in _papers(since.changes))]
    what = what or [(words,) for words in _only_work(since.changes)]
    parts: list[Part] = [f"{day(since.day)}以来："]
    for place, words in enumerate(what):
        parts += ["，", *words] if place else words
    return text(*parts, "。" if what else "没有变化。")


# What has waited long has not been taken from whoever had it before.
_TURNS: Final[Mapping[Level, str]] = {
    Level.GROUP: "教研组长",
    Level.SCHOOL: "学校也能审的",
    Level.OFFICE: "项目办也能审的",
}


def changed_lines(since: Since | None) -> tuple[Line, ...]:
    """None: no summary has told of it yet."""
    return () if since is None else (changed(since),)


def own(progress: Progress) -> str:
    """What people themselves have to do; "" for nothing."""
    return f"要本人办：{steps(progress, OWN_STEPS)}。" if progress.behind else ""


def whose_turn(waiting: Sequence[tuple[Level, int]]) -> str:
    """Behind a sentence that says how much waits."""
    return f"归谁审：{_by_level(waiting)}。" if waiting else ""


def hands(waiting: Sequence[tuple[Level, int]]) -> str:
    """Who has what waits for review; "" for nothing."""
    items = sum(count for _, count in waiting)
    if not items:
        return ""
    return f"等审核 {items} 份：{_by_level(waiting)}。"


def _by_level(waiting: Sequence[tuple[Level, int]]) -> str:
    return listed(f"{_TURNS[level]} {count} 份" for level, count in waiting)


def _people(since: Since) -> list[tuple[Part, ...]]:
    changes = since.changes
    found: list[tuple[Part, ...]] = []
    if changes.done:
        found.append((f"合格 +{changes.done} 人", *_names(since.finished, changes.done)))
    if changes.undone:
        found.append((f"又变成没达标 {changes.undone} 人", *_names(since.fallen_back, changes.undone)))
    return found


def _papers(changes: Changes) -> list[str]:
    happened = changes.happened
    counted = (
        ("新交", happened.handed_in),
        ("通过", happened.certified),
        ("退回", happened.returned),
        ("其中代审", happened.on_behalf),
        ("撤回", happened.withdrawn),
        ("重开", happened.reopened),
    )
    said = [f"{word} {count} 份" for word, count in counted if count]
    said += [f"{STEP_NAMES[step]}{_more_or_fewer(people)}" for step, people in changes.steps]
    if changes.active:
        said.append(f"在册{_more_or_fewer(changes.active)}")
    if changes.filed:
        said.append(f"已备案 {slot_names(slot for slot in Slot if slot.value in changes.filed)}")
    return said


def _only_work(changes: Changes) -> list[str]:
    """Where the unit is as it was, and there is something new to do for whoever reads it."""
    said = [f"轮到你审的多了 {len(changes.mine)} 份"] if changes.mine else []
    return said + (["有新的事要办"] if changes.owed else [])


def _names(names: Sequence[str], people: int) -> tuple[Part, ...]:
    if not names:
        return ()
    more = "等" if people > len(names) else ""
    return ("（", Data(listed(names)), f"{more}）")


def _more_or_fewer(people: int) -> str:
    return f"多 {people} 人" if people > 0 else f"少 {-people} 人"
