"""A roster compared with what is stored: who is new, what changes, what looks wrong."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.imports.kinds import ADDED
from bot.imports.report import Draft, Entry
from bot.imports.roster_access import GONE, PLATFORMS, Accounts, Roles, Target
from bot.imports.roster_rows import RosterRow
from bot.imports.words import ROLE_WORDS, STATE_WORDS
from bot.policy.people import PersonState, Role
from storage.roster import Change, Person, Roster

_MOST_NAMESAKES = 10


def plan_roster(
    rows: list[RosterRow], roster: Roster, schools: Mapping[int, str], draft: Draft, *, force: bool
) -> list[Change]:
    """The changes to write (`storage.roster.Change`, with `standing` and `audit`); lists go to the draft.

    What lets go of an account comes before what takes it.
    """
    return _RosterPlan(roster, schools, draft, force=force).plan(rows)


class _RosterPlan:
    def __init__(self, roster: Roster, schools: Mapping[int, str], draft: Draft, *, force: bool) -> None:
        self._schools = schools
        self._draft = draft
        self._force = force
        self._people = {person.staff_no: person for person in roster.people}
        self._groups = roster.groups
        self._roles = Roles(roster, self._suspect)
        self._accounts = Accounts(roster, self._suspect)
        self._study = {person.study_account: person for person in roster.people if person.study_account}
        self._rows_by_person: dict[int, RosterRow] = {}
        self._releases: list[Change] = []

    def plan(self, rows: list[RosterRow]) -> list[Change]:
        accepted = [row for row in rows if not self._is_somebody_else(row)]
        self._rows_by_person = {
            person.person_id: row for row in accepted if (person := self._people.get(row.staff_no))
        }
        changes = [
            change for row in accepted if (change := self._change(row, self._people.get(row.staff_no)))
        ]
        self._list_absent(rows)
        self._note_namesakes(rows)
        # School by school: neighbours in the indexes are written together, which is a third of all pages.
        changes.sort(key=lambda change: change["row"]["school_id"])
        return [*self._releases, *changes]

    def _is_somebody_else(self, row: RosterRow) -> bool:
        """A number that comes back with another name: left out."""
        person = self._people.get(row.staff_no)
        if (
            person is None
            or person.name == row.name
            or self._force
            or is_small_correction(person.name, row.name)
        ):
            return False
        text = f"系统里这个人员编号是“{person.name}”，姓名不同，没有导入"
        self._suspect(row, text, "请核对编号；确是同一个人改了名字，加 --force")
        return True

    def _change(self, row: RosterRow, person: Person | None) -> Change | None:
        group = self._group(row, person)
        columns = self._columns(row, person)
        end_roles, roles = self._roles.changes(row, person, columns["state"], group)
        unbind, bind = self._accounts.changes(row, person, self._rows_by_person, self._releases)
        change: Change = {"id": None, "row": columns, "group": group}
        extras = {"end_roles": end_roles, "roles": roles, "unbind": unbind, "bind": bind}
        change |= {key: found for key, found in extras.items() if found}
        if person is None:
            posts = "、".join(
                ROLE_WORDS[role] for role in sorted(row.roles or ()) if role is not Role.TEACHER
            )
            self._draft.added.append(Entry(row.number, self._who(row), posts))
            return {**change, "moved": True, "standing": True, "audit": ADDED}
        texts, detail = self._differences(person, change)
        if not texts:
            self._draft.unchanged += 1
            return None
        self._draft.changed.append(Entry(row.number, self._who(row), "；".join(texts)))
        moved = (person.state, person.school_id) != (columns["state"], columns["school_id"])
        has_account = columns["study_account"] is not None
        return {
            **change,
            "id": person.person_id,
            "moved": moved,
            "standing": moved or (person.study_account is not None) != has_account,
            "audit": detail,
        }

    def _group(self, row: RosterRow, person: Person | None) -> str:
        """Without a column the group stays, but a group belongs to its school."""
        if row.group is not None:
            return row.group
        if person is None or person.school_id != row.school_id:
            return ""
        return self._group_name(person)

    def _group_name(self, person: Person) -> str:
        return "" if person.group_id is None else self._groups[person.group_id][1]

    def _columns(self, row: RosterRow, person: Person | None) -> dict[str, Any]:
        """What the file leaves out stays as it is; identities are never erased by a blank."""
        mobile: tuple[str | None, str] = (None, "")
        if person is None:
            stage, subject, state = "", "", PersonState.ACTIVE.value
        else:
            stage, subject, state = person.stage, person.subject, person.state
            mobile = (person.mobile_hash, person.mobile_tail)
        mobile_hash, mobile_tail = row.mobile or mobile
        return {
            "staff_no": row.staff_no,
            # Our own export brings the hash again, without the number that had a tail.
            "staff_no_tail": row.staff_no_tail or (person.staff_no_tail if person else ""),
            "name": row.name,
            "school_id": row.school_id,
            "stage": stage if row.stage is None else row.stage,
            "subject": subject if row.subject is None else row.subject,
            "state": state if row.state is None else row.state.value,
            "study_account": self._study_account(row, person),
            "mobile_hash": mobile_hash,
            "mobile_tail": mobile_tail,
        }

    def _study_account(self, row: RosterRow, person: Person | None) -> str | None:
        mine = person.study_account if person else None
        wanted = row.study_account
        holder = self._study.get(wanted) if wanted else None
        if wanted is None or holder is None or holder is person:
            return wanted or mine
        theirs = self._rows_by_person.get(holder.person_id)
        if theirs is not None and theirs.study_account not in {None, wanted}:
            self._releases.append({"release": True, "id": holder.person_id, "free_study_account": True})
            return wanted
        text = f"学习账号已登记给{self._known(holder)}，没有更改，其余照常导入"
        self._suspect(row, text, "请核对学习账号")
        return mine

    def _differences(self, person: Person, change: Change) -> tuple[list[str], dict[str, Any]]:
        """For people, with masked identifiers; for the audit, with none."""
        columns = change["row"]
        schools = self._schools
        plain = (
            ("姓名", "name", person.name, columns["name"]),
            ("学校", "school", schools.get(person.school_id, ""), schools.get(columns["school_id"], "")),
            ("教研组", "group", self._group_name(person), change["group"]),
            ("学段", "stage", person.stage, columns["stage"]),
            ("学科", "subject", person.subject, columns["subject"]),
            ("状态", "state", _state_word(person.state), _state_word(columns["state"])),
        )
        different = [one for one in plain if one[2] != one[3]]
        texts = [f"{word} {before or '（空）'} → {after or '（空）'}" for word, _, before, after in different]
        detail: dict[str, Any] = {key: [before, after] for _, key, before, after in different}
        if person.mobile_hash != columns["mobile_hash"]:
            texts.append(f"手机号 {_tail(person.mobile_tail)} → {_tail(columns['mobile_tail'])}")
            detail["mobile"] = True
        if person.study_account != columns["study_account"]:
            texts.append("学习账号更换" if person.study_account else "学习账号新登记")
            detail["study_account"] = True
        if bind := change.get("bind"):
            texts.append("、".join(PLATFORMS[platform] for platform, _, _ in bind) + "新绑定")
            detail["accounts"] = sorted({platform for platform, _, _ in bind})
        if "roles" in change or "end_roles" in change:
            held = {one.role_id: one.role for one in self._roles.held_by(person)}
            ended = sorted(held[role_id] for role_id in change.get("end_roles", ()))
            text, detail["roles"] = _role_difference(change.get("roles", ()), ended)
            texts.append(text)
        return texts, detail

    def _list_absent(self, rows: list[RosterRow]) -> None:
        """Only of schools that the file speaks of: a file of one school says nothing of the others."""
        present = {row.staff_no for row in rows}
        spoken_of = {row.school_id for row in rows}
        self._draft.absent += [
            Entry(None, self._known(person))
            for person in self._people.values()
            if person.school_id in spoken_of and person.staff_no not in present and person.state not in GONE
        ]

    def _note_namesakes(self, rows: list[RosterRow]) -> None:
        counted = Counter((row.school_id, row.name) for row in rows)
        same = [key for key, count in counted.items() if count > 1]
        if not same:
            return
        named = "、".join(
            f"{name}（{self._schools[school_id]}）" for school_id, name in same[:_MOST_NAMESAKES]
        )
        more = f" 等 {len(same)} 组" if len(same) > _MOST_NAMESAKES else ""
        self._draft.notes.append(f"同校重名：{named}{more}。以后导入学时，请带上人员编号、学习账号或手机号。")

    def _suspect(self, row: RosterRow, text: str, cure: str) -> None:
        self._draft.suspicious.append(Entry(row.number, self._who(row), text, cure))

    def _who(self, row: RosterRow) -> str:
        return f"{row.name}（{self._schools[row.school_id]}）"

    def _known(self, person: Person) -> str:
        return f"{person.name}（{self._schools[person.school_id]}）"


def is_small_correction(before: str, after: str) -> bool:
    """One character of a name of three or more: 张晓丽 and 张小丽, but never 王伟 and 王芳."""
    if min(len(before), len(after)) < 3 or len(before) != len(after):
        return False
    return sum(left != right for left, right in zip(before, after, strict=True)) == 1


def _role_difference(begun: list[Target], ended: list[str]) -> tuple[str, dict[str, list[str]]]:
    words = [word for word, _ in begun]
    parts = [f"增加 {ROLE_WORDS[Role(word)]}" for word in words]
    parts += [f"取消 {ROLE_WORDS[Role(word)]}" for word in ended]
    return "职务 " + "、".join(parts), {"begun": words, "ended": ended}


def _state_word(stored: str) -> str:
    return STATE_WORDS[PersonState(stored)]


def _tail(digits: str) -> str:
    return f"****{digits}" if digits else "（空）"
