"""Pictures of one's own page, to look at or to pass on."""

from bot.pages.drawing import drawn
from bot.pages.own.home import coverage_picture, own_turn, requirement_picture
from bot.pages.visit import Outcome, Visit
from storage.standings import record_of


def own_coverage(visit: Visit) -> Outcome:
    facts = record_of(visit.connection, visit.visitor.person_id).facts
    return drawn(coverage_picture(own_turn(visit), facts), visit.asked.path["kind"])


def own_requirement(visit: Visit) -> Outcome:
    facts = record_of(visit.connection, visit.visitor.person_id).facts
    return drawn(requirement_picture(own_turn(visit), facts), visit.asked.path["kind"])
