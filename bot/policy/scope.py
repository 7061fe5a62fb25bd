"""A school's scope: whether it covers enough environments and dimensions (rules, section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue, Dimension, Environment


@dataclass(frozen=True, slots=True)
class MissingDimension:
    """A dimension without a point in the scope, and all points that it has at all (学情分析: A1, B1)."""

    dimension: Dimension
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeVerdict:
    """`codes`: the known ones, each once, in catalogue order."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...]
    environments_short: int  # how many more are needed
    absent_environments: tuple[Environment, ...]  # any of them would do
    dimensions_short: int
    missing: tuple[MissingDimension, ...]  # any of them would do; all where all are needed
    addition: tuple[str, ...]  # as few codes as possible that mend it

    @property
    def allowed(self) -> bool:
        return not (self.unknown or self.environments_short or self.dimensions_short)


def judge_scope(given: Iterable[str], rule: ChoiceRule, catalogue: Catalogue) -> ScopeVerdict:
    wanted = tuple(dict.fromkeys(given))
    codes = tuple(point.code for point in catalogue if point.code in wanted)
    covered, environments = catalogue.dimensions(codes), catalogue.environments(codes)
    return ScopeVerdict(
        codes=codes,
        unknown=tuple(code for code in wanted if code not in catalogue),
        environments_short=max(0, rule.scope_environments - len(environments)),
        absent_environments=tuple(one for one in Environment if one not in environments),
        dimensions_short=max(0, rule.scope_dimensions - len(covered)),
        missing=tuple(
            MissingDimension(one, tuple(point.code for point in catalogue if point.dimension is one))
            for one in Dimension
            if one not in covered
        ),
        addition=_addition(codes, rule, catalogue),
    )


def _addition(codes: tuple[str, ...], rule: ChoiceRule, catalogue: Catalogue) -> tuple[str, ...]:
    """Point by point whatever helps most; the scarcest dimensions first, so that nothing is added twice."""
    added: list[str] = []
    sizes = {one: sum(point.dimension is one for point in catalogue) for one in Dimension}
    while True:
        have = (*codes, *added)
        covered, environments = catalogue.dimensions(have), catalogue.environments(have)
        dimensions_short = len(covered) < rule.scope_dimensions
        environments_short = len(environments) < rule.scope_environments
        if not (dimensions_short or environments_short):
            return tuple(added)
        candidates = [
            (
                -(dimensions_short and point.dimension not in covered)
                - (environments_short and point.environment not in environments),
                sizes[point.dimension],
                place,
                point.code,
            )
            for place, point in enumerate(catalogue)
            if point.code not in have
        ]
        if not candidates or min(candidates)[0] == 0:
            return ()  # the catalogue itself is too small
        added.append(min(candidates)[3])
