"""确认: what was previewed is kept for a few minutes, and done as it was said once the same person confirms."""

from handlers.turn import Turn
from messages.commands import Arguments, Command
from storage import conversations
from storage.conversations import Topic


def preview(turn: Turn, command: Command, arguments: Arguments) -> None:
    """Takes the place of an older preview in this chat; `handlers.perform` takes it up at 确认."""
    conversations.put(
        turn.connection,
        turn.message.platform,
        turn.folded,
        turn.message.chat,
        Topic.CONFIRM,
        {"command": command.value, "arguments": conversations.arguments_to_json(arguments)},
        expires_at=turn.real_ms + turn.plan.confirm_minutes * 60_000,
    )
