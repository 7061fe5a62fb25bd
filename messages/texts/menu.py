"""What is said about a menu that is over, or that has fewer lines."""

from messages.commands import Command
from messages.outgoing import Answer, answer


def menu_stale(command: Command) -> Answer:
    if command is Command.SUBMIT:
        return answer("这个选单已过期，材料还没有交。请把链接再发一次。")
    return answer(f"这个选单已过期，没有执行。请重新发“{command}”。")


def button_stale() -> Answer:
    """A button whose question has been answered already, or asked anew since."""
    return answer("这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。")


def tapped_late() -> Answer:
    """On a card whose answer takes longer than the platform waits."""
    return answer("已收到，正在办，结果会发给你。")


def no_such_line(last: int) -> Answer:
    return answer(f"没有这一项，请回复 1 到 {last}；不选了就发“取消”。")
