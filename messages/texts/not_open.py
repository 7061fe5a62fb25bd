"""A command that exists in the plan and not yet in the bot."""

from messages.commands import Command
from messages.outgoing import Answer, answer


def not_open(command: Command) -> Answer:
    return answer(f"“{command}”还没有开通，什么都没有执行。发“帮助”看现在能用的。")
