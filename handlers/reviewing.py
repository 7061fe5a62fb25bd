"""Which submissions are meant, whether the asker may decide about them, and whose turn it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.policy.calendar import end_of
from bot.policy.decision import Desk, Said, Verdict, desk_of, meant, verdict
from bot.policy.evidence import EventKind
from bot.policy.quota import Quota
from bot.policy.review import Level, Reviewers, level_of, steps_in, turn_of
from handlers.numbers_said import how_said
from handlers.shown import shown
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, Style, answer
from messages.taps import numbered
from messages.texts.review_words import Left, Subject, list_again, nothing_opened
from storage.crowd import hold
from storage.names import names_of
from storage.review import Part, count, reviewers_for, waiting_in
from storage.submissions import Submission, find_all

RECEIPTS = "编号"
"""In `Arguments.filter`: the numbers are receipts, and `text` holds the version of each that was shown."""
ALL = "全部"
CLAIM_MS = 30 * 60_000
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Target:
    """One number that somebody said."""

    said: int
    number: int | None  # the receipt; None: a line that is not there
    seen: int | None  # the version that they were shown, as far as that is known
    expired: bool = False  # it was a line of a list whose time is over
    listed: bool = False  # said as a 编号, and there is a line of that number as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A target, and whether it may be decided; its author is held when it may."""

    target: Target
    verdict: Verdict
    submission: Submission | None = None  # None: nothing that the asker may see
    on_behalf: bool = False  # 代审


def receipts(judged: Iterable[Judged]) -> Arguments:
    """These very submissions in these versions, to be decided later."""
    found = [one.submission for one in judged if one.submission is not None]
    return exactly([(one.number, one.version) for one in found])


def exactly(items: Sequence[tuple[int, int]]) -> Arguments:
    return Arguments(
        filter=RECEIPTS,
        numbers=tuple(number for number, _ in items),
        text=" ".join(str(version) for _, version in items),
    )


def targets(turn: Turn, example: str) -> tuple[Target, ...] | Answer:
    """What the numbers mean, each receipt once; without any, what was opened last."""
    arguments = turn.arguments
    if arguments.filter == RECEIPTS:
        versions = map(int, arguments.text.split())
        return tuple(Target(n, n, seen) for n, seen in zip(arguments.numbers, versions, strict=True))
    known = shown(turn)
    if not arguments.numbers:
        if known.opened is None:
            return answer(nothing_opened(example))
        opened = known.opened
        return (Target(opened.number, opened.number, opened.version),)
    said = how_said(turn.message.text, arguments.numbers)
    if known.lines is None and Said.LINE in said.values():
        return answer(list_again())
    found: dict[tuple[bool, int], Target] = {}
    for number in arguments.numbers:
        receipt = meant(number, said[number], known.lines)
        key = (receipt is None, number if receipt is None else receipt)
        expired = said[number] is Said.BARE and meant(number, Said.BARE, known.expired) != number
        listed = said[number] is Said.RECEIPT and meant(number, Said.LINE, known.lines) is not None
        found.setdefault(key, Target(number, receipt, known.versions.get(key[1]), expired, listed))
    return tuple(found.values())


def judge(turn: Turn, asked: Sequence[Target]) -> tuple[Judged, ...]:
    """In the order in which they were said. The authors of what may be decided are held."""
    numbers = {one.number for one in asked if one.number is not None and one.number < _LARGEST}
    grants = turn.grants()
    me = turn.person.whereabouts
    before = find_all(turn.connection, numbers).values()
    authors = {s.author.person_id for s in before if level_of(me, grants, s.author) is not None}
    hold(turn.connection, sorted(authors))
    found = find_all(turn.connection, numbers)
    levels = {number: level_of(me, grants, one.author) for number, one in found.items()}
    judged = [_judged(turn, one, found, levels) for one in asked]
    free = [one.submission for one in judged if one.verdict is Verdict.FREE and one.submission]
    reviewers = reviewers_for(turn.connection, [one.author for one in free]) if free else {}
    long = waited_before(turn)
    return tuple(
        replace(one, on_behalf=_on_behalf(one.submission, levels[one.submission.number], reviewers, long))
        if one.verdict is Verdict.FREE and one.submission is not None
        else one
        for one in judged
    )


