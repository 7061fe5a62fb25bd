"""Schools: rows of the file, compared with what is stored."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from rapidfuzz import fuzz

from bot.imports.cells import Cell, CellFault, identifier, label, value
from bot.imports.columns import Table
from bot.imports.report import Draft, Entry, Skip
from bot.imports.rows import RawRow, Reader
from bot.imports.words import KIND_WORDS, school_kind, yes_or_no
from bot.policy.people import SchoolKind
from storage.schools import School

_MOST = {"name": 100, "code": 50, "parent": 100, "short_name": 50}


class SchoolRow(NamedTuple):
    """One unit as the file has it; None = the file has no such column."""

    number: int
    name: str
    kind: SchoolKind
    code: str | None
    parent: str | None
    short_name: str | None
    ranked: bool | None


def read_schools(table: Table, draft: Draft) -> list[SchoolRow]:
    reader = Reader(table, draft)
    kept: dict[str, SchoolRow] = {}
    codes: dict[str, int] = {}
    for raw in reader.rows():
        row = _read(reader, raw, draft)
        if row is None:
            continue
        earlier = kept.get(row.name)
        if earlier is not None and earlier._replace(number=row.number) == row:
            draft.skip(Skip.REPEATED)
        elif earlier is not None:
            reader.fault(
                raw, "name", f"与第 {earlier.number} 行是同一所学校，内容却不同", "请核对，只留正确的一行"
            )
        elif row.code and codes.setdefault(row.code, row.number) != row.number:
            reader.fault(
                raw, "code", f"与第 {codes[row.code]} 行的学校编码相同", "请核对，每所学校的编码应不同"
            )
        else:
            kept[row.name] = row
    return list(kept.values())


def _read(reader: Reader, raw: RawRow, draft: Draft) -> SchoolRow | None:
    draft.rows += 1
    before = len(draft.faults)
    name = reader.read(raw, "name", _name, "")
    kind = reader.read(raw, "kind", school_kind, SchoolKind.OTHER)
    code = reader.read(raw, "code", identifier, "") if reader.has("code") else None
    parent = reader.read(raw, "parent", value, "") if reader.has("parent") else None
    short = reader.read(raw, "short_name", _compact, "") if reader.has("short_name") else None
    ranked = reader.read(raw, "ranked", _ranked, default=True) if reader.has("ranked") else None
    for key, found in (("code", code), ("parent", parent), ("short_name", short)):
        if found and len(found) > _MOST[key]:
            reader.fault(raw, key, f"太长，最多 {_MOST[key]} 个字", "请核对这一格")
    if len(draft.faults) > before:
        return None
    return SchoolRow(raw.number, name, kind, code, parent, short, ranked)


def _name(cell: Cell) -> str:
    found = _compact(cell)
    if not found:
        raise CellFault("缺少学校名称", "请填学校名称，或删去这一行")
    if len(found) > _MOST["name"]:
        raise CellFault("太长，最多 100 个字", "请核对这一格")
    return found


def _compact(cell: Cell) -> str:
    found = label(value(cell))
    return found if not found.isascii() else value(cell)


def _ranked(cell: Cell) -> bool:
    return yes_or_no(cell, default=True)


_ALIKE = 50  # per cent; below, a code that belongs to another school is likelier than a new name


def plan_schools(rows: list[SchoolRow], schools: Iterable[School], draft: Draft) -> list[dict[str, Any]]:
    """Found by name, and by 学校编码 where a school was renamed; a school is never removed."""
    known = tuple(schools)
    by_name = {school.name: school for school in known}
    by_code = {school.code: school for school in known if school.code}
    in_file = {row.name for row in rows}
    seen: set[int] = set()
    changes: list[dict[str, Any]] = []
    for row in rows:
        school = by_name.get(row.name)
        coded = by_code.get(row.code) if row.code else None
        renamed = coded is not None and fuzz.ratio(coded.name, row.name) >= _ALIKE
        if school is None and coded is not None and coded.name not in in_file and renamed:
            school = coded  # renamed: the old name is gone from the list
        elif coded is not None and coded is not school:
            text = f"学校编码已登记给{coded.name}，没有导入"
            draft.suspicious.append(Entry(row.number, row.name, text, "请核对学校编码"))
            seen |= {coded.school_id} | ({school.school_id} if school else set())
            continue
        if school is not None:
            seen.add(school.school_id)
        if change := _change(row, school, draft):
            changes.append(change)
    draft.absent += [Entry(None, school.name) for school in known if school.school_id not in seen]
    # A name that one school gives up must be free before another takes it.
    return sorted(changes, key=lambda change: change["id"] is None)


def _change(row: SchoolRow, school: School | None, draft: Draft) -> dict[str, Any] | None:
    columns = {
        "name": row.name,
        "short_name": _settled(row.short_name, school.short_name if school else ""),
        "code": _settled(row.code, school.code if school else ""),
        "kind": row.kind.value,
        "parent": _settled(row.parent, school.parent if school else ""),
        "ranked": row.ranked if row.ranked is not None else school.ranked if school else True,
    }
    if school is None:
        draft.added.append(Entry(row.number, row.name))
        return {"id": None, "row": columns, "audit": {"school": row.name, "added": True}}
    compared = (
        ("名称", "name", school.name, row.name),
        ("简称", "short_name", school.short_name, columns["short_name"]),
        ("编码", "code", school.code, columns["code"]),
        ("学段", "kind", KIND_WORDS[school.kind], KIND_WORDS[row.kind]),
        ("上级单位", "parent", school.parent, columns["parent"]),
        ("参与排名", "ranked", "是" if school.ranked else "否", "是" if columns["ranked"] else "否"),
    )
    texts = [
        f"{word} {before or '（空）'} → {after or '（空）'}"
        for word, _, before, after in compared
        if before != after
    ]
    if not texts:
        draft.unchanged += 1
        return None
    draft.changed.append(Entry(row.number, school.name, "；".join(texts)))
    detail = {key: [before, after] for _, key, before, after in compared if before != after}
    return {"id": school.school_id, "row": columns, "audit": {"school": school.name, **detail}}


def _settled(given: str | None, known: str) -> str:
    return known if given is None else given
