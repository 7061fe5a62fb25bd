"""本组进度: how far the groups are that the asker leads."""

from handlers.led import group_labels, led_groups
from handlers.reviewing import still_waiting
from handlers.turn import Turn
from handlers.unit_figures import progress, queue, quota
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import group_progress as texts
from messages.texts.school_progress import too_small
from messages.texts.unit_words import Queue
from storage.groups import Group
from storage.unit_standings import by_group, by_school, waiting_in_groups


def group_progress(turn: Turn) -> Answer:
    groups = led_groups(turn)
    labels = group_labels(groups)
    tallies = by_group(turn.connection, [group.group_id for group in groups])
    schools = by_school(turn.connection, sorted({group.school_id for group in groups}))
    shown = []
    for group in groups:
        found = progress(turn, tallies.get(group.group_id, ()))
        whole = progress(turn, schools.get(group.school_id, ()))
        if found is None or whole is None:
            shown.append(
                texts.Group(name=labels[group.group_id], progress=None, queue=None, school="", quota=None)
            )
            continue
        shown.append(
            texts.Group(
                name=labels[group.group_id],
                progress=found,
                queue=_queue(turn, group),
                school=group.school_name,
                quota=quota(turn, whole),
            )
        )
    smallest = turn.plan.ranking_smallest_unit
    if turn.message.in_group and any(one.progress and one.progress.rate.active < smallest for one in shown):
        return too_small(Command.GROUP_PROGRESS, smallest)
    return texts.group_progress(
        shown,
        to_review=still_waiting(turn) > 0,
        warn_percent=turn.plan.review.warn_percent,
        in_group=turn.message.in_group,
        today=turn.today,
    )


def _queue(turn: Turn, group: Group) -> Queue | None:
    return queue(turn, waiting_in_groups(turn.connection, [group.group_id]))
