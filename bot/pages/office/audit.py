"""审计: who has done and looked at what, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.pages.office.sought import address, number, span
from bot.pages.office.sought import day as day_in
from bot.pages.visit import Outcome, Shown, Visit
from messages.texts.audit_words import ACTIONS, action_word, actor_word, detail_line
from storage import audit_pages
from storage.audit_pages import Line, Sought
from storage.names import names_of

_MOST: Final = 50
OPERATOR: Final = "管服务器的人"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the log, in words."""

    line: Line
    at: datetime
    actor: str
    actor_id: int | None
    action: str
    detail: str


def audit(visit: Visit) -> Outcome:
    query = visit.asked.query
    by, about = query.get("by", "").strip()[:80], query.get("about", "").strip()[:80]
    actors, people = _people(visit, by), _people(visit, about)
    day = day_in(query.get("day", ""))
    action = query.get("action", "") if query.get("action", "") in ACTIONS else ""
    since, until = (None, None) if day is None else span(day)
    filters = {"by": by, "about": about, "action": action, "day": "" if day is None else day.isoformat()}
    nobody = [word for word, found in ((by, actors), (about, people)) if word and not found]
    sought = Sought(
        actor=_actor(by, actors),
        person_id=next(iter(people), None),
        action=action or None,
        since=since,
        until=until,
        before=number(query.get("before", "")),
    )
    page = audit_pages.Page((), None) if nobody else audit_pages.lines(visit.connection, sought, most=_MOST)
    if any(filters.values()):
        visit.record("audit.viewed", {key: value for key, value in filters.items() if value})
    here = visit.at("/office/audit")
    return Shown(
        "office/audit.html",
        "审计",
        {
            "rows": _rows(visit, page.lines),
            "filters": filters,
            "nobody": nobody,
            "several": _several(visit, by, actors) + _several(visit, about, people),
            "actions": sorted(set(ACTIONS.items()), key=lambda pair: pair[1]),
            "operator": OPERATOR,
            "older": None if page.before is None else address(here, filters, before=page.before),
            "searched": len(page.lines) < _MOST,
            "newest": None if sought.before is None else address(here, filters),
        },
    )


def _people(visit: Visit, written: str) -> tuple[int, ...]:
    """By 人员编号, else by name; of several of one name the first is looked at, and the page says so."""
    if not written:
        return ()
    if written == OPERATOR:
        return (0,)
    marked = number(written.removeprefix("#")) if written.startswith("#") else None
    return (marked,) if marked is not None else audit_pages.people_called(visit.connection, written)


def _actor(by: str, found: tuple[int, ...]) -> str | None:
    if not found:
        return None
    return "operator" if by == OPERATOR else f"person:{found[0]}"


def _several(visit: Visit, written: str, found: tuple[int, ...]) -> list[str]:
    if len(found) < 2:
        return []
    names = audit_pages.described(visit.connection, found)
    return [
        f"叫“{written}”的有 {len(found)} 人，这里看的是第一位。要看别人，写人员编号：{'、'.join(names)}。"
    ]


def _rows(visit: Visit, lines: tuple[Line, ...]) -> list[Row]:
    ids = {int(one.actor.partition(":")[2]) for one in lines if one.actor.startswith("person:")}
    names = names_of(visit.connection, sorted(ids)) if ids else {}
    return [
        Row(
            line=one,
            at=visit.time(one.at),
            actor=actor_word(one.actor, names),
            actor_id=int(one.actor.partition(":")[2]) if one.actor.startswith("person:") else None,
            action=action_word(one.action),
            detail=detail_line(one.detail),
        )
        for one in lines
    ]
