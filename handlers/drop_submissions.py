"""A point with a submission is given up: asked first, then the submission is taken back and the leaders told."""

from collections.abc import Sequence
from dataclasses import replace

from bot.policy.choice import ChoiceVerdict
from bot.policy.evidence import EventKind, after
from handlers.preview import preview
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import withdraw as texts
from storage import evidence
from storage.notices import note
from storage.roles import leaders_of
from storage.submissions import Submission, of_author


def ask_first(turn: Turn, verdict: ChoiceVerdict) -> Answer | None:
    """A preview, unless nothing would be given up or exactly this was confirmed."""
    dropped = _open(turn, verdict.confirm)
    numbers = tuple(one.number for one in dropped)
    if not dropped or (turn.confirmed and turn.arguments.numbers == numbers):
        return None
    command = turn.understood.command
    assert command is not None, "a choice is said with its command"
    said = texts.would_drop(
        [(one.number, one.code, one.state) for one in dropped],
        verdict.codes,
        bool(_leaders(turn)),
        turn.plan.confirm_minutes,
        turn.catalogue,
    )
    return preview(turn, command, replace(turn.arguments, numbers=numbers), said)


def drop(turn: Turn, codes: Sequence[str]) -> tuple[int, ...]:
    """Takes the open submissions for these points back, and says which; the author is held."""
    dropped = _open(turn, codes)
    for one in dropped:
        state = after(one.state, EventKind.DROPPED)
        assert state is not None, "only open ones are given up"
        evidence.move(
            turn.connection,
            one,
            state,
            EventKind.DROPPED,
            actor_id=turn.person.person_id,
            at=turn.now_ms,
        )
        turn.record(
            "evidence.dropped",
            {"number": one.number, "version": one.version, "code": one.code},
            person_id=turn.person.person_id,
        )
        note(
            turn.connection,
            _leaders(turn),
            key=f"dropped/{one.number}/{one.version}",
            text=texts.dropped_notice(turn.person.name, one.number, one.code, turn.catalogue),
            at=turn.real_ms,
        )
    return tuple(one.number for one in dropped)


def _open(turn: Turn, codes: Sequence[str]) -> list[Submission]:
    """The asker's submissions for these points that can still be given up, in order of number."""
    if not codes:
        return []
    return [
        one
        for one in of_author(turn.connection, turn.person.person_id)
        if one.code in codes and after(one.state, EventKind.DROPPED) is not None
    ]


def _leaders(turn: Turn) -> list[int]:
    person = turn.person
    if person.group_id is None:
        return []
    return [one for one in leaders_of(turn.connection, person.group_id) if one != person.person_id]
