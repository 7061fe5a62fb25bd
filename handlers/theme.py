"""研修主题: what a group works on; its leader sets it, its people read it."""

from handlers.led import led_groups, meant_group
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import SILENCE, Answer
from messages.texts import theme as texts
from storage.activities import set_theme, theme_of
from storage.crowd import hold
from storage.groups import Group, groups_among


def theme(turn: Turn) -> Answer:
    if not turn.arguments.text:
        return _shown(turn)
    if not led_groups(turn):
        return texts.only_leaders()
    group = meant_group(turn, Command.THEME, turn.arguments)
    return group if isinstance(group, Answer) else _set(turn, group, turn.arguments.text)


def _shown(turn: Turn) -> Answer:
    """Of the groups one leads; else of one's own."""
    led = led_groups(turn)
    own = turn.person.group_id
    groups = led or groups_among(turn.connection, [] if own is None else [own])
    if not groups:
        return texts.no_group()
    said = SILENCE
    for group in groups:
        found = theme_of(turn.connection, group.group_id)
        if found is None:
            said += texts.none_yet(group.name, leads=bool(led))
        else:
            said += texts.shown(group.name, found.text, found.by, turn.day(found.at))
    return said


def _set(turn: Turn, group: Group, text: str) -> Answer:
    hold(turn.connection, [turn.person.person_id])
    before = theme_of(turn.connection, group.group_id)
    if before is not None and before.text == text:
        return texts.unchanged(group.name, text)
    set_theme(turn.connection, group.group_id, text, turn.person.person_id, at=turn.now_ms)
    turn.record("theme.set", {"group": group.group_id, "text": text})
    return texts.set_to(group.name, text, None if before is None else before.text)
