"""What the registry says of a page: where it is, for whom, and how it stands in the menu."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.pages.visit import Page
from handlers.entry import Who


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEntry:
    """One address. There is no default for `who`: deny is a decision, not an omission.

    Raises ValueError for an address that nobody may use, or where those who only read could change something.
    """

    path: str  # as aiohttp writes it: "/office/people/{person:[0-9]{1,15}}"
    page: Page
    who: frozenset[Who]
    posted: bool = False  # a form: it may write
    uploads: bool = False  # a form with a file
    menu: str = ""  # its word in the menu; "" = it is reached from another page
    section: str = ""  # below which heading of the menu

    def __post_init__(self) -> None:
        if not self.who or Who.EVERYONE in self.who:
            raise ValueError(f"{self.path}: somebody has to be named who may use it")
        if self.posted and Who.OVERSIGHT in self.who:
            raise ValueError(f"{self.path}: {Who.OVERSIGHT.value} only reads")
        if not self.path.startswith(("/office", "/me")):
            raise ValueError(f"{self.path}: pages stand under /office and /me")

    def admits(self, standing: frozenset[Who]) -> bool:
        return bool(self.who & standing)


def table(entries: Iterable[PageEntry]) -> tuple[PageEntry, ...]:
    """Raises ValueError for an address that is listed twice."""
    entries = tuple(entries)
    known = [(entry.path, entry.posted) for entry in entries]
    twice = {one for one in known if known.count(one) > 1}
    if twice:
        raise ValueError(f"listed twice: {sorted(twice)}")
    return entries
