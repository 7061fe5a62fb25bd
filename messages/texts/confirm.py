"""确认, when there is nothing that could be confirmed, or when something else was said."""

from messages.commands import Command
from messages.outgoing import Answer, answer


def nothing_to_confirm() -> Answer:
    return answer("没有等待确认的操作，什么都没有执行。")


def confirm_stale(command: Command, minutes: int) -> Answer:
    return answer(f"“{command}”的预览已超过 {minutes} 分钟，没有执行。请重新发一次。")


def not_confirmed_yet(command: Command) -> Answer:
    return answer(f"“{command}”还没有执行。要执行请回复“确认”，不做回复“取消”。")
