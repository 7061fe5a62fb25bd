"""The permission matrix: commands × roles × private and group; `python -m bot.pages` prints it with the pages."""

from collections.abc import Iterable

from handlers.entry import Entry, Room, Who
from handlers.registry import REGISTRY

UNBOUND = "未绑定的人"
HEADS = (UNBOUND, Who.TEACHER.value, Who.LEADER.value, Who.LEAD.value, Who.OFFICE.value, Who.OVERSIGHT.value)
BOTH, PRIVATE, NEVER = "私聊、群", "私聊", "—"

_WHO = {who.value: who for who in Who}

_OPENING = """\
# 谁能用什么

本页由程序里的命令表生成（`make docs`），测试逐格核对。每个人先是老师，再是别的角色；
一个人有几个角色，能用的就合在一起。没有列出的命令一律不执行。

- “私聊”：群里不显示。绑定了身份、平台又能私信的，结果私信本人，群里只说“已私信你”；其余的请人私聊，不执行。
  “绑定”和“绑定码”只在私聊里办。
- “确认”重复执行刚才预览的那条命令，仍按那条命令的权限核对。
- 看得到谁的：自己的总是看得到；教研组长看本组，学校管理员和校长看本校，项目办看全部，领导小组看全部但不能改。
- 审核：不能审自己的，不管是什么角色；该谁审、谁可以代审，见设计说明。
- 每次改动，每次看别人的数据，都记在审计日志里。
"""


def matrix(entries: Iterable[Entry] = tuple(REGISTRY.values())) -> str:
    lines = [
        _OPENING,
        f"| 命令 | 改动 | {' | '.join(HEADS)} |",
        f"| --- | --- |{' --- |' * len(HEADS)}",
    ]
    for entry in entries:
        cells = " | ".join(cell(entry, head) for head in HEADS)
        lines.append(f"| {entry.command.value} | {'是' if entry.changes else ''} | {cells} |")
    return "\n".join([*lines, ""])


def cell(entry: Entry, head: str) -> str:
    """Where somebody may use a command who is that and nothing more than a bound person besides."""
    admitted = {Who.EVERYONE} if head == UNBOUND else {Who.EVERYONE, Who.TEACHER, _WHO[head]}
    if not entry.who & admitted:
        return NEVER
    return PRIVATE if entry.room is Room.PRIVATE_ONLY else BOTH
