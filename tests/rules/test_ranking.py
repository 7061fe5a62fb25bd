"""The ranking: bands, places, ties, movement, views, what lifts a school, and what is put right afterwards."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.ranking import (
    Change,
    Counted,
    Lift,
    Row,
    Total,
    changes,
    lift,
    progress,
    put_right,
    ranked,
    school_view,
)
from bot.policy.school import Band

UNIT = 22_500  # 3 × lcm(2500, 2500, 3)
SMALLEST = 5


def unit(number, active, done, completion=None, *, band=Band.PRIMARY, name=None):
    full = done * UNIT if completion is None else completion
    return Counted(number, name or f"第{number:02}小学", band, active, done, full)


def board(*units, before=None):
    return ranked(units, UNIT, smallest=SMALLEST, before=before)


def places(one):
    return [(row.school_id, row.place) for band in one.bands for row in band.rows]


def test_the_rate_decides_then_the_mean_completion_then_nobody():
    # 6/10 = 9/15 = 60 %; mean completion 0.65 = 0.65, and 0.7 where it is more
    found = board(
        unit(1, 10, 6, 6_5 * UNIT // 10),
        unit(2, 15, 9, 15 * 65 * UNIT // 100),
        unit(3, 10, 6, 7 * UNIT),
        unit(4, 10, 7),
        unit(5, 10, 1),
    )

    assert places(found) == [(4, 1), (3, 2), (1, 3), (2, 3), (5, 5)]


def test_rates_that_floats_cannot_tell_apart_are_told_apart():
    # 1/3 of 3·10^8 people and one person less: both are 0.33333333 as a 32-bit float
    many = 300_000_000
    assert places(board(unit(1, many, many // 3 - 1), unit(2, 6, 2))) == [(2, 1), (1, 2)]


def test_equal_schools_share_a_place_and_the_next_one_skips():
    found = board(unit(3, 10, 5), unit(1, 10, 5), unit(2, 10, 10), unit(4, 10, 0))

    assert places(found) == [(2, 1), (1, 2), (3, 2), (4, 4)]


def test_units_stand_beside_their_like_in_the_order_of_bands():
    found = board(
        unit(1, 10, 1, band=Band.OTHER),
        unit(2, 10, 2, band=Band.KINDERGARTEN),
        unit(3, 10, 3, band=Band.SENIOR),
    )

    assert [band.band for band in found.bands] == [Band.KINDERGARTEN, Band.SENIOR, Band.OTHER]
    assert places(found) == [(2, 1), (3, 1), (1, 1)]


def test_a_unit_of_four_has_no_place_and_one_of_five_has():
    (band,) = board(unit(2, 4, 4), unit(1, 4, 2), unit(3, 5, 0)).bands

    assert [row.school_id for row in band.rows] == [3]
    assert [(row.school_id, row.place, row.missing) for row in band.small] == [(1, None, 2), (2, None, 0)]


def test_movement_is_against_a_place_in_the_same_band():
    before = {(1, Band.PRIMARY): 3, (2, Band.KINDERGARTEN): 1}
    (band,) = board(unit(1, 10, 9), unit(2, 10, 8), before=before).bands

    assert [row.before for row in band.rows] == [3, None]


def test_the_total_has_everybody_in_it():
    found = board(unit(1, 10, 4), unit(2, 2, 1), unit(3, 8, 8, band=Band.SENIOR))

    assert found.total == Total(active=20, done=13, completion=13 * UNIT)


def test_without_places_schools_stand_by_name():
    (band,) = progress([unit(2, 10, 9), unit(1, 10, 1), unit(3, 4, 0)], UNIT, smallest=SMALLEST).bands

    assert [(row.school_id, row.place) for row in band.rows] == [(1, None), (2, None)]
    assert [row.school_id for row in band.small] == [3]


TWENTY = board(*(unit(n, 40, 40 - n) for n in range(1, 21)))  # school n stands on place n


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        (1, [1, 2, 3]),
        (2, [1, 2, 3, 4]),
        (5, [1, 2, 3, 4, 5, 6, 7]),
        (6, [1, 2, 3, 4, 5, 6, 7, 8]),
        (7, [1, 2, 3, None, 5, 6, 7, 8, 9]),
        (20, [1, 2, 3, None, 18, 19, 20]),
    ],
)
def test_a_school_sees_the_first_three_and_two_neighbours_on_each_side(own, shown):
    view = school_view(TWENTY, own)

    assert [row and row.school_id for row in view.rows] == shown
    assert view.own.school_id == own


def test_a_small_unit_sees_the_first_three_of_its_band():
    view = school_view(board(unit(9, 2, 1), *(unit(n, 40, 40 - n) for n in range(1, 6))), 9)

    assert view.own.place is None
    assert [row.school_id for row in view.rows] == [1, 2, 3]


def test_without_places_a_school_sees_nobody_elses_row():
    view = school_view(progress([unit(1, 10, 9), unit(2, 10, 8)], UNIT, smallest=SMALLEST), 2)

    assert [row.school_id for row in view.rows] == [2]


def test_a_unit_that_does_not_take_part_has_no_view():
    assert school_view(TWENTY, 99) is None


def raised(found, own, missing):
    view = school_view(found, own)
    return lift(view.band.rows, view.own, missing, found.unit)


def test_the_first_and_the_small_are_lifted_nowhere():
    found = board(unit(1, 10, 9), unit(2, 10, 8), unit(3, 2, 1))

    assert raised(found, 1, [0]) is None
    assert raised(found, 3, [0]) is None


def test_two_who_finish_bring_a_school_level():
    # 6/10 against 8/10, nobody half-way: 8/10 with the same completion shares place 1
    found = board(unit(1, 10, 8), unit(2, 10, 6))

    assert raised(found, 2, [0, 0, 0, 0]) == Lift(place=1, people=2, reached=1, tenths=None)


def test_one_more_is_needed_where_the_completion_would_not_do():
    # The school above has 8/10 and one half-way: 8.5 people's worth; two more here make 8 worth only.
    found = board(unit(1, 10, 8, 8 * UNIT + UNIT // 2), unit(2, 10, 6))

    assert raised(found, 2, [0, 0, 0, 0]) == Lift(place=1, people=3, reached=1, tenths=None)


def test_where_the_rate_is_equal_completion_alone_is_enough():
    # 5/10 both; completion 60 % against 55.5 %: 4.5 points
    found = board(unit(1, 10, 5, 6 * UNIT), unit(2, 10, 5, 555 * UNIT // 100))

    assert raised(found, 2, [UNIT // 10] * 5) == Lift(place=1, people=1, reached=1, tenths=45)


def test_a_tenth_that_is_begun_is_needed_whole():
    # 60 % against a hair less than 55.5 %: 4.5 points would not be enough
    found = board(unit(1, 10, 5, 6 * UNIT), unit(2, 10, 5, 555 * UNIT // 100 - 1))

    assert raised(found, 2, [UNIT // 10] * 5).tenths == 46


def test_the_place_above_is_the_one_that_is_shared_there():
    found = board(unit(1, 10, 9), unit(2, 10, 8), unit(3, 10, 8), unit(4, 10, 7))

    assert raised(found, 4, [0, 0, 0]) == Lift(place=2, people=1, reached=2, tenths=None)


def test_in_a_small_school_one_passes_several_others():
    # 4/5 is more than 79/100, 78/100 and 77/100, and less than 9/10
    found = board(unit(1, 10, 9), unit(2, 100, 79), unit(3, 100, 78), unit(4, 100, 77), unit(5, 5, 3))

    assert raised(found, 5, [0, 0]) == Lift(place=4, people=1, reached=2, tenths=None)


# ── what holds for every county ──

people = st.integers(0, 3).map(lambda third: third * UNIT // 4)


@st.composite
def counties(draw):
    """Schools as lists of their people's completion; UNIT = done."""
    one = st.lists(st.one_of(st.just(UNIT), people), min_size=1, max_size=12)
    return draw(
        st.lists(st.tuples(one, st.sampled_from([Band.PRIMARY, Band.SENIOR])), min_size=1, max_size=9)
    )


