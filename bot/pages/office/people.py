"""人员: everybody whom the visitor may see, found by name, initials or number."""

from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode

from bot.pages.visit import Outcome, Shown, Visit
from bot.policy.people import PersonState, Role
from bot.policy.standing import Step
from messages.texts.next_step import STATES
from messages.texts.unit_words import STEP_NAMES
from messages.texts.who_am_i import ROLES
from storage.identifiers import Identifiers, is_personal, mask
from storage.names import school_names
from storage.people_search import COUNTED, Page, Scope, Wanted, search
from storage.snapshots import online_as_of

LONGEST: Final = 50  # characters of what is looked for
STEPS: Final = {**STEP_NAMES, Step.NONE: "合格"}
ROLE_WORDS: Final = {role: word.partition("（")[0] for role, word in ROLES.items()}
_Choice = TypeVar("_Choice", bound=StrEnum)


def people(visit: Visit) -> Outcome:
    wanted = _wanted(visit)
    found = search(
        visit.connection,
        wanted,
        scope_of(visit),
        Identifiers(visit.ground.secret_key),
        after=_number(visit.asked.query.get("after", "")) or 0,
    )
    _record(visit, wanted, found)
    of_school = school_names(visit.connection, [wanted.school_id] if wanted.school_id else [])
    return Shown(
        "office/people.html",
        "人员",
        {
            "wanted": wanted,
            "found": found,
            "total": None if found.total is None else _total(found.total),
            "school": of_school.get(wanted.school_id or 0, ""),
            "states": STATES,
            "as_of": online_as_of(visit.connection),
            "steps": STEPS,
            "roles": ROLE_WORDS,
            "next": None if found.after is None else _again(visit, after=str(found.after)),
            "first": _again(visit) if "after" in visit.asked.query else None,
            "everywhere": _again(visit, **{"in": ""}),
        },
    )


def _total(people: int) -> str:
    return f"超过 {COUNTED}" if people > COUNTED else str(people)


def scope_of(visit: Visit) -> Scope | None:
    """Whom the visitor may see; None = everybody."""
    if visit.sees_everything:
        return None
    return Scope(school_ids=visit.led_schools, group_ids=visit.led_groups)


def _wanted(visit: Visit) -> Wanted:
    """What cannot be understood asks for nothing."""
    query = visit.asked.query
    return Wanted(
        words="".join(query.get("q", "").split())[:LONGEST],
        school_id=_number(query.get("in", "")),
        school="".join(query.get("school", "").split())[:LONGEST],
        state=_choice(PersonState, query.get("state", "")),
        step=_choice(Step, query.get("step", "")),
        role=_choice(Role, query.get("role", "")),
    )


def _choice(kind: type[_Choice], word: str) -> _Choice | None:
    return next((one for one in kind if one.value == word), None)


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 15 else None


def _again(visit: Visit, **changed: str) -> str:
    """The same search from its beginning, but for what is changed."""
    asked = {**visit.asked.query, "after": "", **changed}
    kept = {name: word for name, word in asked.items() if word and name in _KNOWN}
    return visit.at("/office/people") + (f"?{urlencode(kept)}" if kept else "")


_KNOWN: Final = frozenset({"q", "in", "school", "state", "step", "role", "after"})


def _record(visit: Visit, wanted: Wanted, found: Page) -> None:
    """Never a whole identity or mobile number."""
    words = mask(wanted.words) if is_personal(wanted.words) else wanted.words
    visit.record("people.searched", {"words": words, "people": len(found.people)})
