"""本校范围: the school's lead hands in which points the school offers, or looks it up."""

from bot.policy.filing import FilingState, Slot
from bot.policy.people import Role
from bot.policy.scope import ScopeVerdict, judge_scope
from handlers.turn import Turn
from messages.outgoing import Answer, Line, answer
from messages.texts import scope as texts
from messages.texts.wording import live
from storage import audit
from storage.filings import SchoolScope, hand_in, scope_of
from storage.people import school_name

_LEADS = {Role.PRINCIPAL, Role.SCHOOL_ADMIN}


def scope(turn: Turn) -> Answer:
    school_id = _led_school(turn)
    before = scope_of(turn.connection, school_id)
    if not turn.arguments.codes:
        return _shown(turn, before, _name(turn, school_id))
    verdict = judge_scope(turn.arguments.codes, turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        return texts.refused(verdict, turn.plan.choice, turn.catalogue)
    return _handed_in(turn, school_id, verdict, before)


def _handed_in(turn: Turn, school_id: int, verdict: ScopeVerdict, before: SchoolScope) -> Answer:
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
    return texts.handed_in(number, verdict.codes, in_force, turn.catalogue)


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


def _led_school(turn: Turn) -> int:
    """One's own school, or for those who lead only another one, that."""
    led = {grant.school_id for grant in turn.grants() if grant.role in _LEADS and grant.school_id is not None}
    return turn.person.school_id if turn.person.school_id in led else min(led)


def _name(turn: Turn, school_id: int) -> str:
    if school_id == turn.person.school_id:
        return turn.person.school_name
    return school_name(turn.connection, school_id)
