"""Announcements from draft to 编号: looked at as a preview, and issued once they are confirmed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.policy.announcement import AnnouncementState, needs_second_person, unusual, wants_receipt
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.outgoing import Kind, Way
from bot.policy.quiet import next_allowed
from handlers.turn import Turn
from messages.incoming import Platform
from messages.outgoing import Answer
from messages.rendering import (
    DINGTALK_GROUP,
    DINGTALK_PRIVATE,
    DINGTALK_WEBHOOK,
    WECOM_GROUP,
    WECOM_TEXT,
    Dialect,
    pages_in,
)
from messages.taps import received, second_word
from messages.texts import announcement as texts
from messages.texts.announcement import Addressed
from messages.texts.announcement_preview import Cost, Preview, Receivers, Timing, group_names
from messages.texts.wording import PLATFORMS
from storage import announcements
from storage.announcements import Announcement
from storage.audiences import NAMED, Reach, groups_of, reach, used_up
from storage.chat_groups import ChatGroup
from storage.outbox import Post, post
from storage.second_person import Colleague, others_of_office, question_key

GROUP_DIALECTS: dict[Way, Dialect] = {
    Way.WECOM_WEBHOOK: WECOM_GROUP,
    Way.WECOM_AIBOT: WECOM_GROUP,
    Way.DINGTALK_WEBHOOK: DINGTALK_WEBHOOK,
    Way.DINGTALK_GROUP: DINGTALK_GROUP,
}
PEOPLE_DIALECTS: dict[Platform, Dialect] = {Platform.WECOM: WECOM_TEXT, Platform.DINGTALK: DINGTALK_PRIVATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An announcement that nobody has confirmed yet."""

    audience: Audience
    body: str
    corrects: int | None = None
    wanted: datetime | None = None  # 定时, as it was said

    def message(self, number: int | None, office: str) -> Answer:
        return texts.announced(
            number,
            self.body,
            office,
            wants_receipt=wants_receipt(self.body),
            in_groups=self.audience.to_groups,
            corrects=self.corrects,
        )


def look_at(turn: Turn, draft: Draft) -> Preview:
    """What the author reads before 确认; nothing is kept of it."""
    reached = reach(turn.connection, draft.audience)
    groups = groups_of(turn.connection, draft.audience)
    message = draft.message(None, turn.plan.office)
    timing = _timing(turn, draft.wanted)
    others = _seconds(turn, reached)
    return Preview(
        receivers=Receivers(
            to=Addressed(people=reached.people, groups=reached.groups),
            schools=reached.schools,
            names=called(reached, groups),
            everywhere=draft.audience == EVERY_GROUP,
            unbound=reached.unbound,
            stopped=reached.stopped,
            used_up=0 if timing.due else _used_up(turn, groups),
        ),
        message=message,
        cost=_cost_in_groups(message, groups) if groups else _cost_in_private(turn, message),
        timing=timing,
        unusual=unusual(draft.body, turn.now, turn.plan.quiet, turn.plan.workdays),
        characters=len(draft.body),
        seconds=tuple(other.name for other in others),
        minutes=turn.plan.confirm_minutes,
    )


def called(reached: Reach, groups: Sequence[ChatGroup]) -> tuple[str, ...]:
    """The first of the people, or of the `groups`, by name."""
    names = group_names([(group.name, group.platform) for group in groups])
    return names[:NAMED] if groups else reached.names


def issue(turn: Turn, draft: Draft) -> Answer:
    """确认: it gets its 编号 and goes out, waits for its time, or for the second person."""
    reached = reach(turn.connection, draft.audience)
    to = Addressed(people=reached.people, groups=reached.groups)
    others = _seconds(turn, reached)
    due = _due(turn, draft.wanted)
    if others:
        state = AnnouncementState.WAITING
    else:
        state = AnnouncementState.POSTED if due is None else AnnouncementState.SCHEDULED
    number = announcements.put(
        turn.connection,
        author_id=turn.person.person_id,
        audience=draft.audience,
        body=draft.body,
        wants_receipt=wants_receipt(draft.body),
        urgent=turn.urgent,
        corrects=draft.corrects,
        due_at=None if due is None else _ms(due),
        state=state,
        at=turn.real_ms,
    )
    turn.record(
        "announcement.confirmed",
        {"number": number, "state": state.value, "people": to.people, "groups": to.groups},
    )
    if others:
        _ask(
            turn,
            others,
            texts.asks_second(
                number, turn.person.name, to, due, draft.message(number, turn.plan.office)
            ).choosing(f"公告 {number}：同意发吗？", *second_word(number)),
            number,
        )
        hours = turn.plan.announcements.second_person_hours
        return texts.waits(number, to, [other.name for other in others], hours)
    return set_out(turn, number, to, due)


