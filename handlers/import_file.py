"""Spreadsheets that the office sends in a private chat, and 导入表格: what is to be done with the last of them.

The work itself is done by `bot.received_files`, after the answer: here it is only noted what is wanted.
"""

from dataclasses import replace
from datetime import date

from handlers.entry import Who, standing_of
from handlers.turn import Turn
from messages.commands import Arguments
from messages.outgoing import Answer
from messages.texts import received_file as texts
from messages.understanding.importing import ACCEPT_DROPS, SKIP_BAD
from storage import received_files
from storage.received_files import ReceivedFile, State, Wishes
from storage.sealing import Sealing

KINDS = {"学校": "schools", "名册": "roster", "线上学时": "online-hours", "实践学时": "practice-hours"}
"""As they are said, and as `bot.imports.kinds.Kind` has them."""


def received_file(turn: Turn) -> Answer | None:
    """A file of somebody of the office; None for anybody else's, which is nothing to import."""
    if Who.OFFICE not in standing_of(turn):
        return None
    message = turn.message
    if message.in_group:
        return texts.send_in_private()
    name = message.file_name.strip()
    if message.door.aibot and "." not in name:
        name = ""  # WeCom does not tell what a file is called before it is fetched
    if name and not name.lower().endswith(texts.ENDINGS):
        return texts.wrong_ending(name)
    if not turn.secret_key:
        return texts.cannot_keep()
    if not message.file_at:
        return texts.not_fetched(name, "")
    received_files.note(
        turn.connection,
        replace(message, file_name=name),
        person_id=turn.person.person_id,
        sealing=Sealing(turn.secret_key),
        at=turn.real_ms,
    )
    turn.record("file.received", {"name": name})
    return texts.received(name, told=_is_told(turn))


def import_file(turn: Turn) -> Answer:
    """导入表格: says more about the file, asks for another look, or, confirmed, has it imported."""
    said = turn.arguments
    file = _meant(turn)
    if said == Arguments() and not _is_told(turn) and turn.person.has_notices:
        return texts.result_below()
    if file is None:
        return texts.nothing_sent()
    if said.note:
        return texts.not_understood(said.note)
    return _confirmed(turn, file) if turn.confirmed else _looked_at_again(turn, file)


def _looked_at_again(turn: Turn, file: ReceivedFile) -> Answer:
    if file.state is State.WAITING:
        return texts.still_looking(file.name, told=_is_told(turn))
    if file.state is State.CONFIRMED:
        return texts.being_imported(file.name, told=_is_told(turn))
    wishes = _wishes(file.wishes, turn.arguments)
    if _is_current(turn, file) and received_files.look_again(turn.connection, file, wishes):
        return texts.looking_again(file.name, told=_is_told(turn))
    return texts.moved_on(file.name)


def _meant(turn: Turn) -> ReceivedFile | None:
    """The one that a button or a line of a menu names, else the newest; never somebody else's."""
    person_id = turn.person.person_id
    if not turn.arguments.numbers:
        return received_files.newest_open(turn.connection, person_id)
    file = received_files.find(turn.connection, turn.arguments.numbers[0])
    return file if file is not None and file.person_id == person_id else None


def _confirmed(turn: Turn, file: ReceivedFile) -> Answer:
    if not _is_current(turn, file) or not received_files.confirm(turn.connection, file):
        if file.state is State.CONFIRMED:
            return texts.being_imported(file.name, told=_is_told(turn))
        return texts.moved_on(file.name)
    turn.record(
        "file.confirmed",
        {"file": file.file_id, "name": file.name, "kind": file.wishes.kind, "counts": file.counts},
    )
    return texts.importing(file.name, told=_is_told(turn))


def _is_told(turn: Turn) -> bool:
    """Whether the bot can write to the asker; otherwise what it has found out waits for the next answer."""
    return turn.message.platform in turn.reaches


def _is_current(turn: Turn, file: ReceivedFile) -> bool:
    """Whether what was said to it was shown of it last: it may have been looked at again since."""
    return turn.arguments.numbers in ((), (file.file_id, file.round))


def _wishes(before: Wishes, said: Arguments) -> Wishes:
    options = said.text.split()
    return replace(
        before,
        kind=KINDS.get(said.filter, before.kind),
        as_of=date.fromisoformat(said.when) if said.when else before.as_of,
        skip_bad=before.skip_bad or SKIP_BAD in options,
        accept_drops=before.accept_drops or ACCEPT_DROPS in options,
    )
