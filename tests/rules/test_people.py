"""Who sees what."""

import pytest

from bot.policy.people import Grant, Role, Whereabouts, may_see

VIEWER = Whereabouts(1, school_id=1, group_id=1)
SAME_GROUP = Whereabouts(2, school_id=1, group_id=1)
SAME_SCHOOL = Whereabouts(3, school_id=1, group_id=2)
NO_GROUP = Whereabouts(4, school_id=1, group_id=None)
ELSEWHERE = Whereabouts(5, school_id=2, group_id=3)
PEOPLE = (VIEWER, SAME_GROUP, SAME_SCHOOL, NO_GROUP, ELSEWHERE)


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (None, [1]),
        (Grant(Role.TEACHER, school_id=1, group_id=1), [1]),
        (Grant(Role.LEADER, school_id=1, group_id=1), [1, 2]),
        (Grant(Role.LEADER, school_id=1), [1]),
        (Grant(Role.SCHOOL_ADMIN, school_id=1), [1, 2, 3, 4]),
        (Grant(Role.PRINCIPAL, school_id=2), [1, 5]),
        (Grant(Role.OFFICE), [1, 2, 3, 4, 5]),
        (Grant(Role.OVERSIGHT), [1, 2, 3, 4, 5]),
    ],
)
def test_everybody_sees_what_the_role_covers(grant, seen):
    grants = frozenset() if grant is None else frozenset({grant})

    assert [one.person_id for one in PEOPLE if may_see(VIEWER, grants, one)] == seen
