"""经过: what has happened to somebody, in one line of time and in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.pages.office.people import ROLE_WORDS
from bot.pages.visit import Visit
from bot.policy.people import PersonState
from bot.policy.points import Catalogue
from bot.policy.practice import Entry
from bot.policy.standing import Grade
from messages.texts.appeal import STATES as APPEAL_STATES
from messages.texts.next_step import STATES
from messages.texts.view import EVENTS
from messages.texts.wording import PLATFORMS, code_label, full_day, hours
from storage.appeals import Appeal
from storage.person_log import Logged
from storage.person_story import Account, Dated, Held, Snapshot
from storage.submissions import Event, Submission

GRADES: Final = {Grade.PASS: "合格", Grade.EXCELLENT: "优秀"}
UNCOUNTED: Final = "online.uncounted"
COUNTED: Final = "online.counted"
CORRECTED: Final = {UNCOUNTED: "不再计入", COUNTED: "改为计入"}
"""What is known of a snapshot's corrections only by the audit log."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that has happened."""

    at: datetime
    words: str
    aside: str = ""  # who, why, from what


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the line of time is made of."""

    accounts: Sequence[Account]
    roles: Sequence[Held]
    states: Sequence[tuple[int, PersonState, str]]
    snapshots: Sequence[Snapshot]
    ledger: Sequence[Entry]
    points: Sequence[Dated]  # chosen, and certified
    events: Mapping[Submission, Sequence[Event]]
    appeals: Sequence[Appeal]
    corrections: Sequence[Logged]


def line_of_time(visit: Visit, story: Story) -> tuple[Moment, ...]:
    """The newest first."""
    found = (
        Moment(visit.time(at), words, aside)
        for part in (
            _roster(story),
            _hours(story, visit.catalogue),
            _points(story, visit.catalogue),
            _evidence(story, visit.catalogue),
            _appeals(story),
        )
        for at, words, aside in part
    )
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


_Line = tuple[int, str, str]


def _roster(story: Story) -> Iterator[_Line]:
    for at, state, school in story.states:
        yield at, f"名册：{STATES[state]}", school
    for held in story.roles:
        word = f"{held.scope}{ROLE_WORDS[held.role]}"
        source = "花名册" if held.source == "roster" else "人工授予"
        yield held.granted_at, f"担任{word}", source
        if held.ended_at is not None:
            yield held.ended_at, f"不再担任{word}", ""
    for one in story.accounts:
        source = "花名册" if one.source == "roster" else "绑定码"
        yield one.bound_at, f"绑定{PLATFORMS[one.platform]}账号", source


def _hours(story: Story, catalogue: Catalogue) -> Iterator[_Line]:
    for one in story.snapshots:
        if one.imported_at is not None:
            yield one.imported_at, f"线上 {hours(one.hours)}（截至 {full_day(one.as_of)}）", one.file_name
        if one.taken_back is not None:
            words = f"撤销整份导入：线上 {hours(one.hours)}（截至 {full_day(one.as_of)}）不再计入"
            yield one.taken_back.at, words, f"{one.taken_back.by}：{one.taken_back.reason}"
    for entry in story.ledger:
        change = "实践冲销" if entry.reverses is not None else "实践记入"
        amount = hours(abs(entry.hours))
        yield entry.entered_at, f"{change} {amount}：{ledger_word(entry, catalogue)}", entry.note
    for row in story.corrections:
        as_of = row.detail.get("as_of", "")
        why = f"{row.actor_name}：{row.detail.get('reason', '')}"
        yield row.at, f"更正：线上数据（截至 {as_of}）{CORRECTED[row.action]}", why


def _points(story: Story, catalogue: Catalogue) -> Iterator[_Line]:
    for point in story.points:
        label = code_label(point.code, catalogue)
        if point.grade is None:
            yield point.at, f"选点 {label}", ""
            if point.ended_at is not None:
                yield point.ended_at, f"不再选 {label}", ""
        else:
            yield point.at, f"认证 {label}", GRADES[point.grade]
            if point.ended_at is not None:
                yield point.ended_at, f"认证取消 {label}", "材料重开"


def _evidence(story: Story, catalogue: Catalogue) -> Iterator[_Line]:
    for submission, events in story.events.items():
        label = code_label(submission.code, catalogue)
        for event in events:
            word = EVENTS.get(event.kind, f"提交第 {event.version} 版")
            behalf = "代审" if event.on_behalf else ""
            aside = "，".join(part for part in (event.actor_name, behalf, event.piece, event.remark) if part)
            yield event.at, f"编号 {submission.number}（{label}）{word}", aside


def _appeals(story: Story) -> Iterator[_Line]:
    for one in story.appeals:
        yield one.opened_at, f"编号 {one.number} 申诉", one.text
        if one.answered_at is not None:
            yield (
                one.answered_at,
                f"编号 {one.number} 申诉{APPEAL_STATES[one.state]}",
                f"{one.answerer}：{one.answer}",
            )


def ledger_word(entry: Entry, catalogue: Catalogue) -> str:
    """A point by its name; a file's row by what the school has written."""
    code, _, rest = entry.reference.partition(" ")
    if code in catalogue:
        return f"{code_label(code, catalogue)}{' ' if rest else ''}{rest}"
    return entry.reference
