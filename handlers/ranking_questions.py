"""排名怎么算的, 今天怎么没发排名: what is asked about the ranking instead of for it."""

from datetime import date, timedelta

from bot.policy import ranking as rules
from bot.policy.plan import Job, RankingMode
from bot.policy.timetable import Outcome, runs_on, window
from handlers.led import reads_everything
from handlers.ranking_views import live_board, live_head
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer, Line
from messages.texts import ranking_questions as texts
from messages.texts.ranking import which_day
from messages.texts.ranking_questions import Own, Times
from messages.understanding.rankings import HOW_RANKED, WHETHER_POSTED
from storage import chat_groups, job_runs
from storage.people import school_name
from storage.rankings import completions_of_the_missing, left_out, posted_at

JOB = "daily-ranking"
_LOOKED_AHEAD = 30  # days, for the next workday


def about_ranking(turn: Turn, school_id: int | None) -> Answer | None:
    """None where the ranking itself is wanted. `school_id`: whose view it is, None = the whole county."""
    match turn.arguments.filter:
        case word if word == HOW_RANKED:
            return _how_ranked(turn, school_id)
        case word if word == WHETHER_POSTED:
            return _whether_posted(turn, school_id)
    return None


def _how_ranked(turn: Turn, school_id: int | None) -> Answer:
    head = live_head(turn)
    if turn.plan.ranking_mode is not RankingMode.RANKED:
        return texts.without_places(head)
    board = live_board(turn)
    return texts.how_ranked(head, board, None if school_id is None else _own(turn, board, school_id))


def _own(turn: Turn, board: rules.Board, school_id: int) -> Own | Line:
    view = rules.school_view(board, school_id)
    if view is None:
        name = school_name(turn.connection, school_id)
        return texts.left_out(name, takes_part=school_id not in left_out(turn.connection))
    missing = completions_of_the_missing(turn.connection, school_id)
    return Own(view=view, lifted=rules.lift(view.band.rows, view.own, missing, board.unit))


def _whether_posted(turn: Turn, school_id: int | None) -> Answer:
    job = next((job for job in turn.plan.jobs if job.name == JOB), None)
    if job is None or not job.on:
        return texts.never_posted()
    try:
        day = date.fromisoformat(turn.arguments.when) if turn.arguments.when else turn.today
    except ValueError:
        return which_day(Command.RANKING)
    today = day == turn.today
    at = posted_at(turn.connection, day)
    if at is not None:
        moment = turn.now - timedelta(milliseconds=turn.real_ms - at)
        return texts.sent(day, moment.time(), today=today, why_not_here=_why_not_here(turn, school_id))
    return _not_posted(turn, job, day, today=today)


def _not_posted(turn: Turn, job: Job, day: date, *, today: bool) -> Answer:
    times = Times(at=job.at, until=job.until)
    end = job_runs.ended(turn.connection, JOB, day)
    if end is not None:
        known = end.outcome in (Outcome.NOTHING, Outcome.DONE) or reads_everything(turn)
        return texts.not_sent(day, end.detail if known else "", today=today)
    if not runs_on(job, day, turn.plan):
        following = (turn.today + timedelta(days=number) for number in range(1, _LOOKED_AHEAD))
        return texts.no_workday(
            day, next((one for one in following if runs_on(job, one, turn.plan)), None), times, today=today
        )
    opens, closes = window(job, day)
    if turn.now < opens:
        return texts.not_time_yet(times)
    return texts.due_now(times) if turn.now <= closes else texts.not_sent(day, "", today=today)


def _why_not_here(turn: Turn, school_id: int | None) -> Line | None:
    """What keeps it from a school's own groups, where anything does."""
    if school_id is None:
        return None
    groups = chat_groups.of_school(turn.connection, school_id)
    name = school_name(turn.connection, school_id)
    if not groups:
        return texts.no_group(name)
    return texts.groups_stopped(name) if all(group.stopped_at is not None for group in groups) else None
