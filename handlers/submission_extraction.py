"""A 提取码 that comes after its link: it is put to the link that waits for it, without a new version."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.policy.evidence import EventKind, after
from bot.policy.links import carried_extraction, drive_of, needs_extraction
from bot.policy.submission import EXTRACTION_MINUTES, bare_extraction, split_note
from handlers import menu
from handlers.choose import alone
from handlers.outlook import outlook
from handlers.submission_asking import offer_points, open_points
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, Line, answer
from messages.texts import submission_asked as texts
from messages.texts.next_step import next_step
from messages.texts.submit import extraction_wanted
from storage import conversations, evidence
from storage.authors import set_extraction
from storage.conversations import Topic
from storage.submissions import Link, Submission, newest_links, of_author


@dataclass(frozen=True, slots=True)
class _Place:
    """One link of the newest version of an open submission."""

    submission: Submission
    position: int  # from 1
    link: Link

    @property
    def waits(self) -> bool:
        return needs_extraction(self.link.url) and not self.link.extraction

    @property
    def can_have_one(self) -> bool:
        """Also where the link opens without one, or has another one already."""
        given = self.link.extraction and not carried_extraction(self.link.url)
        return bool(given) or (not self.link.extraction and drive_of(self.link.url) is not None)


def extraction_afterwards(turn: Turn) -> Answer:
    """What is said is nothing but 提取码, perhaps with the point that it is for."""
    extractions, _ = split_note(turn.arguments.note)
    said = turn.arguments
    if not (said.codes or said.numbers) and (half := _waiting_link(turn)) is not None:
        note = " ".join(filter(None, (half.note, said.note)))
        return offer_points(turn, replace(half, note=note), extractions[0])
    turn = alone(turn)
    if not any(one.waits or one.can_have_one for one in _places(turn, said)):
        points = open_points(turn)
        hint = texts.with_link(points[0][0], extractions[0]) if points else next_step(outlook(turn))
        return answer(texts.no_link_for(extractions[0]), hint)
    done: list[_Place] = []
    lines = [_put(turn, code, for_one, done) for code, for_one in _aims(said, extractions)]
    waiting = next((place for place in _places(turn, Arguments()) if place.waits), None)
    if waiting is None:
        stop_asking(turn)
        return answer(*lines, next_step(outlook(turn)))
    ask_extraction(turn, waiting.submission.number)
    return answer(*lines, extraction_wanted(waiting.submission.number))


def _aims(said: Arguments, extractions: Sequence[str]) -> list[tuple[str, Arguments]]:
    """What each 提取码 is for: as many points or numbers as 提取码 are one each, in the order said."""
    if len(said.codes) == len(extractions):
        each = [Arguments(codes=(code,)) for code in said.codes]
    elif len(said.numbers) == len(extractions):
        each = [Arguments(numbers=(number,)) for number in said.numbers]
    else:
        each = [said] * len(extractions)
    return list(zip(extractions, each, strict=True))


def _put(turn: Turn, extraction: str, said: Arguments, done: list[_Place]) -> Line:
    """`done`: what the 提取码 before it in the same message went to."""
    kept = {(one.submission.number, one.position) for one in done}
    places = [one for one in _places(turn, said) if (one.submission.number, one.position) not in kept]
    place = next((one for one in places if one.waits), None)
    place = place or next((one for one in places if one.can_have_one), None)
    if place is None:
        return texts.no_link_for(extraction)
    done.append(place)
    one = place.submission
    if place.link.extraction == extraction:
        return texts.extraction_known(one.number, one.code, extraction, turn.catalogue)
    put_extraction(turn, one, place.position, extraction)
    return texts.extraction_noted(one.number, one.code, extraction, turn.catalogue)


def put_extraction(turn: Turn, one: Submission, position: int, extraction: str) -> None:
    """`one` was read while its author was held."""
    set_extraction(turn.connection, one.number, one.version, position, extraction)
    evidence.record(
        turn.connection,
        number=one.number,
        version=one.version,
        kind=EventKind.EXTRACTION,
        actor_id=one.author.person_id,
        at=turn.now_ms,
    )
    turn.record(
        "evidence.extraction",
        {"number": one.number, "version": one.version, "position": position},
        person_id=one.author.person_id,
    )


def _places(turn: Turn, said: Arguments) -> list[_Place]:
    """The links of the asker's open submissions, of those that were named, if any were.

    First those that the bot has asked about, then the newest.
    """
    asked = _asked_about(turn)
    mine = [
        one
        for one in of_author(turn.connection, turn.person.person_id)
        if after(one.state, EventKind.EXTRACTION) is not None
        and (not said.codes or one.code in said.codes)
        and (not said.numbers or one.number in said.numbers)
    ]
    mine.sort(key=lambda one: (one.number == asked, one.submitted_at, one.number), reverse=True)
    links = newest_links(turn.connection, [one.number for one in mine])
    return [
        _Place(one, position, link)
        for one in mine
        for position, link in enumerate(links.get(one.number, ()), 1)
    ]


def _waiting_link(turn: Turn) -> Arguments | None:
    """A link that was kept and not handed in yet, if it lacks its 提取码."""
    choices = menu.open_choices(turn, Command.SUBMIT)
    if not choices or split_note(choices[-1].note)[0]:
        return None
    half = replace(choices[-1], codes=())
    return half if open_points(turn) and any(map(needs_extraction, half.links)) else None


# ── the bare 提取码 after a receipt that asked for it ──


def ask_extraction(turn: Turn, number: int) -> None:
    conversations.put(
        *menu.place_of(turn),
        Topic.EXTRACTION,
        {"number": number},
        expires_at=turn.real_ms + EXTRACTION_MINUTES * 60_000,
    )


def stop_asking(turn: Turn) -> None:
    conversations.clear(*menu.place_of(turn), Topic.EXTRACTION)


def heard_extraction(turn: Turn) -> Arguments | None:
    """What a bare 提取码 means where one was asked for; None for any other message."""
    code = bare_extraction(turn.message.text)
    number = _asked_about(turn) if code else None
    return None if number is None else Arguments(numbers=(number,), note=f"提取码 {code}")


def _asked_about(turn: Turn) -> int | None:
    """The submission whose 提取码 the bot has asked for last, while that is fresh."""
    kept = conversations.peek(*menu.place_of(turn), Topic.EXTRACTION, real_ms=turn.real_ms)
    return None if kept is None or kept.stale else int(kept.content["number"])
