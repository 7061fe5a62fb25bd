"""Why somebody stands where they stand: what counts, what does not, and by which words (为什么)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique

from bot.policy.plan import Hours, Plan, PracticeSource
from bot.policy.points import Catalogue
from bot.policy.practice import Entry, granted
from bot.policy.standing import Facts, gaps, known_points


@unique
class Part(StrEnum):
    """What is required, each on its own; the value is the key of the rule's words in the plan file."""

    ONLINE = "requirement.online"
    PRACTICE = "requirement.practice"
    TOGETHER = "requirement.together"
    POINTS = "requirement.points"
    DIMENSIONS = "requirement.dimensions"


@unique
class Reason(StrEnum):
    """Why something does not count."""

    SURPLUS = "surplus"  # beyond the target; makes up for nothing else
    OLDER = "older"  # a snapshot with an older as-of day, or of the same day and imported before
    DROP = "drop"  # a snapshot with fewer hours that nobody has accepted
    IMPORT_TAKEN_BACK = "import_taken_back"  # a snapshot of an import that was taken back whole
    CORRECTED = "corrected"  # a snapshot that the office has set aside
    NO_GRANT = "no_grant"  # certified after the points that bring hours
    IMPORTED_SOURCE = "imported_source"  # certified, but hours come from the school's ledger
    SET_ASIDE = "set_aside"  # a file's row, but hours come from certification
    REVERSED = "reversed"  # a row of the ledger that was taken back
    UNKNOWN_POINT = "unknown_point"  # a certified code that the catalogue does not have
    SAME_DIMENSION = "same_dimension"  # a certified point in a dimension that is covered already


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Online hours of one person as the platform gave them."""

    id: int
    as_of: date
    hours: Hours
    counts: bool  # False: a drop that nobody has accepted, set aside by the office, or taken back
    taken_back: bool = False  # with the whole import


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything on file about one person's hours and points; `facts` is its sum."""

    facts: Facts
    snapshots: tuple[Snapshot, ...]
    ledger: tuple[Entry, ...]  # in order of id


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing that was looked at: a snapshot (`as_of`), a row of the ledger, or a certified point."""

    reference: str = ""  # a point's code, or the natural key of a file's row
    hours: Hours | None = None  # None where hours are not the matter
    as_of: date | None = None
    entered_at: int | None = None  # epoch milliseconds
    note: str = ""  # 依据, as written


@dataclass(frozen=True, slots=True)
class Uncounted:
    """What was not counted, and why."""

    reason: Reason
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class PartExplanation:
    """One requirement; `have` and `target` are hundredths of 学时, points or dimensions."""

    part: Part
    have: int | None  # None = no data, which is not 0
    target: int
    missing: int
    counted: tuple[Source, ...]
    uncounted: tuple[Uncounted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All five parts in the rule's order."""

    done: bool
    parts: tuple[PartExplanation, ...]
    document: str  # the paper that the numbers come from
    rule_version: str


def explain(record: Record, plan: Plan, catalogue: Catalogue) -> Explanation:
    facts, need = record.facts, plan.requirement
    missing = gaps(facts, need, catalogue)
    points = known_points(facts.certified, catalogue)
    unknown = tuple(
        Uncounted(Reason.UNKNOWN_POINT, Source(reference=code))
        for code in facts.certified
        if code not in catalogue
    )
    firsts, repeats = _dimensions(points, catalogue)
    return Explanation(
        done=missing.none,
        parts=(
            _online(record, plan, missing.online),
            _practice(record, plan, missing.practice),
            PartExplanation(
                part=Part.TOGETHER,
                have=(facts.online or 0) + facts.practice,
                target=need.together,
                missing=missing.together,
                counted=(),
            ),
            PartExplanation(
                part=Part.POINTS,
                have=len(points),
                target=need.points,
                missing=missing.points,
                counted=tuple(Source(reference=code) for code in points),
                uncounted=unknown,
            ),
            PartExplanation(
                part=Part.DIMENSIONS,
                have=len(firsts),
                target=need.dimensions,
                missing=missing.dimensions,
                counted=tuple(Source(reference=code) for code in firsts),
                uncounted=(
                    *(Uncounted(Reason.SAME_DIMENSION, Source(reference=code)) for code in repeats),
                    *unknown,
                ),
            ),
        ),
        document=plan.document,
        rule_version=plan.version,
    )


