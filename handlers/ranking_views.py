"""What 排名, 本校排名 and 导出 share: whose view it is, and the figures, now or as they were posted."""

import re
from datetime import date

from bot.policy import ranking as rules
from bot.policy.plan import Plan, RankingMode
from bot.policy.ranking import Board
from bot.policy.standing import completion_unit
from handlers.led import led_school, led_schools, reads_everything
from handlers.turn import Turn
from handlers.viewpoint import Viewpoint
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import ranking as texts
from storage.chat_groups import ChatGroup, in_chat
from storage.people import school_name
from storage.rankings import (
    Snapshot,
    Taken,
    completions_of_the_missing,
    counted,
    left_out,
    of_day,
    places_before,
    posted_days_near,
)
from storage.snapshots import online_as_of

_SPAN = re.compile(r"月份?$|周$|星期$|礼拜$")  # a month, or a week


def switched_off(turn: Turn) -> Answer | None:
    """What is said where the plan wants no rankings; None where it does."""
    if turn.plan.ranking_mode is not RankingMode.OFF:
        return None
    if reads_everything(turn):
        return texts.switched_off(Command.COUNTY_PROGRESS)
    return texts.switched_off(Command.SCHOOL_PROGRESS if led_schools(turn) else Command.WHAT_IS_MISSING)


def group_of(turn: Turn) -> ChatGroup | None:
    """The bound group in which it was asked."""
    message = turn.message
    return in_chat(turn.connection, message.platform, message.chat) if message.in_group else None


def own_school(turn: Turn) -> int:
    """The school that the asker leads, else their own."""
    return led_school(turn) if led_schools(turn) else turn.person.school_id


def live_head(turn: Viewpoint) -> texts.Head:
    return texts.Head(
        county=turn.plan.county,
        day=turn.today,
        taken_on=turn.today,
        online_as_of=online_as_of(turn.connection),
        deadlines=turn.plan.deadlines,
        smallest=turn.plan.ranking_smallest_unit,
        places=turn.plan.ranking_mode is RankingMode.RANKED,
        live_at=turn.now,
    )


def posted_head(plan: Plan, taken: Taken, *, corrected: bool = False) -> texts.Head:
    return texts.Head(
        county=plan.county,
        day=taken.day,
        taken_on=taken.on,
        online_as_of=taken.as_of,
        deadlines=plan.deadlines,
        smallest=plan.ranking_smallest_unit,
        places=taken.mode is RankingMode.RANKED,
        corrected=corrected,
    )


def posted_on(turn: Turn, *, order: str = Command.RANKING) -> Snapshot | Answer:
    """The ranking of the day that was said, or why there is none. `order`: what the day was said behind."""
    said = turn.arguments.when
    try:
        day = date.fromisoformat(said)
    except ValueError:
        return texts.no_one_day(said, order) if _SPAN.search(said) else texts.which_day(order)
    if day > turn.today:
        return texts.not_yet(day, order)
    snapshot = of_day(turn.connection, day, smallest=turn.plan.ranking_smallest_unit)
    if snapshot is None:
        near = posted_days_near(turn.connection, day)
        return texts.none_that_day(day, near, today=day == turn.today, order=order)
    return snapshot


def posted_view(
    head: texts.Head, board: Board, school_id: int | None, school: str, *, takes_part: bool = True
) -> Answer:
    """What a group was shown, or would be: None = the whole county. `school`: what it is called."""
    if school_id is None:
        return texts.county_board(head, board)
    view = rules.school_view(board, school_id)
    if view is None:
        return texts.not_ranked(head, board, school, takes_part=takes_part)
    return texts.school_board(head, board, view)


def live_board(turn: Viewpoint) -> Board:
    """Movement is against the last ranking that was posted."""
    plan = turn.plan
    return rules.board(
        counted(turn.connection),
        completion_unit(plan.requirement),
        places=plan.ranking_mode is RankingMode.RANKED,
        smallest=plan.ranking_smallest_unit,
        before=places_before(turn.connection),
    )


def live_view(turn: Turn, school_id: int) -> Answer:
    """A school's view of the figures as they are now, and what brings it one place up."""
    head, board = live_head(turn), live_board(turn)
    view = rules.school_view(board, school_id)
    if view is None:
        name = school_name(turn.connection, school_id)
        takes_part = school_id not in left_out(turn.connection)
        return texts.not_ranked(head, board, name, takes_part=takes_part)
    missing = completions_of_the_missing(turn.connection, school_id)
    lifted = rules.lift(view.band.rows, view.own, missing, board.unit)
    return texts.school_board(head, board, view, lifted=lifted)
