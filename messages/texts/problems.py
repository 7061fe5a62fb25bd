"""What is said when the bot itself is the reason: too fast, too slow, or broken."""

from typing import Final

from messages.outgoing import Answer, answer, quote

TOO_FAST: Final = "你发得太快了"
SORRY: Final = "抱歉，程序出错了"


def too_many(per_minute: int) -> Answer:
    return answer(f"{TOO_FAST}（每分钟最多 {per_minute} 条），这条没有处理。请过一分钟再发。")


def later_by_more() -> Answer:
    """The message is safe, its answer is not ready yet."""
    return answer("已收到，正在处理。过一会儿发“更多”看结果，不用重发。")


def looking() -> Answer:
    """Where the answer comes by itself, as soon as it is there."""
    return answer("正在查，请稍等。")


def doing() -> Answer:
    """On a card that was tapped, until what came of it is known."""
    return answer("正在处理，结果马上发给你。")


def being_looked_up() -> Answer:
    """Where the answer itself takes the place of these words."""
    return answer("正在查，请稍等。")


def being_done() -> Answer:
    """On a card that was tapped, until the answer comes below it."""
    return answer("收到了，结果马上发到这里。")


def nothing_to_say() -> Answer:
    """In place of `being_looked_up`, where there is no answer."""
    return answer("收到。")


def not_kept() -> Answer:
    """Neither database nor disk could take the message."""
    return answer("抱歉，服务器出了故障，刚才这条没有收下，什么都没有执行。请过几分钟再发一次。")


def heard() -> Answer:
    """Where it was said that an answer comes, and there is nothing to answer."""
    return answer("收到。")


def apology(trace: str) -> Answer:
    return answer(
        f"{SORRY}，这条没有处理成功。你发的内容已经留底，没有丢，原来的记录也没有变。",
        quote(f"请过一会儿再发一次；还是不行的话，把编号 {trace} 告诉项目办。"),
    )
