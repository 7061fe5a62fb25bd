"""更多, when nothing is left."""

from messages.outgoing import Answer, answer


def nothing_more() -> Answer:
    return answer("没有更多内容了。")


def more_stale() -> Answer:
    return answer("后面的内容已经过期，请把原来的问题再发一次。")
