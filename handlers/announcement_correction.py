"""更正 of an announcement: exactly those read it who have read the first, and nobody reads the first any more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from bot.policy.copies import HELD, Fate
from handlers.announcing import Draft, issue, look_at
from handlers.preview import preview
from handlers.turn import Turn
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import announcement_correction as texts
from messages.texts.announcement_preview import preview as announcement_preview
from messages.texts.announcement_preview import too_long
from messages.texts.wording import listed
from storage import corrections
from storage.announcements import find_announcement
from storage.audiences import reach
from storage.deliveries import tally

MOST_CHARACTERS = 3_000


def correct_announcement(turn: Turn, asked: int) -> Answer:
    """`asked` is the number of an announcement."""
    if turn.confirmed:
        corrections.hold(turn.connection, asked)
    number = corrections.standing(turn.connection, asked)
    if turn.confirmed and number != asked:
        return texts.already_corrected(asked, number)
    said = replace(turn.arguments, numbers=(number,))
    draft = drafted_correction(turn, said)
    if isinstance(draft, Answer):
        return draft
    if turn.confirmed:
        return issue(turn, draft)
    shown = _opening(turn, number, asked) + announcement_preview(look_at(turn, draft))
    return preview(turn, Command.CORRECT, said, shown)


def drafted_correction(turn: Turn, said: Arguments) -> Draft | Answer:
    """As `handlers.announce.drafted`; `said.numbers`: what it corrects, and nothing has corrected before."""
    (number,) = said.numbers
    one = find_announcement(turn.connection, number)
    assert one is not None, "the series says that it is an announcement"
    if one.state is not AnnouncementState.POSTED:
        return texts.not_sent(number, one.state)
    body = said.text.strip()
    if not body:
        return texts.how_to_correct(number)
    if len(body) > MOST_CHARACTERS:
        return too_long(MOST_CHARACTERS)
    if body == one.body.strip():
        return texts.same_text(number)
    audience = Audience(words=f"公告 {number}", to_groups=one.addressed.to_groups, saw=number)
    reached = reach(turn.connection, audience)
    if not reached.people and not reached.groups:
        return texts.nobody_saw_it(number)
    wanted = datetime.fromisoformat(said.when).replace(tzinfo=turn.now.tzinfo) if said.when else None
    return Draft(audience=audience, body=body, corrects=number, wanted=wanted)


def _opening(turn: Turn, number: int, asked: int) -> Answer:
    counts = tally(turn.connection, number)

    def counted(*fates: Fate) -> str:
        groups, people = _sum(counts.groups, fates), _sum(counts.people, fates)
        return listed([f"{groups} 个群"] * bool(groups) + [f"{people} 人"] * bool(people))

    return texts.opening(
        number,
        asked,
        seen=counted(Fate.SENT, Fate.UNCERTAIN),
        waiting=counted(*HELD),
        failed=counted(Fate.FAILED),
    )


def _sum(counts: Mapping[Fate, int], fates: tuple[Fate, ...]) -> int:
    return sum(counts.get(fate, 0) for fate in fates)
