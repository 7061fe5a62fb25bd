"""撤回: takes back what waits for review; only one's own, and only while nobody has decided.

Where the office names an announcement, handlers.recall takes that back.
"""

from collections.abc import Sequence

from bot.policy.calendar import Lateness, lateness
from bot.policy.evidence import EventKind, EvidenceState, after
from bot.policy.submission import closed
from handlers import menu
from handlers.choose import alone
from handlers.outlook import outlook
from handlers.preview import preview
from handlers.recall import names_announcement, recall
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, answer
from messages.texts import withdraw as texts
from messages.texts.next_step import next_step
from storage import evidence
from storage.settling import settle
from storage.submissions import Submission, of_author


def withdraw(turn: Turn) -> Answer:
    if names_announcement(turn):
        return recall(turn)
    turn = alone(turn)
    mine = of_author(turn.connection, turn.person.person_id)
    said = turn.arguments
    if said.numbers:
        known = {one.number: one for one in mine}
        strange = [number for number in said.numbers if number not in known]
        return _take_back(turn, [known[number] for number in said.numbers if number in known], strange)
    if said.codes:
        return _of_points(turn, mine)
    waiting = [one for one in mine if one.state is EvidenceState.WAITING]
    match waiting:
        case []:
            return texts.nothing_waits("", turn.catalogue)
        case [one]:
            return _ask_first(turn, [one])
        case _:
            return _which(turn, waiting)


def _of_points(turn: Turn, mine: Sequence[Submission]) -> Answer:
    """The newest for each point that was named."""
    named = {one.code: one for one in mine if one.code in turn.arguments.codes}
    if not named:
        return texts.nothing_waits(turn.arguments.codes[0], turn.catalogue)
    return _take_back(turn, list(named.values()), [])


def _take_back(turn: Turn, items: Sequence[Submission], strange: Sequence[int]) -> Answer:
    """`strange`: numbers that are not the asker's, whosoever they are."""
    able = [one for one in items if after(one.state, EventKind.WITHDRAWN) is not None]
    if able and _for_good(turn) and not turn.confirmed:
        return _ask_first(turn, able)
    lines = [texts.not_yours(number) for number in strange]
    for one in items:
        if one not in able:
            when = turn.day(one.submitted_at if one.decided_at is None else one.decided_at)
            lines.append(texts.not_withdrawn(one.number, one.code, one.state, when, turn.catalogue))
    if not able:
        return answer(*lines)
    for one in able:
        _withdraw(turn, one)
    menu.close(turn, Command.WITHDRAW)
    settle(turn.connection, [turn.person.person_id], turn.plan, turn.catalogue, now_ms=turn.now_ms)
    turn = turn.afresh()
    done = texts.withdrawn(
        [(one.number, one.code) for one in able],
        _late(turn),
        next_step(outlook(turn)),
        turn.plan,
        turn.catalogue,
    )
    return answer(*lines, *done)


def _withdraw(turn: Turn, one: Submission) -> None:
    evidence.move(
        turn.connection,
        one,
        EvidenceState.WITHDRAWN,
        EventKind.WITHDRAWN,
        actor_id=turn.person.person_id,
        at=turn.now_ms,
    )
    turn.record(
        "evidence.withdrawn",
        {"number": one.number, "version": one.version, "code": one.code},
        person_id=turn.person.person_id,
    )


def _ask_first(turn: Turn, items: Sequence[Submission]) -> Answer:
    shown = [(one.number, one.code, turn.day(one.submitted_at)) for one in items]
    said = texts.would_withdraw(shown, _late(turn), turn.plan, turn.catalogue)
    return preview(turn, Command.WITHDRAW, Arguments(numbers=tuple(one.number for one in items)), said)


def _which(turn: Turn, waiting: Sequence[Submission]) -> Answer:
    choices = [Arguments(numbers=(one.number,)) for one in waiting]
    shown = [(one.number, one.code, turn.day(one.submitted_at)) for one in waiting]
    lines = menu.Lines(choices, [f"撤回 {one.number}" for one in waiting])
    return menu.offer(turn, texts.which(shown, turn.catalogue), Command.WITHDRAW, lines)


def _late(turn: Turn) -> Lateness:
    return lateness(turn.today, turn.plan.deadlines)


def _for_good(turn: Turn) -> bool:
    """Whether what is taken back now could never be handed in again."""
    return closed(_late(turn), turn.plan.deadlines.late)
