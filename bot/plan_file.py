"""The plan file: read, completed from the built-in plan, and checked, every fault at once with its key."""

import re
import tomllib
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from bot.plan_checks import contradictions
from bot.plan_sections import (
    JOBS,
    TABLES,
    AnnouncementsSection,
    BackupSection,
    BindingSection,
    ButtonsSection,
    ChoiceSection,
    ConversationSection,
    DeadlineSection,
    GroupsSection,
    JobEntry,
    PagesSection,
    PracticeSection,
    ProgrammeSection,
    QuietSection,
    RankingSection,
    RemindersSection,
    RequirementSection,
    RetentionSection,
    ReviewSection,
    Section,
    StageEntry,
    WorkdaysSection,
)
from bot.policy.plan import (
    AnnouncementRule,
    BackupRule,
    Binding,
    ButtonRule,
    ChoiceRule,
    Deadlines,
    GroupRule,
    Job,
    PageRule,
    Plan,
    PracticeRule,
    Quiet,
    ReminderRule,
    Requirement,
    RetentionRule,
    ReviewRule,
    Stage,
)
from bot.rule_version import version_of_sections, version_with
from bot.workdays_file import load_workdays

Document = dict[str, Any]
SectionT = TypeVar("SectionT", bound=Section)

SENTENCES = {
    "missing": "缺少这一项",
    "int_type": "应为整数，例如 3，不加引号",
    "greater_than_equal": "{input} 太小，最小是 {ge}",
    "less_than_equal": "{input} 太大，最大是 {le}",
    "string_type": "应为文字，用双引号括起来",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字",
    "bool_type": "应为 true 或 false",
    "date_type": "应为日期，例如 2024-05-30，不加引号",
    "time_type": "应为时刻，例如 18:00:00，不加引号",
    "tuple_type": "应为列表，写在方括号里",
    "too_short": "列表里至少要有 {min_length} 个",
}


