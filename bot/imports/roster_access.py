"""What a row of the roster does to roles and chat accounts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from bot.imports.roster_rows import RosterRow
from bot.imports.words import ROLE_WORDS
from bot.policy.people import PersonState, Role
from storage.inbox import fold
from storage.roster import BoundAccount, Change, HeldRole, Person, Roster

SCOPES = {
    Role.LEADER: "group",
    Role.SCHOOL_ADMIN: "school",
    Role.PRINCIPAL: "school",
    Role.OFFICE: "county",
    Role.OVERSIGHT: "county",
}
GONE = frozenset({PersonState.TRANSFERRED.value, PersonState.RETIRED.value})
PLATFORMS = {"wecom": "企业微信账号", "dingtalk": "钉钉账号"}

Target = tuple[str, str]
"""A role and its scope, as `storage.roster` writes them."""
Suspect = Callable[[RosterRow, str, str], None]
"""Lists a row as suspicious: the row, what is wrong, what to do."""


class Roles:
    """Only roles that came from a roster are rewritten; what was granted by hand is left alone."""

    def __init__(self, roster: Roster, suspect: Suspect) -> None:
        self._groups = roster.groups
        self._suspect = suspect
        self._held: dict[int, list[HeldRole]] = defaultdict(list)
        for held in roster.roles:
            self._held[held.person_id].append(held)

    def held_by(self, person: Person | None) -> list[HeldRole]:
        return self._held.get(person.person_id, []) if person else []

    def changes(
        self, row: RosterRow, person: Person | None, state: str, group: str
    ) -> tuple[list[int], list[Target]]:
        """Ids of roles that end, and roles that begin."""
        held = self.held_by(person)
        if not held and not row.roles:
            return [], []
        wanted = self._wanted(row, person, state, group)
        if state in GONE and person is not None and state != person.state:
            self._warn_of_grants(row, held)
        have = {self._target(one, row, group): one.role_id for one in held if one.source == "roster"}
        ends = [role_id for target, role_id in have.items() if target not in wanted]
        return ends, sorted(wanted - have.keys())

    def _wanted(self, row: RosterRow, person: Person | None, state: str, group: str) -> set[Target]:
        if state in GONE:
            return set()
        if row.roles is None:
            # No such column: roles stay, but those in a school are left behind on leaving it.
            stayed = person is not None and person.school_id == row.school_id
            kept = {Role(one.role) for one in self.held_by(person) if one.source == "roster"}
            words = {one for one in kept if stayed or SCOPES[one] == "county"}
        else:
            words = set(row.roles)
        if Role.LEADER in words and not group:
            words.discard(Role.LEADER)
            self._suspect(row, "是教研组长，却没有写教研组，没有登记为组长", "请填教研组后再导入")
        return {(one.value, SCOPES[one]) for one in words}

    def _target(self, held: HeldRole, row: RosterRow, group: str) -> Target:
        """What a held role is in this row's terms; one in another school or group is nothing it could want."""
        scope = SCOPES[Role(held.role)]
        elsewhere = {
            "county": False,
            "school": held.school_id != row.school_id,
            "group": self._groups.get(held.group_id or 0) != (row.school_id, group),
        }[scope]
        return held.role, f"elsewhere {held.role_id}" if elsewhere else scope

    def _warn_of_grants(self, row: RosterRow, held: Iterable[HeldRole]) -> None:
        granted = "、".join(sorted({ROLE_WORDS[Role(one.role)] for one in held if one.source == "grant"}))
        if granted:
            text = f"已不在岗，但仍有人工授予的权限：{granted}"
            self._suspect(row, text, "不再需要时用 python -m bot person revoke 收回")


class Accounts:
    """What somebody bound with a code is theirs; what a roster bound, a roster may move."""

    def __init__(self, roster: Roster, suspect: Suspect) -> None:
        self._suspect = suspect
        self._by_key = {(account.platform, account.folded): account for account in roster.accounts}
        self._by_person: dict[int, list[BoundAccount]] = defaultdict(list)
        for account in roster.accounts:
            self._by_person[account.person_id].append(account)

    def changes(
        self, row: RosterRow, person: Person | None, rows: Mapping[int, RosterRow], releases: list[Change]
    ) -> tuple[list[int], list[list[str]]]:
        """Ids to let go of, and accounts to bind. `rows`: the file by person, for who gets another account."""
        unbind: list[int] = []
        bind: list[list[str]] = []
        mine = self._by_person.get(person.person_id, []) if person else []
        for platform, verbatim in row.accounts:
            folded = fold(verbatim)
            bound = self._by_key.get((platform, folded))
            if bound is not None and person is not None and bound.person_id == person.person_id:
                continue
            if bound is not None and not _moves_on(bound, rows.get(bound.person_id)):
                text = f"{PLATFORMS[platform]}已绑定在另一个人名下，没有绑定，其余照常导入"
                self._suspect(row, text, "请核对账号；确要更换，先请原来的人解绑")
                continue
            if bound is not None:
                releases.append({"release": True, "id": bound.person_id, "unbind": [bound.account_id]})
            unbind += [one.account_id for one in mine if one.platform == platform and one.source == "roster"]
            bind.append([platform, folded, verbatim])
        return unbind, bind


def _moves_on(bound: BoundAccount, row: RosterRow | None) -> bool:
    """Whether this file itself gives the present owner another account on the platform."""
    if bound.source != "roster" or row is None:
        return False
    other = dict(row.accounts).get(bound.platform)
    return other is not None and fold(other) != bound.folded
