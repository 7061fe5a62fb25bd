"""What leaders are told of their units: what has changed since the last summary, and whether it is worth saying."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.policy.evidence import EventKind
from bot.policy.school import Progress
from bot.policy.standing import Step

COUNTY: Final = "county"
_WITHOUT_EVENT = (Step.NO_ACCOUNT, Step.NO_CHOICE)
"""Whoever leaves these steps hands in nothing: only the number of people there tells of it."""


def of_group(group_id: int) -> str:
    """A unit's name among the figures that were told."""
    return f"group/{group_id}"


def of_school(school_id: int) -> str:
    return f"school/{school_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one reader knows of one unit after a summary."""

    active: int
    done: int
    steps: tuple[tuple[Step, int], ...]  # of those who are not done
    finished: frozenset[int] = frozenset()  # people; of the county only their number is kept
    unfinished: frozenset[int] = frozenset()
    mine: frozenset[int] = frozenset()  # 编号 of what waits for the reader's review
    owed: frozenset[str] = frozenset()  # what else somebody has to do, or does not work
    filed: frozenset[str] = frozenset()  # slots of 备案 that are in force
    event: int  # the last one of anybody's evidence
    at: int  # epoch milliseconds of the real clock

    @property
    def at_rest(self) -> bool:
        """Everybody is done, and nothing waits."""
        return self.done == self.active and not self.mine and not self.owed


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What has happened to evidence in a unit."""

    handed_in: int = 0
    certified: int = 0
    returned: int = 0
    withdrawn: int = 0
    reopened: int = 0
    on_behalf: int = 0  # of what was decided: 代审

    def __add__(self, other: "Happened") -> "Happened":
        return Happened(
            handed_in=self.handed_in + other.handed_in,
            certified=self.certified + other.certified,
            returned=self.returned + other.returned,
            withdrawn=self.withdrawn + other.withdrawn,
            reopened=self.reopened + other.reopened,
            on_behalf=self.on_behalf + other.on_behalf,
        )


NOTHING: Final = Happened()
_COUNTED: Final[Mapping[EventKind, str]] = {
    EventKind.SUBMITTED: "handed_in",
    EventKind.RESUBMITTED: "handed_in",
    EventKind.PASSED: "certified",
    EventKind.EXCELLENT: "certified",
    EventKind.RETURNED: "returned",
    EventKind.WITHDRAWN: "withdrawn",
    EventKind.DROPPED: "withdrawn",
    EventKind.REOPENED: "reopened",
}


def happened(kind: EventKind, times: int, *, on_behalf: int) -> Happened:
    """`on_behalf`: how many of them. A 提取码 that came afterwards is no news."""
    field = _COUNTED.get(kind)
    return NOTHING if field is None else replace(NOTHING, **{field: times, "on_behalf": on_behalf})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Between two summaries."""

    done: int  # people who have become so
    undone: int  # people who were
    finished: tuple[int, ...]  # people of the unit who were not done
    fallen_back: tuple[int, ...]  # people of the unit who were done
    happened: Happened
    steps: tuple[tuple[Step, int], ...]  # so many more or fewer at steps that leave no other trace
    active: int  # so many more or fewer
    mine: frozenset[int]  # waits for the reader only now
    owed: frozenset[str]  # only now
    filed: frozenset[str]  # only now

    @property
    def any(self) -> bool:
        return (
            any((self.done, self.undone, self.steps, self.active))
            or self.happened != NOTHING
            or bool(self.mine or self.owed or self.filed)
        )


def figures(  # noqa: PLR0913 - a unit has that many sides
    progress: Progress,
    people: Iterable[tuple[int, bool]],
    *,
    owed: frozenset[str] = frozenset(),
    filed: frozenset[str] = frozenset(),
    event: int,
    at: int,
) -> Figures:
    """`people`: who is active, and whether they are done; none of the county. What waits comes by reader."""
    known = tuple(people)
    return Figures(
        active=progress.rate.active,
        done=progress.rate.done,
        steps=progress.steps,
        finished=frozenset(person_id for person_id, done in known if done),
        unfinished=frozenset(person_id for person_id, done in known if not done),
        owed=owed,
        filed=filed,
        event=event,
        at=at,
    )


def changes(before: Figures, now: Figures, since: Happened) -> Changes:
    """`since`: what has happened after `before.event`. Who has come from elsewhere has not become done here."""
    then, today = dict(before.steps), dict(now.steps)
    finished, fallen_back = before.unfinished & now.finished, before.finished & now.unfinished
    people_are_known = bool(before.finished | before.unfinished | now.finished | now.unfinished)
    done = len(finished) if people_are_known else max(0, now.done - before.done)
    undone = len(fallen_back) if people_are_known else max(0, before.done - now.done)
    moved = ((step, today.get(step, 0) - then.get(step, 0)) for step in _WITHOUT_EVENT)
    return Changes(
        done=done,
        undone=undone,
        finished=tuple(sorted(finished)),
        fallen_back=tuple(sorted(fallen_back)),
        happened=since,
        steps=tuple((step, people) for step, people in moved if people),
        active=now.active - before.active,
        mine=now.mine - before.mine,
        owed=now.owed - before.owed,
        filed=now.filed - before.filed,
    )


def worth_saying(before: Figures | None, now: Figures, since: Happened = NOTHING) -> bool:
    """Of one unit. What is complete and stays so is said once, in the summary that has brought it about."""
    if before is None:
        return not now.at_rest
    if before.at_rest and now.at_rest:
        return False
    return changes(before, now, since).any


def to_json(of: Figures) -> dict[str, Any]:
    return {
        "active": of.active,
        "done": of.done,
        "steps": [[step.value, people] for step, people in of.steps],
        **{name: sorted(getattr(of, name)) for name in ("finished", "unfinished", "mine", "owed", "filed")},
        "event": of.event,
        "at": of.at,
    }


def from_json(kept: Mapping[str, Any]) -> Figures:
    """What `to_json` made."""
    return Figures(
        active=kept["active"],
        done=kept["done"],
        steps=tuple((Step(step), people) for step, people in kept["steps"]),
        finished=frozenset(kept["finished"]),
        unfinished=frozenset(kept["unfinished"]),
        mine=frozenset(kept["mine"]),
        owed=frozenset(kept["owed"]),
        filed=frozenset(kept["filed"]),
        event=kept["event"],
        at=kept["at"],
    )
