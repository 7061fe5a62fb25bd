"""Who reviews whose evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.people import Grant, Role, Whereabouts, may_see
from bot.policy.review import Level, Reviewers, level_of, steps_in, turn_of

GROUP, SCHOOL, OFFICE = Level.GROUP, Level.SCHOOL, Level.OFFICE


@pytest.mark.parametrize(("leaders", "leads", "long", "turn"), [
    (True,  True,  False, {GROUP}),
    (True,  True,  True,  {GROUP, SCHOOL}),
    (True,  False, False, {GROUP}),
    (True,  False, True,  {GROUP, OFFICE}),
    (False, True,  False, {SCHOOL}),  # no leader but the author
    (False, True,  True,  {SCHOOL}),
    (False, False, False, {OFFICE}),
    (False, False, True,  {OFFICE}),
])  # fmt: skip
def test_whose_turn_it_is(leaders, leads, long, turn):
    assert turn_of(Reviewers(leaders, leads), waited_long=long) == turn


@given(st.booleans(), st.booleans(), st.booleans())
def test_it_is_always_somebodys_turn_and_waiting_takes_nobody_out(leaders, leads, long):
    turn = turn_of(Reviewers(leaders, leads), waited_long=long)

    assert turn
    assert turn_of(Reviewers(leaders, leads), waited_long=False) <= turn_of(
        Reviewers(leaders, leads), waited_long=True
    )


AUTHOR = Whereabouts(1, school_id=1, group_id=1)
SOMEBODY = Whereabouts(2, school_id=1, group_id=1)


@pytest.mark.parametrize(
    ("grant", "level"),
    [
        (Grant(Role.TEACHER), None),
        (Grant(Role.LEADER, 1, 1), GROUP),
        (Grant(Role.LEADER, 1, 2), None),
        (Grant(Role.LEADER, 1), None),
        (Grant(Role.SCHOOL_ADMIN, 1), SCHOOL),
        (Grant(Role.PRINCIPAL, 1), SCHOOL),
        (Grant(Role.PRINCIPAL, 2), None),
        (Grant(Role.OFFICE), OFFICE),
        (Grant(Role.OVERSIGHT), None),
    ],
)
def test_as_what_somebody_decides(grant, level):
    assert level_of(SOMEBODY, frozenset({grant}), AUTHOR) is level


def test_the_nearest_level_counts():
    grants = frozenset({Grant(Role.OFFICE), Grant(Role.LEADER, 1, 1), Grant(Role.PRINCIPAL, 1)})

    assert level_of(SOMEBODY, grants, AUTHOR) is GROUP


def test_a_leader_of_no_group_does_not_review_people_without_one():
    without = Whereabouts(3, school_id=1, group_id=None)

    assert level_of(SOMEBODY, frozenset({Grant(Role.LEADER, 1)}), without) is None


people = st.builds(Whereabouts, st.integers(1, 3), st.integers(1, 2), st.none() | st.integers(1, 3))
grants = st.frozensets(
    st.builds(Grant, st.sampled_from(Role), st.none() | st.integers(1, 2), st.none() | st.integers(1, 3))
)


@given(actor=people, held=grants, author=people)
def test_nobody_decides_about_themselves_or_what_they_may_not_see(actor, held, author):
    level = level_of(actor, held, author)

    if actor.person_id == author.person_id:
        assert level is None
    if level is not None:
        assert may_see(actor, held, author)


def test_whoever_decides_out_of_turn_steps_in():
    assert steps_in(OFFICE, frozenset({GROUP}))
    assert steps_in(SCHOOL, frozenset({GROUP}))
    assert not steps_in(SCHOOL, frozenset({GROUP, SCHOOL}))
    assert not steps_in(GROUP, frozenset({GROUP}))
