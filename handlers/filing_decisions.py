"""What 备案通过 and 备案退回 share: item by item, only what is 已交 and the newest of its slot."""

from collections.abc import Iterable

from bot.policy.filing import FilingState, Slot
from handlers.turn import Turn
from messages.texts import filing_decisions as texts
from storage import filings
from storage.filings import Filing
from storage.notices import note
from storage.roles import leads_of
from storage.schools import hold_school


def decide_each(
    turn: Turn, numbers: Iterable[int], state: FilingState, reason: str = ""
) -> list[texts.Outcome]:
    """What became of each number, in the order in which they were said."""
    wanted = tuple(dict.fromkeys(numbers))
    schools = sorted({one.school_id for one in filings.find_all(turn.connection, wanted).values()})
    for school_id in schools:
        hold_school(turn.connection, school_id)
    found = filings.find_all(turn.connection, wanted)
    newest = filings.newest_numbers(turn.connection, schools)
    return [_decided(turn, number, found.get(number), newest, state, reason) for number in wanted]


def _decided(  # noqa: PLR0913, PLR0917 - one item with everything that decides about it
    turn: Turn,
    number: int,
    filing: Filing | None,
    newest: dict[tuple[int, Slot], int],
    state: FilingState,
    reason: str,
) -> texts.Outcome:
    if filing is None:
        return texts.NotThere(number)
    about = texts.About(filing.number, filing.slot, filing.school_name)
    if filing.state is not FilingState.HANDED_IN:
        when = turn.day(filing.decided_at or filing.handed_in_at)
        return texts.DecidedBefore(about, filing.state, filing.decided_by, when)
    latest = newest[filing.school_id, filing.slot]
    if latest != number:
        return texts.Superseded(about, latest)
    filings.decide(
        turn.connection, number, state, person_id=turn.person.person_id, at=turn.now_ms, reason=reason
    )
    outside = _outside(turn, filing) if state is FilingState.FILED else ()
    _record(turn, filing, state, reason, outside)
    return texts.Decided(about, len(outside))


def _outside(turn: Turn, filing: Filing) -> tuple[str, ...]:
    """Whose chosen points the newly filed scope does not have."""
    if filing.slot is not Slot.SCOPE:
        return ()
    return filings.outside_of(turn.connection, filing.school_id, filing.codes)


def _record(turn: Turn, filing: Filing, state: FilingState, reason: str, outside: tuple[str, ...]) -> None:
    turn.record(
        f"filing.{state.value}",
        {
            "number": filing.number,
            "school": filing.school_id,
            "slot": filing.slot.value,
            "reason": reason,
        },
    )
    told = [one for one in leads_of(turn.connection, filing.school_id) if one != turn.person.person_id]
    about = texts.About(filing.number, filing.slot, filing.school_name)
    if state is FilingState.FILED:
        words = texts.filed_notice(about, outside)
    else:
        words = texts.returned_notice(about, reason)
    note(turn.connection, told, key=f"filing/{filing.number}/{state.value}", text=words, at=turn.real_ms)
