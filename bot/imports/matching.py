"""Whom a row of hours is about: 人员编号 → 学习账号 → 手机号 → name and school; never a guess."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.imports.school_names import SchoolNames
from storage.identifiers import Identifiers, is_mobile
from storage.roster import Person


class Clues(NamedTuple):
    """What a row says about its person; "" where it says nothing."""

    name: str
    staff_no: str
    study_account: str
    mobile: str
    school: str


@dataclass(frozen=True, slots=True)
class Match:
    """A person, or why there is none."""

    person: Person | None
    why: str = ""
    cure: str = ""
    suspicious: bool = False  # an identity was found, but it is somebody else's


class People:
    """The roster, to be searched by whatever a file has."""

    def __init__(
        self,
        people: Iterable[Person],
        names: SchoolNames,
        schools: Mapping[int, str],
        identifiers: Identifiers,
    ) -> None:
        self._names = names
        self._schools = schools
        self._identifiers = identifiers
        self._by_staff_no: dict[str, Person] = {}
        self._by_study_account: dict[str, Person] = {}
        self._by_mobile: dict[str, list[Person]] = defaultdict(list)
        self._by_place: dict[tuple[str, int], list[Person]] = defaultdict(list)
        for person in people:
            self._by_staff_no[person.staff_no] = person
            if person.study_account:
                self._by_study_account[person.study_account] = person
            if person.mobile_hash:
                self._by_mobile[person.mobile_hash].append(person)
            self._by_place[person.name, person.school_id].append(person)

    def who(self, person: Person) -> str:
        return f"{person.name}（{self._schools.get(person.school_id, '')}）"

    def find(self, clues: Clues) -> Match:
        found = self._by_identity(clues)
        if found is None:
            return self._by_name(clues)
        if found.name != clues.name:
            return Match(
                None,
                f"编号或账号是{self.who(found)}的，姓名却是“{clues.name}”，没有导入",
                "请核对编号和姓名",
                suspicious=True,
            )
        return Match(found)

    def _by_identity(self, clues: Clues) -> Person | None:
        if clues.staff_no:
            key, _ = self._identifiers.stored(clues.staff_no)
            if found := self._by_staff_no.get(key):
                return found
        if clues.study_account:
            key, _ = self._identifiers.stored(clues.study_account)
            if found := self._by_study_account.get(key):
                return found
        # 身份证号(手机号) mixes both in one column, and a 用户名 is often a mobile number as well.
        for number in (clues.mobile, clues.staff_no, clues.study_account):
            if number and is_mobile(number) and (found := self._by_number(number, clues.name)):
                return found
        return None

    def _by_number(self, number: str, name: str) -> Person | None:
        """A mobile number may belong to a couple: then the name decides, if it can."""
        stored, _ = self._identifiers.stored(number)
        if found := (self._by_staff_no.get(stored) or self._by_study_account.get(stored)):
            return found
        owners = self._by_mobile.get(self._identifiers.mobile(number)[0], ())
        if len(owners) == 1:
            return owners[0]
        named = [person for person in owners if person.name == name]
        return named[0] if len(named) == 1 else None

    def _by_name(self, clues: Clues) -> Match:
        has_identity = any((clues.staff_no, clues.study_account, clues.mobile))
        if not clues.school:
            why = "名册里没有这个编号或账号" if has_identity else "没有编号，也没有学校"
            return Match(None, why, "请核对编号，或先把这个人加进名册")
        school_id = self._names.find(clues.school)
        if school_id is None:
            several = len(self._names.candidates(clues.school)) > 1
            why = f"“{clues.school}”可以指几所学校" if several else f"学校表里没有“{clues.school}”"
            return Match(None, why, "请把学校改为全称，或填人员编号")
        same = self._by_place.get((clues.name, school_id), ())
        if len(same) == 1:
            return Match(same[0])
        if same:
            return Match(
                None, f"{self.who(same[0])}有 {len(same)} 个同名的人，不猜", "请填人员编号、学习账号或手机号"
            )
        return Match(
            None, f"{self._schools[school_id]}的名册里没有这个人", "请核对姓名，或先把这个人加进名册"
        )
