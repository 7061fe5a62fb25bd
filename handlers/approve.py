"""通过: certifies submissions, item by item, and 优秀 within the school's quota; 全部通过 is previewed first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.policy.decision import Verdict
from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.plan import Hours
from bot.policy.practice import granted
from bot.policy.standing import Grade, standing
from handlers.frozen import frozen_remark
from handlers.preview import preview
from handlers.reviewing import (
    ALL,
    Judged,
    exactly,
    going_on,
    judge,
    left_out,
    notice_key,
    own_desk,
    still_waiting,
    subject_of,
    targets,
    waited_before,
)
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer, Line
from messages.texts import approve as texts
from messages.texts.approve import Passed
from messages.texts.review_words import quota_line
from messages.texts.wording import code_label
from storage import notices
from storage.certifications import NewCertification, certify
from storage.crowd import chunks
from storage.evidence import move
from storage.ledger import certified_codes
from storage.quotas import SchoolQuota, active_among, quotas
from storage.review import Part, count, waiting_in
from storage.schools import hold_school
from storage.settling import settle
from storage.standings import facts_of
from storage.submissions import Submission

MOST_AT_ONCE = 100
_STATES = {Grade.PASS: EvidenceState.PASSED, Grade.EXCELLENT: EvidenceState.EXCELLENT}
_EVENTS = {Grade.PASS: EventKind.PASSED, Grade.EXCELLENT: EventKind.EXCELLENT}


def approve(turn: Turn) -> Answer:
    if turn.arguments.filter == ALL:
        return _previewed(turn)
    asked = targets(turn, "通过 12")
    if isinstance(asked, Answer):
        return asked
    grade = Grade.EXCELLENT if turn.arguments.grade == "优秀" else Grade.PASS
    judged = _uncertified(turn, judge(turn, asked))
    schools: Mapping[int, SchoolQuota] = {}
    if grade is Grade.EXCELLENT:
        schools = _hold_quotas(turn, judged)
        judged = _within(turn, judged, schools)
    passed = [one for one in judged if one.verdict is Verdict.FREE]
    done = _certified(turn, passed, grade)
    after = quotas(turn.connection, schools, turn.plan) if schools else {}
    waiting = still_waiting(turn)
    said = texts.approved(
        done,
        left_out(
            turn,
            [one for one in judged if one.verdict is not Verdict.FREE],
            {school_id: one.quota for school_id, one in after.items()},
        ),
        quotas=_quota_lines(turn, after.values()),
        waiting=waiting,
        catalogue=turn.catalogue,
        today=turn.today,
    )
    if waiting:
        said = going_on(turn, said)
    return said + frozen_remark(turn) if done else said


def _previewed(turn: Turn) -> Answer:
    """全部通过: exactly what waits now, in the versions that wait now."""
    desk, long = own_desk(turn), waited_before(turn)
    total = count(turn.connection, desk, Part.THEIRS, waited_before=long)
    if not total:
        return texts.nothing_to_approve()
    waiting = waiting_in(turn.connection, desk, Part.THEIRS, waited_before=long, most=MOST_AT_ONCE)
    found = [one.submission for one in waiting]
    people: dict[int, tuple[str, list[str]]] = {}
    for one in found:
        _, labels = people.setdefault(one.author.person_id, (one.author_name, []))
        labels.append(code_label(one.code, turn.catalogue))
    turn.record("list.viewed", {"list": "全部通过", "items": len(found)})
    said = texts.preview(list(people.values()), len(found), total - len(found), turn.plan.confirm_minutes)
    return preview(turn, Command.APPROVE, exactly([(one.number, one.version) for one in found]), said)


def _uncertified(turn: Turn, judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """A point that somebody has already, by whatever way, must not spoil the batch."""
    free = {
        one.submission.author.person_id for one in judged if one.submission and one.verdict is Verdict.FREE
    }
    codes = {
        person_id: found
        for chunk in chunks(free)
        for person_id, found in certified_codes(turn.connection, chunk).items()
    }
    return tuple(
        replace(one, verdict=Verdict.CERTIFIED)
        if one.verdict is Verdict.FREE
        and one.submission is not None
        and one.submission.code in codes.get(one.submission.author.person_id, ())
        else one
        for one in judged
    )


def _hold_quotas(turn: Turn, judged: Iterable[Judged]) -> Mapping[int, SchoolQuota]:
    """The quotas of the authors' schools, held so that nobody else takes the last 优秀 meanwhile."""
    ids = {
        one.submission.author.school_id
        for one in judged
        if one.submission is not None and one.verdict is Verdict.FREE
    }
    for school_id in sorted(ids):
        hold_school(turn.connection, school_id)
    return quotas(turn.connection, ids, turn.plan) if ids else {}


