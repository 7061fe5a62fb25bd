"""The 30 micro-ability points (微能力点): 3 environments × 4 dimensions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Environment(StrEnum):
    """Teaching environment (环境); the value is the letter of its points' codes."""

    MULTIMEDIA = "A"  # 多媒体教学环境
    BLENDED = "B"  # 混合学习环境
    SMART = "C"  # 智慧学习环境


@unique
class Dimension(StrEnum):
    """Ability dimension (维度)."""

    ANALYSIS = "学情分析"
    DESIGN = "教学设计"
    GUIDANCE = "学法指导"
    ASSESSMENT = "学业评价"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One micro-ability point as the standard names it."""

    code: str  # "A5"
    name: str  # "技术支持的课堂导入"
    dimension: Dimension
    aliases: tuple[str, ...] = ()  # what people call it: "导入"
    evidence: tuple[str, ...] = ()  # the pieces that are usually asked for
    evidence_confirmed: bool = False  # False: nobody has confirmed `evidence`; say 一般需要
    subjects: tuple[str, ...] = ()  # subjects it suits best; for suggestions only
    stages: tuple[str, ...] = ()  # 学段 it suits best; for suggestions only

    @property
    def environment(self) -> Environment:
        return Environment(self.code[0])

    @property
    def label(self) -> str:
        """Code with name, as a code is always shown."""
        return f"{self.code} {self.name}"


class Catalogue:
    """All points, in the standard's order (A1 … A13, B1 … B10, C1 … C7)."""

    def __init__(self, points: Iterable[Point]) -> None:
        self._points: Mapping[str, Point] = {point.code: point for point in points}

    def __iter__(self) -> Iterator[Point]:
        return iter(self._points.values())

    def __len__(self) -> int:
        return len(self._points)

    def __contains__(self, code: object) -> bool:
        return code in self._points

    def __getitem__(self, code: str) -> Point:
        """Raises KeyError for a code that does not exist."""
        return self._points[code]

    def last_number(self, environment: Environment) -> int:
        """The highest number of a letter: 13, 10, 7."""
        return max(int(p.code[1:]) for p in self if p.environment is environment)

    def dimensions(self, codes: Iterable[str]) -> frozenset[Dimension]:
        return frozenset(self._points[code].dimension for code in codes)

    def environments(self, codes: Iterable[str]) -> frozenset[Environment]:
        return frozenset(self._points[code].environment for code in codes)
