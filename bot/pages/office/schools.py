"""学校: all of them beside each other, and what is said of one and the same step everywhere."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from bot.pages.visit import Outcome, Shown, Visit
from bot.policy.filing import Slot, SlotStanding
from bot.policy.school import Band, band_of
from bot.policy.standing import completion_unit
from messages.texts.unit_words import BANDS
from storage.school_figures import Figures, all_schools, bound_groups, filing_slots, leads
from storage.snapshots import online_as_of

PER_PAGE: Final = 50
SORTS: Final = {"name": "校名", "rate": "合格率，低的在前", "best": "合格率，高的在前", "size": "人数"}


def schools(visit: Visit) -> Outcome:
    query = visit.asked.query
    words = "".join(query.get("q", "").split())[:PER_PAGE]
    band = next((one for one in Band if one.value == query.get("band")), None)
    sort = query.get("sort") if query.get("sort") in SORTS else "name"
    found = [
        one
        for one in all_schools(visit.connection)
        if (words in one.name or words in one.short_name) and band in {None, band_of(one.kind)}
    ]
    found.sort(key=lambda one: _place(one, sort or "name"))
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(pages, max(1, _number(query.get("page", ""))))
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return Shown(
        "office/schools.html",
        "学校",
        {
            "words": words,
            "band": band,
            "sort": sort,
            "sorts": SORTS,
            "bands": BANDS,
            "total": len(found),
            "page": page,
            "pages": pages,
            "unit": completion_unit(visit.plan.requirement),
            "as_of": online_as_of(visit.connection),
            **_beside(visit, shown),
        },
    )


def _beside(visit: Visit, shown: Sequence[Figures]) -> dict[str, object]:
    """What a row says besides its figures, read for all of them at once."""
    ids = [one.school_id for one in shown]
    slots = filing_slots(visit.connection, ids)
    return {
        "schools": shown,
        "band_of": lambda one: BANDS[band_of(one.kind)],
        "leads": leads(visit.connection, ids),
        "groups": bound_groups(visit.connection, ids),
        "filed": {school_id: filed_word(of) for school_id, of in slots.items()},
    }


def filed_word(slots: dict[Slot, SlotStanding]) -> str:
    """'已备案 3/5，等备案 1 项'."""
    waiting = sum(one.waiting and not one.filed for one in slots.values())
    back = sum(one.returned for one in slots.values())
    parts = [f"已备案 {sum(one.filed for one in slots.values())}/{len(slots)}"]
    parts += [f"等备案 {waiting} 项"] if waiting else []
    parts += [f"退回 {back} 项"] if back else []
    return "，".join(parts)


def _place(one: Figures, sort: str) -> tuple[object, ...]:
    """Exactly, as in the ranking; schools with nobody active stand at the end."""
    rate = Fraction(one.done, one.active) if one.active else Fraction(0)
    mean = Fraction(one.completion, one.active) if one.active else Fraction(0)
    match sort:
        case "rate":
            return (not one.active, rate, mean, one.name)
        case "best":
            return (not one.active, -rate, -mean, one.name)
        case "size":
            return (-one.active, one.name)
        case _:
            return (one.name,)


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 6 else 1
