"""本校范围: the school's lead hands in which points the school offers, or looks it up."""

from bot.policy.filing import FilingState, Slot, filing_due
from bot.policy.scope import ScopeVerdict, judge_scope
from handlers.led import led_school, led_school_name
from handlers.turn import Turn
from messages.outgoing import Answer, Line, answer
from messages.texts import scope as texts
from messages.texts.wording import live
from storage import audit
from storage.filings import SchoolScope, hand_in, scope_of
from storage.schools import hold_school


def scope(turn: Turn) -> Answer:
    school_id = led_school(turn)
    if not turn.arguments.codes:
        return _shown(turn, scope_of(turn.connection, school_id), led_school_name(turn, school_id))
    verdict = judge_scope(turn.arguments.codes, turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        return texts.refused(verdict, turn.plan.choice, turn.catalogue)
    return _handed_in(turn, school_id, verdict)


def _handed_in(turn: Turn, school_id: int, verdict: ScopeVerdict) -> Answer:
    hold_school(turn.connection, school_id)
    before = scope_of(turn.connection, school_id)
    content = " ".join(verdict.codes)
    latest = before.latest
    if latest is not None and latest.content == content and latest.state is not FilingState.RETURNED:
        return texts.same_as_before(latest.number, filed=latest.state is FilingState.FILED)
    number = hand_in(
        turn.connection,
        school_id=school_id,
        slot=Slot.SCOPE,
        content=content,
        person_id=turn.person.person_id,
        at=turn.now_ms,
    )
    audit.record(
        turn.connection,
        at=turn.real_ms,
        actor=turn.actor,
        action="scope.handed_in",
        person_id=None,
        detail={"school": school_id, "number": number, "codes": content},
        trace=turn.trace,
    )
    in_force = None if before.filed is None else before.filed.codes
    due = filing_due(turn.plan)
    return texts.handed_in(number, verdict.codes, in_force, turn.catalogue, due=due, today=turn.today)


def _shown(turn: Turn, state: SchoolScope, school: str) -> Answer:
    latest, filed = state.latest, state.filed
    if latest is None:
        return texts.nothing_yet(school, len(turn.catalogue), turn.plan.choice)
    lines: list[Line] = []
    if latest.state is FilingState.RETURNED:
        lines += texts.returned(school, latest.number, latest.reason)
    if latest.state is FilingState.HANDED_IN:
        day = turn.day(latest.handed_in_at)
        lines += texts.waiting(school, latest.number, latest.codes, day, turn.catalogue)
    if filed is not None:
        lines += texts.filed(school, filed.number, filed.codes, turn.catalogue)
    return answer(*lines, texts.how_to_change(), live(turn.today))
