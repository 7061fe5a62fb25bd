"""同意 and 不同意: the author of a work answers whoever wants to hand it in as a case."""

from collections.abc import Sequence

from bot.policy.paper import PaperKind, PaperState, may_answer
from handlers.turn import Turn
from messages.outgoing import SILENCE, Answer
from messages.taps import agreeing, whether_to_agree
from messages.texts import author_answer as texts
from storage import papers
from storage.crowd import hold
from storage.notices import note
from storage.papers import Paper


def answered(turn: Turn, numbers: Sequence[int], answer: PaperState) -> Answer:
    """`answer` is AGREED or DECLINED; each number on its own."""
    hold(turn.connection, [turn.person.person_id])
    if not numbers:
        waiting = papers.asked_of(turn.connection, turn.person.person_id)
        said = texts.which([(one.number, one.handed_in_name) for one in waiting], answer)
        if len(waiting) != 1:
            return said
        return said.choosing(whether_to_agree(waiting[0].number), *agreeing(waiting[0].number))
    said = SILENCE
    for number in dict.fromkeys(numbers):
        said += _answered(turn, number, answer)
    return said


def _answered(turn: Turn, number: int, answer: PaperState) -> Answer:
    found = papers.find(turn.connection, number)
    if (
        found is None
        or found.place.kind is not PaperKind.WORK_CASE
        or found.place.author_id != turn.person.person_id
    ):
        return texts.not_asked(number)
    due = turn.plan.deadlines.summary
    if not may_answer(found.state, answer, turn.today, due):
        return texts.too_late(number, found.state, answer, own=_own(turn, found), due=due)
    papers.move(turn.connection, number, answer, answered_at=turn.now_ms)
    if answer is PaperState.AGREED:
        _replace_others(turn, found)
    turn.record(f"paper.{answer.value}", {"number": number}, person_id=turn.person.person_id)
    if _own(turn, found):
        return texts.taken_back(number)
    note(
        turn.connection,
        [found.handed_in_by],
        key=f"paper/{number}/{answer.value}",
        text=texts.notice(number, turn.person.name, answer),
        at=turn.real_ms,
    )
    return texts.answered(number, found.handed_in_name, answer, turn.today, due)


def _replace_others(turn: Turn, agreed: Paper) -> None:
    """Of one piece of evidence one case counts: the one that the author has agreed to last."""
    if agreed.place.evidence_number is None:
        return
    for other in papers.at_place(turn.connection, agreed.place):
        same_work = other.place.evidence_number == agreed.place.evidence_number
        if same_work and other.number != agreed.number and other.state.counts:
            papers.move(turn.connection, other.number, PaperState.REPLACED)


def _own(turn: Turn, found: Paper) -> bool:
    return found.handed_in_by == turn.person.person_id
