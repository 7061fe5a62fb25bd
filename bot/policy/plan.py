"""The programme's plan: its numbers, dates and switches as one frozen value.

Read from a TOML file by `bot.plan_file`; everything that is decided by it names `Plan.version`.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum, unique
from typing import NewType

from bot.policy.workdays import Workdays

Hours = NewType("Hours", int)
"""Hundredths of 学时. Never a float: three thirds of 25 must be 25."""


@unique
class PracticeSource(StrEnum):
    """Where practice hours come from."""

    CERTIFICATION = "certification"
    IMPORTED = "imported"


@unique
class LatePolicy(StrEnum):
    """What happens to evidence after the hard date."""

    MARK = "mark"
    REFUSE = "refuse"


@unique
class RankingMode(StrEnum):
    """How schools are shown to each other."""

    RANKED = "ranked"
    PROGRESS = "progress"
    OFF = "off"


@unique
class Day(StrEnum):
    """Days of a job, by name only: numbers start on Monday here and on Sunday there."""

    MONDAY = "周一"
    TUESDAY = "周二"
    WEDNESDAY = "周三"
    THURSDAY = "周四"
    FRIDAY = "周五"
    SATURDAY = "周六"
    SUNDAY = "周日"
    WORKDAYS = "工作日"  # of the State Council's calendar
    EVERY_DAY = "每天"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """When a teacher is done (rules, section 1)."""

    online: Hours
    practice: Hours
    together: Hours
    points: int  # certified
    dimensions: int  # that the certified points lie in


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeRule:
    """How practice hours are granted (rules, section 2)."""

    source: PracticeSource
    grants: tuple[Hours, ...]  # what the 1st, 2nd, … certified point brings; later ones bring nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRule:
    """What a teacher may choose and a school may offer (rules, section 4)."""

    points: int
    dimensions: int
    scope_environments: int
    scope_dimensions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of the programme; both days belong to it."""

    number: int
    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Days up to whose end things count."""

    soft: date  # evidence is due
    grace: date  # belongs to the stage before it
    hard: date  # everything is over
    summary: date  # schools' summaries and cases
    late: LatePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One-time codes (rules, section 10)."""

    code_days: int
    wrong_tries: int
    lock_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRule:
    """Evidence and its review (rules, section 5)."""

    warn_percent: int  # from which share of used 优秀 the leader is warned
    waiting_workdays: int  # after more than these an item falls to the school's lead
    reason_characters: int  # a 退回 needs at least so many
    links: int  # of one submission, at most
    link_characters: int  # of one link, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When nobody is written to unasked (rules, section 8)."""

    start: time
    end: time
    reminder_workdays: int  # at most one reminder per person in so many workdays in a row


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """How much a group is told, and when its silence is a fault."""

    messages_per_day: int
    silent_workdays: int  # after so many without anything the office is told


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementRule:
    """When an announcement needs a second person of the office."""

    second_person: bool
    second_person_people: int  # from more people than these on
    second_person_groups: int  # from more groups than these on; 0 = groups never
    second_person_hours: int  # so long it waits for them


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRule:
    """When people are reminded of what they have to do (rules, section 8)."""

    days_before: tuple[int, ...]  # the soft and the hard date
    pause_days: int  # after 别提醒我
    quiet_days: tuple[date, ...]  # exams and the like, besides days off


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """When a job runs; times are Asia/Shanghai."""

    name: str
    on: bool
    at: time
    days: tuple[Day, ...]
    until: time | None = None  # a missed run is made up until then
    every_workday_before_due: int = 0  # so many days before a due date it runs every workday


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonRule:
    """What can be tapped where a platform wants a template for it; "" = none is set up."""

    dingtalk_card_template: str = ""
    dingtalk_card_callback_key: str = (
        ""  # DingTalk's HTTP mode: under which the callback address is registered
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """The pages: how long a link and a session are good for, and whether an import takes two people."""

    link_minutes: int
    session_hours: int
    idle_minutes: int
    second_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """For how many days things are kept that only serve the running of the bot (`storage.retention`)."""

    heard_days: int  # what people have said to the bot
    said_days: int  # what the bot has said unasked
    file_days: int  # what was shown of an imported file
    record_days: int  # runs of the timetable, and who was reminded when
    audit_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupRule:
    """The daily backup: where to, and how many stay."""

    folder: str
    keep_days: int  # one of each of the last days
    keep_weeks: int  # and one of each of the last weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole plan."""

    name: str  # of the programme
    county: str
    document: str  # the paper that the numbers come from
    office: str  # whom to ask: shown in answers
    points_file: str  # where the points are read from; "" = the built-in file
    version: str  # of the values that judge people: changes whenever one of them does
    requirement: Requirement
    practice: PracticeRule
    choice: ChoiceRule
    stages: tuple[Stage, ...]
    deadlines: Deadlines
    binding: Binding
    ranking_mode: RankingMode
    ranking_stale_after_days: int
    ranking_smallest_unit: int  # units with fewer active people have no place
    excellent_percent: int  # cap of 优秀 over planned certifications
    review: ReviewRule
    quiet: Quiet
    groups: GroupRule
    announcements: AnnouncementRule
    reminders: ReminderRule
    messages_per_minute: int  # of one person
    confirm_minutes: int  # how long a preview waits for 确认
    buttons: ButtonRule
    pages: PageRule
    retention: RetentionRule
    backup: BackupRule
    jobs: tuple[Job, ...]
    workdays: Workdays

    @property
    def planned_certifications(self) -> int:
        """Of one person: what the quota of 优秀 counts by."""
        return self.requirement.points

    @property
    def span(self) -> tuple[date, date]:
        """The programme's first and last day."""
        return self.stages[0].first, self.stages[-1].last
