"""What is said about a menu that is over, or that has fewer lines."""

from messages.commands import Command
from messages.outgoing import Answer, answer


def menu_stale(command: Command) -> Answer:
    if command is Command.SUBMIT:
        return answer("这个选单已过期，材料还没有交。请把链接再发一次。")
    return answer(f"这个选单已过期，没有执行。请重新发“{command}”。")


def no_such_line(last: int) -> Answer:
    return answer(f"没有这一项，请回复 1 到 {last}；不选了就发“取消”。")
