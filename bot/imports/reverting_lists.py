"""Taking back an import of people or schools: former values out of the audit, wherever nothing newer has changed them.

People whom it added are set to 调出, so that nobody's number ever means somebody else; schools that it added are
removed where nothing refers to them. Whoever has anything on file by now stays as they are, and is listed.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from bot.imports.report import Entry
from bot.imports.roster_access import GONE, SCOPES
from bot.imports.words import KIND_WORDS, STATE_WORDS
from bot.policy.people import PersonState, Role
from storage import imports_done
from storage.imports_done import Done
from storage.roster import Person, Roster, whole_roster
from storage.schools import School, all_schools

Change = dict[str, Any]
_PERSON_WORDS = {"name": "姓名", "group": "教研组", "stage": "学段", "subject": "学科", "state": "状态"}
_SCHOOL_WORDS = {
    "name": "名称",
    "short_name": "简称",
    "code": "编码",
    "kind": "学段",
    "parent": "上级单位",
    "ranked": "参与排名",
}
_NOT_KEPT = {"mobile": "手机号", "study_account": "学习账号"}
_STATES = {word: state.value for state, word in STATE_WORDS.items()}
_KINDS = {word: kind.value for kind, word in KIND_WORDS.items()}
_YES = "是"


def roster_undone(
    connection: Connection, done: Done, changes: list[Change], undone: list[Entry], left: list[Entry]
) -> None:
    back = _RosterBack(connection, done, undone, left)
    added: set[int] = set()
    for person_id, detail in imports_done.written(connection, done):
        if person_id is None:
            added.update(detail.get("added", ()))
        elif change := back.restored(person_id, detail):
            changes.append(change)
    changes += back.withdrawn(connection, sorted(added))


class _RosterBack:
    """People as they are now, and what is known of how they were."""

    def __init__(self, connection: Connection, done: Done, undone: list[Entry], left: list[Entry]) -> None:
        self._roster: Roster = whole_roster(connection)
        self._people = {person.person_id: person for person in self._roster.people}
        self._schools = {school.school_id: school.name for school in all_schools(connection)}
        self._ids = {name: school_id for school_id, name in self._schools.items()}
        self._begun, self._ended = map(_by_person, imports_done.roles_of_run(connection, done))
        self._bound = _by_person(imports_done.accounts_of_run(connection, done))
        self._held: dict[int, set[str]] = defaultdict(set)
        for one in self._roster.roles:
            self._held[one.person_id].add(one.role)
        self._undone, self._left = undone, left

    def restored(self, person_id: int, detail: dict[str, Any]) -> Change | None:
        """Back to the former values, those apart that somebody has changed since."""
        person = self._people[person_id]
        row, group = _row(person), self._group(person)
        said: list[str] = []
        newer: list[str] = []
        if "school" in detail:
            before, after = detail["school"]
            if self._schools[person.school_id] == after and before in self._ids:
                row["school_id"] = self._ids[before]
                said.append(f"学校 {after} → {before}")
            else:
                newer.append("学校")
        for key, word in _PERSON_WORDS.items():
            if key not in detail:
                continue
            before, after = detail[key]
            now = {"group": group, "state": STATE_WORDS[PersonState(person.state)]}.get(key, row.get(key))
            if now != after or (key == "group" and "学校" in newer):
                newer.append(word)
                continue
            if key == "group":
                group = before
            else:
                row[key] = _STATES[before] if key == "state" else before
            said.append(f"{word} {after or '（空）'} → {before or '（空）'}")
        self._leave(person, newer, [word for key, word in _NOT_KEPT.items() if detail.get(key)])
        access = self._access(person, detail, group, said)
        if not said:
            return None
        self._undone.append(Entry(None, self._who(person), "；".join(said)))
        audit = {
            key: list(reversed(detail[key]))
            for key in ("school", *_PERSON_WORDS)
            if key in detail and _PERSON_WORDS.get(key, "学校") not in newer
        }
        return _change(person, row, group) | access | {"audit": audit | {"reverted": said}}

    def withdrawn(self, connection: Connection, added: list[int]) -> list[Change]:
        """Whom it added: 调出, and no more posts or accounts; not those on whom something stands."""
        kept = imports_done.people_with_something(connection, added)
        roles = _by_person({"person_id": one.person_id, "id": one.role_id} for one in self._roster.roles)
        accounts = _by_person(
            {"person_id": one.person_id, "id": one.account_id} for one in self._roster.accounts
        )
        changes = []
        for person_id in added:
            person = self._people[person_id]
            if person.state in GONE:
                self._left.append(Entry(None, self._who(person), "已经是调出或退休"))
                continue
            if person_id in kept:
                self._left.append(
                    Entry(None, self._who(person), "新增后已有学时、选点、材料或绑定，请逐人处理")
                )
                continue
            row = _row(person) | {"state": PersonState.TRANSFERRED.value}
            access = {
                "end_roles": [one["id"] for one in roles[person_id]],
                "unbind": [one["id"] for one in accounts[person_id]],
            }
            word = STATE_WORDS[PersonState(person.state)]
            self._undone.append(Entry(None, self._who(person), f"新增的人，状态 {word} → 调出"))
            change = _change(person, row, self._group(person)) | {k: v for k, v in access.items() if v}
            changes.append(change | {"audit": {"state": [word, "调出"]}})
        return changes

    def _access(self, person: Person, detail: dict[str, Any], group: str, said: list[str]) -> Change:
        access: Change = {}
        roles = detail.get("roles", {})
        ends = [one["id"] for one in self._begun[person.person_id] if one["role"] in roles.get("begun", ())]
        held = self._held[person.person_id]
        ended = {one["role"] for one in self._ended[person.person_id]} & set(roles.get("ended", ())) - held
        begins = sorted(
            [word, SCOPES[Role(word)]] for word in ended if SCOPES[Role(word)] != "group" or group
        )
        if ends or begins:
            access |= {"end_roles": ends} if ends else {}
            access |= {"roles": begins} if begins else {}
            said.append("职务改回")
        platforms = detail.get("accounts", ())
        bound = [one["id"] for one in self._bound[person.person_id] if one["platform"] in platforms]
        if bound:
            access["unbind"] = bound
            said.append("新绑定的账号解绑")
        return access

    def _leave(self, person: Person, newer: list[str], not_kept: list[str]) -> None:
        if newer:
            self._left.append(Entry(None, self._who(person), f"{'、'.join(newer)}之后又改过，不动"))
        if not_kept:
            self._left.append(Entry(None, self._who(person), f"{'、'.join(not_kept)}没有留原值，请另行更正"))

    def _group(self, person: Person) -> str:
        return "" if person.group_id is None else self._roster.groups[person.group_id][1]

    def _who(self, person: Person) -> str:
        return f"{person.name}（{self._schools[person.school_id]}）"


def _row(person: Person) -> dict[str, Any]:
    return {key: value for key, value in person._asdict().items() if key not in {"person_id", "group_id"}}


def _change(person: Person, row: dict[str, Any], group: str) -> Change:
    moved = (person.state, person.school_id) != (row["state"], row["school_id"])
    return {"id": person.person_id, "row": row, "group": group, "moved": moved, "standing": moved}


def _by_person(rows: Iterable[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["person_id"]].append(row)
    return found


def schools_undone(
    connection: Connection, done: Done, changes: list[Change], undone: list[Entry], left: list[Entry]
) -> None:
    known = {school.name: school for school in all_schools(connection)}
    details = [detail for _, detail in imports_done.written(connection, done)]
    added = [known[one["school"]] for one in details if one.get("added") and one["school"] in known]
    kept = imports_done.schools_with_something(connection, [school.school_id for school in added])
    for school in added:
        if school.school_id in kept:
            left.append(Entry(None, school.name, "已经有人或有材料，留着"))
            continue
        undone.append(Entry(None, school.name, "新增的学校，删去"))
        changes.append(
            {"id": school.school_id, "remove": True, "audit": {"school": school.name, "removed": True}}
        )
    for detail in details:
        if not detail.get("added"):
            _school_restored(detail, known, changes, undone, left)


def _school_restored(
    detail: dict[str, Any],
    known: dict[str, School],
    changes: list[Change],
    undone: list[Entry],
    left: list[Entry],
) -> None:
    called = detail.get("name", [detail["school"], detail["school"]])[1]
    school = known.get(called)
    if school is None:
        left.append(Entry(None, called, "之后又改了名，不动"))
        return
    row = {
        "name": school.name,
        "short_name": school.short_name,
        "code": school.code,
        "kind": KIND_WORDS[school.kind],
        "parent": school.parent,
        "ranked": "是" if school.ranked else "否",
    }
    said, audit = [], {}
    for key, word in _SCHOOL_WORDS.items():
        before, after = detail.get(key, (None, None))
        if key not in detail:
            continue
        if row[key] != after or (key == "name" and before in known):
            left.append(Entry(None, called, f"{word}之后又改过，不动"))
            continue
        row[key] = before
        said.append(f"{word} {after or '（空）'} → {before or '（空）'}")
        audit[key] = [after, before]
    if said:
        undone.append(Entry(None, called, "；".join(said)))
        stored = {**row, "kind": _KINDS[row["kind"]], "ranked": row["ranked"] == _YES}
        changes.append({"id": school.school_id, "row": stored, "audit": {"school": called, **audit}})
