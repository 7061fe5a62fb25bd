"""本组进度: how far the groups are that the asker leads, and what has changed since their last summary."""

from collections.abc import Mapping

from handlers.led import group_labels, led_groups
from handlers.reviewing import still_waiting
from handlers.summary_unit import Unit
from handlers.summary_units import read_units
from handlers.turn import Turn
from handlers.unit_figures import moment, queue, since_last
from messages.commands import Command
from messages.outgoing import Answer, Style
from messages.taps import NEXT, leading, saying
from messages.texts import group_progress as texts
from messages.texts.school_progress import too_small
from messages.texts.unit_changes import Since


def group_progress(turn: Turn) -> Answer:
    groups = led_groups(turn)
    labels = group_labels(groups)
    schools = sorted({group.school_id for group in groups})
    units = read_units(turn.connection, moment(turn), schools, duties=False)
    found = {group.group_id: units.group(group.group_id) for group in groups}
    smallest = turn.plan.ranking_smallest_unit
    small = any(unit is not None and unit.progress.rate.active < smallest for unit in found.values())
    if turn.message.in_group and small:
        return too_small(Command.GROUP_PROGRESS, smallest)
    since = since_last(turn, [unit for unit in found.values() if unit is not None])
    waiting = still_waiting(turn) > 0
    said = texts.group_progress(
        [_shown(turn, labels[group_id], unit, since) for group_id, unit in found.items()],
        to_review=waiting,
        warn_percent=turn.plan.review.warn_percent,
        in_group=turn.message.in_group,
        today=turn.today,
    )
    if turn.message.in_group:
        return said
    behind = any(unit is not None and unit.progress.behind for unit in found.values())
    taps = [saying(Command.QUEUE, style=Style.MAIN)] if waiting else []
    return said.choosing(NEXT, *taps, *(leading() if behind else ()))


def _shown(turn: Turn, name: str, unit: Unit | None, since: Mapping[str, Since]) -> texts.Group:
    if unit is None:
        return texts.Group(name=name, progress=None, queue=None, school="", quota=None)
    return texts.Group(
        name=name,
        progress=unit.progress,
        queue=queue(turn, unit),
        school=unit.school,
        quota=unit.quota,
        since=since.get(unit.key),
        hands=unit.hands,
    )