class PlanFault(Exception):
    """What is wrong with the file; one sentence per fault, each opening with its full key."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_plan(path: Path | None = None) -> Plan:
    """The plan of a file, or the built-in one; what the file leaves out is the built-in plan's.

    Raises PlanFault with everything that is wrong.
    """
    reading = _Reading({} if path is None else _document(path))
    plan = reading.plan()
    faults = (
        *reading.faults,
        # A contradiction with a value that is itself wrong would only confuse.
        *(c.sentence for c in contradictions(plan) if reading.wrong.isdisjoint(c.keys)),
    )
    if faults:
        raise PlanFault(faults)
    points = path.parent / plan.points_file if path is not None and plan.points_file else None
    version = version_with(plan.version, points)
    return replace(plan, version=version, points_file="" if points is None else str(points))


def _document(path: Path) -> Document:
    try:
        # Windows' Notepad puts a mark at the beginning.
        return tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise PlanFault((f"{path}: 找不到这个文件",)) from error
    except OSError as error:
        raise PlanFault((f"{path}: 打不开这个文件（{error.strerror}）",)) from error
    except UnicodeDecodeError as error:
        raise PlanFault((f"{path}: 文件应存为 UTF-8 编码",)) from error
    except tomllib.TOMLDecodeError as error:
        raise PlanFault((f"{path}: {_where(str(error))}写法有误，请检查引号、等号和方括号",)) from error


def _where(message: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", message)
    return f"第 {found[1]} 行第 {found[2]} 个字附近" if found else "文件末尾"


class _Reading:
    """One file on its way to a plan.

    Where a value is wrong, the built-in one stands in, so that reading goes on and every fault is found.
    """

    def __init__(self, given: Document) -> None:
        built_in = files("bot").joinpath("data", "county-plan.toml").read_text("utf-8")
        self.built_in: Document = tomllib.loads(built_in, parse_float=Decimal)
        self.given = given
        self.faults: list[str] = []
        self.wrong: set[str] = set()  # keys, and the sections that they are in where those are lists
        for name in given:
            if name not in self.built_in:
                self._unknown(name)

    def plan(self) -> Plan:
        programme = self._table("programme", ProgrammeSection)
        requirement = self._table("requirement", RequirementSection)
        practice = self._table("practice", PracticeSection)
        choice = self._table("choice", ChoiceSection)
        stages = self._stages()
        deadline = self._table("deadline", DeadlineSection)
        binding = self._table("binding", BindingSection)
        review = self._table("review", ReviewSection)
        ranking = self._table("ranking", RankingSection)
        quiet = self._table("quiet", QuietSection)
        conversation = self._table("conversation", ConversationSection)
        return Plan(
            **programme.model_dump(),
            version=version_of_sections(
                requirement, practice, choice, deadline, excellent=review.excellent_percent
            ),
            requirement=Requirement(**requirement.model_dump()),
            practice=PracticeRule(**practice.model_dump()),
            choice=ChoiceRule(**choice.model_dump()),
            stages=stages,
            deadlines=Deadlines(**deadline.model_dump()),
            binding=Binding(**binding.model_dump()),
            ranking_mode=ranking.mode,
            ranking_stale_after_days=ranking.stale_after_days,
            ranking_smallest_unit=ranking.smallest_unit,
            excellent_percent=review.excellent_percent,
            review=ReviewRule(**review.model_dump(exclude={"excellent_percent"})),
            quiet=Quiet(**quiet.model_dump()),
            groups=GroupRule(**self._table("groups", GroupsSection).model_dump()),
            announcements=AnnouncementRule(**self._table("announcements", AnnouncementsSection).model_dump()),
            reminders=ReminderRule(**self._table("reminders", RemindersSection).model_dump()),
            **conversation.model_dump(),
            pages=PageRule(**self._table("pages", PagesSection).model_dump()),
            retention=RetentionRule(**self._table("retention", RetentionSection).model_dump()),
            backup=BackupRule(**self._table("backup", BackupSection).model_dump()),
            buttons=ButtonRule(**self._table("buttons", ButtonsSection).model_dump()),
            jobs=self._jobs(),
            workdays=load_workdays(**self._table("workdays", WorkdaysSection).model_dump()),
        )

    def _table(self, key: str, model: type[SectionT]) -> SectionT:
        return self._section(key, model, self.built_in[key], self._part(key, self.given.get(key, {})))

    def _stages(self) -> tuple[Stage, ...]:
        entries = self.given.get("stages", self.built_in["stages"])
        if not isinstance(entries, list) or not entries:
            self._fault("stages", "应为几段，每段写成 [[stages]]")
            entries = self.built_in["stages"]
        stages = []
        for number, entry in enumerate(entries, start=1):
            key = f"stages[{number}]"
            # A stage is written whole; the built-in first one only stands in for what is wrong.
            stage = self._section(
                key, StageEntry, {}, self._part(key, entry), stand_in=self.built_in["stages"][0]
            )
            stages.append(Stage(**stage.model_dump()))
        if any(key.startswith("stages[") for key in self.wrong):
            self.wrong.add("stages")
        return tuple(stages)

    def _jobs(self) -> tuple[Job, ...]:
        given = self._part("jobs", self.given.get("jobs", {}))
        for name in given:
            if name not in JOBS:
                self._unknown(f"jobs.{name}")
        jobs = []
        for name in JOBS:
            key = f"jobs.{name}"
            entry = self._section(
                key, JobEntry, self.built_in["jobs"][name], self._part(key, given.get(name, {}))
            )
            jobs.append(Job(name=name, **entry.model_dump()))
        return tuple(jobs)

    def _part(self, key: str, value: object) -> Document:
        if isinstance(value, dict):
            return value
        self._fault(key, f"应为一节，写成 [{key}]")
        return {}

    def _section(
        self,
        key: str,
        model: type[SectionT],
        built_in: Document,
        given: Document,
        *,
        stand_in: Document | None = None,
    ) -> SectionT:
        values = {**built_in, **given}
        try:
            return model.model_validate(values)
        except ValidationError as error:
            wrong = set()
            for detail in error.errors(include_url=False):
                self._wrong_value(key, detail)
                wrong.add(detail["loc"][0])
        right = {name: value for name, value in values.items() if name not in wrong}
        return model.model_validate({**(stand_in or built_in), **right})

    def _wrong_value(self, section: str, detail: ErrorDetails) -> None:
        first, *rest = detail["loc"]
        key = f"{section}.{first}"
        self.wrong.add(key)
        if detail["type"] == "extra_forbidden":
            self._unknown(key)
            return
        place = "".join(f"[{part + 1}]" for part in rest if isinstance(part, int))
        self._fault(key + place, _sentence(detail))

    def _fault(self, key: str, sentence: str) -> None:
        self.faults.append(f"{key}: {sentence}")
        self.wrong.add(key)

    def _unknown(self, key: str) -> None:
        nearest = _nearest(key)
        self._fault(key, f"没有这一项，是不是 {nearest}？" if nearest else "没有这一项，请检查拼写")


def _sentence(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "enum":
        words = re.findall("'([^']*)'", detail["ctx"]["expected"])
        return f"应为 {'、'.join(words)} 之一"
    for family in ("date", "time"):
        if kind.startswith(f"{family}_"):
            kind = f"{family}_type"
    if kind not in SENTENCES:
        return detail["msg"]
    return SENTENCES[kind].format(input=detail["input"], **detail.get("ctx", {}))


def _nearest(key: str) -> str | None:
    """The known key that was probably meant: the same name elsewhere, else the most similar one."""
    section, _, name = key.rpartition(".")
    if not section:
        found = process.extractOne(key, [*TABLES, "stages", "jobs"], scorer=fuzz.ratio, score_cutoff=60)
        return found[0] if found else None
    known = [f"{table}.{field}" for table, model in TABLES.items() for field in model.model_fields]
    known += [f"stages[{number}].{field}" for number in range(1, 10) for field in StageEntry.model_fields]
    known += [f"jobs.{job}" for job in JOBS]
    known += [f"jobs.{job}.{field}" for job in JOBS for field in JobEntry.model_fields]
    elsewhere = [one for one in known if one.endswith(f".{name}")]
    if len(elsewhere) == 1:
        return elsewhere[0]
    found = process.extractOne(key, known, scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found else None
