"""What one is told who may not: unbound, not entitled, in the wrong room, or from outside."""

from collections.abc import Iterable

from messages.commands import Command
from messages.outgoing import Answer, answer, quote
from messages.texts.wording import listed

BIND_FORM = "绑定 姓名 绑定码"


def unbound(code_days: int) -> Answer:
    return answer(
        f"还不知道你是哪位老师，请先绑定：私聊我，发“{BIND_FORM}”。",
        quote(f"绑定码向本校学校管理员或项目办要，有效 {code_days} 天，只能用一次。"),
    )


def refused(command: Command, who: Iterable[str], instead: str) -> Answer:
    """`instead`: what the asker may type; "" for nothing."""
    other = (f"你可以发“{instead}”。",) if instead else ()
    return answer(f"“{command}”只有{listed(who)}可以用，没有执行。", *other)


def private_only(command: Command, *, changes: bool) -> Answer:
    """In a group, where no private channel is open yet."""
    first = f"“{command}”请私聊办理，群里没有执行。" if changes else f"“{command}”是个人数据，群里不显示。"
    return answer(first + f"点我的头像发起私聊，发“{command}”。")


def told_in_private(*, changes: bool = False) -> Answer:
    """In a group: the answer is on its way to whoever asked; what was carried out is not to be ordered again."""
    if changes:
        return answer("已私信你。没看到就点我的头像看私聊，不用再发一遍。")
    return answer("已私信你。没看到就点我的头像，再发一次。")


def outsider() -> Answer:
    """The platform gave no account: the sender is not a member of the company."""
    return answer("认不出你的企业账号，请由本单位成员在企业内发送。")
