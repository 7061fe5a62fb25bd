"""帮助: what this person may do here, one example each."""

from collections.abc import Sequence

from messages.outgoing import Answer, answer, heading, item, quote

Group = tuple[str, Sequence[tuple[str, str]]]


def help_(groups: Sequence[Group], *, bound: bool, in_group: bool) -> Answer:
    """`groups`: whom the commands are for, and (example, what it does) of each."""
    lines = []
    for name, entries in groups:
        lines.append(heading(name))
        lines += [item(f"{example}：{summary}") for example, summary in entries]
    return answer(*lines, quote(_last(bound=bound, in_group=in_group)))


def _last(*, bound: bool, in_group: bool) -> str:
    if in_group:
        return "个人学时、选点等请私聊：点我的头像发起私聊，发“帮助”。"
    if not bound:
        return "绑定以后可以查学时、选微能力点。绑定码向本校学校管理员或项目办要。"
    return "也可以照平常说话的样子问，例如“我线上还差几个学时”。"
