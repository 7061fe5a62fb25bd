"""简报: one per group and month of the second stage, handed in by the group's leader."""

from dataclasses import replace

from bot.policy.paper import PaperKind, bulletin_months, month_of
from handlers.handed_link import handed_link
from handlers.led import meant_group
from handlers.paper_intake import same_before, take_paper
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import bulletin as texts
from storage import papers
from storage.groups import Group
from storage.papers import Place
from storage.schools import hold_school


def bulletin(turn: Turn) -> Answer:
    link = handed_link(turn)
    if isinstance(link, Answer):
        return link
    months = bulletin_months(turn.plan)
    month = turn.arguments.when or month_of(turn.today)
    if link is not None and month not in months:
        return texts.outside(months, month_of(turn.today))
    said = turn.arguments if link is None else replace(turn.arguments, links=(link,), when=month)
    group = meant_group(turn, Command.BULLETIN, said)
    if isinstance(group, Answer):
        return group
    if link is None:
        return _shown(turn, group)
    return _handed_in(turn, group, month, link)


def _shown(turn: Turn, group: Group) -> Answer:
    current = papers.bulletins_of(turn.connection, group.group_id)
    rows = [
        (month, (found.number, turn.day(found.handed_in_at)) if (found := current.get(month)) else None)
        for month in bulletin_months(turn.plan)
    ]
    return texts.shown(group.name, rows, month_of(turn.today), turn.today)


def _handed_in(turn: Turn, group: Group, month: str, link: str) -> Answer:
    hold_school(turn.connection, group.school_id)
    place = Place(kind=PaperKind.BULLETIN, school_id=group.school_id, group_id=group.group_id, month=month)
    current = papers.at_place(turn.connection, place)
    if same := same_before(current, link):
        return texts.same_as_before(same.number, group.name, month)
    taken = take_paper(turn, place, link, replaces=current)
    handed_in = papers.bulletins_of(turn.connection, group.group_id)
    missing = [
        one for one in bulletin_months(turn.plan) if one not in handed_in and one <= month_of(turn.today)
    ]
    return texts.handed_in(taken.number, group.name, month, taken.replaced, missing, link)
