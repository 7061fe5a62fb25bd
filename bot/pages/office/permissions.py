"""权限: who may use which command and which page, as the two tables have it."""

from collections.abc import Sequence

from bot.pages.entry import PageEntry
from bot.pages.matrix import PAGE_HEADS, rows
from bot.pages.visit import Outcome, Shown
from handlers.permissions import HEADS, cell
from handlers.registry import REGISTRY as COMMANDS


def permissions(entries: Sequence[PageEntry]) -> Outcome:
    """`entries`: every page, of which this is one."""
    commands = [
        (entry.command.value, entry.summary, entry.changes, [cell(entry, head) for head in HEADS])
        for entry in COMMANDS.values()
    ]
    context = {"heads": HEADS, "commands": commands, "page_heads": PAGE_HEADS, "pages": rows(entries)}
    return Shown("office/permissions.html", "谁能用什么", context)
