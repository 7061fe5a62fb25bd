"""取消: what was dropped."""

from collections.abc import Sequence

from messages.outgoing import Answer, answer
from messages.texts.wording import listed


def cancelled(dropped: Sequence[str]) -> Answer:
    if not dropped:
        return answer("没有等待中的操作，不用取消。")
    return answer(f"已取消：{listed(dropped)}。什么都没有执行。")
