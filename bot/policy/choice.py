"""Choosing points: verdicts on a teacher's three and on a change of one (rules, section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from itertools import combinations

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue
from bot.policy.suitability import by_suitability


@unique
class ChoiceFault(StrEnum):
    """Why a choice cannot be as it was given."""

    UNKNOWN = "unknown"  # no such code
    REPEATED = "repeated"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    DIMENSIONS = "dimensions"  # all in too few dimensions
    OUTSIDE_SCOPE = "outside_scope"  # a warning until the scope is filed
    CERTIFIED = "certified"  # would drop a certified point
    NOT_CHOSEN = "not_chosen"  # a change of a point that is not among the chosen
    ALREADY_CHOSEN = "already_chosen"  # a change to a point that is


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault with the codes that it concerns, as they were given; none where it concerns them all."""

    fault: ChoiceFault
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replacement:
    """One step that mends a choice: no `old` = add, no `new` = leave out."""

    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a school offers; binding once the office has filed it (备案通过)."""

    codes: frozenset[str]
    filed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Who chooses, and what has happened so far."""

    subject: str = ""
    stage: str = ""
    chosen: tuple[str, ...] = ()
    certified: tuple[str, ...] = ()
    submitted: tuple[str, ...] = ()  # codes that anything was handed in for
    scope: Scope | None = None  # None: any of the 30

    @property
    def settled(self) -> tuple[str, ...]:
        """Chosen points that are certified: they stay, in scope or not."""
        return tuple(code for code in self.chosen if code in self.certified)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceVerdict:
    """`codes` is what would be chosen, in catalogue order without repetitions and unknown codes."""

    codes: tuple[str, ...]
    refusals: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()
    confirm: tuple[str, ...] = ()  # would be dropped although something was handed in for them
    mended: tuple[str, ...] = ()  # the nearest choice without a fault; empty when there is none, or no need
    swap: Replacement | None = None  # where one step leads to `mended`

    @property
    def allowed(self) -> bool:
        return not self.refusals


def judge_choice(
    given: Iterable[str], chooser: Chooser, rule: ChoiceRule, catalogue: Catalogue
) -> ChoiceVerdict:
    """Whether these codes may replace whatever the person has chosen."""
    wanted = tuple(given)
    codes = _in_order(wanted, catalogue)
    outside = _outside(codes, chooser)
    warnings = (Finding(ChoiceFault.OUTSIDE_SCOPE, outside),) if outside and not _binding(chooser) else ()
    dropped = [code for code in chooser.chosen if code not in codes]
    verdict = ChoiceVerdict(
        codes=codes,
        refusals=tuple(_refusals(wanted, codes, chooser, rule, catalogue)),
        warnings=warnings,
        confirm=tuple(code for code in dropped if code in chooser.submitted),
    )
    if verdict.allowed and not warnings:
        return verdict
    mended = _nearest(codes, chooser, rule, catalogue)
    return replace(verdict, mended=mended, swap=_step(wanted, mended))


def judge_swap(old: str, new: str, chooser: Chooser, rule: ChoiceRule, catalogue: Catalogue) -> ChoiceVerdict:
    """Whether `new` may take the place of `old`.

    `swap` then names another `new` for the same `old` where that mends it.
    """
    faults = tuple(_swap_faults(old, new, chooser, catalogue))
    after = tuple(new if code == old else code for code in chooser.chosen)
    if {fault.fault for fault in faults} & {ChoiceFault.NOT_CHOSEN, ChoiceFault.CERTIFIED}:
        # Nothing instead of `new` would help.
        return ChoiceVerdict(codes=chooser.chosen, refusals=faults)
    verdict = judge_choice(after, chooser, rule, catalogue)
    known = {finding.fault for finding in faults}
    more = tuple(
        finding
        for finding in verdict.refusals
        if finding.fault not in known and not (faults and finding.fault in CONSEQUENCES)
    )
    verdict = replace(verdict, refusals=(*faults, *more), mended=(), swap=None)
    if verdict.allowed and not verdict.warnings:
        return verdict
    kept = tuple(code for code in chooser.chosen if code != old)
    for code in _pool(chooser, catalogue):
        mended = _in_order((*kept, code), catalogue)
        if code not in chooser.chosen and _legal(mended, chooser, rule, catalogue):
            return replace(verdict, mended=mended, swap=Replacement(old, code))
    return verdict


