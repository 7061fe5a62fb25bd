"""排名: the whole county for those who may see it, the school's view for all others; now, or as it was posted."""

from handlers.led import reads_everything
from handlers.ranking_questions import about_ranking
from handlers.ranking_views import (
    group_of,
    live_board,
    live_head,
    live_view,
    own_school,
    posted_head,
    posted_on,
    posted_view,
    switched_off,
)
from handlers.turn import Turn
from messages.outgoing import Answer
from messages.texts import ranking as texts
from storage.people import school_name
from storage.rankings import left_out


def ranking(turn: Turn) -> Answer:
    """A bound group sees what is posted to it, whoever asks."""
    off = switched_off(turn)
    if off is not None:
        return off
    school_id = _whose(turn)
    about = about_ranking(turn, school_id)
    if about is not None:
        return about
    if turn.arguments.when:
        return _posted(turn, school_id)
    if school_id is None:
        return texts.county_board(live_head(turn), live_board(turn))
    return live_view(turn, school_id)


def _whose(turn: Turn) -> int | None:
    """Which school's view; None = the whole county."""
    group = group_of(turn)
    if group is not None:
        return group.school_id
    return None if reads_everything(turn) else own_school(turn)


def _posted(turn: Turn, school_id: int | None) -> Answer:
    snapshot = posted_on(turn)
    if isinstance(snapshot, Answer):
        return snapshot
    head = posted_head(turn.plan, snapshot.taken, corrected=snapshot.corrected)
    name = "" if school_id is None else school_name(turn.connection, school_id)
    takes_part = school_id not in left_out(turn.connection)
    return posted_view(head, snapshot.board, school_id, name, takes_part=takes_part)
