"""What is said about a file, with what may be tapped or typed to it: as if its sender had asked at this moment."""

from dataclasses import replace
from hashlib import blake2b

from sqlalchemy import Connection

from bot.clock import Clock
from bot.received_files.looking import Desk, Seen
from handlers import menu
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Arguments, Command, Understood
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Answer
from messages.texts import received_file as texts
from storage import conversations
from storage.conversations import Topic
from storage.people import find_asker
from storage.received_files import ReceivedFile


def offered(  # noqa: PLR0913  what, to whom, when
    connection: Connection, file: ReceivedFile, seen: Seen, desk: Desk, clock: Clock, *, again: bool
) -> Answer:
    """`again`: what was confirmed before is not true any more."""
    turn = _turn(connection, file, desk, clock)
    named = (file.file_id, file.round)
    if seen.menu:
        choices = [replace(line.says, numbers=named) for line in seen.menu]
        lines = menu.Lines(choices, [line.label for line in seen.menu])
        return menu.offer(turn, seen.said, Command.IMPORT, lines)
    if seen.found is None:
        return seen.said
    if _waits_for_something_else(turn, file):
        return texts.would_import(seen.found, turn.plan.confirm_minutes, again=again, stands=False)
    said = texts.would_import(seen.found, turn.plan.confirm_minutes, again=again, stands=True)
    return preview(turn, Command.IMPORT, Arguments(numbers=named), said)


def _waits_for_something_else(turn: Turn, file: ReceivedFile) -> bool:
    """A 确认 that is meant for an announcement, or another file, must never import what was only now looked at."""
    kept = conversations.peek(*menu.place_of(turn), Topic.CONFIRM, real_ms=turn.real_ms)
    if kept is None or kept.stale:
        return False
    named = conversations.arguments_from_json(kept.content["arguments"]).numbers[:1]
    return kept.content["command"] != Command.IMPORT.value or named != (file.file_id,)


def _turn(connection: Connection, file: ReceivedFile, desk: Desk, clock: Clock) -> Turn:
    platform = Platform(file.platform)
    key = f"file/{file.file_id}/{file.round}/{file.state.value}"
    now = clock.real_ms()
    return Turn(
        connection=connection,
        message=IncomingMessage(
            platform=platform,
            key=key,
            account=file.folded,
            chat="",
            kind=Kind.FILE,
            text="",
            sent_at=now,
            door=Door(file.door),
        ),
        understood=Understood(),
        asker=find_asker(connection, platform, file.folded),
        plan=desk.plan,
        catalogue=desk.catalogue,
        now=clock.now(),
        real_ms=now,
        secret_key=desk.secret_key,
        trace=blake2b(key.encode(), digest_size=8).hexdigest(),
    )