def _online(record: Record, plan: Plan, missing: Hours) -> PartExplanation:
    target = plan.requirement.online
    newest_first = sorted(record.snapshots, key=lambda one: (one.as_of, one.id), reverse=True)
    counting = next((one for one in newest_first if one.counts), None)
    uncounted = [
        Uncounted(_why_not(one, counting), _snapshot(one)) for one in newest_first if one is not counting
    ]
    if counting is not None and counting.hours > target:
        surplus = Source(hours=Hours(counting.hours - target), as_of=counting.as_of)
        uncounted.insert(0, Uncounted(Reason.SURPLUS, surplus))
    return PartExplanation(
        part=Part.ONLINE,
        have=None if counting is None else counting.hours,
        target=target,
        missing=missing,
        counted=() if counting is None else (_snapshot(counting),),
        uncounted=tuple(uncounted),
    )


def _why_not(one: Snapshot, counting: Snapshot | None) -> Reason:
    if one.taken_back:
        return Reason.IMPORT_TAKEN_BACK
    if one.counts:
        return Reason.OLDER
    # What was never fewer is no drop: somebody has set it aside by hand.
    is_fewer = counting is not None and one.hours < counting.hours
    return Reason.DROP if is_fewer else Reason.CORRECTED


def _practice(record: Record, plan: Plan, missing: Hours) -> PartExplanation:
    target = plan.requirement.practice
    reversals = {entry.reverses for entry in record.ledger}
    uncounted = [*_without_hours(record, plan), *_taken_back(record, plan)]
    if record.facts.practice > target:
        surplus = Source(hours=Hours(record.facts.practice - target))
        uncounted.insert(0, Uncounted(Reason.SURPLUS, surplus))
    return PartExplanation(
        part=Part.PRACTICE,
        have=record.facts.practice,
        target=target,
        missing=missing,
        counted=tuple(
            _row(entry) for entry in record.ledger if entry.reverses is None and entry.id not in reversals
        ),
        uncounted=tuple(uncounted),
    )


def _without_hours(record: Record, plan: Plan) -> Iterator[Uncounted]:
    """Certified points that bring nothing."""
    certified = record.facts.certified
    imported = plan.practice.source is PracticeSource.IMPORTED
    bringing = {code for code, _ in granted(certified, plan.practice)}
    for code in certified:
        if code not in bringing:
            reason = Reason.IMPORTED_SOURCE if imported else Reason.NO_GRANT
            yield Uncounted(reason, Source(reference=code, hours=Hours(0)))


def _taken_back(record: Record, plan: Plan) -> Iterator[Uncounted]:
    """Reversed rows; each says why once, the reversal itself is not listed."""
    reversals = {entry.reverses: entry for entry in record.ledger if entry.reverses is not None}
    certifying = plan.practice.source is PracticeSource.CERTIFICATION
    for entry in record.ledger:
        reversal = reversals.get(entry.id)
        if reversal is None:
            continue
        # An import that takes a row back leaves its number; a change of the source does not.
        aside = certifying and entry.source is PracticeSource.IMPORTED and reversal.import_id is None
        yield Uncounted(Reason.SET_ASIDE if aside else Reason.REVERSED, _row(entry))


def _dimensions(points: tuple[str, ...], catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first point of each dimension, and the others."""
    firsts: dict[str, str] = {}
    for code in points:
        firsts.setdefault(catalogue[code].dimension, code)
    covering = tuple(firsts.values())
    return covering, tuple(code for code in points if code not in covering)


def _snapshot(one: Snapshot) -> Source:
    return Source(hours=one.hours, as_of=one.as_of)


def _row(entry: Entry) -> Source:
    return Source(reference=entry.reference, hours=entry.hours, entered_at=entry.entered_at, note=entry.note)
