"""What suits whom: an order of points for suggestions, and whole choices to suggest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue, Point

SUGGESTIONS = 3


def by_suitability(catalogue: Catalogue, subject: str, stage: str) -> tuple[Point, ...]:
    """All points, the most suitable first, equal ones as the standard orders them.

    `subject` and `stage` as the roster has them ("小学语文"); what no point names says nothing.
    """
    subjects = _named(subject, {word for point in catalogue for word in point.subjects})
    stages = _named(stage, {word for point in catalogue for word in point.stages})
    return tuple(
        sorted(
            catalogue,
            key=lambda point: _distance(point.subjects, subjects) + _distance(point.stages, stages),
        )
    )


def _named(written: str, known: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in known if word in written)


def _distance(suits: Sequence[str], own: frozenset[str]) -> int:
    """0 made for it · 1 good for everybody · 2 made for others."""
    if not suits or not own:
        return 1
    return 0 if own.intersection(suits) else 2


def recommend(  # noqa: PLR0913 - whom it is for and what it must keep to
    catalogue: Catalogue,
    scope: frozenset[str] | None,
    subject: str,
    stage: str,
    keep: Sequence[str] = (),
    *,
    rule: ChoiceRule,
) -> tuple[tuple[str, ...], ...]:
    """Three different choices without a fault, each in catalogue order; fewer where there are no more.

    `scope`: the school's codes, None for all. `keep`: codes that stay in each (certified ones), in scope
    or not. Points are repeated as little as possible, and each choice spreads over dimensions.
    """
    order = [
        point.code
        for point in by_suitability(catalogue, subject, stage)
        if (scope is None or point.code in scope) and point.code not in keep
    ]
    kept = tuple(code for code in dict.fromkeys(keep) if code in catalogue)
    used: Counter[str] = Counter()
    found: list[tuple[str, ...]] = []
    while len(found) < SUGGESTIONS:
        choice = _spread(order, kept, used, catalogue, rule)
        if not _legal(choice, catalogue, rule) or choice in found:
            choice = next(_unseen(order, kept, found, catalogue, rule), ())
        if not choice:
            break
        found.append(choice)
        used.update(choice)
    return tuple(found)


def _spread(
    order: Sequence[str], kept: tuple[str, ...], used: Counter[str], catalogue: Catalogue, rule: ChoiceRule
) -> tuple[str, ...]:
    """A choice of what was suggested least and suits best, in as many dimensions as that allows."""
    taken = list(kept)
    while len(taken) < rule.points:
        covered = catalogue.dimensions(taken)
        left = [code for code in order if code not in taken]
        must_be_new = rule.dimensions - len(covered) >= rule.points - len(taken)
        if must_be_new:
            left = [code for code in left if catalogue[code].dimension not in covered]
        if not left:
            return ()
        taken.append(min(left, key=lambda code: (used[code], catalogue[code].dimension in covered)))
    return _sorted(taken, catalogue)


def _unseen(
    order: Sequence[str],
    kept: tuple[str, ...],
    found: Sequence[tuple[str, ...]],
    catalogue: Catalogue,
    rule: ChoiceRule,
) -> Iterator[tuple[str, ...]]:
    for fill in combinations(order, max(0, rule.points - len(kept))):
        choice = _sorted((*kept, *fill), catalogue)
        if _legal(choice, catalogue, rule) and choice not in found:
            yield choice


def _legal(codes: Sequence[str], catalogue: Catalogue, rule: ChoiceRule) -> bool:
    return len(codes) == rule.points and len(catalogue.dimensions(codes)) >= rule.dimensions


def _sorted(codes: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    wanted = set(codes)
    return tuple(point.code for point in catalogue if point.code in wanted)
