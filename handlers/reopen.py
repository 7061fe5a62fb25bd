"""重开: the project office takes a decision back, or admits what came too late; hours follow."""

from collections.abc import Mapping, Sequence

from bot.policy.decision import Verdict
from bot.policy.evidence import EventKind, EvidenceState, after
from bot.policy.plan import Hours
from bot.policy.review import Reviewers, turn_of
from handlers.frozen import frozen_remark
from handlers.reviewing import Target, notice_key, subject_of, targets, waited_before
from handlers.turn import Turn
from messages.outgoing import Answer, Part
from messages.texts import reopen as texts
from messages.texts.reopen import Reopened
from messages.texts.review_words import Left, left, levels
from storage import notices
from storage.certifications import end
from storage.crowd import hold
from storage.evidence import KIND, move
from storage.numbers import kind_of
from storage.review import reviewers_for
from storage.roles import leaders_of
from storage.settling import settle
from storage.standings import facts_of
from storage.submissions import Submission, find_all

MOST_AT_ONCE = 50


def reopen(turn: Turn) -> Answer:
    """Only the project office gets here."""
    shortest = turn.plan.review.reason_characters
    if not turn.arguments.numbers:
        return texts.which_one()
    if len(turn.arguments.reason) < shortest:
        return texts.how_to_reopen(turn.arguments.numbers[0], shortest)
    asked = targets(turn, "重开 12 审核时看错了")
    if isinstance(asked, Answer):
        return asked
    asked = asked[:MOST_AT_ONCE]
    found = _held(turn, asked)
    others: list[tuple[Part, ...]] = []
    open_again: list[Submission] = []
    for one in asked:
        obstacle = _obstacle(turn, one, found)
        if obstacle is None and one.number is not None:
            open_again.append(found[one.number])
        elif obstacle is not None:
            others.append(obstacle)
    said = texts.reopened(_reopened(turn, open_again), others, turn.catalogue, turn.today)
    return said + frozen_remark(turn) if open_again else said


def _held(turn: Turn, asked: Sequence[Target]) -> dict[int, Submission]:
    """What is meant, read while its authors are held."""
    numbers = [one.number for one in asked if one.number is not None]
    authors = {one.author.person_id for one in find_all(turn.connection, numbers).values()}
    hold(turn.connection, sorted(authors))
    return find_all(turn.connection, numbers)


def _obstacle(turn: Turn, one: Target, found: Mapping[int, Submission]) -> tuple[Part, ...] | None:
    if one.number is None:
        return left(Left(number=one.said, why=Verdict.NO_LINE), turn.catalogue)
    submission = found.get(one.number)
    if submission is None:
        kind = kind_of(turn.connection, one.number)
        return texts.unknown(one.number) if kind in {None, KIND} else texts.other_kind(one.number, kind or "")
    if submission.author.person_id == turn.person.person_id:
        return texts.own(subject_of(submission), turn.catalogue)
    if after(submission.state, EventKind.REOPENED, held=submission.held) is None:
        return texts.not_needed(subject_of(submission), submission.state, turn.catalogue)
    return None


def _reopened(turn: Turn, open_again: Sequence[Submission]) -> list[Reopened]:
    """Opens them, with everything that follows for their authors."""
    if not open_again:
        return []
    authors = sorted({one.author.person_id for one in open_again})
    before = _practice(turn, authors)
    for submission in open_again:
        _open(turn, submission)
    settle(turn.connection, authors, turn.plan, turn.catalogue, now_ms=turn.now_ms)
    afterwards = _practice(turn, authors)
    reviewers = reviewers_for(turn.connection, [one.author for one in open_again])
    done = []
    for submission in open_again:
        author = submission.author.person_id
        one = Reopened(
            subject=subject_of(submission),
            was=submission.state,
            before=before[author],
            after=afterwards[author],
            whose=_whose(turn, submission, reviewers[author]),
        )
        _tell(turn, submission, one)
        done.append(one)
    return done


def _practice(turn: Turn, authors: Sequence[int]) -> dict[int, Hours]:
    return {person_id: facts.practice for person_id, facts in facts_of(turn.connection, authors).items()}


def _whose(turn: Turn, submission: Submission, reviewers: Reviewers) -> str:
    return levels(turn_of(reviewers, waited_long=submission.submitted_at < waited_before(turn)))


def _open(turn: Turn, submission: Submission) -> None:
    author = submission.author.person_id
    move(
        turn.connection,
        submission,
        EvidenceState.WAITING,
        EventKind.REOPENED,
        actor_id=turn.person.person_id,
        at=turn.now_ms,
        remark=turn.arguments.reason,
    )
    if submission.state.certifies:
        end(turn.connection, author, submission.code, at=turn.now_ms)
    turn.record(
        "evidence.reopened",
        {
            "number": submission.number,
            "version": submission.version,
            "code": submission.code,
            "was": submission.state.value,
            "reason": turn.arguments.reason,
        },
        person_id=author,
    )


def _tell(turn: Turn, submission: Submission, one: Reopened) -> None:
    """The author, and whoever had decided; nobody hears what they did themselves."""
    key = notice_key(turn, submission, EventKind.REOPENED)
    reason = turn.arguments.reason
    notices.note(
        turn.connection,
        [submission.author.person_id],
        key=key,
        text=texts.author_notice(one, reason, turn.catalogue),
        at=turn.real_ms,
    )
    if submission.decided_by is not None and submission.decided_by != turn.person.person_id:
        notices.note(
            turn.connection,
            [submission.decided_by],
            key=key,
            text=texts.reviewer_notice(one, reason, turn.catalogue),
            at=turn.real_ms,
        )
    elif submission.decided_by is None:
        notices.note(
            turn.connection,
            _leaders(turn, submission),
            key=key,
            text=texts.waiting_notice(one, turn.catalogue),
            at=turn.real_ms,
        )


def _leaders(turn: Turn, submission: Submission) -> list[int]:
    """Of the author's group: what was overdue has not stood in their queue before."""
    author = submission.author
    if author.group_id is None:
        return []
    told_already = {author.person_id, turn.person.person_id}
    return [one for one in leaders_of(turn.connection, author.group_id) if one not in told_already]
