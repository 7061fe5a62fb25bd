"""What the asker was shown last: the list that line numbers are about, and the submission that was opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.policy.decision import Lines, Seen
from handlers.menu import place_of
from handlers.turn import Turn
from storage import conversations
from storage.conversations import Kept, Topic

SHOWN_MS = 5 * 60_000
_MOST_BEFORE = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """`lines` and `opened` for five minutes; `versions` for as long as nothing newer was shown."""

    lines: Lines | None
    expired: Lines | None  # the same list when its time is over
    opened: Seen | None
    versions: Mapping[int, int]  # by receipt: the newest version that was shown


def shown(turn: Turn) -> Shown:
    listed, opened = _peek(turn, Topic.LINES), _peek(turn, Topic.OPENED)
    lines = None if listed is None else _lines(listed)
    last = None if opened is None else _seen(opened)
    versions = {} if lines is None else {one.number: one.version for one in lines.items}
    for one in () if opened is None else (*_before(opened), _seen(opened)):
        versions[one.number] = max(one.version, versions.get(one.number, 0))
    return Shown(
        lines=None if listed is None or listed.stale else lines,
        expired=lines if listed is not None and listed.stale else None,
        opened=None if opened is None or opened.stale else last,
        versions=versions,
    )


def list_shown(turn: Turn, items: Sequence[Seen], *, numbered: bool) -> None:
    """In place of the list before."""
    content = {"numbered": numbered, "items": [[one.number, one.version] for one in items]}
    _put(turn, Topic.LINES, content, turn.real_ms + SHOWN_MS)


def item_opened(turn: Turn, number: int, version: int) -> None:
    """In the list, too, it is this version now that was seen.

    What was opened before is kept as well: its buttons may be tapped long afterwards, and then decide about what
    was read above them.
    """
    last = _peek(turn, Topic.OPENED)
    before = [] if last is None else [_seen(last), *_before(last)]
    kept = [[one.number, one.version] for one in before if one.number != number][:_MOST_BEFORE]
    content = {"number": number, "version": version, "before": kept}
    _put(turn, Topic.OPENED, content, turn.real_ms + SHOWN_MS)
    listed = _peek(turn, Topic.LINES)
    if listed is None:
        return
    items = [[known, version if known == number else seen] for known, seen in listed.content["items"]]
    if items != listed.content["items"]:
        _put(turn, Topic.LINES, listed.content | {"items": items}, listed.expires_at)


def _lines(kept: Kept) -> Lines:
    return Lines(kept.content["numbered"], tuple(Seen(*one) for one in kept.content["items"]))


def _seen(kept: Kept) -> Seen:
    return Seen(kept.content["number"], kept.content["version"])


def _before(kept: Kept) -> list[Seen]:
    return [Seen(*one) for one in kept.content.get("before", ())]


def _peek(turn: Turn, topic: Topic) -> Kept | None:
    return conversations.peek(*place_of(turn), topic, real_ms=turn.real_ms)


def _put(turn: Turn, topic: Topic, content: dict[str, object], expires_at: int) -> None:
    conversations.put(*place_of(turn), topic, content, expires_at=expires_at)
