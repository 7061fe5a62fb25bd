"""What the registry says of a command: who may, where, and how it is explained."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, unique

from bot.policy.people import LEADS, Grant, Role
from handlers.turn import Handler, Turn
from messages.commands import Command
from messages.outgoing import Answer


@unique
class Who(Enum):
    """Whom a command is for; the value is how they are called."""

    EVERYONE = "任何人"  # also people nobody has bound yet
    TEACHER = "绑定了身份的老师"
    LEADER = "教研组长"
    LEAD = "学校管理员或校长"
    OFFICE = "项目办"
    OVERSIGHT = "领导小组"  # reads everything, changes nothing


_HOLDERS: Mapping[Who, frozenset[Role]] = {
    Who.LEADER: frozenset({Role.LEADER}),
    Who.LEAD: LEADS,
    Who.OFFICE: frozenset({Role.OFFICE}),
    Who.OVERSIGHT: frozenset({Role.OVERSIGHT}),
}


@unique
class Room(Enum):
    """Where an answer may be shown."""

    ANYWHERE = "anywhere"
    PRIVATE_ONLY = "private only"  # personal figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command. There is no default for `who` and `room`: deny and hide are decisions, not omissions.

    Raises ValueError for an entry that nobody may use, or that lets the reading-only change something.
    """

    command: Command
    handler: Handler
    who: frozenset[Who]
    room: Room
    changes: bool  # whether it changes anything
    summary: str  # for 帮助
    example: str  # for 帮助: what one would type
    own: bool = (
        False  # what it changes is remembered of the asker alone: nobody else is another person afterwards
    )
    in_group: Callable[[], Answer] | None = None  # said there instead, where it needs words of its own
    instead: str = ""  # what others may type who are refused

    def __post_init__(self) -> None:
        if not self.who:
            raise ValueError(f"{self.command}: nobody may use it")
        if self.changes and Who.OVERSIGHT in self.who:
            raise ValueError(f"{self.command}: {Who.OVERSIGHT.value} only reads")

    def admits(self, turn: Turn) -> bool:
        if Who.EVERYONE in self.who:
            return True
        if turn.asker is None:
            return False
        # Roles are looked up only for commands that not every teacher may use.
        return Who.TEACHER in self.who or bool(self.who & standing_of(turn))

    def hidden_in(self, turn: Turn) -> bool:
        return self.room is Room.PRIVATE_ONLY and turn.message.in_group


def standing_of(turn: Turn) -> frozenset[Who]:
    """Everything the asker counts as."""
    return frozenset({Who.EVERYONE}) if turn.asker is None else standing_of_grants(turn.grants())


def standing_of_grants(grants: Iterable[Grant]) -> frozenset[Who]:
    """Everything a bound person counts as. A leader of no group and a lead of no school lead nothing."""
    roles = {grant.role for grant in grants if _has_scope(grant)}
    return frozenset(
        {Who.EVERYONE, Who.TEACHER, *(who for who, holders in _HOLDERS.items() if holders & roles)}
    )


def _has_scope(grant: Grant) -> bool:
    match grant.role:
        case Role.LEADER:
            return grant.group_id is not None
        case Role.PRINCIPAL | Role.SCHOOL_ADMIN:
            return grant.school_id is not None
        case _:
            return True


def table(entries: Iterable[Entry]) -> Mapping[Command, Entry]:
    """Raises ValueError for a command that is listed twice."""
    found: dict[Command, Entry] = {}
    for entry in entries:
        if entry.command in found:
            raise ValueError(f"{entry.command}: listed twice")
        found[entry.command] = entry
    return found
