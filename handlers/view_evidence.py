"""查看 of a submission, for its author, its reviewers and those who see everything; reviewers claim it."""

from bot.policy.evidence import EvidenceState
from bot.policy.people import may_see
from bot.policy.review import Level, level_of, steps_in, turn_of
from handlers.link_notes import shared_of
from handlers.reviewing import claimed_by_another, instant, own_desk, waited_before
from handlers.shown import item_opened
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import view as texts
from messages.texts.review_words import Shared, levels
from messages.texts.view import Happened, Opened, Reading, ShownLink, ShownVersion
from storage.crowd import hold
from storage.evidence import claim
from storage.names import names_of, place_names
from storage.review import reviewers_for
from storage.shared_links import users_of
from storage.submissions import Event, Submission, Version, events_of, find, versions_of

_NOTHING_SHARED = Shared((), (), hidden=False)


def view_evidence(turn: Turn, number: int) -> Answer:
    me, grants = turn.person.whereabouts, turn.grants()
    found = find(turn.connection, number)
    if found is None or not may_see(me, grants, found.author):
        return texts.not_seen(number)
    level = level_of(me, grants, found.author)
    if level is not None and found.state is EvidenceState.WAITING:
        found = _claimed(turn, found)
    own = found.author.person_id == me.person_id
    if not own:
        _log(turn, found)
    item_opened(turn, number, found.version)
    reviewers = reviewers_for(turn.connection, [found.author])[found.author.person_id]
    whose = turn_of(reviewers, waited_long=found.submitted_at < waited_before(turn))
    reading = Reading(
        own=own,
        decides=level is not None,
        in_turn=level is not None and not steps_in(level, whose),
        reopens=Level.OFFICE in {level_of(me, frozenset({grant}), found.author) for grant in grants},
    )
    return texts.opened(_opened(turn, found, levels(whose), own=own), reading, turn.catalogue, turn.today)


def _claimed(turn: Turn, before: Submission) -> Submission:
    """Others see that it is open here, for half an hour; whoever has opened it before stays named."""
    hold(turn.connection, [before.author.person_id])
    found = find(turn.connection, before.number)
    assert found is not None, "submissions are never deleted"
    if found.state is EvidenceState.WAITING and claimed_by_another(turn, found) is None:
        claim(turn.connection, found.number, turn.person.person_id, real_ms=turn.real_ms)
    return found


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
        claimed=f"{instant(turn, claimed):%H:%M}" if claimed else "",
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


def _log(turn: Turn, found: Submission) -> None:
    turn.record(
        "evidence.viewed",
        {"number": found.number, "version": found.version},
        person_id=found.author.person_id,
    )
