"""What is said when the bot itself is the reason: too fast, too slow, or broken."""

from messages.outgoing import Answer, answer, quote


def too_many(per_minute: int) -> Answer:
    return answer(f"你发得太快了（每分钟最多 {per_minute} 条），这条没有处理。请过一分钟再发。")


def later_by_more() -> Answer:
    """The message is safe, its answer is not ready yet."""
    return answer("已收到，正在处理。过一会儿发“更多”看结果，不用重发。")


def apology(trace: str) -> Answer:
    return answer(
        "抱歉，程序出错了，这条没有处理成功。你发的内容已经留底，没有丢，原来的记录也没有变。",
        quote(f"请过一会儿再发一次；还是不行的话，把编号 {trace} 告诉项目办。"),
    )
