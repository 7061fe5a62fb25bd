"""我的主页: everything of one's own on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.pages.acting import turn_of
from bot.pages.own.evidence import own_evidence
from bot.pages.own.points import choosing, own_points
from bot.pages.visit import Outcome, Shown, Visit
from bot.pictures.charts import Coverage, Requirement, coverage_of, requirement_of
from bot.pictures.svg import svg
from bot.policy.evidence import EvidenceState
from bot.policy.explanation import Explanation, explain
from bot.policy.standing import Facts, Step, known_points
from handlers.appeal import case
from handlers.deadlines import deadlines
from handlers.outlook import outlook
from handlers.school_scope import offered_scope
from handlers.turn import Turn
from handlers.what_is_missing import what_is_missing
from messages.commands import Arguments, Command
from messages.outgoing import Answer, LineKind
from messages.texts import why as why_texts
from messages.texts.appeal import STATES as APPEAL_STATES
from messages.texts.next_step import Outlook
from messages.texts.wording import as_of
from storage.appeals import appeals_of
from storage.choices import certified_points
from storage.own_page import History, histories_of
from storage.people import school_name
from storage.standings import record_of
from storage.submissions import Submission

_TO_DO = {
    Step.NO_CHOICE: ("choose", "在这里选点"),
    Step.NO_EVIDENCE: ("submit", "在这里提交材料"),
    Step.RETURNED: ("submit", "在这里再交一次"),
    Step.WAITING: ("evidence", "看交上去的材料"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of an answer with what stands below it."""

    heading: str
    lines: tuple[str, ...]


def home(visit: Visit) -> Outcome:
    turn = own_turn(visit)
    mine = outlook(turn)
    record = record_of(visit.connection, visit.visitor.person_id)
    explanation = explain(record, visit.plan, visit.catalogue)
    histories = histories_of(visit.connection, visit.visitor.person_id)
    certified = {one.code: one for one in certified_points(visit.connection, visit.visitor.person_id)}
    why = _why(turn, explanation, record.facts)
    return Shown(
        "me/home.html",
        "我的主页",
        {
            "next": what_is_missing(turn),
            "to_do": _TO_DO.get(mine.step),
            "as_of": as_of(record.facts.online_as_of, visit.today).plain,
            "requirement": svg(requirement_picture(turn, record.facts)),
            "coverage": svg(coverage_picture(turn, record.facts)),
            "points": own_points(turn, certified, _kept(histories)),
            "to_submit": _to_submit(mine),
            "choosing": choosing(turn),
            "evidence": own_evidence(visit, turn, histories),
            "verdict": why.lines[0].plain,
            "why": sections(why),
            "deadlines": deadlines(turn),
            "appeals": [case(turn, one) for one in appeals_of(visit.connection, visit.visitor.person_id)],
            "appeal_states": APPEAL_STATES,
            "units": _units(visit),
            "links_at_most": visit.plan.review.links,
        },
    )


def own_turn(visit: Visit) -> Turn:
    """For handlers that only read."""
    return turn_of(visit, Command.MY_PAGE, Arguments())


def requirement_picture(turn: Turn, facts: Facts) -> Requirement:
    points = known_points(facts.certified, turn.catalogue)
    return requirement_of(
        "三项要求",
        turn.plan.requirement,
        online=facts.online,
        practice=facts.practice,
        points=len(points),
        dimensions=len(turn.catalogue.dimensions(points)),
        note=as_of(facts.online_as_of, turn.today).plain,
    )


def coverage_picture(turn: Turn, facts: Facts) -> Coverage:
    scope = offered_scope(turn)
    return coverage_of(
        "环境和维度",
        turn.catalogue,
        certified=facts.certified,
        chosen=facts.chosen,
        offered=None if scope is None else scope.codes,
    )


def sections(said: Answer) -> tuple[Section, ...]:
    """An answer by its headings; what stands before the first one and what is secondary is left out."""
    found: list[tuple[str, list[str]]] = []
    for line in said.lines:
        if line.kind is LineKind.HEADING:
            found.append((line.plain, []))
        elif found and line.kind is not LineKind.QUOTE:
            found[-1][1].append(line.plain)
    return tuple(Section(heading, tuple(lines)) for heading, lines in found)


def _why(turn: Turn, explanation: Explanation, facts: Facts) -> Answer:
    """In the words of 为什么."""
    return why_texts.why(
        explanation, turn.plan, turn.catalogue, chosen=facts.chosen, day_of=turn.day, today=turn.today
    )


def _kept(histories: Sequence[History]) -> Mapping[str, Submission]:
    return {
        one.submission.code: one.submission
        for one in histories
        if one.submission.state is not EvidenceState.WITHDRAWN
    }


def _to_submit(mine: Outlook) -> str:
    """The code of the point that is to be handed in next; "" = none comes first."""
    label = mine.about.label if mine.step is Step.RETURNED and mine.about else mine.untouched
    return (label or "").partition(" ")[0]


def _units(visit: Visit) -> tuple[tuple[str, str], ...]:
    """Pages of what one leads: what they are called, and where they are."""
    schools = [
        (school_name(visit.connection, one), f"/office/schools/{one}") for one in sorted(visit.led_schools)
    ]
    groups = [("本组", f"/office/teams/{one}") for one in sorted(visit.led_groups)]
    reviews = [("待审的材料", "/office/reviews")] if visit.led_schools or visit.led_groups else []
    office = [("后台", "/office")] if visit.sees_everything else []
    return (*reviews, *groups, *schools, *office)
