"""From a turn to what is said: may this person do this here, and if so, what comes of it."""

from dataclasses import replace
from enum import Enum, unique

from handlers import menu
from handlers.entry import Who
from handlers.registry import REGISTRY
from handlers.submission_asking import named_point, names_point
from handlers.submission_extraction import heard_extraction
from handlers.turn import Turn
from messages.commands import Command
from messages.incoming import Kind
from messages.outgoing import SILENCE, Answer, Reply
from messages.texts import access, notices
from messages.texts.confirm import confirm_stale, not_confirmed_yet, nothing_to_confirm
from messages.texts.menu import menu_stale, no_such_line
from messages.texts.not_open import not_open
from messages.texts.unknown import not_text, unknown
from messages.texts.welcome import welcome
from messages.understanding.cleaning import plain_form
from storage import conversations
from storage.conversations import Topic
from storage.notices import say

MOST_NOTICES = 3
_AGREEING = frozenset(
    {"好", "好的", "是", "是的", "对", "对的", "行", "可以", "嗯", "嗯嗯", "中", "没问题", "ok", "OK"}
)
_WORDS = frozenset(command.value for command in Command)


def perform(turn: Turn) -> Answer | Reply:
    """What to say; nothing is executed unless the registry admits the asker."""
    said = _said(turn)
    if isinstance(said, Reply) or said.silent:
        return said
    return said + _notices(turn)


@unique
class Touched(Enum):
    """Who may be remembered otherwise after a turn than before it; never too few by mistake."""

    NOBODY = "nobody"
    ASKER = "asker"
    ANYBODY = "anybody"


def touched(turn: Turn) -> Touched:
    command = turn.understood.command
    entry = None if command is None else REGISTRY.get(command)
    if _may_be_anything(turn) or (entry is not None and entry.changes and not entry.own):
        return Touched.ANYBODY
    noticed = turn.asker is not None and turn.asker.has_notices
    return Touched.ASKER if noticed or (entry is not None and entry.changes) else Touched.NOBODY


def _may_be_anything(turn: Turn) -> bool:
    """Whether the message may stand for another command than the one that was understood."""
    command = turn.understood.command
    if command is None:
        return not turn.understood.silent or menu.digit_in(turn.message.text) is not None
    return command is Command.CONFIRM or names_point(turn)


def _said(turn: Turn) -> Answer | Reply:
    message = turn.message
    if message.kind is Kind.JOINED:
        return welcome(turn.asker.name if turn.asker else None)
    if not message.account:
        return access.outsider()
    if message.kind is not Kind.TEXT:
        return not_text(message.kind)
    turn = _meant(turn)
    match turn.understood.command:
        case None:
            return _without_command(turn)
        case Command.CONFIRM:
            return _confirmed(turn)
        case command:
            return _command(turn, command)


def _meant(turn: Turn) -> Turn:
    """The name of a point answers the question which point the links are for."""
    named = named_point(turn)
    return turn if named is None else turn.saying(Command.SUBMIT, named)


def _command(turn: Turn, command: Command) -> Answer | Reply:
    entry = REGISTRY.get(command)
    if entry is None:
        return not_open(command)
    if not entry.admits(turn):
        if turn.asker is None:
            return access.unbound(turn.plan.binding.code_days)
        return access.refused(command, (who.value for who in Who if who in entry.who), entry.instead)
    if entry.hidden_in(turn):
        if entry.in_group is not None:
            return entry.in_group()
        return access.private_only(command, changes=entry.changes)
    return entry.handler(turn)


def _without_command(turn: Turn) -> Answer | Reply:
    """A digit picks from an open menu, a 提取码 goes to its link, 收到 is left unanswered, the rest is asked back."""
    digit = menu.digit_in(turn.message.text)
    if digit is not None:
        match menu.pick(turn, digit):
            case menu.Picked(command, arguments):
                return _command(turn.saying(command, arguments), command)
            case menu.Stale(command):
                return menu_stale(command)
            case menu.NoSuchLine(last):
                return no_such_line(last)
    if turn.understood.silent:
        return _waiting_for_confirmation(turn)
    extraction = heard_extraction(turn)
    if extraction is not None:
        return _command(turn.saying(Command.SUBMIT, extraction), Command.SUBMIT)
    open_ones = tuple(line for line in turn.understood.suggestions if _is_open(line))
    return unknown(replace(turn.understood, suggestions=open_ones), turn.catalogue)


def _waiting_for_confirmation(turn: Turn) -> Answer:
    """收到 wants no answer; 好的 to a preview may have been meant for 确认, which alone carries anything out."""
    if plain_form(turn.message.text).strip(" 。.!~") not in _AGREEING:
        return SILENCE
    kept = conversations.peek(*menu.place_of(turn), Topic.CONFIRM, real_ms=turn.real_ms)
    return SILENCE if kept is None or kept.stale else not_confirmed_yet(Command(kept.content["command"]))


def _is_open(line: str) -> bool:
    """Whether somebody who sends this line instead would get an answer."""
    word = line.split(maxsplit=1)[0]
    return word not in _WORDS or Command(word) in REGISTRY or Command(word) is Command.CONFIRM


def _confirmed(turn: Turn) -> Answer | Reply:
    """What was previewed to this person in this chat is done now, if they still may."""
    kept = conversations.take(
        turn.connection,
        turn.message.platform,
        turn.folded,
        turn.message.chat,
        Topic.CONFIRM,
        real_ms=turn.real_ms,
    )
    if kept is None:
        return nothing_to_confirm()
    command = Command(kept.content["command"])
    if kept.stale:
        return confirm_stale(command, turn.plan.confirm_minutes)
    arguments = conversations.arguments_from_json(kept.content["arguments"])
    return _command(replace(turn.saying(command, arguments), confirmed=True), command)


def _notices(turn: Turn) -> Answer:
    """What the asker should hear without having asked; only in private."""
    if turn.asker is None or not turn.asker.has_notices or turn.message.in_group:
        return SILENCE
    said, left = say(turn.connection, turn.asker.person_id, most=MOST_NOTICES, at=turn.real_ms)
    return notices.notices(said, left)
