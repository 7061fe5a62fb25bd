"""生成简报: a draft out of what the bot knows of a group: its theme, its activities, its figures."""

from datetime import date, timedelta

from bot.policy.paper import bulletin_months, month_of
from handlers.led import led_groups
from handlers.turn import Turn
from messages.outgoing import SILENCE, Answer
from messages.texts import draft_bulletin as texts
from messages.texts.bulletin import no_draft
from storage.activities import activities_in, theme_of
from storage.groups import Group, figures_of


def draft_bulletin(turn: Turn) -> Answer:
    """One draft for each group that the asker leads."""
    months = bulletin_months(turn.plan)
    month = turn.arguments.when or month_of(turn.today)
    if month not in months:
        return no_draft(months, month_of(turn.today))
    said = SILENCE
    for group in led_groups(turn):
        said += _draft(turn, group, month)
    return said


def _draft(turn: Turn, group: Group, month: str) -> Answer:
    first = date.fromisoformat(f"{month}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    theme = theme_of(turn.connection, group.group_id)
    figures = figures_of(turn.connection, group.group_id)
    return texts.draft(
        group.school_name,
        group.name,
        month,
        theme="" if theme is None else theme.text,
        activities=activities_in(turn.connection, group.group_id, first, last),
        figures=texts.Figures(figures.people, figures.done, figures.points, figures.waiting),
        today=turn.today,
    )
