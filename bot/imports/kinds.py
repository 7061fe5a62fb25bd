"""What can be imported, and the sentences in which a whole file is refused."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique


@unique
class Kind(StrEnum):
    """The kinds of the contract, section 5."""

    SCHOOLS = "schools"
    ROSTER = "roster"
    ONLINE_HOURS = "online-hours"
    PRACTICE_HOURS = "practice-hours"

    @property
    def word(self) -> str:
        return _WORDS[self]


_WORDS = {
    Kind.SCHOOLS: "学校",
    Kind.ROSTER: "名册",
    Kind.ONLINE_HOURS: "线上学时",
    Kind.PRACTICE_HOURS: "实践学时",
}


ADDED = {"added": True}
"""The audit's detail for somebody or something that was not there before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Where the table is and which column is which, as somebody has said."""

    sheet: int  # its place in the file, 0 = the first that is visible
    header_row: int  # 0 = the first row of the sheet
    columns: tuple[tuple[str, int], ...]  # key of the field, 0 = column A


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator chose on the command line."""

    dry_run: bool = False
    as_of: date | None = None
    yes: bool = False
    force: bool = False  # an older as-of, another name under the same number, very many hours
    accept_drops: bool = False
    skip_bad: bool = False
    chosen: Chosen | None = None  # None: the headers say it


class ImportRefused(Exception):
    """The file as a whole cannot be imported; one sentence that says why and what to do."""


class AsOfWanted(ImportRefused):
    """It could be, if somebody said of which day its figures are. `why`: without the options of the command line."""

    def __init__(self, sentence: str, why: str) -> None:
        super().__init__(sentence)
        self.why = why


class ImportBusy(ImportRefused):
    """It could be, as soon as another import has ended."""
