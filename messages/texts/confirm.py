"""确认, when there is nothing that could be confirmed, or when something else was said."""

from collections.abc import Sequence

from messages.commands import Command
from messages.outgoing import Answer, answer


def nothing_to_confirm(*, in_group: bool) -> Answer:
    if in_group:  # what was asked here may have been previewed in the private chat
        return answer("群里没有等你确认的操作，什么都没有执行。私信里问你的，请到私聊里回复“确认”。")
    return answer("没有等待确认的操作，什么都没有执行。")


def second_person_wanted(numbers: Sequence[int]) -> Answer:
    """For somebody of the office who is asked for a second word."""
    some = "、".join(map(str, numbers))
    return answer(f"没有你自己预览的操作。公告 {some} 在等你确认：同意就回复“确认 {numbers[0]}”。")


def confirm_stale(command: Command, minutes: int) -> Answer:
    return answer(f"“{command}”的预览已超过 {minutes} 分钟，没有执行。请重新发一次。")


def not_confirmed_yet(command: Command) -> Answer:
    return answer(f"“{command}”还没有执行。要执行请回复“确认”，不做回复“取消”。")
