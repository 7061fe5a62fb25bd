"""Numbered lines that can be answered with a bare digit, for some minutes, without buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.incoming import Platform
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


def offer(
    turn: Turn, *, menu_of: Command, picks: Command, choices: Sequence[Arguments], kept_ms: int = MENU_MS
) -> None:
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
        expires_at=turn.real_ms + kept_ms,
    )


def open_choices(turn: Turn, menu_of: Command) -> tuple[Arguments, ...]:
    """The lines of the menu of this command, if it is open; it stays open."""
    kept = conversations.peek(*place_of(turn), Topic.MENU, real_ms=turn.real_ms)
    if kept is None or kept.stale or kept.content["menu_of"] != menu_of.value:
        return ()
    return tuple(map(conversations.arguments_from_json, kept.content["choices"]))


def close(turn: Turn, menu_of: Command) -> None:
    """Closes the menu of this command; another one stays."""
    if open_choices(turn, menu_of):
        conversations.clear(*place_of(turn), Topic.MENU)


def pick(turn: Turn, digit: int) -> Picked | Stale | NoSuchLine | None:
    """None when there is no menu. A picked or stale menu is closed, one with fewer lines stays open."""
    place = place_of(turn)
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


def place_of(turn: Turn) -> tuple[Connection, Platform, str, str]:
    """Where `storage.conversations` keeps what this person says in this chat."""
    return turn.connection, turn.message.platform, turn.folded, turn.message.chat
