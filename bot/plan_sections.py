"""The sections of the plan file: their keys, types and limits."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from bot.policy.plan import Day, Hours, LatePolicy, PracticeSource, RankingMode

MOST_HOURS = 10_000


def _hours(value: object) -> Hours:
    """Hundredths of what the file says: 25 or 8.33, never through a float."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("hours_type", "应为学时数，例如 25 或 8.33，不加引号")
    if isinstance(value, Decimal) and not value.is_finite():
        raise PydanticCustomError("hours_type", "应为学时数，例如 25 或 8.33")
    if not 0 < value <= MOST_HOURS:
        raise PydanticCustomError("hours_range", f"{value} 学时不合理，应大于 0、不超过 {MOST_HOURS}")
    hundredths = Decimal(value) * 100
    if hundredths != hundredths.to_integral_value():
        raise PydanticCustomError("hours_precision", f"{value} 的小数太多，学时最多两位小数")
    return Hours(int(hundredths))


HoursField = Annotated[Hours, BeforeValidator(_hours)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]  # "" = none
Percent = Annotated[int, Field(ge=0, le=100)]
Few = Annotated[int, Field(ge=1, le=30)]  # points, tries, links …
Some = Annotated[int, Field(ge=1, le=1000)]  # days, hours, messages …
Many = Annotated[int, Field(ge=0, le=1_000_000)]  # people, groups
Dimensions = Annotated[int, Field(ge=1, le=4)]
Environments = Annotated[int, Field(ge=1, le=3)]


class Section(BaseModel):
    """Nothing is guessed: no unknown keys, no "25" for 25."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ProgrammeSection(Section):
    """Names that answers show."""

    name: Text
    county: Text
    document: Text
    office: Text
    points_file: str


class RequirementSection(Section):
    """学习合格: all of it (rules, section 1)."""

    online: HoursField
    practice: HoursField
    together: HoursField
    points: Few
    dimensions: Dimensions


class PracticeSection(Section):
    """Practice hours (rules, section 2)."""

    source: Annotated[PracticeSource, Field(strict=False)]
    grants: Annotated[tuple[HoursField, ...], Field(strict=False, min_length=1)]


class ChoiceSection(Section):
    """Teachers' choices and schools' scopes (rules, section 4)."""

    points: Few
    dimensions: Dimensions
    scope_environments: Environments
    scope_dimensions: Dimensions


class StageEntry(Section):
    """One stage; both days belong to it."""

    number: Few
    name: Text
    first: date
    last: date


class DeadlineSection(Section):
    """Days up to whose end things count."""

    soft: date
    grace: date
    hard: date
    summary: date
    late: Annotated[LatePolicy, Field(strict=False)]


class BindingSection(Section):
    """One-time codes (rules, section 10)."""

    code_days: Some
    wrong_tries: Few
    lock_hours: Some


class ReviewSection(Section):
    """Evidence and its review (rules, section 5)."""

    excellent_percent: Percent
    warn_percent: Percent
    waiting_workdays: Some
    reason_characters: Few
    links: Few
    link_characters: Annotated[int, Field(ge=50, le=2048)]


class RankingSection(Section):
    """The daily ranking (rules, section 7)."""

    mode: Annotated[RankingMode, Field(strict=False)]
    stale_after_days: Some
    smallest_unit: Some


class QuietSection(Section):
    """When nobody is written to unasked (rules, section 8)."""

    start: time
    end: time
    reminder_workdays: Few


class GroupsSection(Section):
    """What groups are told (without being asked)."""

    messages_per_day: Some
    silent_workdays: Few


class AnnouncementsSection(Section):
    """Announcements (rules, section 9)."""

    second_person: bool
    second_person_people: Many
    second_person_groups: Many
    second_person_hours: Some


class RemindersSection(Section):
    """Reminders to people (rules, section 8)."""

    days_before: Annotated[tuple[Annotated[int, Field(ge=0, le=60)], ...], Field(strict=False)]
    pause_days: Some
    quiet_days: Annotated[tuple[date, ...], Field(strict=False)]


class ConversationSection(Section):
    """Limits of talking to the bot."""

    messages_per_minute: Some
    confirm_minutes: Some


class ButtonsSection(Section):
    """What can be tapped where a platform wants a template for it."""

    dingtalk_card_template: Name
    dingtalk_card_callback_key: Name


class PagesSection(Section):
    """The office's pages and a person's own."""

    link_minutes: Some
    session_hours: Some
    idle_minutes: Some
    second_person: bool


class RetentionSection(Section):
    """How long things are kept; the month's counts, the look back of the timetable and the law set the least."""

    heard_days: Annotated[int, Field(ge=35, le=3660)]
    said_days: Annotated[int, Field(ge=35, le=3660)]
    file_days: Annotated[int, Field(ge=7, le=3660)]
    record_days: Annotated[int, Field(ge=60, le=3660)]
    audit_days: Annotated[int, Field(ge=1100, le=36_600)]  # before 1096 the database refuses; clocks differ


class BackupSection(Section):
    """The daily backup."""

    folder: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    keep_days: Annotated[int, Field(ge=1, le=3660)]
    keep_weeks: Annotated[int, Field(ge=0, le=520)]


class WorkdaysSection(Section):
    """Corrections of the State Council's table, and years that it does not have yet."""

    off: Annotated[tuple[date, ...], Field(strict=False)]
    on: Annotated[tuple[date, ...], Field(strict=False)]


class JobEntry(Section):
    """When one job runs."""

    on: bool
    at: time
    days: Annotated[tuple[Annotated[Day, Field(strict=False)], ...], Field(strict=False, min_length=1)]
    until: time | None = None
    every_workday_before_due: Annotated[int, Field(ge=0, le=60)] = 0


TABLES: dict[str, type[Section]] = {
    "programme": ProgrammeSection,
    "requirement": RequirementSection,
    "practice": PracticeSection,
    "choice": ChoiceSection,
    "deadline": DeadlineSection,
    "binding": BindingSection,
    "review": ReviewSection,
    "ranking": RankingSection,
    "quiet": QuietSection,
    "groups": GroupsSection,
    "announcements": AnnouncementsSection,
    "reminders": RemindersSection,
    "conversation": ConversationSection,
    "buttons": ButtonsSection,
    "pages": PagesSection,
    "retention": RetentionSection,
    "backup": BackupSection,
    "workdays": WorkdaysSection,
}
JOBS = ("daily-ranking", "leader-summary", "reminders", "link-check", "retention", "backup")
