"""Half a submission: a link without a point, or a point without a link, is asked about and kept for a while."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.policy.calendar import lateness
from bot.policy.standing import Evidence
from bot.policy.submission import (
    LINK_MINUTES,
    PieceFault,
    Refusal,
    closed,
    foreign_scheme,
    judge_links,
    split_note,
)
from handlers import menu
from handlers.outlook import outlook
from handlers.submission_words import note_said, period_said
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import submission_asked as texts
from messages.texts.next_step import next_step
from messages.texts.submit import links_refused
from messages.understanding.cleaning import plain_form
from storage import conversations
from storage.conversations import Topic

_KEPT_MS = LINK_MINUTES * 60_000
_NAMING = 20  # characters: who says more than that is not just naming a point
_CODE = re.compile(r"[ABCabc]\s*-?\s*0?\d{1,2}")
# Every point at once: '全部', '三个点都是这个', '都交'.
_ALL = re.compile(
    r"(?=.*(?:都|全|[两二三23]个))(?:这?[两二三23]个(?:点|都|全)*|全部|全都|都)?(?:都|全)?(?:是|用|交|提交|一样|算)*(?:这个|这一?个链接|同一?个|它)?(?:链接|的|吧|点)*"
    r"(?<=[都部是交个一样的吧点接])"
)
# What may stand beside a name that does nothing but name: '交到A5', '这个是课堂导入那个点的'.
_BESIDE = re.compile(
    r"交到?|提交到?|就|选|是|的|这个|那个|这|那|个|点|给|到|放|我|要|了|吧|啊|[\s,.。，、!！]"
)


# ── a link, and no point ──


def ask_point(turn: Turn) -> Answer:
    """Which of one's own open points the links are for; links that were kept before come along."""
    said = turn.arguments
    earlier = _kept_links(turn)
    links = tuple(dict.fromkeys([*(earlier.links if earlier else ()), *said.links]))
    note = " ".join(filter(None, (earlier.note if earlier else "", note_said(turn))))
    refusal = refused(turn, links)
    if refusal is not None:
        return links_refused(refusal, len(links), turn.plan)
    period = period_said(turn) or (earlier.when if earlier else "")
    return offer_points(turn, Arguments(links=links, note=note, when=period))


def offer_points(turn: Turn, half: Arguments, extraction: str = "") -> Answer:
    """`half`: the links, with everything that was said beside them."""
    options = open_points(turn)
    if not options:
        return texts.all_certified(next_step(outlook(turn)))
    said = texts.which_point(options, len(half.links), turn.catalogue, extraction)
    return _offer(turn, said, [replace(half, codes=(code,)) for code, _ in options])


def ask_points(turn: Turn, codes: Sequence[str]) -> Answer:
    """Several points and one link; for any other numbers that do not agree there is nothing to offer."""
    said = turn.arguments
    options = [code for code, _ in open_points(turn)]
    example = next((code for code in codes if code in options), codes[0])
    able = tuple(code for code in codes if code in options)
    if len(said.links) != 1 or not able:
        return texts.unequal(len(codes), len(said.links), example)
    refusal = refused(turn, said.links)
    if refusal is not None:
        return links_refused(refusal, 1, turn.plan)
    choices = [able, *((code,) for code in able)] if len(able) > 1 else [able]
    half = replace(said, note=note_said(turn), when=period_said(turn))
    asked = texts.which_points(choices, turn.catalogue)
    return _offer(turn, asked, [replace(half, codes=each, links=half.links * len(each)) for each in choices])


def refused(turn: Turn, links: Sequence[str]) -> Refusal | None:
    """What stands against the links for whatever point."""
    deadlines = turn.plan.deadlines
    if closed(lateness(turn.today, deadlines), deadlines.late):
        return Refusal(PieceFault.CLOSED)
    return judge_links(links, turn.plan.review)


def open_points(turn: Turn) -> list[texts.Option]:
    """Chosen and not certified, in the standard's order."""
    person = turn.person
    evidence = dict(person.evidence)
    return [
        (code, evidence.get(code, Evidence.NONE)) for code in person.chosen if code not in person.certified
    ]


