"""Finds the person whose phone one wants to hold."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.tenant.page.programme import Programme
from bot.tenant.people import Directory, Member, Platform
from bot.tenant.tenant import Side

MOST = 50
OUTSIDER = "外部人员"
LEADER, SCHOOL_ADMIN, PRINCIPAL = "教研组长", "学校管理员", "校长"
OFFICE, OVERSIGHT, TEACHER = "项目办", "领导小组", "教师"
ROLES = (TEACHER, LEADER, SCHOOL_ADMIN, PRINCIPAL, OFFICE, OVERSIGHT, OUTSIDER)
# A kindergarten calls its principal otherwise.
_ALSO = {PRINCIPAL: ("园长",)}
_SHORTCUTS = (("一位教师", TEACHER), ("一位教研组长", LEADER), ("一位校长", PRINCIPAL), ("项目办", OFFICE))


@dataclass(frozen=True, slots=True)
class Found:
    """At most MOST of them; `more` says that there are others."""

    members: Sequence[Member]
    more: bool


def has_role(member: Member, role: str) -> bool:
    """“教师” means somebody who is nothing else: everybody on a roster is a teacher too."""
    if role == TEACHER:
        return member.roles == (TEACHER,)
    return any(named in member.roles for named in (role, *_ALSO.get(role, ())))


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for."""

    words: str
    role: str
    unbound: bool


def search(
    directory: Directory, side: Side, words: str, role: str, *, only: Callable[[Member], bool] | None = None
) -> Found:
    """Every word must stand somewhere in the name, number, unit, team or roles; `only` is asked last of all."""
    wanted = words.casefold().split()
    found = (
        member
        for member in _candidates(directory, side, role)
        if all(word in _described(member, side) for word in wanted) and (only is None or only(member))
    )
    members = list(islice(found, MOST + 1))
    return Found(members[:MOST], len(members) > MOST)


def somebody(directory: Directory, side: Side) -> Member | None:
    """Who holds the phone when nobody was chosen: a teacher, if there is one."""
    return next(_of_role(directory, side, TEACHER), None) or next(_with_account(directory, side), None)


def shortcuts(directory: Directory, side: Side, now: Member | None) -> Sequence[tuple[str, Member]]:
    """One person for each label; who already is one of them gets the next one."""
    found = []
    for label, role in _SHORTCUTS:
        first = after = None
        passed = False
        for member in _of_role(directory, side, role):
            first = first or member
            if passed:
                after = member
                break
            passed = now is not None and member.key == now.key
        if chosen := after or first:
            found.append((label, chosen))
    return found


def _candidates(directory: Directory, side: Side, role: str) -> Iterator[Member]:
    if role == OUTSIDER:
        # Without any conversation they have nothing to do with this platform.
        found = [m for m in directory.members.values() if is_outsider(m, side.platform) and side.chats_of(m)]
        return iter(sorted(found, key=lambda member: OUTSIDER not in member.roles))
    if role:
        return _of_role(directory, side, role)
    return _with_account(directory, side)


def _of_role(directory: Directory, side: Side, role: str) -> Iterator[Member]:
    return (member for member in _with_account(directory, side) if has_role(member, role))


def _with_account(directory: Directory, side: Side) -> Iterator[Member]:
    everybody = tuple(directory.members.values())  # somebody may be added while a thread still searches
    return (member for member in everybody if not is_outsider(member, side.platform))


def is_outsider(member: Member, platform: Platform) -> bool:
    return not member.account(platform)


def is_unbound(programme: Programme | None, member: Member, platform: Platform) -> bool:
    """Whether the bot does not know yet whose account this is; outsiders have nothing that could be bound."""
    if programme is None or is_outsider(member, platform):
        return False
    return not programme.is_bound(platform, member.account(platform))


def _described(member: Member, side: Side) -> str:
    also = [role for role in _ALSO if has_role(member, role)]
    parts = (member.name, member.key, member.unit, member.team, member.account(side.platform))
    return "\n".join((*parts, *member.roles, *also)).casefold()