def _judged(
    turn: Turn, target: Target, found: dict[int, Submission], levels: dict[int, Level | None]
) -> Judged:
    if target.number is None:
        return Judged(target=target, verdict=Verdict.NO_LINE)
    one = found.get(target.number)
    if one is None:
        return Judged(target=target, verdict=Verdict.HIDDEN)
    ruling = verdict(
        own=one.author.person_id == turn.person.person_id,
        level=levels[one.number],
        state=one.state,
        held=one.held,
        version=one.version,
        seen=target.seen,
    )
    return Judged(target=target, verdict=ruling, submission=None if ruling is Verdict.HIDDEN else one)


def _on_behalf(one: Submission, level: Level | None, reviewers: dict[int, Reviewers], long: int) -> bool:
    if level is None:
        return False
    turn = turn_of(reviewers[one.author.person_id], waited_long=one.submitted_at < long)
    return steps_in(level, turn)


def left_out(turn: Turn, judged: Sequence[Judged], quotas: Mapping[int, Quota] | None = None) -> list[Left]:
    """What was not decided, for the texts; `quotas` by school."""
    names = names_of(
        turn.connection,
        [one.submission.decided_by for one in judged if one.submission and one.submission.decided_by],
    )
    return [_left(turn, one, names, quotas or {}) for one in judged]


def _left(turn: Turn, one: Judged, names: Mapping[int, str], quotas: Mapping[int, Quota]) -> Left:
    submission = one.submission
    if submission is None or one.target.number is None:
        number = one.target.number or one.target.said
        return Left(number=number, why=one.verdict, expired=one.target.expired, listed=one.target.listed)
    by, at = submission.decided_by, submission.decided_at
    return Left(
        number=submission.number,
        why=one.verdict,
        subject=subject_of(submission),
        version=submission.version,
        state=submission.state,
        decided_by="你" if by == turn.person.person_id else names.get(by or 0, ""),
        decided_at=None if at is None else instant(turn, at),
        quota=quotas.get(submission.author.school_id),
    )


def subject_of(submission: Submission) -> Subject:
    return Subject(submission.number, submission.code, submission.author_name)


def notice_key(turn: Turn, submission: Submission, kind: EventKind) -> str:
    """Of one event: the same version may be decided again after 重开, by another message."""
    return f"decision/{submission.number}/{submission.version}/{kind}/{turn.trace}{turn.real_ms}"


def own_desk(turn: Turn) -> Desk:
    return desk_of(turn.person.person_id, turn.grants())


def waited_before(turn: Turn) -> int:
    """What was handed in before this instant (epoch milliseconds) has waited long."""
    rule = turn.plan.review.waiting_workdays
    return end_of(turn.plan.workdays.last_waiting_more_than(rule, turn.today))


def instant(turn: Turn, at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, turn.now.tzinfo)


def still_waiting(turn: Turn) -> int:
    """How many submissions wait for the asker."""
    return count(turn.connection, own_desk(turn), Part.THEIRS, waited_before=waited_before(turn))


def going_on(turn: Turn, said: Answer) -> Answer:
    """`said` of what was decided, with what waits next to tap: in the order of 待审."""
    waiting = waiting_in(
        turn.connection, own_desk(turn), Part.THEIRS, waited_before=waited_before(turn), most=1
    )
    looks = [numbered(Command.VIEW, one.submission.number, "下一份", style=Style.MAIN) for one in waiting]
    return said.choosing("接着审下一份", *looks)


def claimed_by_another(turn: Turn, submission: Submission) -> int | None:
    """Since when (real clock) somebody else has it open; a claim lasts half an hour and hinders nobody."""
    at = submission.claimed_at
    if at is None or submission.claimed_by in {None, turn.person.person_id}:
        return None
    return at if turn.real_ms - at < CLAIM_MS else None
