"""撤回 of an announcement, by the office: as far as the platforms can."""

from bot.policy.announcement import AnnouncementState
from handlers.entry import Who, standing_of
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import recall as texts
from storage import announcements, recalls
from storage.deliveries import recalled, would_recall
from storage.numbers import kind_of


def names_announcement(turn: Turn) -> bool:
    """Whether somebody of the office has said the number of an announcement, and nothing else."""
    said = turn.arguments
    if len(said.numbers) != 1 or said.codes:
        return False
    return kind_of(turn.connection, said.numbers[0]) == announcements.KIND and Who.OFFICE in standing_of(turn)


def recall(turn: Turn) -> Answer:
    (number,) = turn.arguments.numbers
    one = announcements.find_announcement(turn.connection, number)
    assert one is not None, "the series says that it is an announcement"
    if one.state is not AnnouncementState.POSTED:
        return texts.not_posted(number, one.state)
    found = would_recall(turn.connection, number, at=turn.real_ms)
    if not found.asked and not found.withdrawn:
        return texts.nothing_to_recall(number, found)
    if not turn.confirmed:
        said = texts.would_recall(number, found, turn.plan.confirm_minutes)
        return preview(turn, Command.WITHDRAW, Arguments(numbers=(number,)), said)
    return _asked(turn, number)


def _asked(turn: Turn, number: int) -> Answer:
    person_id = turn.person.person_id
    if not announcements.move(
        turn.connection, number, AnnouncementState.RECALLED, at=turn.real_ms, by=person_id
    ):
        return texts.not_posted(number, AnnouncementState.RECALLED)  # somebody else was quicker
    recalls.ask(turn.connection, number, at=turn.real_ms)
    found = recalled(turn.connection, number)
    turn.record("announcement.recalled", {"number": number, "asked": found.asked})
    return texts.recalling(number, found)
