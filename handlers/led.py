"""Which schools and groups the asker leads, and which of several groups is meant."""

from collections.abc import Sequence
from dataclasses import replace

from bot.policy.people import LEADS, Role
from handlers import menu
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import led as texts
from storage.groups import Group, groups_among
from storage.people import school_name

_READERS = {Role.OFFICE, Role.OVERSIGHT}
MOST_LINES = 9  # a menu is answered with one digit


def led_schools(turn: Turn) -> frozenset[int]:
    return frozenset(
        grant.school_id for grant in turn.grants() if grant.role in LEADS and grant.school_id is not None
    )


def led_school(turn: Turn) -> int:
    """One's own school, or for those who lead only another one, that. Only for leads."""
    led = led_schools(turn)
    return turn.person.school_id if turn.person.school_id in led else min(led)


def led_school_name(turn: Turn, school_id: int) -> str:
    if school_id == turn.person.school_id:
        return turn.person.school_name
    return school_name(turn.connection, school_id)


def led_groups(turn: Turn) -> tuple[Group, ...]:
    ids = [
        grant.group_id for grant in turn.grants() if grant.role is Role.LEADER and grant.group_id is not None
    ]
    return groups_among(turn.connection, ids) if ids else ()


def group_labels(groups: Sequence[Group]) -> dict[int, str]:
    """By id; with the school where they are of several, of which each may have a 语文组."""
    several = len({group.school_id for group in groups}) > 1
    return {group.group_id: f"{group.school_name if several else ''}{group.name}" for group in groups}


def reads_everything(turn: Turn) -> bool:
    """The project office and the leading group."""
    return any(grant.role in _READERS for grant in turn.grants())


def is_office(turn: Turn) -> bool:
    return any(grant.role is Role.OFFICE for grant in turn.grants())


def meant_group(turn: Turn, command: Command, said: Arguments) -> Group | Answer:
    """The group that the asker leads; of several the one picked in a menu, which keeps in mind what was said.

    The menu names the group by its id in `numbers`: these commands have no numbers of their own.
    """
    groups = led_groups(turn)
    picked = [group for group in groups if (group.group_id,) == said.numbers]
    if picked or len(groups) == 1:
        return (picked or groups)[0]
    offered = groups[:MOST_LINES]
    choices = [replace(said, numbers=(group.group_id,)) for group in offered]
    asked = texts.which_group([(group.name, group.school_name) for group in offered])
    labels = tuple(group_labels(offered).values())
    return menu.offer(turn, asked, command, menu.Lines(choices, labels, "是哪个教研组的？"))