def set_out(turn: Turn, number: int, to: Addressed, due: datetime | None) -> Answer:
    """What nobody is waited for any more; it has been put or moved in this transaction."""
    if due is not None:
        return texts.scheduled(number, to, due)
    one = announcements.find_announcement(turn.connection, number)
    assert one is not None, "it was written in this transaction"
    copies = announcements.post_copies(
        turn.connection, one, one.addressed, message_of(one, turn.plan.office), at=turn.real_ms
    )
    opens = None if one.urgent else _opens(turn)
    return texts.posted(number, Addressed(people=copies.people, groups=copies.groups), begins=opens)


def message_of(one: Announcement, office: str) -> Answer:
    """Exactly what its receivers read; in a group nobody's button would speak for one person."""
    said = texts.announced(
        one.number,
        one.body,
        office,
        wants_receipt=one.wants_receipt,
        in_groups=one.addressed.to_groups,
        corrects=one.corrects,
    )
    if not one.wants_receipt or one.addressed.to_groups:
        return said
    return said.choosing(f"公告 {one.number}：看到了吗？", received(one.number))


def _seconds(turn: Turn, reached: Reach) -> tuple[Colleague, ...]:
    """Who could be the second person; nobody where none is needed."""
    others = others_of_office(turn.connection, turn.person.person_id)
    needed = needs_second_person(
        turn.plan.announcements, people=reached.people, groups=reached.groups, others=len(others)
    )
    return others if needed else ()


def _ask(turn: Turn, others: tuple[Colleague, ...], question: Answer, number: int) -> None:
    # What is urgent is asked at night as well.
    kind = Kind.URGENT if turn.urgent else Kind.NOTICE
    posts = [
        Post(
            key=question_key(number, other.person_id),
            kind=kind,
            answer=question,
            person_id=other.person_id,
        )
        for other in others
    ]
    post(turn.connection, posts, at=turn.real_ms)


def _timing(turn: Turn, wanted: datetime | None) -> Timing:
    if wanted is None:
        return Timing(opens=_opens(turn))
    return Timing(wanted=wanted, due=next_allowed(wanted, turn.plan.quiet, turn.plan.workdays))


def _due(turn: Turn, wanted: datetime | None) -> datetime | None:
    """None = at once, also where the time has come since the preview."""
    if wanted is None:
        return None
    due = wanted if turn.urgent else next_allowed(wanted, turn.plan.quiet, turn.plan.workdays)
    return due if due > turn.now else None


def _opens(turn: Turn) -> datetime | None:
    """The end of the quiet time that it is now."""
    opens = next_allowed(turn.now, turn.plan.quiet, turn.plan.workdays)
    return None if opens == turn.now else opens


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _used_up(turn: Turn, groups: tuple[ChatGroup, ...]) -> int:
    today = datetime.fromtimestamp(turn.real_ms / 1000, turn.now.tzinfo).date()
    began = _ms(datetime.combine(today, time.min, turn.now.tzinfo))
    ids = [group.id for group in groups]
    return used_up(turn.connection, ids, turn.plan.groups.messages_per_day, began)


def _cost_in_groups(message: Answer, groups: tuple[ChatGroup, ...]) -> Cost:
    of_way = Counter(group.way for group in groups)
    pages = {way: len(pages_in(message, GROUP_DIALECTS[way])) for way in of_way}
    by_name: dict[str, int] = {}
    for way, count in sorted(pages.items()):
        name = f"{PLATFORMS[Platform(way.platform)]}群"
        by_name[name] = max(count, by_name.get(name, 0))
    whole = sum(count * pages[way] for way, count in of_way.items())
    return Cost(pages=tuple(by_name.items()), whole=whole)


def _cost_in_private(turn: Turn, message: Answer) -> Cost:
    """On which platform somebody will read it is decided when it goes out."""
    among = [platform for platform in PEOPLE_DIALECTS if not turn.reaches or platform in turn.reaches]
    return Cost(
        pages=tuple((PLATFORMS[one], len(pages_in(message, PEOPLE_DIALECTS[one]))) for one in among),
        whole=None,
    )
