"""Who reviews whose evidence (rules, section 5): never the author, whatever the role."""

from dataclasses import dataclass
from enum import IntEnum, unique

from bot.policy.people import Grant, Role, Whereabouts


@unique
class Level(IntEnum):
    """Whose turn it is, from near to far."""

    GROUP = 1  # a leader of the author's group
    SCHOOL = 2  # the school's lead: 学校管理员 or 校长
    OFFICE = 3  # 项目办


@dataclass(frozen=True, slots=True)
class Reviewers:
    """Who there is for an author: leaders of the group and leads of the school, the author left out."""

    leaders: bool
    leads: bool


def turn_of(reviewers: Reviewers, *, waited_long: bool) -> frozenset[Level]:
    """Whose queue an item stands in.

    With the group's leaders from the first day; `waited_long` (more than five workdays) adds the school's
    lead, and so does a group without a leader but the author. The rest goes to the project office.
    """
    levels = {Level.GROUP} if reviewers.leaders else set()
    if not reviewers.leaders or waited_long:
        levels.add(Level.SCHOOL if reviewers.leads else Level.OFFICE)
    return frozenset(levels)


def level_of(actor: Whereabouts, grants: frozenset[Grant], author: Whereabouts) -> Level | None:
    """As what `actor` may decide about the author's evidence, the nearest level first; None = not at all."""
    if actor.person_id == author.person_id:
        return None
    levels = [level for grant in grants if (level := _level(grant, author)) is not None]
    return min(levels, default=None)


def steps_in(level: Level, turn: frozenset[Level]) -> bool:
    """代审: whoever decides although it is somebody else's turn."""
    return level not in turn


def _level(grant: Grant, author: Whereabouts) -> Level | None:
    match grant.role:
        case Role.LEADER if grant.group_id is not None and grant.group_id == author.group_id:
            return Level.GROUP
        case Role.PRINCIPAL | Role.SCHOOL_ADMIN if grant.school_id == author.school_id:
            return Level.SCHOOL
        case Role.OFFICE:
            return Level.OFFICE
        case _:
            return None
