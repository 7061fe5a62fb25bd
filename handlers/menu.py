"""Numbered lines that can be answered with a bare digit, for five minutes, without buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.understanding.cleaning import plain_form
from storage import conversations
from storage.conversations import Topic

MENU_MS = 5 * 60_000
REMEMBERED_MS = 60 * 60_000  # afterwards a bare digit is no longer meant for the menu
# '1', '@研修助手 2', '第3个', '选1', '一'
_DIGIT = re.compile(r"(?:@\S+\s+)?(?:选|第|要)?\s*([1-9一二三])\s*(?:个|组|号)?[.。、)]?")
_CHINESE = {"一": 1, "二": 2, "三": 3}


@dataclass(frozen=True, slots=True)
class Picked:
    """The line that was picked, as if it had been typed."""

    command: Command
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Stale:
    """There was a menu, of this command, and its time is over."""

    command: Command


@dataclass(frozen=True, slots=True)
class NoSuchLine:
    """The menu is open, and ends with this number."""

    last: int


def digit_in(text: str) -> int | None:
    found = _DIGIT.fullmatch(plain_form(text).strip())
    if found is None:
        return None
    return _CHINESE.get(found[1]) or int(found[1])


def offer(turn: Turn, *, menu_of: Command, picks: Command, choices: Sequence[Arguments]) -> None:
    """Opens a menu in this chat in place of an older one; line n stands for `picks` with `choices[n - 1]`."""
    conversations.put(
        turn.connection,
        turn.message.platform,
        turn.folded,
        turn.message.chat,
        Topic.MENU,
        {
            "menu_of": menu_of.value,
            "picks": picks.value,
            "choices": [conversations.arguments_to_json(arguments) for arguments in choices],
        },
        expires_at=turn.real_ms + MENU_MS,
    )


def pick(turn: Turn, digit: int) -> Picked | Stale | NoSuchLine | None:
    """None when there is no menu. A picked or stale menu is closed, one with fewer lines stays open."""
    message = turn.message
    place = (turn.connection, message.platform, turn.folded, message.chat)
    kept = conversations.peek(*place, Topic.MENU, real_ms=turn.real_ms)
    if kept is None:
        return None
    choices = kept.content["choices"]
    if turn.real_ms > kept.expires_at + REMEMBERED_MS:
        conversations.clear(*place, Topic.MENU)
        return None
    if not kept.stale and digit > len(choices):
        return NoSuchLine(len(choices))
    conversations.clear(*place, Topic.MENU)
    if kept.stale:
        return Stale(Command(kept.content["menu_of"]))
    arguments = conversations.arguments_from_json(choices[digit - 1])
    return Picked(Command(kept.content["picks"]), arguments)
