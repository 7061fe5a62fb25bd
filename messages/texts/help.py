"""帮助: what this person may do here, one example each."""

from collections.abc import Sequence
from typing import Final

from messages.outgoing import Answer, answer, heading, item, quote

_FEW: Final = 4
Group = tuple[str, Sequence[tuple[str, str]]]


def help_(groups: Sequence[Group], *, bound: bool, in_group: bool) -> Answer:
    """`groups`: whom the commands are for, and (example, what it does) of each."""
    lines = []
    for name, entries in groups:
        lines.append(heading(name))
        lines += [item(f"{example}：{summary}") for example, summary in entries]
    return answer(*lines, quote(_last(bound=bound, in_group=in_group)))


def short_help(entries: Sequence[tuple[str, str]], *, bound: bool) -> Answer:
    """For a greeting; `entries` as in `help_`, of the one group that stands first."""
    lines = [item(f"{example}：{summary}") for example, summary in entries[:_FEW]]
    more = "发“帮助”看全部。" if bound else "绑定码向本校学校管理员或项目办要；发“帮助”看全部。"
    return answer("在，可以这样问我：", *lines, quote(more))


def whom_to_ask(office: str, *, bound: bool) -> Answer:
    """For whoever wants to talk to a person. `office`: of the plan."""
    lines = [f"我是机器人。要找人，先问本校学校管理员或教研组长，再问{office}。"]
    if bound:
        lines.append("数字或审核结果不对，私聊我发“申诉 内容”，会有人看，答复也在这里。")
    return answer(*lines)


def _last(*, bound: bool, in_group: bool) -> str:
    if in_group:
        return "个人学时、选点等请私聊：点我的头像发起私聊，发“帮助”。"
    if not bound:
        return "绑定以后可以查学时、选微能力点。绑定码向本校学校管理员或项目办要。"
    return "也可以照平常说话的样子问，例如“我线上还差几个学时”。"
