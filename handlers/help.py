"""帮助: what one may do here."""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Final

from bot.policy.plan import Plan
from handlers.entry import Entry, Who, standing_of
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import help as texts
from messages.texts import help_topics
from messages.understanding.exact import GREETED, HUMAN
from messages.understanding.help_topics import EXCELLENT, LINK, MATERIAL, REQUIREMENT, STUDY_ACCOUNT, WHO

HEADINGS = {
    Who.EVERYONE: "常用",
    Who.TEACHER: "我的学习",
    Who.LEADER: "教研组长",
    Who.LEAD: "学校管理员、校长",
    Who.OFFICE: "项目办",
    Who.OVERSIGHT: "领导小组",
}
_TOPICS: Final = MappingProxyType[str, Callable[[Plan], Answer]](
    {
        REQUIREMENT: help_topics.requirement,
        EXCELLENT: help_topics.excellent,
        WHO: help_topics.who_has_to,
        STUDY_ACCOUNT: help_topics.study_account,
        LINK: help_topics.link,
        MATERIAL: help_topics.material,
    }
)


def help_(turn: Turn, entries: Iterable[Entry]) -> Answer:
    """Only what the asker may do in this room; each command once, under the widest of its groups."""
    if turn.arguments.filter == HUMAN:
        return texts.whom_to_ask(turn.plan.office, bound=turn.asker is not None)
    if about := _TOPICS.get(turn.arguments.filter):
        return about(turn.plan)
    asker_is = standing_of(turn)
    groups: dict[Who, list[tuple[str, str]]] = {}
    for entry in entries:
        if entry.hidden_in(turn) or (entry.command is Command.BIND and turn.asker is not None):
            continue
        mine = next((who for who in HEADINGS if who in entry.who & asker_is), None)
        if mine is not None:
            groups.setdefault(mine, []).append((entry.example, entry.summary))
    # What one came for stands first: the commands of one's own roles, those of everybody last.
    order = [*reversed([who for who in HEADINGS if who is not Who.EVERYONE]), Who.EVERYONE]
    shown = [(HEADINGS[who], groups[who]) for who in order if who in groups]
    if turn.arguments.filter == GREETED:
        return texts.short_help(shown[0][1], bound=turn.asker is not None)
    return texts.help_(shown, bound=turn.asker is not None, in_group=turn.message.in_group)
