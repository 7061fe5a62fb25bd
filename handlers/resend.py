"""重发: what has failed of an announcement goes out once more; nobody gets it twice, or what was corrected."""

from bot.policy.announcement import AnnouncementState
from handlers.announcing import message_of
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import resend as texts
from storage import corrections
from storage.announcements import find_announcement
from storage.chat_groups import find as find_group
from storage.corrections import Resendable


def resend(turn: Turn) -> Answer:
    numbers = turn.arguments.numbers
    if numbers:
        return _resend(turn, numbers[0], asks_first=False)
    newest = corrections.newest_with_failures(turn.connection)
    return texts.nothing_failed() if newest is None else _resend(turn, newest, asks_first=True)


def _resend(turn: Turn, asked: int, *, asks_first: bool) -> Answer:
    one = find_announcement(turn.connection, asked)
    if one is None:
        return texts.not_an_announcement(asked)
    if one.state is not AnnouncementState.POSTED:
        return texts.not_posted(asked, one.state)
    found = corrections.resendable(turn.connection, asked)
    closed = _names(turn, found.number)
    if not found.able:
        return texts.nothing_to_resend(found.number, asked, closed)
    if asks_first:
        said = texts.would_resend(
            found.number,
            asked,
            people=found.people,
            groups=found.groups,
            closed=closed,
            minutes=turn.plan.confirm_minutes,
        )
        return preview(turn, Command.RESEND, Arguments(numbers=(asked,)), said)
    return _sent_again(turn, asked, found, closed)


def _sent_again(turn: Turn, asked: int, found: Resendable, closed: list[str]) -> Answer:
    state = corrections.hold(turn.connection, found.number)
    if state is not None and state is not AnnouncementState.POSTED:
        return texts.not_posted(found.number, state)
    one = find_announcement(turn.connection, found.number)
    assert one is not None, "it stands in the place of what was asked for"
    said = message_of(one, turn.plan.office)
    count = corrections.resend(turn.connection, one, said, at=turn.real_ms)
    turn.record("announcement.resent", {"number": one.number, "asked": asked, "copies": count})
    return texts.resent(one.number, asked, people=found.people, groups=found.groups, closed=closed)


def _names(turn: Turn, number: int) -> list[str]:
    """Of the groups that take nothing."""
    ids = sorted(corrections.closed_groups(turn.connection, number))
    groups = (find_group(turn.connection, group_id) for group_id in ids)
    return [group.name for group in groups if group is not None]
