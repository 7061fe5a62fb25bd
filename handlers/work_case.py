"""案例 微能力作品: handed in by its author, or by a leader who asks the author."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy.evidence import EvidenceState
from bot.policy.links import fingerprint
from bot.policy.paper import PaperKind, PaperState, bare_link, same_document
from bot.policy.people import LEADS, Role, Whereabouts, may_see
from handlers.author_answer import answered
from handlers.paper_intake import take_paper
from handlers.turn import Turn
from messages.outgoing import Answer, Buttons
from messages.taps import agreeing, whether_to_agree
from messages.texts import case as texts
from messages.texts import work_case as words
from storage import papers, submissions
from storage.crowd import hold
from storage.groups import Member, members_led
from storage.notices import note
from storage.papers import Paper, Place

_NUMBER = re.compile(
    r"(?:编号|#|[Nn][Oo]\.?)\s*[:：]?\s*(\d{1,9})|(?<!\d)(\d{1,9})\s*号(?!楼)|^\s*(\d{1,9})\s*$"
)
_LEADING = {Role.LEADER, *LEADS}


@dataclass(frozen=True, slots=True)
class _Work:
    """Whose work it is, and under which number it was handed in as evidence."""

    author: Member
    evidence_number: int | None


def work_case(turn: Turn, link: str) -> Answer:
    work = _work(turn, link)
    if isinstance(work, Answer):
        return work
    author = work.author
    hold(turn.connection, [author.person_id])
    place = Place(
        kind=PaperKind.WORK_CASE,
        school_id=author.school_id,
        group_id=author.group_id,
        author_id=author.person_id,
        evidence_number=work.evidence_number,
    )
    about_it = [one for one in papers.at_place(turn.connection, place) if _same_work(one, place, link)]
    if author.person_id == turn.person.person_id:
        return _own(turn, place, link, about_it)
    return _asked(turn, place, link, about_it, author.name)


def _same_work(one: Paper, place: Place, link: str) -> bool:
    number = place.evidence_number
    return same_document(link, one.link) or (number is not None and one.place.evidence_number == number)


def _own(turn: Turn, place: Place, link: str, about_it: list[Paper]) -> Answer:
    """Handing it in oneself is a yes as well."""
    same = next((one for one in about_it if same_document(link, one.link)), None)
    if same is not None and same.state is PaperState.ASKED:
        return answered(turn, (same.number,), PaperState.AGREED)
    if same is not None and same.state.counts:
        return texts.same_as_before(same.number, place.kind, turn.person.name)
    taken = take_paper(turn, place, link, replaces=about_it, note=turn.arguments.note)
    return words.own(
        taken.number,
        turn.person.name,
        link,
        work=place.evidence_number,
        replaced=taken.replaced,
        due=turn.plan.deadlines.summary,
        today=turn.today,
        leads=_leads(turn),
    )


def _asked(turn: Turn, place: Place, link: str, about_it: list[Paper], author: str) -> Answer:
    """What the author has said or handed in stays; only a question that is still open is put anew."""
    declined = next((one for one in about_it if one.state is PaperState.DECLINED), None)
    if declined is not None:
        return words.declined_before(declined.number, author)
    same = next((one for one in about_it if same_document(link, one.link)), None)
    if same is not None and same.state.counts:
        return texts.same_as_before(same.number, place.kind, author)
    if same is not None:
        return words.asked_before(same.number, author)
    waiting = [one for one in about_it if one.state is PaperState.ASKED]
    taken = take_paper(turn, place, link, replaces=waiting, note=turn.arguments.note, state=PaperState.ASKED)
    assert place.author_id is not None
    note(
        turn.connection,
        [place.author_id],
        key=f"paper/{taken.number}/asked",
        text=words.question(taken.number, turn.person.name),
        at=turn.real_ms,
        buttons=Buttons(about=whether_to_agree(taken.number), choices=agreeing(taken.number)),
    )
    return words.asked(taken.number, author, link, taken.replaced, turn.plan.deadlines.summary, turn.today)


# ── whose work it is ────────────────────────────────────────────────────────────────────────────────


def _work(turn: Turn, link: str) -> _Work | Answer:
    """By the number of the evidence, by the author's name, or by the link itself; else one's own."""
    said = turn.arguments.note
    if found := _NUMBER.search(said):
        number = int(found[1] or found[2] or found[3])
        return _of_number(turn, number) or words.no_such(number)
    people = members_led(turn.connection, turn.grants()) if _leads(turn) else ()
    others = [one for one in people if one.person_id != turn.person.person_id]
    named = _named(others, said)
    known = papers.works_with_link(turn.connection, fingerprint(bare_link(link)))
    if len(named) > 1:
        return words.several(named[0].name)
    if named:
        return _with_evidence(turn, named[0], known)
    me = _myself(turn)
    if me.person_id in known.values() or turn.person.name in said or not others:
        return _with_evidence(turn, me, known)
    by_link = [one for one in others if one.person_id in known.values()]
    if by_link:
        return _with_evidence(turn, by_link[0], known)
    return words.unknown_author() if said else _with_evidence(turn, me, known)


def _named(people: Sequence[Member], said: str) -> list[Member]:
    """Whose name was said; who says 示例甲乙 does not mean 示例甲."""
    named = [one for one in people if one.name in said]
    return [
        one for one in named if not any(one.name != other.name and one.name in other.name for other in named)
    ]


def _of_number(turn: Turn, number: int) -> _Work | None:
    """None for what the asker does not lead; a withdrawn submission is nobody's work."""
    found = submissions.find(turn.connection, number)
    if found is None or found.state is EvidenceState.WITHDRAWN:
        return None
    grants = frozenset(grant for grant in turn.grants() if grant.role in _LEADING)
    if not may_see(turn.person.whereabouts, grants, found.author):
        return None
    author = found.author
    if author.person_id != turn.person.person_id:
        turn.record("evidence.named", {"number": number}, person_id=author.person_id)
    return _Work(_member(found.author_name, author), number)


def _with_evidence(turn: Turn, author: Member, known: dict[int, int]) -> _Work:
    """The submission with this link, else the one for the code that was said."""
    number = next((one for one, person_id in known.items() if person_id == author.person_id), None)
    if number is None and turn.arguments.codes:
        of_author = submissions.of_author(turn.connection, author.person_id)
        number = next(
            (
                one.number
                for one in of_author
                if one.code == turn.arguments.codes[0] and one.state is not EvidenceState.WITHDRAWN
            ),
            None,
        )
    return _Work(author, number)


def _leads(turn: Turn) -> bool:
    return any(grant.role in _LEADING for grant in turn.grants())


def _myself(turn: Turn) -> Member:
    return _member(turn.person.name, turn.person.whereabouts)


def _member(name: str, where: Whereabouts) -> Member:
    return Member(where.person_id, name, where.school_id, where.group_id)