def _within(turn: Turn, judged: Sequence[Judged], schools: Mapping[int, SchoolQuota]) -> tuple[Judged, ...]:
    """In the order in which they were said, as far as the quota goes."""
    free = [one.submission for one in judged if one.submission is not None and one.verdict is Verdict.FREE]
    active = active_among(turn.connection, [one.author.person_id for one in free])
    left = {school_id: one.quota.left for school_id, one in schools.items()}
    ruled = []
    for one in judged:
        if one.submission is None or one.verdict is not Verdict.FREE:
            ruled.append(one)
            continue
        author = one.submission.author
        if not left[author.school_id]:
            ruled.append(replace(one, verdict=Verdict.OVER_QUOTA))
            continue
        left[author.school_id] -= author.person_id in active
        ruled.append(one)
    return tuple(ruled)


def _certified(turn: Turn, judged: Sequence[Judged], grade: Grade) -> list[Passed]:
    """Decides them, with everything that follows for their authors."""
    found = [(one.submission, one.on_behalf) for one in judged if one.submission is not None]
    if not found:
        return []
    for submission, on_behalf in found:
        _move(turn, submission, grade, on_behalf=on_behalf)
    certify(
        turn.connection,
        [NewCertification(one.author.person_id, one.code, grade, turn.now_ms) for one, _ in found],
    )
    authors = sorted({one.author.person_id for one, _ in found})
    settle(turn.connection, authors, turn.plan, turn.catalogue, now_ms=turn.now_ms)
    facts = {
        person_id: one
        for chunk in chunks(authors)
        for person_id, one in facts_of(turn.connection, chunk).items()
    }
    done = []
    for submission, on_behalf in found:
        mine = facts[submission.author.person_id]
        brought = dict(granted(mine.certified, turn.plan.practice)).get(submission.code, Hours(0))
        one = Passed(
            subject=subject_of(submission),
            grade=grade,
            hours=brought,
            total=mine.practice,
            on_behalf=on_behalf,
        )
        judgement = standing(mine, turn.plan, turn.catalogue)
        next_action = texts.next_of_author(mine, judgement.gaps, judgement.step, turn.catalogue)
        notices.note(
            turn.connection,
            [submission.author.person_id],
            key=notice_key(turn, submission, _EVENTS[grade]),
            text=texts.notice(one, turn.arguments.note, next_action, turn.catalogue),
            at=turn.real_ms,
        )
        done.append(one)
    return done


def _move(turn: Turn, submission: Submission, grade: Grade, *, on_behalf: bool) -> None:
    move(
        turn.connection,
        submission,
        _STATES[grade],
        _EVENTS[grade],
        actor_id=turn.person.person_id,
        at=turn.now_ms,
        remark=turn.arguments.note,
        on_behalf=on_behalf,
    )
    turn.record(
        f"evidence.{_EVENTS[grade]}",
        {
            "number": submission.number,
            "version": submission.version,
            "code": submission.code,
            "on_behalf": on_behalf,
        },
        person_id=submission.author.person_id,
    )


def _quota_lines(turn: Turn, schools: Iterable[SchoolQuota]) -> list[Line]:
    return [quota_line(one.name, one.quota, turn.plan.review.warn_percent) for one in schools]
