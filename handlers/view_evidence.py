"""查看 of a submission, for its author, its reviewers and those who see everything; reviewers claim it."""

from dataclasses import dataclass

from bot.policy.evidence import EvidenceState
from bot.policy.people import may_see
from bot.policy.review import Level, level_of, steps_in, turn_of
from handlers.link_notes import shared_of
from handlers.reviewing import claimed_by_another, instant, own_desk, waited_before
from handlers.shown import item_opened
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.taps import deciding
from messages.texts import view as texts
from messages.texts.evidence_words import receipt
from messages.texts.review_words import Shared, levels
from messages.texts.view import Happened, Opened, Reading, ShownLink, ShownVersion
from messages.texts.wording import clock_time
from storage.crowd import hold
from storage.evidence import claim
from storage.names import names_of, place_names
from storage.review import reviewers_for
from storage.shared_links import users_of
from storage.submissions import Event, Submission, Version, events_of, find, versions_of

_NOTHING_SHARED = Shared((), (), hidden=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the asker sees of a submission, and what they may do with it."""

    submission: Submission
    opened: Opened
    reading: Reading

    @property
    def to_decide(self) -> bool:
        """Whether the asker may decide about it now."""
        waits = self.submission.state is EvidenceState.WAITING and not self.submission.held
        return waits and self.reading.decides and not self.reading.own


def view_evidence(turn: Turn, number: int) -> Answer:
    claim_for_review(turn, number)
    seen = seen_by(turn, number)
    if seen is None:
        return texts.not_seen(number)
    if not seen.reading.own:
        turn.record("evidence.viewed", looked_at(seen.submission), person_id=seen.submission.author.person_id)
    item_opened(turn, number, seen.submission.version)
    said = texts.opened(seen.opened, seen.reading, turn.catalogue, turn.today)
    return said.choosing(f"{receipt(number)}，怎么定？", *deciding(number)) if seen.to_decide else said


def seen_by(turn: Turn, number: int) -> Seen | None:
    """Only reads; None for what is not for the asker's eyes, or not there."""
    me, grants = turn.person.whereabouts, turn.grants()
    found = find(turn.connection, number)
    if found is None or not may_see(me, grants, found.author):
        return None
    level = level_of(me, grants, found.author)
    own = found.author.person_id == me.person_id
    reviewers = reviewers_for(turn.connection, [found.author])[found.author.person_id]
    whose = turn_of(reviewers, waited_long=found.submitted_at < waited_before(turn))
    reading = Reading(
        own=own,
        decides=level is not None,
        in_turn=level is not None and not steps_in(level, whose),
        reopens=Level.OFFICE in {level_of(me, frozenset({grant}), found.author) for grant in grants},
    )
    return Seen(found, _opened(turn, found, levels(whose), own=own), reading)


def claim_for_review(turn: Turn, number: int) -> None:
    """Others see that it is open here, for half an hour; only of what waits and the asker may decide."""
    found = find(turn.connection, number)
    if found is None or found.state is not EvidenceState.WAITING:
        return
    if level_of(turn.person.whereabouts, turn.grants(), found.author) is not None:
        _claimed(turn, found)


def looked_at(found: Submission) -> dict[str, int]:
    """What the audit keeps of a look."""
    return {"number": found.number, "version": found.version}


def _claimed(turn: Turn, before: Submission) -> None:
    """Whoever has opened it before stays named."""
    hold(turn.connection, [before.author.person_id])
    found = find(turn.connection, before.number)
    assert found is not None, "submissions are never deleted"
    if found.state is EvidenceState.WAITING and claimed_by_another(turn, found) is None:
        claim(turn.connection, found.number, turn.person.person_id, real_ms=turn.real_ms)


def _opened(turn: Turn, found: Submission, whose: str, *, own: bool) -> Opened:
    versions = versions_of(turn.connection, found.number)
    school, group = place_names(turn.connection, found.author)
    claimed = None if own else claimed_by_another(turn, found)
    claimer = (
        names_of(turn.connection, [found.claimed_by or 0]).get(found.claimed_by or 0, "") if claimed else ""
    )
    return Opened(
        number=found.number,
        code=found.code,
        author=found.author_name,
        school=school,
        group=group,
        state=found.state,
        held=found.held,
        version=found.version,
        workdays=turn.plan.workdays.since(turn.day(found.submitted_at), turn.today),
        versions=[_version(turn, one) for one in reversed(versions)],
        history=[_happened(turn, one) for one in events_of(turn.connection, found.number)],
        whose=whose,
        shared=_NOTHING_SHARED if own else _shared(turn, found, versions[-1]),
        claimer=claimer,
        claimed=clock_time(instant(turn, claimed)) if claimed else "",
    )


def _shared(turn: Turn, found: Submission, newest: Version) -> Shared:
    desk = own_desk(turn)
    return shared_of(desk, found, newest.links, users_of(turn.connection, newest.links, desk))


def _version(turn: Turn, one: Version) -> ShownVersion:
    return ShownVersion(
        version=one.version,
        at=instant(turn, one.submitted_at),
        late=one.late,
        note=one.note,
        links=tuple(
            ShownLink(url=link.url, extraction=link.extraction, finding=link.finding) for link in one.links
        ),
    )


def _happened(turn: Turn, one: Event) -> Happened:
    return Happened(
        at=instant(turn, one.at),
        who=one.actor_name,
        kind=one.kind,
        version=one.version,
        remark=one.remark,
        piece=one.piece,
        on_behalf=one.on_behalf,
    )
