"""本校范围: the school's lead hands in which points the school offers, or looks it up."""

import re

from bot.policy.filing import FilingState, Slot, filing_due
from bot.policy.scope import ScopeVerdict, judge_scope
from handlers.led import led_school, led_school_name
from handlers.turn import Turn
from messages.outgoing import Answer, Line, answer
from messages.texts import scope as texts
from messages.texts.wording import live
from messages.understanding.cleaning import plain_form
from storage.filings import SchoolScope, hand_in, scope_of
from storage.schools import hold_school

_STRANGE = re.compile(r"(?<![A-Za-z0-9])[D-Zd-z]\d{1,2}(?![A-Za-z0-9])")


def scope(turn: Turn) -> Answer:
    school_id = led_school(turn)
    if not turn.arguments.codes:
        return _shown(turn, scope_of(turn.connection, school_id), led_school_name(turn, school_id))
    codes = (*turn.arguments.codes, *_strange_codes(turn))
    verdict = judge_scope(codes, turn.plan.choice, turn.catalogue)
    if not verdict.allowed:
        return texts.refused(verdict, turn.plan.choice, turn.catalogue)
    return _handed_in(turn, school_id, verdict)


def _strange_codes(turn: Turn) -> list[str]:
    """What looks like a code of a letter that there is not: D3 must not be left out in silence."""
    return [code.upper() for code in _STRANGE.findall(plain_form(turn.message.text))]


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
    turn.record("scope.handed_in", {"school": school_id, "number": number, "codes": content})
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
