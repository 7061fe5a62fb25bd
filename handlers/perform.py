"""From a turn to what is said: may this person do this here, and if so, what comes of it."""

from dataclasses import replace
from enum import Enum, unique

from handlers import heard, menu
from handlers.acknowledge import acknowledged
from handlers.announce import approve, call_off, waits_for_second_word
from handlers.entry import Entry, Who
from handlers.import_file import received_file
from handlers.led import is_office
from handlers.private_answer import answered_in_private
from handlers.registry import REGISTRY
from handlers.submission_asking import named_point, names_point
from handlers.submission_extraction import heard_extraction
from handlers.turn import Handler, Turn
from messages.commands import Command
from messages.incoming import Kind
from messages.outgoing import SILENCE, Answer, Reply
from messages.texts import access, notices
from messages.texts.confirm import (
    confirm_stale,
    not_confirmed_yet,
    nothing_to_confirm,
    second_person_wanted,
)
from messages.texts.heard import not_confirmed_by_voice
from messages.texts.menu import button_stale, menu_stale, no_such_line
from messages.texts.not_open import not_open
from messages.texts.unknown import not_text, unknown
from messages.texts.welcome import welcome
from messages.understanding.cleaning import plain_form
from storage import conversations
from storage.conversations import Topic
from storage.notices import say

MOST_NOTICES = 3
URGENT = "加急"
_AGREEING = frozenset(
    {"好", "好的", "是", "是的", "对", "对的", "行", "可以", "嗯", "嗯嗯", "中", "没问题", "ok", "OK"}
)
_WORDS = frozenset(command.value for command in Command)


def perform(turn: Turn) -> Answer | Reply:
    """What to say; nothing is executed unless the registry admits the asker."""
    said = _said(turn)
    if isinstance(said, Reply) or said.silent:
        return said
    return heard.quoted(turn) + said + _notices(turn)


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
    if message.kind is Kind.FILE and (taken := received_file(turn)) is not None:
        return taken
    if message.kind is not Kind.TEXT:
        return not_text(message.kind, office=is_office(turn))
    if turn.ref and not menu.is_offered(turn, turn.ref):
        return button_stale()
    return _done(_meant(turn))


def _done(turn: Turn) -> Answer | Reply:
    match turn.understood.command:
        case None:
            return _without_command(turn)
        case Command.CONFIRM if turn.message.spoken:
            return not_confirmed_by_voice()
        case Command.CONFIRM if turn.arguments.numbers:
            return _command(turn, Command.ANNOUNCE, approve)
        case Command.CONFIRM:
            return _confirmed(turn)
        case Command.CANCEL if turn.arguments.numbers:
            return _command(turn, Command.ANNOUNCE, call_off)
        case command:
            return _command(turn, command)


def _meant(turn: Turn) -> Turn:
    """The name of a point answers the question which point the links are for."""
    named = named_point(turn)
    return turn if named is None else turn.saying(Command.SUBMIT, named)


def _command(turn: Turn, command: Command, handler: Handler | None = None) -> Answer | Reply:
    """`handler`: of what needs the same permission and is no command of its own."""
    entry = REGISTRY.get(command)
    if entry is None:
        return not_open(command)
    if handler is not None:
        entry = replace(entry, handler=handler)
    if not entry.admits(turn):
        if turn.asker is None:
            return access.unbound(turn.plan.binding.code_days)
        return access.refused(command, (who.value for who in Who if who in entry.who), entry.instead)
    asked = heard.asked_first(turn, entry)
    if asked is not None:
        return asked
    return _in_group(turn, entry) if entry.hidden_in(turn) else entry.handler(turn)


def _in_group(turn: Turn, entry: Entry) -> Answer:
    """What a group may not read goes to the private chat, where there is a way to it."""
    if entry.in_group is not None:
        return entry.in_group()
    if turn.asker is None or turn.message.platform not in turn.reaches:
        return access.private_only(entry.command, changes=entry.changes)
    return answered_in_private(turn, turn.asker.person_id, entry.handler, changes=entry.changes)


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
        acknowledged(turn)
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
        waiting = waits_for_second_word(turn)
        return (
            second_person_wanted(waiting) if waiting else nothing_to_confirm(in_group=turn.message.in_group)
        )
    command = Command(kept.content["command"])
    if kept.stale:
        return confirm_stale(command, turn.plan.confirm_minutes)
    arguments = conversations.arguments_from_json(kept.content["arguments"])
    urgent = turn.arguments.text == URGENT
    said = turn.saying(command, arguments)
    if kept.content.get("heard"):
        # As if it had been typed: what 第3个 means is read from the words themselves.
        return _done(replace(said, message=replace(turn.message, text=kept.content["text"])))
    return _command(replace(said, confirmed=True, urgent=urgent), command)


def _notices(turn: Turn) -> Answer:
    """What the asker should hear without having asked; only in private."""
    if turn.asker is None or not turn.asker.has_notices or turn.message.in_group:
        return SILENCE
    said, left = say(turn.connection, turn.asker.person_id, most=MOST_NOTICES, at=turn.real_ms)
    return notices.notices(said, left)
