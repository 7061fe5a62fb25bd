"""取消: what was dropped."""

from collections.abc import Sequence

from messages.outgoing import Answer, answer
from messages.texts.wording import listed


def cancelled(dropped: Sequence[str], *, in_group: bool) -> Answer:
    if not dropped and in_group:
        return answer("群里没有等待中的操作。私信里的，请到私聊里回复“取消”。")
    if not dropped:
        return answer("没有等待中的操作，不用取消。")
    return answer(f"已取消：{listed(dropped)}。什么都没有执行。")