def kept_for(turn: Turn, codes: Sequence[str]) -> Arguments | None:
    """What was kept without a point, now for these points, together with what is said this time."""
    half = _kept_links(turn)
    if half is None:
        return None
    links = half.links * len(codes) if len(half.links) == 1 else half.links
    note = " ".join(filter(None, (half.note, turn.arguments.note)))
    return replace(half, codes=tuple(codes), links=links, note=note)


def named_point(turn: Turn) -> Arguments | None:
    """Points that are named because the bot has just asked for them: 'A5', '课堂导入那个', 'A5 B2'."""
    if turn.understood.command is None and _ALL.fullmatch(plain_form(turn.message.text).strip(" ,。.!")):
        return _for_all(turn)
    if not (names_point(turn) or _names_points(turn)):
        return None
    return kept_for(replace(turn, understood=replace(turn.understood, arguments=Arguments())), _codes(turn))


def _for_all(turn: Turn) -> Arguments | None:
    """One link that is for every open point; several would have to be dealt."""
    codes = [code for code, _ in open_points(turn)] if turn.asker is not None else []
    kept = kept_for(replace(turn, understood=replace(turn.understood, arguments=Arguments())), codes)
    return kept if kept is not None and len(set(kept.links)) == 1 else None


def names_point(turn: Turn) -> bool:
    """Whether the message may be nothing but the name of one point."""
    if turn.understood.command is not Command.POINT or len(_codes(turn)) != 1:
        return False
    text, (code,) = plain_form(turn.message.text).strip(), _codes(turn)
    if len(text) > _NAMING or code not in turn.catalogue:
        return False
    point = turn.catalogue[code]
    names = sorted({point.name, point.name.removeprefix("技术支持的"), *point.aliases}, key=len, reverse=True)
    for name in names:
        text = text.replace(name, "")
    return not _BESIDE.sub("", _CODE.sub("", text))


def _names_points(turn: Turn) -> bool:
    """Whether the message is nothing but the codes of several points: 'A5 B2', '交到A5和B2'."""
    if turn.understood.command is not None or len(_codes(turn)) < 2:
        return False
    text = plain_form(turn.message.text).strip()
    return len(text) <= _NAMING and not re.sub("[和跟与都]", "", _BESIDE.sub("", _CODE.sub("", text)))


def forget(turn: Turn) -> None:
    """Something was handed in: what was kept of it before is not waited for any more."""
    kept = conversations.kept_topics(*menu.place_of(turn))
    if Topic.MENU in kept:
        menu.close(turn, Command.SUBMIT)
    conversations.clear(*menu.place_of(turn), *(kept & {Topic.CODES, Topic.EXTRACTION}))


def _kept_links(turn: Turn) -> Arguments | None:
    choices = menu.open_choices(turn, Command.SUBMIT)
    if not choices:
        return None
    last = choices[-1]  # of one point; the first line may be for several
    return replace(last, codes=())


def _offer(turn: Turn, said: Answer, choices: Sequence[Arguments]) -> Answer:
    lines = menu.Lines(choices, [" ".join(one.codes) for one in choices])
    return menu.offer(turn, said, Command.SUBMIT, lines, kept_ms=_KEPT_MS)


# ── a point, and no link ──


def ask_link(turn: Turn) -> Answer:
    """The points are kept; links that follow go to them."""
    codes = _codes(turn)
    options = open_points(turn)
    if not options:
        return texts.all_certified(next_step(outlook(turn)))
    refusal = refused(turn, ())
    if refusal is not None:
        return links_refused(refusal, 0, turn.plan)
    _, note = split_note(turn.arguments.note)
    if not codes:
        return texts.how_to_submit(options, turn.catalogue, foreign_scheme(note))
    conversations.put(
        *menu.place_of(turn), Topic.CODES, {"codes": list(codes)}, expires_at=turn.real_ms + _KEPT_MS
    )
    return texts.which_link(codes, turn.catalogue, foreign_scheme(note))


def kept_codes(turn: Turn) -> tuple[str, ...]:
    """The points that wait for a link."""
    kept = conversations.peek(*menu.place_of(turn), Topic.CODES, real_ms=turn.real_ms)
    return () if kept is None or kept.stale else tuple(kept.content["codes"])


def _codes(turn: Turn) -> tuple[str, ...]:
    return turn.arguments.codes
