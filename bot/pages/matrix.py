"""The pages × roles, as the registry has them; with the commands' table it makes docs/permissions.md."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.pages.entry import PageEntry
from handlers.entry import Who
from handlers.permissions import HEADS, UNBOUND, matrix

PAGE_HEADS: Final = tuple(head for head in HEADS if head != UNBOUND)
YES, NEVER = "能", "—"
_WHO: Final = {who.value: who for who in Who}
_PATTERN: Final = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")
_OPENING: Final = """\
## 网页

由网页表生成。从聊天里的一次性链接登录（“后台”“我的主页”），没有登录的人什么也看不到。角色按每次点击的那一刻算。
能打开一页，看到的仍只有归自己的：教研组长看本组，学校管理员和校长看本校，项目办看全部，领导小组看全部但不能改。
“办”是会改东西的，做的和聊天里同一条命令一样，记同样的审计。
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page; a cell for each of `PAGE_HEADS`."""

    path: str  # "/office/people/{person}"
    menu: str
    posted: bool
    cells: tuple[str, ...]


def rows(entries: Iterable[PageEntry]) -> list[Row]:
    return [
        Row(
            path=_PATTERN.sub(r"{\1}", entry.path),
            menu=entry.menu,
            posted=entry.posted,
            cells=tuple(cell(entry, head) for head in PAGE_HEADS),
        )
        for entry in entries
    ]


def cell(entry: PageEntry, head: str) -> str:
    """For somebody who is that and nothing more than a bound person besides."""
    return YES if entry.admits(frozenset({Who.TEACHER, _WHO[head]})) else NEVER


def document(entries: Sequence[PageEntry]) -> str:
    """docs/permissions.md: the commands, then the pages."""
    lines = [
        matrix(),
        _OPENING,
        f"| 地址 | 菜单 | 办 | {' | '.join(PAGE_HEADS)} |",
        f"| --- | --- | --- |{' --- |' * len(PAGE_HEADS)}",
    ]
    for row in rows(entries):
        cells = " | ".join(row.cells)
        lines.append(f"| {row.path} | {row.menu} | {'是' if row.posted else ''} | {cells} |")
    return "\n".join([*lines, ""])
