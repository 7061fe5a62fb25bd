"""The ranking of schools (rules, section 7): bands, places, ties, movement, and what each group is shown of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.policy.school import Band

FIRST = 3  # rows of its band that every school is shown
NEIGHBOURS = 2  # on each side of its own row

Before = Mapping[tuple[int, Band], int]
"""Places in the ranking that was posted before, by school and band."""


class Counted(NamedTuple):
    """A unit that takes part, as counted; `active` is never 0. Tuples, because there may be ten thousand."""

    school_id: int
    name: str
    band: Band
    active: int
    done: int
    completion: int  # sum of the active people's numerators


class Row(NamedTuple):
    """A unit as it is shown."""

    school_id: int
    name: str
    band: Band
    active: int
    done: int
    completion: int
    place: int | None = None  # None = too small for one, or places are not shown
    before: int | None = None  # the place in the ranking that was posted before

    @property
    def missing(self) -> int:
        """People who are not done."""
        return self.active - self.done


@dataclass(frozen=True, slots=True)
class Total:
    """Several units together."""

    active: int
    done: int
    completion: int


@dataclass(frozen=True, slots=True)
class BandBoard:
    """Schools beside their like: the best first, the small ones apart and by name."""

    band: Band
    rows: tuple[Row, ...]
    small: tuple[Row, ...]

    @property
    def everyone(self) -> tuple[Row, ...]:
        return self.rows + self.small


@dataclass(frozen=True, slots=True)
class Board:
    """The whole county, in the order of `Band`; bands without anybody are left out."""

    bands: tuple[BandBoard, ...]
    unit: int  # what completions are numerators over: `policy.standing.completion_unit`

    def __iter__(self) -> Iterator[Row]:
        for band in self.bands:
            yield from band.everyone

    @property
    def total(self) -> Total:
        return total(self)


@dataclass(frozen=True, slots=True)
class View:
    """What a school is shown: its own row, its band's first, its neighbours; None stands for rows left out."""

    own: Row
    band: BandBoard
    rows: tuple[Row | None, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """What brings a school one place up."""

    place: int  # the next one above
    people: int  # of those who are not done; whoever they are, it is enough
    reached: int  # the place that so many bring at least: in a small school one of them passes several others
    tenths: int | None  # or, where 合格率 is equal: so many tenths of a percentage point of mean completion


def total(rows: Iterable[Row]) -> Total:
    active = done = completion = 0
    for row in rows:
        active += row.active
        done += row.done
        completion += row.completion
    return Total(active, done, completion)


def board(
    counted: Iterable[Counted], unit: int, *, places: bool, smallest: int, before: Before | None = None
) -> Board:
    """`smallest`: units with fewer active people stand apart."""
    if places:
        return ranked(counted, unit, smallest=smallest, before=before)
    return progress(counted, unit, smallest=smallest)


def ranked(counted: Iterable[Counted], unit: int, *, smallest: int, before: Before | None = None) -> Board:
    """By 合格率, then by mean completion; equal in both share a place and the next one skips (1, 2, 2, 4)."""
    known = {} if before is None else before
    return Board(
        tuple(
            BandBoard(band, tuple(_placed(large, known)), small)
            for band, large, small in _by_band(counted, smallest)
        ),
        unit,
    )


def progress(counted: Iterable[Counted], unit: int, *, smallest: int) -> Board:
    """Without places, by name."""
    return Board(
        tuple(
            BandBoard(band, tuple(Row(*one) for one in sorted(large, key=_name)), small)
            for band, large, small in _by_band(counted, smallest)
        ),
        unit,
    )


def school_view(board: Board, school_id: int) -> View | None:
    """None for a unit that does not take part, or has nobody."""
    for band in board.bands:
        for index, row in enumerate(band.rows):
            if row.school_id == school_id:
                return View(row, band, _around(band.rows, index))
        for row in band.small:
            if row.school_id == school_id:
                shown = band.rows[:FIRST] if _has_places(band) else ()
                return View(row, band, shown)
    return None


def lift(rows: Sequence[Row], own: Row, completions: Sequence[int], unit: int) -> Lift | None:
    """None for the first, and for those without a place.

    `rows`: its band's; `completions`: the numerators of its active people who are not done.
    """
    if own.place is None or own.place == 1:
        return None
    above = max(
        (row for row in rows if row.place is not None and row.place < own.place),
        key=lambda row: row.place or 0,
    )
    tenths = None
    if own.done * above.active == above.done * own.active:
        # (c2/n2 − c1/n1) / unit in tenths of a per cent, rounded up: so much more is enough.
        short = above.completion * own.active - own.completion * above.active
        tenths = -(-short * 1000 // (own.active * above.active * unit))
    gains = sorted(unit - one for one in completions)
    people = _needed(own, above, gains)
    if people is None:
        return None
    then = own._replace(done=own.done + people, completion=own.completion + sum(gains[:people]))
    return Lift(above.place or 1, people, 1 + sum(_is_ahead(row, then) for row in rows), tenths)


def _is_ahead(row: Row, then: Row) -> bool:
    """Of the school as it would be then; its row as it is now never is, as it would only have risen."""
    rate = row.done * then.active - then.done * row.active
    return (rate, row.completion * then.active - then.completion * row.active) > (0, 0)


def _needed(own: Row, above: Row, gains: Sequence[int]) -> int | None:
    """How many must finish so that it is enough even if they gain least; None where the figures are at odds."""
    people = -(-above.done * own.active // above.active) - own.done
    equal = (own.done + people) * above.active == above.done * own.active
    reached = own.completion + sum(gains[:people])
    if equal and reached * above.active < above.completion * own.active:
        people += 1
    return people if people <= len(gains) else None


def _by_band(
    counted: Iterable[Counted], smallest: int
) -> Iterator[tuple[Band, list[Counted], tuple[Row, ...]]]:
    found: dict[Band, tuple[list[Counted], list[Counted]]] = {}
    for one in counted:
        if one[2] not in found:
            found[one[2]] = ([], [])
        found[one[2]][one[3] < smallest].append(one)
    for band in Band:
        if band in found:
            large, small = found[band]
            yield band, large, tuple(Row(*one) for one in sorted(small, key=_name))


def _name(one: Counted) -> tuple[str, int]:
    return one.name, one.school_id


def _placed(units: Sequence[Counted], before: Before) -> Iterator[Row]:
    # Two fractions with denominators up to n differ by 1/n² at least, so their floors after multiplying by n²
    # are in the same order, and equal only where they are: whole numbers instead of fractions, nothing lost.
    scale = max((one[3] for one in units), default=0) ** 2
    keyed = sorted(
        (-(done * scale // active), -(completion * scale // active), name, school_id, index)
        for index, (school_id, name, _band, active, done, completion) in enumerate(units)
    )
    place, last = 0, (1, 1)  # no key is positive
    for position, (rate, mean, *_order, index) in enumerate(keyed, 1):
        if (rate, mean) != last:
            place, last = position, (rate, mean)
        school_id, name, band, active, done, completion = units[index]
        yield Row(school_id, name, band, active, done, completion, place, before.get((school_id, band)))


def _around(rows: Sequence[Row], own: int) -> tuple[Row | None, ...]:
    if rows[own].place is None:
        return (rows[own],)  # without places nobody is a neighbour
    wanted = sorted(
        {
            *range(min(FIRST, len(rows))),
            *range(max(0, own - NEIGHBOURS), min(len(rows), own + NEIGHBOURS + 1)),
        }
    )
    shown: list[Row | None] = []
    for before, index in zip([-1, *wanted], wanted, strict=False):
        if index > before + 1:
            shown.append(None)
        shown.append(rows[index])
    return tuple(shown)


def _has_places(band: BandBoard) -> bool:
    return any(row.place is not None for row in band.rows)


class Change(NamedTuple):
    """A unit that was shown otherwise than it should have been; None = it does not stand there."""

    was: Row | None
    now: Row | None


def put_right(
    posted: Board, live: Iterable[Counted], corrected: frozenset[int], *, lists: bool
) -> list[Counted]:
    """The figures as they should have been posted: what has only moved on since stays as it was.

    `corrected`: schools whose data were corrected, which are taken as they are now. `lists`: schools or people
    were imported, so that units may have come, gone, or have other people than was believed.
    """
    known = {row.school_id: Counted(*row[:6]) for row in posted}
    found = []
    for now in live:
        was = known.pop(now.school_id, None)
        if now.school_id in corrected or (lists and (was is None or _other_people(was, now))):
            found.append(now)
        elif was is not None:
            found.append(was)
    gone = corrected | (frozenset(known) if lists else frozenset())
    return found + [was for school_id, was in known.items() if school_id not in gone]


def changes(was: Board, now: Board) -> tuple[Change, ...]:
    """Whatever would read otherwise, in the order in which it was shown."""
    new = {row.school_id: row for row in now}
    found = [Change(row, new.pop(row.school_id, None)) for row in was]
    found += [Change(None, row) for row in new.values()]
    return tuple(one for one in found if _shown(one.was, was.unit) != _shown(one.now, now.unit))


def _other_people(was: Counted, now: Counted) -> bool:
    return (was.band, was.active) != (now.band, now.active)


def _shown(row: Row | None, unit: int) -> tuple[object, ...] | None:
    if row is None:
        return None
    mean = (row.completion * 2000 + row.active * unit) // (2 * row.active * unit)  # tenths of a per cent
    return row.band, row.place, row.done, row.active, mean
