"""One school: its figures, who is not done and why, its filings, groups and duties. Also its lead's own page."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.pages.acting import act
from bot.pages.visit import Denied, NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.pictures.rankings import school_trend
from bot.pictures.svg import svg
from bot.policy.duties import Duty
from bot.policy.filing import FilingState, Slot, standing_of
from bot.policy.points import Catalogue, Dimension
from bot.policy.quota import Quota
from bot.policy.school import STEPS, Listed, Progress, progress
from bot.policy.standing import Step, completion_unit
from messages.commands import Arguments, Command
from messages.texts.duties import DUTIES
from messages.texts.filing_words import SLOTS
from messages.texts.next_step import STATES
from messages.texts.unit_words import STEP_NAMES, name_of
from messages.texts.wording import PLATFORMS, code_label
from storage import chat_groups
from storage.duties import ticks_of
from storage.filings import Filing, by_slot
from storage.groups import groups_of_school
from storage.names import school_names
from storage.school_figures import leaders, leads, points_in
from storage.unit_standings import by_group, by_school, listed

MOST_NAMES: Final = 60
"""Of one step; the rest is a search away, and the page stays light."""
FILING_STATES: Final = {
    FilingState.HANDED_IN: "等备案",
    FilingState.FILED: "已备案",
    FilingState.RETURNED: "退回",
}


def school(visit: Visit) -> Outcome:
    school_id = _seen(visit)
    return _shown(visit, school_id)


def own_school(visit: Visit) -> Outcome:
    """本校: of whoever leads one; of several a list of them."""
    led = sorted(visit.led_schools)
    if len(led) == 1:
        return _shown(visit, led[0])
    return Shown(
        "office/own_units.html",
        "本校",
        {"units": school_names(visit.connection, led), "path": "/office/schools/", "what": "学校"},
    )


def decide_filing(visit: Visit) -> Outcome:
    """备案通过 or 备案退回, as the chat does it."""
    if not visit.is_office:
        raise Denied("备案由项目办来定。")
    form, school_id = visit.asked.form, _seen(visit)
    number = form.get("number", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise Unfit("没有写是哪一份，请回到学校的页面再点一次。")
    if form.get("decision") == "return":
        command, arguments = (
            Command.RETURN_FILING,
            Arguments(numbers=(int(number),), reason=form.get("reason", "")),
        )
    else:
        command, arguments = Command.ACCEPT_FILING, Arguments(numbers=(int(number),))
    return Redirect(f"/office/schools/{school_id}", act(visit, command, arguments))


def _seen(visit: Visit) -> int:
    """Raises NotThere where there is no such school, or the visitor may not look at it."""
    school_id = int(visit.asked.path["school"])
    if not visit.sees_everything and school_id not in visit.led_schools:
        raise NotThere
    if school_id not in school_names(visit.connection, [school_id]):
        raise NotThere
    return school_id


def _shown(visit: Visit, school_id: int) -> Outcome:
    connection = visit.connection
    found = progress_of(visit, by_school(connection, [school_id]).get(school_id, ()))
    people = listed(connection, school_ids=[school_id]) if found is not None else ()
    visit.record("list.viewed", {"school": school_id, "people": len(people)})
    name = school_names(connection, [school_id])[school_id]
    filings = by_slot(connection, school_id)
    return Shown(
        "office/school.html",
        name,
        {
            "school_id": school_id,
            "progress": found,
            "quota": None if found is None else _quota(visit, found),
            "warn_percent": visit.plan.review.warn_percent,
            "leads": leads(connection, [school_id]).get(school_id, ()),
            "filings": _filings(filings),
            "waiting": frozenset(of[0].number for of in filings.values() if of and standing_of(of).waiting),
            "duties": _duties(visit, school_id),
            "chats": chat_groups.of_school(connection, school_id),
            "teams": _teams(visit, school_id),
            "trend": svg(school_trend(connection, school_id, name, until=visit.today)),
            **unfinished(people),
            **coverage(points_in(connection, school_id=school_id), visit.catalogue),
            **_words(visit),
        },
    )


def progress_of(visit: Visit, tallies: Sequence[Any]) -> Progress | None:
    """None with nobody active."""
    return progress(tallies, completion_unit(visit.plan.requirement))


def unfinished(people: Sequence[Listed]) -> dict[str, Any]:
    """By step in the order of the way to go: how many there are, and the first of them."""
    by_step: dict[Step, list[Listed]] = {}
    for one in people:
        by_step.setdefault(one.step, []).append(one)
    return {
        "unfinished": [
            (step, len(by_step[step]), by_step[step][:MOST_NAMES]) for step in STEPS if step in by_step
        ],
        "step_names": STEP_NAMES,
        "name_of": name_of,
    }


def coverage(points: Mapping[str, tuple[int, int]], catalogue: Catalogue) -> dict[str, Any]:
    """Which points are chosen and certified here, and the dimensions in which nobody is certified yet."""
    known = [(point, *points[point.code]) for point in catalogue if point.code in points]
    covered = catalogue.dimensions(point.code for point, _, certified in known if certified)
    return {"points": known, "uncovered": [one.value for one in Dimension if one not in covered]}


def _quota(visit: Visit, of: Progress) -> Quota:
    return Quota(
        active=of.rate.active,
        points=visit.plan.planned_certifications,
        percent=visit.plan.excellent_percent,
        used=of.excellent,
    )


def _filings(versions: Mapping[Slot, Sequence[Filing]]) -> list[tuple[Slot, Filing | None, int]]:
    """Each slot with its newest version, and how many there were."""
    return [(slot, versions[slot][0] if versions[slot] else None, len(versions[slot])) for slot in Slot]


def _duties(visit: Visit, school_id: int) -> list[tuple[str, str]]:
    ticks = ticks_of(visit.connection, school_id)
    return [
        (
            DUTIES[duty],
            f"{visit.time(ticks[duty].at):%Y-%m-%d} {ticks[duty].by}打勾" if duty in ticks else "没打勾",
        )
        for duty in Duty
    ]


def _teams(visit: Visit, school_id: int) -> list[dict[str, Any]]:
    groups = groups_of_school(visit.connection, school_id)
    ids = [group.group_id for group in groups]
    tallies, led = by_group(visit.connection, ids), leaders(visit.connection, ids)
    return [
        {
            "group": group,
            "progress": progress_of(visit, tallies.get(group.group_id, ())),
            "leaders": led.get(group.group_id, ()),
        }
        for group in groups
    ]


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "slots": SLOTS,
        "filing_states": FILING_STATES,
        "scope_slot": Slot.SCOPE,
        "states": STATES,
        "platforms": PLATFORMS,
        "label": lambda code: code_label(code, visit.catalogue),
    }
