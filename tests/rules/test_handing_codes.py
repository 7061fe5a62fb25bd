"""Who may open the way into whose account."""

import pytest

from bot.policy.binding import may_hand_code
from bot.policy.people import Grant, Role

HERE, ELSEWHERE = 1, 2
TEACHER = Grant(Role.TEACHER)
ADMIN = frozenset({TEACHER, Grant(Role.SCHOOL_ADMIN, HERE)})
PRINCIPAL = frozenset({TEACHER, Grant(Role.PRINCIPAL, HERE)})
OFFICE = frozenset({TEACHER, Grant(Role.OFFICE)})


@pytest.mark.parametrize("giver", [ADMIN, PRINCIPAL, OFFICE])
@pytest.mark.parametrize(
    "theirs",
    [
        {TEACHER},
        {TEACHER, Grant(Role.LEADER, HERE, 7)},
        {TEACHER, Grant(Role.SCHOOL_ADMIN, HERE)},
        {TEACHER, Grant(Role.PRINCIPAL, HERE)},
    ],
)
def test_everybody_of_the_own_school(giver, theirs):
    assert may_hand_code(giver, frozenset(theirs), HERE)


@pytest.mark.parametrize(
    "more", [Grant(Role.OFFICE), Grant(Role.OVERSIGHT), Grant(Role.PRINCIPAL, ELSEWHERE)]
)
def test_but_nobody_who_may_do_more_elsewhere(more):
    theirs = frozenset({TEACHER, more})

    assert not may_hand_code(ADMIN, theirs, HERE)
    assert may_hand_code(OFFICE, theirs, HERE)


@pytest.mark.parametrize(
    "giver",
    [
        {TEACHER},
        {TEACHER, Grant(Role.LEADER, HERE, 7)},
        {TEACHER, Grant(Role.OVERSIGHT)},
        {TEACHER, Grant(Role.PRINCIPAL, ELSEWHERE)},
    ],
)
def test_others_hand_out_none(giver):
    assert not may_hand_code(frozenset(giver), frozenset({TEACHER}), HERE)
