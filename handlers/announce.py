"""公告: what the office says to many, previewed first; and the word of the second person."""

from datetime import datetime, timedelta

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience, Unknown, read_audience
from bot.policy.people import Role
from handlers.announcing import Draft, issue, look_at, set_out
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer, answer
from messages.texts import announcement as texts
from messages.texts import announcement_preview as preview_texts
from messages.texts.announcement import Addressed
from messages.texts.announcement_correction import overtaken
from storage import announcements, corrections, notices
from storage.announcements import Announcement
from storage.audiences import Reach, reach
from storage.names import names_of
from storage.schools import all_schools
from storage.second_person import others_of_office

MOST_CHARACTERS = 3_000


def announce(turn: Turn) -> Answer:
    draft = drafted(turn, turn.arguments)
    if isinstance(draft, Answer):
        return draft
    if turn.confirmed:
        return issue(turn, draft)
    return preview(turn, Command.ANNOUNCE, turn.arguments, preview_texts.preview(look_at(turn, draft)))


def drafted(turn: Turn, said: Arguments) -> Draft | Answer:
    """The draft that was asked for, or what stands in its way; `said.when`: an ISO date-time without an offset."""
    body = said.text.strip()
    if not body:
        return preview_texts.no_content()
    if len(body) > MOST_CHARACTERS:
        return preview_texts.too_long(MOST_CHARACTERS)
    found = addressed(turn, said.audience)
    if isinstance(found, Answer):
        return found
    wanted = datetime.fromisoformat(said.when).replace(tzinfo=turn.now.tzinfo) if said.when else None
    return Draft(audience=found[0], body=body, wanted=wanted)


def addressed(turn: Turn, words: str) -> tuple[Audience, Reach] | Answer:
    """Whom these words mean and reach now, or why they mean nobody."""
    names = {one.school_id: (one.name, one.short_name) for one in all_schools(turn.connection)}
    audience = read_audience(words, names)
    if isinstance(audience, Unknown):
        return preview_texts.no_audience(audience.word, audience.why, audience.candidates)
    reached = reach(turn.connection, audience)
    if audience.to_groups and not reached.groups:
        return preview_texts.no_groups(audience.words)
    if not audience.to_groups and not reached.people:
        return preview_texts.nobody(audience.words)
    return audience, reached


def waits_for_second_word(turn: Turn) -> tuple[int, ...]:
    """Announcements of others that somebody of the office, in private, could confirm by number."""
    office = any(grant.role is Role.OFFICE for grant in turn.grants())
    if not office or turn.message.in_group:
        return ()
    return announcements.waiting_for(turn.connection, turn.person.person_id)


def approve(turn: Turn) -> Answer:
    """确认 编号: of several at once one is heard, the others read who it was."""
    number = turn.arguments.numbers[0]
    one = announcements.find_announcement(turn.connection, number)
    if one is None:
        return texts.no_announcement(number)
    if one.state is not AnnouncementState.WAITING:
        return _stands(turn, one)
    if one.author_id == turn.person.person_id:
        others = others_of_office(turn.connection, one.author_id)
        return texts.own_word(number, [other.name for other in others])
    if one.corrects is not None and not corrections.is_open(turn.connection, one.corrects):
        return _overtaken(turn, one, one.corrects)
    due = _still_due(turn, one)
    state = AnnouncementState.POSTED if due is None else AnnouncementState.SCHEDULED
    if not announcements.move(turn.connection, number, state, at=turn.real_ms, by=turn.person.person_id):
        return _stands(turn, one)
    turn.record("announcement.approved", {"number": number, "state": state.value})
    _tell_author(turn, one, state, texts.approved_notice(number, turn.person.name, scheduled=due is not None))
    reached = reach(turn.connection, one.addressed)
    return set_out(turn, number, Addressed(people=reached.people, groups=reached.groups), due)


def _overtaken(turn: Turn, one: Announcement, corrects: int) -> Answer:
    """A correction of what was taken back, or corrected by another, while it waited."""
    announcements.move(turn.connection, one.number, AnnouncementState.CANCELLED, at=turn.real_ms, by=None)
    turn.record("announcement.cancelled", {"number": one.number})
    words = overtaken(one.number, corrects, corrections.corrected_by(turn.connection, corrects))
    _tell_author(turn, one, AnnouncementState.CANCELLED, words)
    return answer(words)


def call_off(turn: Turn) -> Answer:
    """取消 编号: while it waits, for somebody, for its time, or for an hour at which people are written to."""
    number = turn.arguments.numbers[0]
    one = announcements.find_announcement(turn.connection, number)
    if one is None:
        return texts.no_announcement(number)
    if not announcements.call_off(turn.connection, number, at=turn.real_ms, by=turn.person.person_id):
        return _stands(turn, one, cancelling=True)
    turn.record("announcement.cancelled", {"number": number})
    if one.author_id != turn.person.person_id:
        said = texts.called_off_notice(number, turn.person.name)
        _tell_author(turn, one, AnnouncementState.CANCELLED, said)
    return texts.called_off(number)


def _stands(turn: Turn, one: Announcement, *, cancelling: bool = False) -> Answer:
    """As it stands by now: somebody else may just have decided."""
    one = announcements.find_announcement(turn.connection, one.number) or one
    went_out = one.state in (AnnouncementState.POSTED, AnnouncementState.RECALLED)
    if cancelling and went_out:
        return texts.too_late_to_cancel(one.number, one.corrects)
    confirmed = went_out or one.state is AnnouncementState.SCHEDULED
    who, at = (one.approved_by, one.approved_at) if confirmed else (one.ended_by, one.ended_at)
    when = None if at is None else turn.now - timedelta(milliseconds=turn.real_ms - at)
    return texts.not_waiting(one.number, one.state, _name(turn, who), when)


def _still_due(turn: Turn, one: Announcement) -> datetime | None:
    if one.due_at is None or one.due_at <= turn.now_ms:
        return None
    return datetime.fromtimestamp(one.due_at / 1000, turn.now.tzinfo)


def _tell_author(turn: Turn, one: Announcement, state: AnnouncementState, words: str) -> None:
    """Of each state: what was approved may still be called off."""
    key = f"announcement/{one.number}/author/{state.value}"
    notices.note(turn.connection, [one.author_id], key=key, text=words, at=turn.real_ms)


def _name(turn: Turn, person_id: int | None) -> str:
    """An empty text for nobody."""
    return "" if person_id is None else names_of(turn.connection, [person_id]).get(person_id, "")
