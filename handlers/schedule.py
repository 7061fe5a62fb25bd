"""定时: when the announcement, or the correction of one, that was just previewed is to go out."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers import menu
from handlers.announce import drafted
from handlers.announcement_correction import drafted_correction
from handlers.announcing import look_at
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts import schedule as texts
from messages.texts.announcement_preview import rescheduled
from messages.texts.confirm import confirm_stale
from messages.understanding.dates import later
from storage import conversations
from storage.conversations import Topic

DRAFTED = {Command.ANNOUNCE: drafted, Command.CORRECT: drafted_correction}
_WITHOUT_TIME = time(8)
_FURTHEST = timedelta(days=180)


def schedule(turn: Turn) -> Answer:
    kept = conversations.peek(*menu.place_of(turn), Topic.CONFIRM, real_ms=turn.real_ms)
    if kept is None or kept.content["command"] not in DRAFTED:
        return texts.nothing_to_schedule()
    command = Command(kept.content["command"])
    if kept.stale:
        return confirm_stale(command, turn.plan.confirm_minutes)
    moment = _wanted(turn)
    if isinstance(moment, Answer):
        return moment
    arguments = replace(
        conversations.arguments_from_json(kept.content["arguments"]),
        when=moment.replace(tzinfo=None).isoformat(timespec="minutes"),
    )
    draft = DRAFTED[command](turn, arguments)
    if isinstance(draft, Answer):
        return draft
    return preview(turn, command, arguments, rescheduled(look_at(turn, draft)))


def _wanted(turn: Turn) -> datetime | Answer:
    """The minute that was said, or why it cannot be one."""
    said = turn.arguments.when.strip()
    if not said:
        return texts.no_time()
    moment = _moment(said, turn.now)
    if moment is None:
        return texts.unreadable(said)
    if moment <= turn.now:
        return texts.past(moment)
    furthest = turn.now + _FURTHEST
    return moment if moment <= furthest else texts.too_far(moment, furthest)


def _moment(said: str, now: datetime) -> datetime | None:
    """`said`: as `Calendar.moment` gives it, or a span from now; whole minutes, by the programme's clock."""
    span = later(said)
    if span is not None:
        return (now + span + timedelta(seconds=59)).replace(second=0, microsecond=0)
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    if "T" not in said:
        found = datetime.combine(found.date(), _WITHOUT_TIME)
    return found.replace(tzinfo=now.tzinfo, second=0, microsecond=0)
