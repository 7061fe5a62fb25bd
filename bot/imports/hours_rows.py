"""Rows of hours: read, matched with people, several rows of one person brought together."""

from typing import NamedTuple

from bot.imports.cells import Cell, CellFault, hours, identifier, name, value
from bot.imports.columns import Table
from bot.imports.matching import Clues, People
from bot.imports.report import Draft, Entry, Skip
from bot.imports.rows import RawRow, Reader
from bot.imports.words import point_code
from bot.policy.plan import Hours
from bot.policy.points import Catalogue
from storage.roster import Person

MOST_VERDICT = 30
MOST_BASIS = 200


class OnlineRow(NamedTuple):
    """The hours of one person."""

    number: int  # of the first row
    person: Person
    who: str  # name and school, to be shown
    hours: Hours
    verdict: str


class PracticeRow(NamedTuple):
    """One item of a school's own ledger."""

    number: int
    person: Person
    who: str  # name and school, to be shown
    point: str  # a code, or ""
    hours: Hours
    basis: str  # 依据, as written


class _Course(NamedTuple):
    raw: RawRow
    course: str
    hours: Hours | None
    verdict: str


def read_online(table: Table, draft: Draft, people: People) -> list[OnlineRow]:
    """One row per person. Faults, unmatched and suspicious people go to the draft."""
    reader = Reader(table, draft)
    found: dict[int, tuple[Person, list[_Course]]] = {}
    for raw in reader.rows():
        draft.rows += 1
        before = len(draft.faults)
        earned = reader.read(raw, "hours", hours, None)
        course = reader.read(raw, "course", value, "")
        verdict = reader.read(raw, "verdict", value, "")[:MOST_VERDICT]
        person = _person(reader, raw, draft, people)
        if len(draft.faults) == before and person is not None:
            found.setdefault(person.person_id, (person, []))[1].append(_Course(raw, course, earned, verdict))
    rows = []
    for person, courses in found.values():
        together = _together(courses, reader, draft)
        if together is not None:
            rows.append(OnlineRow(courses[0].raw.number, person, people.who(person), *together))
    return rows


def _together(courses: list[_Course], reader: Reader, draft: Draft) -> tuple[Hours, str] | None:
    """Summed by course where there is a column for it; else all rows must say the same."""
    kept: dict[str, _Course] = {}
    by_course = reader.has("course")
    for one in courses:
        earlier = kept.setdefault(one.course, one)
        if earlier is one:
            continue
        if earlier[2:] == one[2:]:
            draft.skip(Skip.REPEATED)
            continue
        what = "同一个人、同一门课" if by_course else "同一个人"
        reader.fault(
            one.raw, "hours", f"与第 {earlier.raw.number} 行是{what}，学时却不同", "请核对，只留正确的一行"
        )
        return None
    known = [one.hours for one in kept.values() if one.hours is not None]
    if not known:
        draft.skip(Skip.NO_DATA)
        return None
    verdicts = {one.verdict for one in kept.values()}
    # Of courses that were judged differently no verdict on the whole follows.
    verdict = verdicts.pop() if len(verdicts) == 1 else ""
    return Hours(sum(known)), verdict


def read_practice(table: Table, draft: Draft, people: People, catalogue: Catalogue) -> list[PracticeRow]:
    """One row per person, point and basis."""
    reader = Reader(table, draft)
    kept: dict[tuple[int, str, str], PracticeRow] = {}
    for raw in reader.rows():
        draft.rows += 1
        before = len(draft.faults)
        earned = reader.read(raw, "hours", hours, None)
        point = reader.read(raw, "point", lambda cell: point_code(cell, catalogue), "")
        basis = reader.read(raw, "basis", _basis, "")
        person = _person(reader, raw, draft, people)
        if len(draft.faults) > before or person is None:
            continue
        if earned is None:
            draft.skip(Skip.NO_DATA)
            continue
        row = PracticeRow(raw.number, person, people.who(person), point, earned, basis)
        earlier = kept.setdefault((person.person_id, point, basis), row)
        if earlier is row:
            continue
        if earlier.hours == row.hours:
            draft.skip(Skip.REPEATED)
        else:
            reason = f"与第 {earlier.number} 行是同一个人、同一个微能力点和依据，学时却不同"
            reader.fault(raw, "hours", reason, "请核对；两项活动请写不同的依据")
    return list(kept.values())


def _basis(cell: Cell) -> str:
    found = value(cell)
    if len(found) > MOST_BASIS:
        raise CellFault(f"依据太长，最多 {MOST_BASIS} 个字", "请写短一些")
    return found


def _person(reader: Reader, raw: RawRow, draft: Draft, people: People) -> Person | None:
    before = len(draft.faults)
    clues = Clues(
        reader.read(raw, "name", _required_name, ""),
        reader.read(raw, "staff_no", identifier, ""),
        reader.read(raw, "study_account", identifier, ""),
        reader.read(raw, "mobile", identifier, ""),
        reader.read(raw, "school", value, ""),
    )
    if len(draft.faults) > before:
        return None
    match = people.find(clues)
    if match.person is None:
        who = f"{clues.name}（{clues.school}）" if clues.school else clues.name
        entry = Entry(raw.number, who, match.why, match.cure)
        (draft.suspicious if match.suspicious else draft.unmatched).append(entry)
    return match.person


def _required_name(cell: Cell) -> str:
    found = name(cell)
    if not found:
        raise CellFault("缺少姓名", "请填姓名，或删去这一行")
    return found
