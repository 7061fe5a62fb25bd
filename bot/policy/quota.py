"""优秀率: how many 优秀 a school may give (rules, section 5)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Of one school: base = active roster × the planned certifications of each."""

    active: int
    points: int  # planned certifications of one person
    percent: int
    used: int

    @property
    def base(self) -> int:
        return self.active * self.points

    @property
    def total(self) -> int:
        return self.percent * self.base // 100

    @property
    def left(self) -> int:
        """Never below 0, also where people have left since."""
        return max(0, self.total - self.used)

    def warns(self, percent: int) -> bool:
        """Whether that share of the quota is used up."""
        return self.total > 0 and 100 * self.used >= percent * self.total
