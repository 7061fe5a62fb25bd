"""退回: sends submissions back with a reason, in words or one of the usual ones by its number."""

from collections.abc import Sequence

from bot.policy.decision import Said, Verdict, canned, pieces_named
from bot.policy.evidence import EventKind, EvidenceState
from handlers import menu
from handlers.numbers_said import how_said, last_after_a_blank
from handlers.reviewing import (
    RECEIPTS,
    Judged,
    Target,
    exactly,
    going_on,
    judge,
    left_out,
    notice_key,
    still_waiting,
    subject_of,
    targets,
)
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import send_back as texts
from messages.texts.evidence_words import REASONS
from messages.texts.send_back import Returned
from storage import notices
from storage.evidence import move
from storage.settling import settle
from storage.submissions import Submission

_DECIDABLE = {Verdict.FREE, Verdict.CHANGED}


def send_back(turn: Turn) -> Answer:
    asked = targets(turn, "退回 12 缺学生体会")
    if isinstance(asked, Answer):
        return asked
    judged = judge(turn, asked)
    reason = canned(turn.arguments.reason, REASONS)
    number = _reason_number(turn, asked)
    if not reason and number is not None:
        if judged[-1].verdict in _DECIDABLE:
            return texts.reason_or_item(turn.arguments.numbers[:-1], number)
        judged, reason = judged[:-1], REASONS[number - 1]
    free = [one for one in judged if one.verdict is Verdict.FREE]
    others = left_out(turn, [one for one in judged if one.verdict is not Verdict.FREE])
    if not free:
        return texts.nothing_returned(others, turn.catalogue)
    if len(reason) < turn.plan.review.reason_characters:
        subjects = [subject_of(one.submission) for one in free if one.submission is not None]
        said = texts.which_reason(subjects, others, turn.plan.review.reason_characters, turn.catalogue)
        return _offering_reasons(turn, said, free)
    done = [_returned(turn, one.submission, reason, one) for one in free if one.submission is not None]
    menu.close(turn, Command.SEND_BACK)
    _settle(turn, free)
    waiting = still_waiting(turn)
    said = texts.returned(done, others, reason, waiting=waiting, catalogue=turn.catalogue, today=turn.today)
    return going_on(turn, said) if waiting else said


def _reason_number(turn: Turn, asked: Sequence[Target]) -> int | None:
    """The 2 of 退回 3 2, which may be the second of the usual reasons."""
    arguments = turn.arguments
    if arguments.filter == RECEIPTS or arguments.reason or len(asked) < 2:
        return None
    last = arguments.numbers[-1]
    bare = how_said(turn.message.text, arguments.numbers)[last] is Said.BARE
    if not bare or last > len(REASONS) or last_after_a_blank(turn.message.text) != last:
        return None
    return last


def _offering_reasons(turn: Turn, said: Answer, free: Sequence[Judged]) -> Answer:
    """Each line sends back exactly these submissions in these versions."""
    items = [(one.submission.number, one.submission.version) for one in free if one.submission is not None]
    exact = exactly(items)
    choices = [
        Arguments(filter=exact.filter, numbers=exact.numbers, text=exact.text, reason=reason)
        for reason in REASONS
    ]
    return menu.offer(turn, said, Command.SEND_BACK, menu.Lines(choices, REASONS))


def _returned(turn: Turn, submission: Submission, reason: str, judged: Judged) -> Returned:
    usual = turn.catalogue[submission.code].evidence if submission.code in turn.catalogue else ()
    one = Returned(
        subject=subject_of(submission), piece=pieces_named(reason, usual), on_behalf=judged.on_behalf
    )
    move(
        turn.connection,
        submission,
        EvidenceState.RETURNED,
        EventKind.RETURNED,
        actor_id=turn.person.person_id,
        at=turn.now_ms,
        remark=reason,
        piece=one.piece,
        on_behalf=one.on_behalf,
    )
    author = submission.author.person_id
    turn.record(
        "evidence.returned",
        {
            "number": submission.number,
            "version": submission.version,
            "code": submission.code,
            "piece": one.piece,
            "on_behalf": one.on_behalf,
        },
        person_id=author,
    )
    notices.note(
        turn.connection,
        [author],
        key=notice_key(turn, submission, EventKind.RETURNED),
        text=texts.notice(one, reason, turn.catalogue),
        at=turn.real_ms,
    )
    return one


def _settle(turn: Turn, free: Sequence[Judged]) -> None:
    authors = {one.submission.author.person_id for one in free if one.submission is not None}
    settle(turn.connection, sorted(authors), turn.plan, turn.catalogue, now_ms=turn.now_ms)
