"""Numbered lines that can be answered with a bare digit, for some minutes, without buttons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.incoming import Platform
from messages.outgoing import LONGEST_LABEL, MOST_CHOICES, Answer, Choice
from messages.refs import ref_of, referring
from messages.taps import choosing
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


@dataclass(frozen=True, slots=True)
class Lines:
    """What the lines of a menu stand for, and what a button for each of them reads.

    Its number where there is no label, or none that fits whole, or the same as another: a cut code is another code.
    """

    choices: Sequence[Arguments]
    labels: Sequence[str] = ()
    about: str = ""  # the question, where it is not the usual one of the command

    def buttons(self, ref: str) -> list[Choice]:
        """Of as many lines as fit below a message; a tap is a digit that knows its menu."""
        return [
            Choice(label=self._label(number), says=referring(str(number), ref))
            for number, _ in enumerate(self.choices[:MOST_CHOICES], 1)
        ]

    def _label(self, number: int) -> str:
        label = self.labels[number - 1] if self.labels else ""
        tells = 0 < len(label) <= LONGEST_LABEL and self.labels.count(label) == 1
        return label if tells else f"第 {number} 个"


def offer(  # noqa: PLR0913  what is said, and what may be said to it
    turn: Turn,
    said: Answer,
    menu_of: Command,
    lines: Lines,
    *,
    picks: Command | None = None,
    kept_ms: int = MENU_MS,
) -> Answer:
    """`said`, with its lines to tap. Opens a menu in this chat in place of an older one.

    Line n stands for `picks` (else `menu_of`) with `lines.choices[n - 1]`.
    """
    ref = ref_of(turn.trace)
    conversations.put(
        turn.connection,
        turn.message.platform,
        turn.folded,
        turn.message.chat,
        Topic.MENU,
        {
            "menu_of": menu_of.value,
            "picks": (picks or menu_of).value,
            "choices": [conversations.arguments_to_json(arguments) for arguments in lines.choices],
            "ref": ref,
        },
        expires_at=turn.real_ms + kept_ms,
    )
    return said.choosing(lines.about or choosing(menu_of), *lines.buttons(ref))


def open_choices(turn: Turn, menu_of: Command) -> tuple[Arguments, ...]:
    """The lines of the menu of this command, if it is open; it stays open."""
    kept = conversations.peek(*place_of(turn), Topic.MENU, real_ms=turn.real_ms)
    if kept is None or kept.stale or kept.content["menu_of"] != menu_of.value:
        return ()
    return tuple(map(conversations.arguments_from_json, kept.content["choices"]))


def close(turn: Turn, *menus_of: Command) -> None:
    """Closes a menu of these commands, be its time over or not; another one stays.

    For what was answered in words: a 1 that comes afterwards means 收到.
    """
    kept = conversations.peek(*place_of(turn), Topic.MENU, real_ms=turn.real_ms)
    if kept is not None and kept.content["menu_of"] in {command.value for command in menus_of}:
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


def is_offered(turn: Turn, ref: str) -> bool:
    """Whether what a button refers to is still what was offered last in this chat, be its time over or not."""
    topics = (Topic.CONFIRM, Topic.MENU)
    kept = (conversations.peek(*place_of(turn), topic, real_ms=turn.real_ms) for topic in topics)
    return any(one is not None and one.content.get("ref") == ref for one in kept)


def place_of(turn: Turn) -> tuple[Connection, Platform, str, str]:
    """Where `storage.conversations` keeps what this person says in this chat."""
    return turn.connection, turn.message.platform, turn.folded, turn.message.chat
