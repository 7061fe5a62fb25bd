"""What an import would do or has done, as one value; the draft it is collected in."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum, unique

from bot.imports.kinds import Kind


@unique
class Skip(StrEnum):
    """Why a row was passed over; nothing is wrong with it."""

    BLANK = "空行"
    SUMMARY = "合计或说明"
    HEADER = "重复的表头"
    REPEATED = "重复的行"
    NO_DATA = "没有学时数据"
    OLDER = "已有更新的数据"


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that cannot be read; any of them refuses the file."""

    row: int  # as the spreadsheet numbers it
    column: str  # the header
    value: str  # masked where it identifies somebody
    reason: str
    cure: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One person or school in a list of the report."""

    row: int | None  # None: not from a row of the file
    who: str
    text: str = ""
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that is said about one file."""

    kind: Kind
    file_name: str
    sheet: str
    as_of: date | None
    rows: int  # of data, without what was skipped as blank, summary or header
    unchanged: int
    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    unmatched: tuple[Entry, ...]
    suspicious: tuple[Entry, ...]
    absent: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[tuple[Skip, int], ...]
    refreshed: int  # the same hours with a newer as-of
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "refreshed": self.refreshed,
            "unmatched": len(self.unmatched),
            "suspicious": len(self.suspicious),
            "absent": len(self.absent),
            "faults": len(self.faults),
            "skipped": sum(count for _, count in self.skipped),
        }

    @property
    def has_problems(self) -> bool:
        return bool(self.faults or self.unmatched or self.suspicious)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A report that is still being collected."""

    kind: Kind
    file_name: str
    sheet: str = ""
    as_of: date | None = None
    rows: int = 0
    unchanged: int = 0
    refreshed: int = 0
    added: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    unmatched: list[Entry] = field(default_factory=list)
    suspicious: list[Entry] = field(default_factory=list)
    absent: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    skipped: dict[Skip, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def skip(self, why: Skip) -> None:
        self.skipped[why] = self.skipped.get(why, 0) + 1

    def freeze(self) -> Report:
        return Report(
            kind=self.kind,
            file_name=self.file_name,
            sheet=self.sheet,
            as_of=self.as_of,
            rows=self.rows,
            unchanged=self.unchanged,
            refreshed=self.refreshed,
            added=tuple(self.added),
            changed=tuple(self.changed),
            unmatched=tuple(self.unmatched),
            suspicious=tuple(sorted(self.suspicious, key=_by_row)),
            absent=tuple(self.absent),
            faults=tuple(sorted(self.faults, key=lambda fault: fault.row)),
            skipped=tuple((why, self.skipped[why]) for why in Skip if why in self.skipped),
            notes=tuple(self.notes),
        )


def _by_row(entry: Entry) -> int:
    return entry.row or 0
