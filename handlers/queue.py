"""待审: what waits for the asker's review, and with 全部 what is still with others."""

from collections.abc import Mapping, Sequence

from bot.policy.calendar import end_of
from bot.policy.decision import Desk, Seen, may_number
from bot.policy.evidence import EvidenceState
from bot.policy.review import turn_of
from handlers.link_notes import shared_of
from handlers.reviewing import ALL, claimed_by_another, instant, own_desk, subject_of, waited_before
from handlers.shown import list_shown
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer, Line
from messages.taps import deciding, numbered
from messages.texts import queue as texts
from messages.texts.evidence_words import receipt
from messages.texts.queue import Lists, Queued
from messages.texts.review_words import levels, quota_line
from messages.texts.wording import clock_time
from storage import review
from storage.names import school_names
from storage.quotas import quotas
from storage.review import Part, Waiting
from storage.shared_links import Twin, users_of
from storage.submissions import Link, newest_links

MOST_LINES = 40
MOST_LOOKS = 5
"""Buttons, the oldest first."""


def queue(turn: Turn) -> Answer:
    """A constant number of statements, however long the list is."""
    desk, long = own_desk(turn), waited_before(turn)
    schools = () if desk.office else review.schools_of(turn.connection, desk)
    parts = [Part.THEIRS]
    parts += [Part.OTHERS] if turn.arguments.filter == ALL else []
    parts += [Part.HELD] if desk.office else []
    totals = {part: review.count(turn.connection, desk, part, waited_before=long) for part in parts}
    found: dict[Part, tuple[Waiting, ...]] = {}
    room = MOST_LINES
    for part in parts:
        found[part] = ()
        if totals[part] and room:
            found[part] = review.waiting_in(turn.connection, desk, part, waited_before=long, most=room)
        room -= len(found[part])
    listed = [one for part in parts for one in found[part]]
    shown = lines_of(turn, desk, listed, long, several=desk.office or len(schools) > 1)
    numbered = _remembered(turn, desk, listed)
    said = texts.queue(
        Lists(
            theirs=[shown[one.submission.number] for one in found[Part.THEIRS]],
            total=totals[Part.THEIRS],
            others=[shown[one.submission.number] for one in found.get(Part.OTHERS, ())],
            others_total=totals.get(Part.OTHERS, 0),
            held=[shown[one.submission.number] for one in found.get(Part.HELD, ())],
            held_total=totals.get(Part.HELD, 0),
            numbered=numbered,
        ),
        {} if totals[Part.THEIRS] else _decided_today(turn, desk),
        quota_lines(turn, schools),
        turn.catalogue,
        turn.today,
    )
    return _to_tap(said, [one.submission.number for one in found[Part.THEIRS]])


def _to_tap(said: Answer, numbers: Sequence[int]) -> Answer:
    """The only one may be decided at once; of several one is looked at."""
    if len(numbers) == 1:
        (only,) = numbers
        return said.choosing(f"{receipt(only)}，怎么定？", numbered(Command.VIEW, only), *deciding(only))
    looks = [numbered(Command.VIEW, number) for number in numbers[:MOST_LOOKS]]
    return said.choosing("先看哪一份？", *looks)


def _remembered(turn: Turn, desk: Desk, listed: Sequence[Waiting]) -> bool:
    """Whether the lines have numbers; the list is kept in mind either way, and the look at it is logged."""
    items = [Seen(one.submission.number, one.submission.version) for one in listed]
    visible = review.visible_up_to(turn.connection, desk, len(items)) if items else frozenset()
    numbered = may_number([one.number for one in items], visible)
    list_shown(turn, items, numbered=numbered)
    turn.record("list.viewed", looked_through(desk, len(items)))
    return numbered


def looked_through(desk: Desk, items: int) -> dict[str, object]:
    """What the audit keeps of a look at the queue."""
    return {
        "list": "待审",
        "groups": sorted(desk.groups),
        "schools": sorted(desk.schools),
        "county": desk.office,
        "items": items,
    }


def lines_of(
    turn: Turn, desk: Desk, listed: Sequence[Waiting], long: int, *, several: bool
) -> dict[int, Queued]:
    """By number; a constant number of statements. `several`: whether it must be said of which school each is."""
    if not listed:
        return {}
    links = newest_links(turn.connection, [one.submission.number for one in listed])
    users = users_of(turn.connection, [link for some in links.values() for link in some], desk)
    schools = (
        school_names(turn.connection, {one.submission.author.school_id for one in listed}) if several else {}
    )
    return {one.submission.number: _line(turn, desk, one, links, users, schools, long) for one in listed}


def _line(  # noqa: PLR0913, PLR0917 - what was read for all the lines at once
    turn: Turn,
    desk: Desk,
    one: Waiting,
    links: Mapping[int, Sequence[Link]],
    users: Mapping[str, Sequence[Twin]],
    schools: Mapping[int, str],
    long: int,
) -> Queued:
    submission = one.submission
    mine = links.get(submission.number, ())
    whose = turn_of(one.reviewers, waited_long=submission.submitted_at < long)
    claimed = claimed_by_another(turn, submission)
    return Queued(
        subject=subject_of(submission),
        school=schools.get(submission.author.school_id, ""),
        workdays=turn.plan.workdays.since(turn.day(submission.submitted_at), turn.today),
        version=submission.version,
        late=submission.late,
        links=tuple(link.url for link in mine),
        found=tuple(link.finding for link in mine),
        shared=shared_of(desk, submission, mine, users),
        claimer=one.claimer if claimed is not None else "",
        claimed="" if claimed is None else clock_time(instant(turn, claimed)),
        whose=levels(whose),
    )


def _decided_today(turn: Turn, desk: Desk) -> Mapping[EvidenceState, int]:
    yesterday = turn.today.fromordinal(turn.today.toordinal() - 1)
    return review.decided_since(turn.connection, desk, end_of(yesterday))


def quota_lines(turn: Turn, schools: Sequence[int]) -> list[Line]:
    """Of the schools that one leads or leads a group in; the office has them in 全市进度."""
    if not schools:
        return []
    found = quotas(turn.connection, schools, turn.plan)
    return [
        quota_line(found[school_id].name, found[school_id].quota, turn.plan.review.warn_percent)
        for school_id in schools
    ]
