"""What a picture shows besides tables: requirement, coverage and trend; each says the same figures in a sentence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from bot.policy.plan import Requirement as Required
from bot.policy.points import Catalogue, Dimension, Environment
from messages.texts.wording import day, environment, hours, listed, number, percent

LONGEST_BREAK = 10  # days between two rankings, holidays included; after more the line is broken
MOST_SERIES = 3


# ── the requirement: a bar for each part ──


@dataclass(frozen=True, slots=True)
class Part:
    """`have` and `target` in the same whole unit; None = no data, which is not 0. `said`: both in words."""

    label: str
    have: int | None
    target: int
    said: str
    note: str = ""  # what is missing, in words

    def __post_init__(self) -> None:
        if self.target <= 0:
            raise ValueError("a part has something to reach")

    @property
    def reached(self) -> bool:
        return self.have is not None and self.have >= self.target


@dataclass(frozen=True, slots=True)
class Requirement:
    """How far somebody is in each part; `note`: as of when."""

    title: str
    parts: tuple[Part, ...]
    note: str = ""

    @property
    def alt(self) -> str:
        return "；".join(f"{one.label} {one.said}{_after(one.note)}" for one in self.parts) + _stop(self.note)


def requirement_of(  # noqa: PLR0913 - four figures that differ
    title: str,
    required: Required,
    *,
    online: int | None,
    practice: int,
    points: int,
    dimensions: int,
    note: str = "",
) -> Requirement:
    """`online`, `practice`: hundredths of hours; `points`: certified ones, and in how many dimensions they lie."""
    return Requirement(
        title,
        (
            _hours("线上学时", online, required.online),
            _hours("实践学时", practice, required.practice),
            _points(points, dimensions, required),
        ),
        note,
    )


def _hours(label: str, have: int | None, target: int) -> Part:
    if have is None:
        return Part(label, None, target, f"还没有数据，要 {hours(target)}")
    note = "够了" if have >= target else f"还差 {hours(target - have)}"
    return Part(label, have, target, f"{number(have)} / {hours(target)}", note)


def _points(have: int, dimensions: int, required: Required) -> Part:
    missing = []
    if have < required.points:
        missing.append(f"还差 {required.points - have} 个")
    if dimensions < required.dimensions:
        missing.append(f"还差 {required.dimensions - dimensions} 个维度")
    # Enough points in too few dimensions are not enough: the bar stays one short.
    counted = min(have, required.points - 1) if have and dimensions < required.dimensions else have
    said = f"{have} / {required.points} 个"
    if have:
        said += f"，{dimensions} 个维度"
    return Part("认证的微能力点", counted, required.points, said, "，".join(missing) or "够了")


# ── coverage: environments × dimensions ──


@unique
class Mark(StrEnum):
    """What a point is to the one whose picture it is."""

    CERTIFIED = "certified"
    CHOSEN = "chosen"
    OFFERED = "offered"


MARK_WORDS = {Mark.CERTIFIED: "已认证", Mark.CHOSEN: "已选", Mark.OFFERED: "可选"}


@dataclass(frozen=True, slots=True)
class Coded:
    """One point; `said`: what there is to say of it, as "12 人选"."""

    label: str  # code and name
    mark: Mark
    said: str = ""

    @property
    def code(self) -> str:
        return self.label.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """The points of one environment in one dimension; none at all where the standard has none."""

    environment: Environment
    dimension: Dimension
    points: tuple[Coded, ...]

    def of(self, mark: Mark) -> tuple[Coded, ...]:
        return tuple(one for one in self.points if one.mark is mark)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A cell for each environment and dimension, 3 × 4."""

    title: str
    cells: tuple[Cell, ...]
    note: str = ""

    def cell(self, where: Environment, what: Dimension) -> Cell:
        found = (one for one in self.cells if (one.environment, one.dimension) == (where, what))
        return next(found, Cell(where, what, ()))

    @property
    def alt(self) -> str:
        sentences = []
        for mark in (Mark.CERTIFIED, Mark.CHOSEN):
            names = listed(
                f"{one.label}{_in_brackets(one.said)}（{environment(cell.environment)}，{cell.dimension.value}）"
                for cell in self.cells
                for one in cell.of(mark)
            )
            sentences.append(f"{MARK_WORDS[mark]}：{names or '没有'}")
        offered = sum(len(cell.of(Mark.OFFERED)) for cell in self.cells)
        return "；".join([*sentences, f"另外可选 {offered} 个"]) + _stop(self.note)


