"""提醒 of an announcement, by the office: those who have it and have not said 收到 are asked once more."""

from bot.policy.announcement import AnnouncementState
from bot.policy.quiet import may_disturb, next_allowed
from handlers.preview import preview
from handlers.recall import names_announcement
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.taps import received
from messages.texts import ask_again as texts
from messages.texts.announcement import no_announcement
from storage.announcement_pages import ask_again as put_questions
from storage.announcement_pages import count_unanswered
from storage.announcements import Announcement, find_announcement
from storage.corrections import corrected_by


def ask_again(turn: Turn) -> Answer:
    """A preview first, but on the page, where one has read how many it concerns."""
    number = turn.arguments.numbers[0]
    one = find_announcement(turn.connection, number) if names_announcement(turn) else None
    if one is None:
        return no_announcement(number)
    obstacle = _obstacle(turn, one)
    if obstacle is not None:
        return obstacle
    people = count_unanswered(turn.connection, number)
    if not turn.confirmed:
        said = texts.would_ask(number, one.body, people, turn.plan.confirm_minutes)
        return preview(turn, Command.REMIND, Arguments(numbers=(number,)), said)
    question = texts.asked_again(number, one.body, turn.plan.office)
    question = question.choosing(f"公告 {number}：看到了吗？", received(number))
    asked = put_questions(turn.connection, number, question, day=turn.today.isoformat(), at=turn.real_ms)
    turn.record("announcement.asked_again", {"number": number, "people": asked})
    return texts.asking(number, asked, people - asked)


def _obstacle(turn: Turn, one: Announcement) -> Answer | None:
    if not one.wants_receipt:
        return texts.not_asked_for(one.number)
    if one.state is not AnnouncementState.POSTED:
        return texts.not_out(one.number, one.state)
    newer = corrected_by(turn.connection, one.number)
    if newer is not None:
        return texts.overtaken(one.number, newer)
    if not count_unanswered(turn.connection, one.number):
        return texts.nobody_left(one.number)
    # Said now or not at all: by tomorrow it may have been taken back.
    if not may_disturb(turn.now, turn.plan.quiet, turn.plan.workdays):
        return texts.resting(one.number, next_allowed(turn.now, turn.plan.quiet, turn.plan.workdays))
    return None