# What follows from an unknown or repeated code by itself, and need not be said beside it.
CONSEQUENCES = frozenset({ChoiceFault.TOO_FEW, ChoiceFault.REPEATED, ChoiceFault.DIMENSIONS})


def _swap_faults(old: str, new: str, chooser: Chooser, catalogue: Catalogue) -> Iterable[Finding]:
    if old not in chooser.chosen:
        yield Finding(ChoiceFault.NOT_CHOSEN, (old,))
    if old in chooser.settled:
        yield Finding(ChoiceFault.CERTIFIED, (old,))
    if new not in catalogue:
        yield Finding(ChoiceFault.UNKNOWN, (new,))
    if new in chooser.chosen:
        yield Finding(ChoiceFault.ALREADY_CHOSEN, (new,))


def _refusals(
    wanted: tuple[str, ...],
    codes: tuple[str, ...],
    chooser: Chooser,
    rule: ChoiceRule,
    catalogue: Catalogue,
) -> Iterable[Finding]:
    unknown = tuple(dict.fromkeys(code for code in wanted if code not in catalogue))
    if unknown:
        yield Finding(ChoiceFault.UNKNOWN, unknown)
    repeated = tuple(code for code in codes if wanted.count(code) > 1)
    if repeated:
        yield Finding(ChoiceFault.REPEATED, repeated)
    if len(codes) > rule.points:
        yield Finding(ChoiceFault.TOO_MANY, codes)
    elif len(codes) < rule.points and len(wanted) < rule.points:
        yield Finding(ChoiceFault.TOO_FEW, codes)
    if len(codes) >= rule.points and len(catalogue.dimensions(codes)) < rule.dimensions:
        yield Finding(ChoiceFault.DIMENSIONS, codes)
    outside = _outside(codes, chooser)
    if outside and _binding(chooser):
        yield Finding(ChoiceFault.OUTSIDE_SCOPE, outside)
    lost = tuple(code for code in chooser.settled if code not in codes)
    if lost:
        yield Finding(ChoiceFault.CERTIFIED, lost)


def _nearest(
    codes: tuple[str, ...], chooser: Chooser, rule: ChoiceRule, catalogue: Catalogue
) -> tuple[str, ...]:
    """The choice without a fault that keeps as many of the codes as possible, the first named first."""
    settled = chooser.settled
    base = [code for code in codes if code not in settled and not _outside((code,), chooser)]
    pool = _pool(chooser, catalogue)
    free = rule.points - len(settled)
    for size in range(min(free, len(base)), -1, -1):
        for kept in combinations(base, size):
            rest = [code for code in pool if code not in kept and code not in settled]
            for fill in combinations(rest, free - size):
                candidate = _in_order((*settled, *kept, *fill), catalogue)
                if _legal(candidate, chooser, rule, catalogue):
                    return candidate
    return ()


def _legal(codes: tuple[str, ...], chooser: Chooser, rule: ChoiceRule, catalogue: Catalogue) -> bool:
    return (
        len(codes) == rule.points
        and len(catalogue.dimensions(codes)) >= rule.dimensions
        and not _outside(codes, chooser)
    )


def _step(wanted: tuple[str, ...], mended: tuple[str, ...]) -> Replacement | None:
    """The one step from what was given to what is right, if one is enough."""
    left = list(wanted)
    for code in mended:
        if code in left:
            left.remove(code)
    added = [code for code in mended if code not in wanted]
    if not mended or len(left) > 1 or len(added) > 1:
        return None
    return Replacement(left[0] if left else None, added[0] if added else None)


def _pool(chooser: Chooser, catalogue: Catalogue) -> tuple[str, ...]:
    """What can be suggested, the most suitable first."""
    offered = None if chooser.scope is None else chooser.scope.codes
    return tuple(
        point.code
        for point in by_suitability(catalogue, chooser.subject, chooser.stage)
        if offered is None or point.code in offered
    )


def _outside(codes: Iterable[str], chooser: Chooser) -> tuple[str, ...]:
    if chooser.scope is None:
        return ()
    allowed = chooser.scope.codes.union(chooser.settled)
    return tuple(code for code in codes if code not in allowed)


def _binding(chooser: Chooser) -> bool:
    return chooser.scope is not None and chooser.scope.filed


def _in_order(codes: Iterable[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Known codes, each once, as the standard orders them."""
    wanted = set(codes)
    return tuple(point.code for point in catalogue if point.code in wanted)
