"""One group, one school or the county, as a summary sees it, and with the eyes of one reader."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.policy import summary as rules
from bot.policy.quota import Quota
from bot.policy.review import Level
from bot.policy.school import Progress, SchoolRate
from bot.policy.summary import Changes, Figures, Happened
from messages.texts.leader_summary import Owed
from messages.texts.unit_changes import Since
from storage.summaries import Item, Told


@dataclass(frozen=True, slots=True)
class Queued:
    """What waits for review, and whose turn it is."""

    item: Item
    turn: frozenset[Level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One group, one school or the county; `figures` are those that every reader of it sees alike."""

    key: str
    name: str
    level: Level  # as what whoever leads it reviews
    school: str  # "" = the county
    quota: Quota | None  # of the school
    progress: Progress
    figures: Figures
    queue: tuple[Queued, ...]  # the oldest first
    groups: tuple[tuple[str, SchoolRate], ...] = ()  # of a school: those that are not complete
    owed: Owed | None = None  # of a school

    @property
    def hands(self) -> tuple[tuple[Level, int], ...]:
        """What waits, by the furthest level whose turn it is: what has fallen to the school is counted there."""
        levels = [max(one.turn) for one in self.queue]
        return tuple((level, levels.count(level)) for level in Level if level in levels)

    def waits_for(self, reader: int) -> tuple[Item, ...]:
        """The oldest first; never one's own."""
        return tuple(
            one.item for one in self.queue if self.level in one.turn and one.item.author.person_id != reader
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A unit with the eyes of one reader."""

    unit: Unit
    now: Figures
    since: date | None  # of the last summary; None = there was none of this unit
    changes: Changes | None
    worth_saying: bool

    def named(self, most: int) -> tuple[int, ...]:
        """People whose names tell what has changed: so many of each kind."""
        if self.changes is None:
            return ()
        return (*self.changes.finished[:most], *self.changes.fallen_back[:most])

    def told(self, names: Mapping[int, str], most: int) -> Since | None:
        """In words; without `names` only numbers."""
        if self.since is None or self.changes is None:
            return None
        finished, fallen_back = self.changes.finished[:most], self.changes.fallen_back[:most]
        return Since(
            day=self.since,
            changes=self.changes,
            finished=tuple(names[who] for who in finished if who in names),
            fallen_back=tuple(names[who] for who in fallen_back if who in names),
        )


def seen(unit: Unit, reader: int, before: Told | None, since: Happened) -> Seen:
    """`since`: what has happened in the unit after the last summary."""
    now = replace(unit.figures, mine=frozenset(item.number for item in unit.waits_for(reader)))
    known = None if before is None else before.figures
    return Seen(
        unit=unit,
        now=now,
        since=None if before is None else before.day,
        changes=None if known is None else rules.changes(known, now, since),
        worth_saying=rules.worth_saying(known, now, since),
    )
