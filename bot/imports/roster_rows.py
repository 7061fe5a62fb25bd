"""Rows of a roster: read, normalised, one per person."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from bot.imports import words
from bot.imports.cells import Cell, CellFault, identifier, label, name, value
from bot.imports.columns import Table
from bot.imports.report import Draft, Skip
from bot.imports.rows import RawRow, Reader
from bot.imports.school_names import SchoolNames
from bot.policy.people import PersonState, Role
from storage.identifiers import Identifiers, is_mobile
from storage.inbox import fold

T = TypeVar("T")

MOST_CHARACTERS = {"name": 50, "staff_no": 80, "group": 50, "stage": 20, "subject": 30, "study_account": 100}
MOST_ACCOUNT = 128
Account = tuple[str, str]
"""Platform and the account as written."""


class RosterRow(NamedTuple):
    """One person as the file has them; None = the file has no such column, or the cell says nothing."""

    number: int
    name: str
    staff_no: str  # as stored: a keyed hash where it is an identity or mobile number
    staff_no_tail: str
    school_id: int
    group: str | None
    stage: str | None
    subject: str | None
    roles: frozenset[Role] | None
    mobile: tuple[str, str] | None  # hash and last four
    accounts: tuple[Account, ...]
    study_account: str | None
    state: PersonState | None


_NOBODY = ""


def read_roster(
    table: Table, draft: Draft, schools: SchoolNames, identifiers: Identifiers
) -> list[RosterRow]:
    """Rows without faults; faults, skipped rows and notes go to the draft."""
    rows = _RosterReader(table, draft, schools, identifiers)
    found = [row for raw in rows.reader.rows() if (row := rows.read(raw)) is not None]
    if rows.posts:
        named = "、".join(sorted(rows.posts))
        draft.notes.append(f"{rows.posts.total()} 人的职务（{named}）没有对应的权限，按教师登记。")
    return _one_each(found, rows.reader, draft, rows.raws)


class _RosterReader:
    def __init__(self, table: Table, draft: Draft, schools: SchoolNames, identifiers: Identifiers) -> None:
        self.reader = Reader(table, draft)
        self.posts: Counter[str] = Counter()
        self.raws: dict[int, RawRow] = {}
        self._draft = draft
        self._identifiers = identifiers
        self._schools = schools
        # Few different words stand in many rows: each is converted once.
        self._school = _remembered(self._find_school)
        self._roles = _remembered(words.roles)
        self._state = _remembered(words.state)
        self._group = _remembered(_short("group", label))
        self._stage = _remembered(_short("stage", value))
        self._subject = _remembered(_short("subject", value))
        self._platforms = tuple(one for one in ("wecom", "dingtalk") if self.reader.has(one))

    def read(self, raw: RawRow) -> RosterRow | None:
        reader, before = self.reader, len(self._draft.faults)
        self._draft.rows += 1
        called = reader.read(raw, "name", _required_name, _NOBODY)
        staff_no = reader.read(raw, "staff_no", _staff_no, _NOBODY)
        school_id = reader.read(raw, "school", self._school, 0)
        group = reader.read(raw, "group", self._group, "") if reader.has("group") else None
        stage = reader.read(raw, "stage", self._stage, "") if reader.has("stage") else None
        subject = reader.read(raw, "subject", self._subject, "") if reader.has("subject") else None
        state = reader.read(raw, "state", self._state, None) if reader.has("state") else None
        roles = self._read_roles(raw) if reader.has("role") else None
        mobile = reader.read(raw, "mobile", mobile_number, "") if reader.has("mobile") else ""
        study_account = reader.read(raw, "study_account", _study_account, "")
        accounts = self._read_accounts(raw)
        if len(self._draft.faults) > before:
            return None
        self.raws[raw.number] = raw
        return RosterRow(
            raw.number,
            called,
            *self._identifiers.stored(staff_no),
            school_id,
            group,
            stage,
            subject,
            roles,
            self._identifiers.mobile(mobile) if mobile else None,
            accounts,
            self._identifiers.stored(study_account)[0] if study_account else None,
            state,
        )

    def _read_roles(self, raw: RawRow) -> frozenset[Role]:
        nothing: tuple[frozenset[Role], frozenset[str]] = (frozenset(), frozenset())
        roles, posts = self.reader.read(raw, "role", self._roles, nothing)
        if posts:
            self.posts.update(posts)
        return roles

    def _read_accounts(self, raw: RawRow) -> tuple[Account, ...]:
        if not self._platforms:
            return ()
        return tuple(
            (platform, account)
            for platform in self._platforms
            if (account := self.reader.read(raw, platform, _chat_account, ""))
        )

    def _find_school(self, cell: Cell) -> int:
        written = value(cell)
        if not written:
            raise CellFault("缺少学校", "请填学校名称")
        found = self._schools.find(written)
        if found is not None:
            return found
        near = "、".join(self._schools.nearest(written))
        if len(self._schools.candidates(written)) > 1:
            raise CellFault("这个名字可以指几所学校", f"请写全称：{near}" if near else "请写全称")
        cure = f"是不是：{near}？" if near else ""
        raise CellFault(
            "学校表里没有这所学校", f"{cure}请改正，或先导入学校（python -m bot import schools 文件）"
        )


def _remembered(convert: Callable[[Cell], T]) -> Callable[[Cell], T]:
    """The same function, with its answers kept; faults are found anew each time."""
    known: dict[Cell, T] = {}

    def converted(cell: Cell) -> T:
        try:
            return known[cell]
        except KeyError:
            known[cell] = found = convert(cell)
            return found

    return converted


def _short(key: str, convert: Callable[[Cell], str]) -> Callable[[Cell], str]:
    def converted(cell: Cell) -> str:
        found = convert(cell)
        found = "" if found == "-" else found
        if len(found) > MOST_CHARACTERS[key]:
            raise CellFault(f"太长，最多 {MOST_CHARACTERS[key]} 个字", "请核对这一格")
        return found

    return converted


def _required_name(cell: Cell) -> str:
    found = name(cell)
    if not found:
        raise CellFault("缺少姓名", "请填姓名，或删去这一行")
    if len(found) > MOST_CHARACTERS["name"]:
        raise CellFault("姓名太长", "请核对这一格")
    if found.isdigit():
        raise CellFault("姓名是一串数字", "请核对是不是填错了列")
    return found


def _staff_no(cell: Cell) -> str:
    found = identifier(cell)
    if not found:
        raise CellFault("缺少人员编号", "请填人员编号")
    if len(found) > MOST_CHARACTERS["staff_no"]:
        raise CellFault("编号太长，最多 80 个字", "请核对这一格")
    return found


def _study_account(cell: Cell) -> str:
    found = identifier(cell)
    if len(found) > MOST_CHARACTERS["study_account"]:
        raise CellFault("学习账号太长，最多 100 个字", "请核对这一格")
    return found


def mobile_number(cell: Cell) -> str:
    """Eleven digits, or "" for none. Raises CellFault."""
    found = identifier(cell)
    if found and not is_mobile(found):
        raise CellFault("不像手机号", "请填 11 位手机号，没有就留空")
    return found


def _chat_account(cell: Cell) -> str:
    found = identifier(cell)
    if len(found) > MOST_ACCOUNT:
        raise CellFault("账号太长，最多 128 个字", "请核对这一格")
    return found


def _one_each(
    found: list[RosterRow], reader: Reader, draft: Draft, raws: dict[int, RawRow]
) -> list[RosterRow]:
    """Equal rows of one person are merged; contradicting ones, and what two people share, are faults."""
    kept: dict[str, RosterRow] = {}
    owners: dict[tuple[str, str], RosterRow] = {}
    for row in found:
        earlier = kept.get(row.staff_no)
        if earlier is not None:
            if earlier._replace(number=row.number) == row:
                draft.skip(Skip.REPEATED)
            else:
                reader.fault(
                    raws[row.number],
                    "staff_no",
                    f"与第 {earlier.number} 行是同一个人员编号，内容却不同",
                    "请核对编号，只留正确的一行",
                )
            continue
        clash = _clash(row, owners)
        if clash is None:
            kept[row.staff_no] = row
        else:
            key, other = clash
            reader.fault(
                raws[row.number],
                key,
                f"与第 {other.number} 行的人用了同一个账号",
                "请核对，一个账号只能属于一个人",
            )
    return list(kept.values())


def _clash(row: RosterRow, owners: dict[tuple[str, str], RosterRow]) -> tuple[str, RosterRow] | None:
    """The column and the other row, when an account of this row stands in an earlier one."""
    mine = [(platform, fold(account)) for platform, account in row.accounts]
    if row.study_account is not None:
        mine.append(("study_account", row.study_account))
    for key in mine:
        other = owners.setdefault(key, row)
        if other is not row:
            return key[0], other
    return None
