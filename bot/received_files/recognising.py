"""Which kind of spreadsheet this is, by its headers; several, or none, where somebody has to say it."""

import re
from collections.abc import Sequence

from bot.imports.columns import header_place, headers_as, headers_seen
from bot.imports.files import Sheet
from bot.imports.kinds import Kind

_HOURS = re.compile(r"学时|学分|时长|分钟")
_POINT = re.compile(r"能力点|微能力")
_PERSON = re.compile(r"姓名|名字|教师|学员")
_OF_ROSTERS = re.compile(r"教研组|学科组|职务|角色|企业微信|企微|钉钉|状态")


def likely_kinds(sheets: Sequence[Sheet], *, practice_imported: bool) -> tuple[Kind, ...]:
    """`practice_imported`: the plan takes practice hours from files at all."""
    headed = {kind: headers for kind in Kind if (headers := headers_as(sheets, kind)) is not None}
    found = set(headed)
    if found - {Kind.SCHOOLS} or _any(_PERSON, headed.get(Kind.SCHOOLS, ())):
        found.discard(Kind.SCHOOLS)  # who is listed with a school and a 学段 is a person all the same
    _without_rosters_of_hours(found, headed.get(Kind.ROSTER, frozenset()))
    _one_of_the_hours(found, headed, practice_imported=practice_imported)
    return tuple(kind for kind in Kind if kind in found)


def foreign_headers(sheets: Sequence[Sheet]) -> str:
    """The headers of a table that has nothing to do with ours; "" where some are known, or there are none."""
    if any(header_place(sheet, kind) is not None for sheet in sheets for kind in Kind):
        return ""
    return headers_seen(sheets)


def _without_rosters_of_hours(found: set[Kind], headers: frozenset[str]) -> None:
    """A table of hours names people as a roster does; taken for one it would look as if it changed nothing."""
    if Kind.ROSTER not in found or not _any(_HOURS, headers):
        return
    if not found & {Kind.ONLINE_HOURS, Kind.PRACTICE_HOURS}:
        found.clear()
    elif not _any(_OF_ROSTERS, headers):
        found.discard(Kind.ROSTER)


def _one_of_the_hours(
    found: set[Kind], headed: dict[Kind, frozenset[str]], *, practice_imported: bool
) -> None:
    if Kind.PRACTICE_HOURS not in found:
        return
    headers = headed[Kind.PRACTICE_HOURS]
    if _any(_POINT, headers):
        found.discard(Kind.ONLINE_HOURS)
    elif Kind.ONLINE_HOURS in found and (not practice_imported or "获得学时" in headers):
        found.discard(Kind.PRACTICE_HOURS)
    elif Kind.ONLINE_HOURS not in found and not practice_imported:
        found.discard(Kind.PRACTICE_HOURS)  # a bare 学时 may be anything


def _any(pattern: re.Pattern[str], headers: Sequence[str] | frozenset[str]) -> bool:
    return any(pattern.search(header) for header in headers)