def coverage_of(  # noqa: PLR0913 - what differs from person to person
    title: str,
    catalogue: Catalogue,
    *,
    certified: Collection[str],
    chosen: Collection[str],
    offered: Collection[str] | None = None,
    said: Mapping[str, str] | None = None,
    note: str = "",
) -> Coverage:
    """`offered`: codes of the school's scope, None = all. `said`: by code, what stands beside it."""
    words = said or {}
    found: dict[tuple[Environment, Dimension], list[Coded]] = {}
    for point in catalogue:
        if point.code in certified:
            mark = Mark.CERTIFIED
        elif point.code in chosen:
            mark = Mark.CHOSEN
        elif offered is None or point.code in offered:
            mark = Mark.OFFERED
        else:
            continue
        where = found.setdefault((point.environment, point.dimension), [])
        where.append(Coded(point.label, mark, words.get(point.code, "")))
    cells = (
        Cell(where, what, tuple(found.get((where, what), ()))) for where in Environment for what in Dimension
    )
    return Coverage(title, tuple(cells), note)


# ── a trend: 合格率 from ranking to ranking ──


@dataclass(frozen=True, slots=True)
class Value:
    """`done` of `active` people on a day; nobody active = not part of that ranking."""

    day: date
    done: int
    active: int

    def __post_init__(self) -> None:
        if not 0 <= self.done <= self.active:
            raise ValueError("a part is not more than the whole")


@dataclass(frozen=True, slots=True)
class Series:
    """One line; days ascend."""

    name: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        days = [one.day for one in self.values]
        if days != sorted(set(days)):
            raise ValueError("days ascend, each once")

    @property
    def known(self) -> tuple[Value, ...]:
        return tuple(one for one in self.values if one.active)

    def stretches(self) -> tuple[tuple[Value, ...], ...]:
        """What hangs together: broken where the unit was not part of a ranking, or none was posted for long."""
        found: list[list[Value]] = []
        last: date | None = None
        for one in self.values:
            if not one.active:
                last = None
                continue
            if last is None or (one.day - last).days > LONGEST_BREAK:
                found.append([])
            found[-1].append(one)
            last = one.day
        return tuple(map(tuple, found))


@dataclass(frozen=True, slots=True)
class Trend:
    """One to three lines over the same days."""

    title: str
    series: tuple[Series, ...]
    note: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"one to {MOST_SERIES} lines can be told apart")

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last that is known; None where nothing is."""
        known = [one.day for series in self.series for one in series.known]
        return (min(known), max(known)) if known else None

    @property
    def alt(self) -> str:
        if self.days is None:
            return NO_TREND
        return "；".join(_course(one) for one in self.series if one.known) + _stop(self.note)


NO_TREND = "还没有发过排名，所以还没有走势。"


def _course(series: Series) -> str:
    first, last = series.known[0], series.known[-1]
    if len(series.known) == 1:
        return f"{series.name}合格率 {full(first.day)} {_share(first)}"
    return (
        f"{series.name}合格率从 {full(first.day)} {_share(first)}到 {full(last.day)} {_share(last)}，"
        f"共 {len(series.known)} 次排名"
    )


def _share(one: Value) -> str:
    return f"{percent(one.done, one.active)}（{one.done}/{one.active}）"


def full(when: date) -> str:
    """With the year: a trend may pass the end of one."""
    return f"{when.year}年{day(when)}"


def _after(note: str) -> str:
    return f"，{note}" if note else ""


def _in_brackets(said: str) -> str:
    return f"（{said}）" if said else ""


def _stop(note: str) -> str:
    return f"。{note.removesuffix('。')}。" if note else "。"
