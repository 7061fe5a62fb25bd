"""One 教研组: its figures, its people and how far each is. The page of whoever leads it."""

from bot.pages.office.people import STEPS
from bot.pages.office.school import coverage, progress_of, unfinished
from bot.pages.visit import NotThere, Outcome, Shown, Visit
from bot.policy.people import PersonState
from bot.policy.standing import Step
from messages.texts.next_step import STATES
from storage.groups import Group, figures_of, groups_among
from storage.people_search import members
from storage.school_figures import leaders, points_in
from storage.unit_standings import by_group, listed


def team(visit: Visit) -> Outcome:
    found = groups_among(visit.connection, [int(visit.asked.path["group"])])
    if not found or not _may_see(visit, found[0]):
        raise NotThere
    return _shown(visit, found[0])


def own_team(visit: Visit) -> Outcome:
    """本组: of whoever leads one; of several a list of them."""
    led = groups_among(visit.connection, visit.led_groups)
    if len(led) == 1:
        return _shown(visit, led[0])
    units = {group.group_id: f"{group.school_name}{group.name}" for group in led}
    return Shown(
        "office/own_units.html", "本组", {"units": units, "path": "/office/teams/", "what": "教研组"}
    )


def _may_see(visit: Visit, group: Group) -> bool:
    return visit.sees_everything or group.group_id in visit.led_groups or group.school_id in visit.led_schools


def _shown(visit: Visit, group: Group) -> Outcome:
    connection, group_id = visit.connection, group.group_id
    people = members(connection, group_id)
    visit.record("list.viewed", {"group": group_id, "people": len(people)})
    return Shown(
        "office/team.html",
        f"{group.school_name}{group.name}",
        {
            "group": group,
            "progress": progress_of(visit, by_group(connection, [group_id]).get(group_id, ())),
            "figures": figures_of(connection, group_id),
            "leaders": leaders(connection, [group_id]).get(group_id, ()),
            "people": people,
            "sees_school": visit.sees_everything or group.school_id in visit.led_schools,
            "states": STATES,
            "steps": STEPS,
            "active": PersonState.ACTIVE,
            "done": Step.NONE,
            **unfinished(listed(connection, group_ids=[group_id])),
            **coverage(points_in(connection, group_id=group_id), visit.catalogue),
        },
    )
