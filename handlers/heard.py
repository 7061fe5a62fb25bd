"""What was spoken: a question is answered, an order waits until it is confirmed by hand, and what was heard is shown."""

from typing import Final

from handlers import menu
from handlers.entry import Entry
from handlers.preview import preview
from handlers.reviewing import RECEIPTS
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import SILENCE, Answer
from messages.texts import heard as texts

# They note who has looked at what, and change nothing that anybody sees.
_LOOKS: Final = frozenset({Command.QUEUE, Command.VIEW, Command.BEHIND, Command.SCHOOL_LIST})
# Without anything behind the word they show what there is, or ask.
_SHOWS: Final = frozenset({Command.APPEAL, Command.THEME, Command.SCOPE, Command.CHOOSE, Command.CANCEL})
# It does nothing but preview anew what waits for 确认, whose place a question about it would take.
_PREVIEWS: Final = frozenset({Command.SCHEDULE})


def quoted(turn: Turn) -> Answer:
    """What was heard, before the answer to it; nothing where it was typed, or may hold a password."""
    if not turn.message.spoken or turn.understood.command is Command.BIND:
        return SILENCE
    return texts.heard(turn.message.text)


def asked_first(turn: Turn, entry: Entry) -> Answer | None:
    """For an order that was spoken: what is done only after 确认. None for what may be done at once."""
    command = turn.understood.command
    if not turn.message.spoken or command is None:
        return None
    if command is Command.BIND:
        return texts.code_not_by_voice() if turn.arguments.text else None
    digit = menu.digit_in(turn.message.text)
    if digit is None and not _is_order(turn, entry, command):
        return None
    meant = f"选第 {digit} 个" if digit is not None else as_typed(command, turn.arguments)
    said = texts.heard_as(meant, turn.plan.confirm_minutes)
    return preview(turn, command, turn.arguments, said, heard=True)


def _is_order(turn: Turn, entry: Entry, command: Command) -> bool:
    shows = command in _SHOWS and turn.arguments == Arguments()
    return entry.changes and command not in _LOOKS | _PREVIEWS and not shows


def as_typed(command: Command, arguments: Arguments) -> str:
    """The order as it could have been typed."""
    receipts = arguments.filter == RECEIPTS
    words = (
        arguments.school or arguments.audience or arguments.name,
        "" if receipts else arguments.filter,
        *arguments.codes,
        *arguments.links,
        *map(str, arguments.numbers),
        arguments.when,
        arguments.grade,
        arguments.note or arguments.reason or ("" if receipts else arguments.text),
    )
    return " ".join((command.value, *filter(None, words)))