def of(schools):
    return [
        unit(number, len(members), members.count(UNIT), sum(members), band=band)
        for number, (members, band) in enumerate(schools, 1)
    ]


@given(counties(), st.randoms(use_true_random=False))
def test_the_order_in_which_schools_are_counted_does_not_matter(schools, random):
    units = of(schools)
    shuffled = units[:]
    random.shuffle(shuffled)

    assert board(*shuffled) == board(*units)


@given(counties())
def test_a_place_is_one_more_than_the_schools_that_are_better(schools):
    for band in board(*of(schools)).bands:
        keys = {
            r.school_id: (Fraction(r.done, r.active), Fraction(r.completion, r.active)) for r in band.rows
        }
        for row in band.rows:
            assert row.place == 1 + sum(key > keys[row.school_id] for key in keys.values())
        assert [row.place for row in band.rows] == sorted(row.place for row in band.rows)


@given(counties(), st.data())
def test_somebody_who_finishes_never_lowers_the_school(schools, data):
    own = data.draw(st.integers(0, len(schools) - 1))
    members, band = schools[own]
    before = school_view(board(*of(schools)), own + 1).own
    if before.missing and before.place is not None:
        unfinished = next(i for i, one in enumerate(members) if one != UNIT)
        after = schools[:]
        after[own] = ([*members[:unfinished], UNIT, *members[unfinished + 1 :]], band)

        assert school_view(board(*of(after)), own + 1).own.place <= before.place


