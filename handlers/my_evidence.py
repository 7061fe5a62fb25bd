"""我的材料: what one has handed in, how far it is, and who has it."""

from collections.abc import Mapping, Sequence

from bot.policy.evidence import EventKind, EvidenceState
from bot.policy.links import Finding
from handlers.outlook import outlook
from handlers.submission_course import around_asker, course
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import my_evidence as texts
from messages.texts.next_step import next_step
from storage.authors import Around, Decision, newest_decisions
from storage.submissions import Link, Submission, newest_links, of_author

_SAYS = {
    EvidenceState.PASSED: EventKind.PASSED,
    EvidenceState.EXCELLENT: EventKind.EXCELLENT,
    EvidenceState.RETURNED: EventKind.RETURNED,
}


def my_evidence(turn: Turn) -> Answer:
    codes = turn.arguments.codes
    mine = [
        one for one in of_author(turn.connection, turn.person.person_id) if not codes or one.code in codes
    ]
    next_one = next_step(outlook(turn))
    if not mine:
        return texts.nothing_yet(codes, next_one, turn.catalogue)
    return texts.my_evidence(shown(turn, mine), next_one, turn.today, turn.catalogue)


def shown(turn: Turn, mine: Sequence[Submission]) -> list[texts.Shown]:
    """Submissions of the asker's as texts show them, the newest first."""
    numbers = [one.number for one in mine]
    links = newest_links(turn.connection, numbers)
    decisions = newest_decisions(turn.connection, numbers)
    near = around_asker(turn)
    newest_first = sorted(mine, key=lambda one: (one.submitted_at, one.number), reverse=True)
    return [_shown(turn, one, near, links, decisions) for one in newest_first]


def _shown(
    turn: Turn,
    one: Submission,
    near: Around,
    links: Mapping[int, Sequence[Link]],
    decisions: Mapping[int, Decision],
) -> texts.Shown:
    handed_in = turn.day(one.submitted_at)
    waited = turn.plan.workdays.since(handed_in, turn.today)
    decision = decisions.get(one.number)
    verdict = None
    if decision is not None and decision.kind is _SAYS.get(one.state):
        verdict = texts.Verdict(decision.by, turn.day(decision.at), decision.remark, decision.piece)
    return texts.Shown(
        number=one.number,
        code=one.code,
        state=one.state,
        version=one.version,
        on=handed_in,
        waited=waited,
        late=one.late,
        held=one.held,
        course=course(turn, near, waited_long=waited > turn.plan.review.waiting_workdays),
        verdict=verdict,
        findings=tuple(link.finding for link in links.get(one.number, ()) if not _opens(link)),
    )


def _opens(link: Link) -> bool:
    """A link that asks for its 提取码 opens for whoever has it."""
    return link.finding == Finding.ASKS and bool(link.extraction)
