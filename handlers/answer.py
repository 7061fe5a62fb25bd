"""答复: an appeal is answered; handlers.correct does the same where the data has been corrected."""

from bot.policy.appeal import after_answer, may_answer, may_read, says_something
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import answer as texts
from storage.appeals import Appeal, answer_appeal, find_appeal
from storage.crowd import hold
from storage.notices import note


def answer(turn: Turn) -> Answer:
    return answer_case(turn, Command.ANSWER, corrected=False)


def answer_case(turn: Turn, command: Command, *, corrected: bool) -> Answer:
    numbers, said = turn.arguments.numbers, turn.arguments.text.strip()
    if len(numbers) != 1 or not says_something(said):
        return texts.how_to_answer(command)
    (number,) = numbers
    found = find_appeal(turn.connection, number)
    if found is not None:
        # Held and read again: of two who answer at once the second knows of the first.
        hold(turn.connection, [found.appellant.person_id])
        found = find_appeal(turn.connection, number)
    grants = turn.grants()
    if found is None or not may_read(turn.person.whereabouts, grants, found.appellant):
        return texts.not_yours(number)
    if not may_answer(turn.person.whereabouts, grants, found.appellant):
        own = found.appellant.person_id == turn.person.person_id
        return texts.own_case(number) if own else texts.not_yours(number)
    state = after_answer(found.state, corrected=corrected)
    if found.answer == said and found.state is state:
        return texts.same_answer(number)
    answer_appeal(
        turn.connection,
        number,
        state=state,
        person_id=turn.person.person_id,
        text=said,
        at=turn.now_ms,
    )
    _tell(turn, found, said, corrected=corrected)
    return texts.answered(number, found.name, said, before=found.answerer, corrected=corrected)


def _tell(turn: Turn, found: Appeal, said: str, *, corrected: bool) -> None:
    """The appellant hears it, and the audit log keeps every answer word for word."""
    turn.record(
        "appeal.corrected" if corrected else "appeal.answered",
        {"number": found.number, "answer": said},
        person_id=found.appellant.person_id,
    )
    event = f"{turn.person.person_id}/{turn.real_ms}"
    note(
        turn.connection,
        [found.appellant.person_id],
        key=f"appeal/{found.number}/answered/{event}",
        text=texts.notice_answered(found.number, turn.person.name, said, corrected=corrected),
        at=turn.real_ms,
    )
