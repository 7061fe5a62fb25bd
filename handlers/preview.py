"""确认: what was previewed is kept for a few minutes, and done as it was said once the same person confirms."""

from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, Choice, Style
from messages.refs import ref_of, referring
from messages.taps import confirming
from storage import conversations
from storage.conversations import Topic

HEARD = "听得对吗？"


def preview(
    turn: Turn, command: Command, arguments: Arguments, said: Answer, *, heard: bool = False
) -> Answer:
    """`said`, with 确认 and 取消 to tap. Takes the place of an older preview in this chat.

    `handlers.perform` takes it up at 确认. `heard`: what is confirmed is that it was said at all, so that a
    command with a preview of its own shows that one next.
    """
    ref = ref_of(turn.trace)
    content = {
        "command": command.value,
        "arguments": conversations.arguments_to_json(arguments),
        "ref": ref,
        "heard": heard,
    }
    if heard:
        content["text"] = turn.message.text  # what 第3个 means is read from it
    conversations.put(
        turn.connection,
        turn.message.platform,
        turn.folded,
        turn.message.chat,
        Topic.CONFIRM,
        content,
        expires_at=turn.real_ms + turn.plan.confirm_minutes * 60_000,
    )
    return said.choosing(
        HEARD if heard else confirming(command),
        Choice(label="确认", says=referring(Command.CONFIRM.value, ref), style=Style.MAIN),
        Choice(label="取消", says=referring(Command.CANCEL.value, ref)),
    )