@given(counties())
def test_a_view_holds_rows_of_the_board_each_once_in_their_order_and_its_own(schools):
    found = board(*of(schools))
    for band in found.bands:
        for row in band.everyone:
            view = school_view(found, row.school_id)
            shown = [one for one in view.rows if one is not None]
            indices = [band.rows.index(one) for one in shown]
            assert indices == sorted(set(indices))
            assert row in band.small or row in shown
            assert view.own == row


@given(counties(), st.data())
def test_what_is_said_to_lift_a_school_does_so_whoever_they_are_and_fewer_may_not(schools, data):
    own = data.draw(st.integers(0, len(schools) - 1))
    members, band = schools[own]
    missing = sorted(one for one in members if one != UNIT)
    found = board(*of(schools))
    said = raised(found, own + 1, missing)
    if said is None:
        return

    def place_if(chosen):
        rest = missing[:]
        for one in chosen:
            rest.remove(one)
        after = schools[:]
        after[own] = ([UNIT] * (len(members) - len(rest)) + rest, band)
        return school_view(board(*of(after)), own + 1).own.place

    chosen = data.draw(st.permutations(missing))[: said.people]
    assert place_if(chosen) <= said.reached <= said.place < school_view(found, own + 1).own.place
    least = sorted(missing, reverse=True)  # who gain least by finishing
    assert place_if(least[: said.people]) == said.reached
    assert place_if(least[: said.people - 1]) > said.place


@given(counties(), st.data())
def test_so_much_more_completion_as_is_said_lifts_the_school(schools, data):
    own = data.draw(st.integers(0, len(schools) - 1))
    members, _ = schools[own]
    found = board(*of(schools))
    said = raised(found, own + 1, [one for one in members if one != UNIT])
    if said is None or said.tenths is None:
        return
    units = of(schools)
    more = -(-said.tenths * units[own].active * UNIT // 1000)
    units[own] = units[own]._replace(completion=units[own].completion + more)

    assert school_view(board(*units), own + 1).own.place <= said.place


# ── corrections ──

POSTED = (unit(1, 10, 8), unit(2, 10, 6), unit(3, 10, 4))


def corrected(live, schools=(), *, lists=False):
    posted = board(*POSTED)
    return changes(posted, board(*put_right(posted, live, frozenset(schools), lists=lists)))


def test_who_has_finished_since_makes_nothing_wrong():
    assert corrected([unit(1, 10, 8), unit(2, 10, 9), unit(3, 10, 10)]) == ()
    assert corrected([unit(1, 10, 8), unit(2, 10, 9), unit(3, 10, 10)], lists=True) == ()


def test_a_corrected_school_and_those_that_change_places_with_it_were_wrong():
    found = corrected([unit(1, 10, 5), unit(2, 10, 10), unit(3, 10, 4)], {1})

    # The second school has moved on to 10 by itself: it stays at 6, and rises above the 5 of the first.
    assert [(one.was.school_id, one.was.place, one.now.place, one.now.done) for one in found] == [
        (1, 1, 2, 5),
        (2, 2, 1, 6),
    ]


def test_lists_bring_units_in_and_out():
    found = corrected([unit(1, 12, 8), unit(2, 10, 6), unit(4, 10, 1)], lists=True)

    assert [(one.was and one.was.school_id, one.now and one.now.school_id) for one in found] == [
        (1, 1),  # two more people: 8/12
        (3, None),
        (None, 4),
    ]


def test_without_lists_nobody_comes_or_goes():
    assert corrected([unit(1, 10, 8), unit(2, 10, 6), unit(4, 10, 1)], {2}) == ()


def test_a_difference_that_nobody_could_see_is_none():
    # 8 of 10 worth 8.0001 people: 80.0 % either way
    assert corrected([unit(1, 10, 8, 8 * UNIT + 2), *POSTED[1:]], {1}) == ()


def test_a_difference_that_only_rounding_shows_is_one():
    # 80.04 % reads 80.0 %, and 80.05 % reads 80.1 %
    posted = board(unit(1, 10, 8, 8_004 * UNIT // 1000))

    assert changes(posted, board(unit(1, 10, 8, 8_005 * UNIT // 1000 + 1))) != ()
    assert changes(posted, board(unit(1, 10, 8, 8_004 * UNIT // 1000 + 1))) == ()


def test_lists_that_put_a_school_among_others_make_its_old_place_wrong():
    moved = unit(1, 10, 8, band=Band.KINDERGARTEN)

    found = corrected([moved, *POSTED[1:]], lists=True)

    assert (1, Band.KINDERGARTEN) in [(one.now.school_id, one.now.band) for one in found]


def test_a_change_holds_both_rows():
    (found, _) = corrected([unit(1, 10, 5), *POSTED[1:]], {1})

    assert found == Change(
        Row(1, "第01小学", Band.PRIMARY, 10, 8, 8 * UNIT, 1, None),
        Row(1, "第01小学", Band.PRIMARY, 10, 5, 5 * UNIT, 2, None),
    )
