"""本校排名: where a school stands among its like, now."""

from handlers.ranking_questions import about_ranking
from handlers.ranking_views import group_of, live_view, own_school, switched_off
from handlers.turn import Turn
from messages.outgoing import Answer


def school_ranking(turn: Turn) -> Answer:
    """In a school's group that school; elsewhere the one that the asker leads, or their own."""
    off = switched_off(turn)
    if off is not None:
        return off
    group = group_of(turn)
    school_id = None if group is None else group.school_id
    school_id = own_school(turn) if school_id is None else school_id
    return about_ranking(turn, school_id) or live_view(turn, school_id)
