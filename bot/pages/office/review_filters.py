"""Which part of the queue somebody looks at, as it stands in the address and goes along from page to page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bot.pages.acting import turn_of
from bot.pages.visit import Visit
from bot.policy.school_named import meant
from handlers.reviewing import own_desk, waited_before
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.texts.wording import listed
from storage.review import Part, schools_of
from storage.review_pages import Narrowed, Sight
from storage.schools import all_schools

PARTS: Final[Mapping[Part, str]] = {
    Part.THEIRS: "等我审",
    Part.OPEN: "全部待审",
    Part.HELD: "逾期，先重开",
}
MOST_SUGGESTED: Final = 150
"""Names of schools that a page offers to choose from; where there are more one types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What was asked for, and what it means."""

    narrowed: Narrowed
    school: str  # as it was written
    trouble: str  # why the school's name means nothing
    schools: tuple[str, ...]  # that may be asked for; none where there is only one
    parts: tuple[Part, ...]

    @property
    def query(self) -> str:
        """Without what is as usual."""
        said = {
            "part": "" if self.narrowed.part is Part.THEIRS else self.narrowed.part.value,
            "point": self.narrowed.code,
            "school": self.school,
        }
        return urlencode({name: value for name, value in said.items() if value})

    def address(self, path: str, **more: int) -> str:
        """`path` is "/office/…"."""
        query = "&".join(filter(None, (self.query, urlencode(more))))
        return f"{path}?{query}" if query else path

    def other(self, part: Part) -> str:
        """The same of another part."""
        said = {"part": part.value, "point": self.narrowed.code, "school": self.school}
        return "/office/reviews?" + urlencode({name: value for name, value in said.items() if value})


def sight_of(turn: Turn) -> Sight:
    return Sight(desk=own_desk(turn), waited_before=waited_before(turn))


def reading_turn(visit: Visit) -> Turn:
    """For what handlers read; nothing is said or changed by it."""
    return turn_of(visit, Command.QUEUE, Arguments())


def filters_of(visit: Visit, turn: Turn, asked: Mapping[str, str]) -> Filters:
    """`asked`: the query of a page, or what a form has kept of it; what means nothing is left out."""
    desk = own_desk(turn)
    parts = tuple(part for part in PARTS if part is not Part.HELD or desk.office)
    wanted = next((part for part in parts if part.value == asked.get("part")), Part.THEIRS)
    code = asked.get("point", "")
    names = _names(visit, turn)
    school, school_id, trouble = asked.get("school", "").strip()[:80], None, ""
    if len(names) > 1 and school:
        meaning = meant(school, names)
        school_id = meaning.school_id
        if school_id is None:
            maybe = f"是不是{listed(meaning.candidates)}？" if meaning.candidates else ""
            trouble = f"没有只叫“{school}”的学校，没有按学校筛选。{maybe}"
        else:
            school = names[school_id][0]
    return Filters(
        narrowed=Narrowed(part=wanted, code=code if code in visit.catalogue else "", school_id=school_id),
        school="" if school_id is None else school,
        trouble=trouble,
        schools=tuple(full for full, _ in names.values()) if len(names) > 1 else (),
        parts=parts,
    )


def _names(visit: Visit, turn: Turn) -> dict[int, tuple[str, str]]:
    """Of the schools whose people the visitor may review, by id."""
    desk = own_desk(turn)
    mine = frozenset(schools_of(visit.connection, desk))
    return {
        one.school_id: (one.name, one.short_name)
        for one in all_schools(visit.connection)
        if desk.office or one.school_id in mine
    }
