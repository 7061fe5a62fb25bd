"""提交: takes in evidence point by point, and asks back where half of it is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.policy.calendar import Lateness, lateness
from bot.policy.choice import judge_swap
from bot.policy.evidence import EventKind, EvidenceState, after
from bot.policy.links import fingerprint
from bot.policy.standing import Evidence, with_evidence
from bot.policy.submission import (
    Piece,
    PieceFault,
    Refusal,
    advise,
    deal,
    pair,
    split_note,
)
from handlers import submission_asking as asking
from handlers.link_notes import also_for
from handlers.outlook import outlook
from handlers.preview import preview
from handlers.school_scope import chooser
from handlers.submission_course import fresh_course
from handlers.submission_extraction import (
    ask_extraction,
    extraction_afterwards,
    put_extraction,
)
from handlers.submission_words import note_said, period_said
from handlers.turn import Turn
from messages.commands import Command
from messages.incoming import Platform
from messages.outgoing import Answer
from messages.texts import submission_asked
from messages.texts import submit as texts
from messages.texts.next_step import next_step
from storage import evidence
from storage.crowd import hold
from storage.settling import place_evidence
from storage.submissions import Link, Submission, newest_links, of_author


def submit(turn: Turn) -> Answer:
    if not turn.arguments.links:
        return _without_link(turn)
    if hold(turn.connection, [turn.person.person_id]):
        turn = turn.afresh()  # with one writer the batch has read them while it was alone
    if not turn.person.chosen:
        return submission_asked.no_choice(turn.plan.choice)
    codes = turn.arguments.codes or asking.kept_codes(turn)
    if not codes:
        return asking.ask_point(turn)
    pieces = pair(codes, turn.arguments.links)
    if not pieces:
        return asking.ask_points(turn, codes)
    return _would_be_overdue(turn, codes) or _handed_in(turn, pieces)


def _would_be_overdue(turn: Turn, codes: Sequence[str]) -> Answer | None:
    """A preview where a new version would take the place of one that came in time and still waits."""
    if turn.confirmed or lateness(turn.today, turn.plan.deadlines) is not Lateness.OVERDUE:
        return None
    at_stake = [
        one
        for one in of_author(turn.connection, turn.person.person_id)
        if one.code in codes
        and one.state is EvidenceState.WAITING
        and one.late is not Lateness.OVERDUE
        and not one.admitted
    ]
    if not at_stake:
        return None
    kept = replace(turn.arguments, codes=tuple(codes), note=note_said(turn), when=period_said(turn))
    said = submission_asked.would_be_overdue(
        [(one.number, one.code) for one in at_stake], turn.plan.confirm_minutes, turn.catalogue
    )
    return preview(turn, Command.SUBMIT, kept, said)


def _without_link(turn: Turn) -> Answer:
    codes = turn.arguments.codes
    kept = asking.kept_for(turn, codes) if codes else None
    if kept is not None:
        return submit(turn.saying(Command.SUBMIT, kept))
    extractions, _ = split_note(turn.arguments.note)
    if extractions:
        return extraction_afterwards(turn)
    if not turn.person.chosen:
        return submission_asked.no_choice(turn.plan.choice)
    refusals = [one for code in codes if (one := _not_for_links(turn, Piece(code, ()), None)) is not None]
    if refusals:
        return _said(turn, refusals)
    return asking.ask_link(turn)


def _handed_in(turn: Turn, pieces: Sequence[Piece]) -> Answer:
    extractions, note = split_note(note_said(turn))
    dealt, left = deal(extractions, [link for piece in pieces for link in piece.links])
    note = " ".join(filter(None, (note, *(f"提取码 {code}" for code in left))))
    period = period_said(turn)
    before = {
        one.code: one
        for one in of_author(turn.connection, turn.person.person_id)
        if one.state is not EvidenceState.WITHDRAWN
    }
    stored = newest_links(turn.connection, [one.number for one in before.values()])
    linked = {code: frozenset(_prints(stored[one.number])) for code, one in before.items()}
    results = []
    for piece in pieces:
        codes, dealt = dealt[: len(piece.links)], dealt[len(piece.links) :]
        links = tuple(
            Link(url=url, fingerprint=fingerprint(url), extraction=code)
            for url, code in zip(piece.links, codes, strict=True)
        )
        result = _one(turn, piece, links, note, period, before, stored)
        if isinstance(result, texts.Taken):
            linked[piece.code] = frozenset(_prints(links))
        results.append(result)
    compared = [
        replace(one, also=also_for(one.code, linked)) if isinstance(one, texts.Taken) else one
        for one in results
    ]
    return _settled(turn, compared)


def _settled(turn: Turn, results: Sequence[texts.Taken | texts.NotTaken]) -> Answer:
    taken = [one for one in results if isinstance(one, texts.Taken)]
    new = [one.code for one in taken if not one.again]
    if new:
        turn = _waiting(turn, new)
    if taken:
        asking.forget(turn)
    wanting = texts.wants_extraction(taken)
    if wanting is not None:
        ask_extraction(turn, wanting.number)
    return _said(turn, results)


def _waiting(turn: Turn, codes: Sequence[str]) -> Turn:
    """The turn after these points have come to wait for review."""
    facts = turn.person.facts
    for code in codes:
        facts = with_evidence(facts, code, Evidence.WAITING)
    step = place_evidence(turn.connection, turn.person.person_id, facts, turn.plan, turn.catalogue)
    return replace(turn, asker=replace(turn.person, evidence=facts.evidence, step=step))


def _said(turn: Turn, results: Sequence[texts.Taken | texts.NotTaken]) -> Answer:
    taken = any(isinstance(one, texts.Taken) for one in results)
    return texts.outcome(
        results,
        fresh_course(turn) if taken else None,
        next_step(outlook(turn)),
        turn.now,
        turn.plan,
        turn.catalogue,
        on_page=turn.message.platform is Platform.PAGE,
    )


def _one(  # noqa: PLR0913, PLR0917 - a submission has that many parts
    turn: Turn,
    piece: Piece,
    links: Sequence[Link],
    note: str,
    period: str,
    before: Mapping[str, Submission],
    stored: Mapping[int, Sequence[Link]],
) -> texts.Taken | texts.NotTaken:
    earlier = before.get(piece.code)
    same = earlier is not None and _prints(stored[earlier.number]) == _prints(links)
    refusal = _not_for_links(turn, piece, earlier if same else None)
    if refusal is not None:
        return refusal
    fault = asking.refused(turn, piece.links)
    if fault is not None:
        return texts.NotTaken(code=piece.code, refusal=fault, links=len(piece.links))
    if earlier is not None and same and earlier.state is EvidenceState.WAITING:
        return _again(turn, earlier, stored[earlier.number], links)
    return _store(turn, piece, earlier, links, note, period)


def _store(  # noqa: PLR0913, PLR0917 - as `_one`
    turn: Turn,
    piece: Piece,
    earlier: Submission | None,
    links: Sequence[Link],
    note: str,
    period: str,
) -> texts.Taken:
    late = lateness(turn.today, turn.plan.deadlines)
    admitted = earlier is not None and earlier.admitted
    if earlier is None:
        number, version = _first(turn, piece.code, links, note), 1
    else:
        assert after(earlier.state, EventKind.RESUBMITTED) is not None, "decided ones are refused before"
        number = earlier.number
        version = evidence.hand_in_again(
            turn.connection, earlier, note=note, links=links, late=late, at=turn.now_ms, real_ms=turn.real_ms
        )
    action = "evidence.submitted" if earlier is None else "evidence.resubmitted"
    turn.record(
        action,
        {"number": number, "version": version, "code": piece.code, "links": len(links)},
        person_id=turn.person.person_id,
    )
    return texts.Taken(
        number=number,
        code=piece.code,
        version=version,
        at=turn.now,
        links=piece.links,
        extractions=tuple(link.extraction for link in links if link.extraction),
        note=note,
        late=late,
        held=late is Lateness.OVERDUE and not admitted,
        advice=frozenset(
            one for link in links for one in advise(link.url, link.extraction, said=note, period=period)
        ),
    )


def _first(turn: Turn, code: str, links: Sequence[Link], note: str) -> int:
    return evidence.hand_in(
        turn.connection,
        person_id=turn.person.person_id,
        code=code,
        note=note,
        links=links,
        late=lateness(turn.today, turn.plan.deadlines),
        at=turn.now_ms,
        real_ms=turn.real_ms,
    )


def _again(turn: Turn, earlier: Submission, stored: Sequence[Link], links: Sequence[Link]) -> texts.Taken:
    """The receipt of what is on file; a 提取码 that was missing is put to it."""
    extractions = []
    by_print = {link.fingerprint: link.extraction for link in links}
    for position, link in enumerate(stored, 1):
        new = by_print[link.fingerprint]
        if new and new != link.extraction:
            put_extraction(turn, earlier, position, new)
        extractions.append(new or link.extraction)
    said = zip(stored, extractions, strict=True)
    return texts.Taken(
        number=earlier.number,
        code=earlier.code,
        version=earlier.version,
        at=datetime.fromtimestamp(earlier.submitted_at / 1000, turn.now.tzinfo),
        links=tuple(link.url for link in links),
        extractions=tuple(filter(None, extractions)),
        note="",
        late=earlier.late,
        held=earlier.held,
        again=True,
        advice=frozenset(one for link, code in said for one in advise(link.url, code, said="", period="")),
    )


def _not_for_links(turn: Turn, piece: Piece, same: Submission | None) -> texts.NotTaken | None:
    """Why nothing is taken for this point, whatever the links. `same`: these links, handed in before."""
    person = turn.person
    if piece.code in person.certified:
        known = None
        if same is not None and same.state.certifies and same.decided_at is not None:
            known = (same.number, same.state, turn.day(same.decided_at))
        refusal = Refusal(PieceFault.CERTIFIED)
        return texts.NotTaken(code=piece.code, refusal=refusal, links=len(piece.links), known=known)
    if piece.code in person.chosen:
        return None
    points = asking.open_points(turn)
    return texts.NotTaken(
        code=piece.code,
        refusal=Refusal(PieceFault.NOT_CHOSEN),
        links=len(piece.links),
        chosen=person.chosen,
        example=points[0][0] if points else "",
        swap=_swap(turn, piece.code),
    )


def _swap(turn: Turn, new: str) -> tuple[str, str] | None:
    """Which chosen point could make room, one that nothing was or is being handed in for before any other."""
    who = chooser(turn)
    busy = {*who.submitted, *turn.arguments.codes}
    points = sorted((code for code, _ in asking.open_points(turn)), key=lambda code: code in busy)
    for old in points:
        verdict = judge_swap(old, new, who, turn.plan.choice, turn.catalogue)
        if verdict.allowed and all(new not in warning.codes for warning in verdict.warnings):
            return old, new
    return None


def _prints(links: Sequence[Link]) -> list[str]:
    return sorted(link.fingerprint for link in links)
