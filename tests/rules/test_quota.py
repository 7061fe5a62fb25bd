"""优秀率: how many 优秀 a school may give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.quota import Quota


def quota(active, used, *, points=3, percent=60):
    return Quota(active=active, points=points, percent=percent, used=used)


@pytest.mark.parametrize(("active", "used", "total", "left", "warns"), [
    (0,   0, 0,   0,  False),
    (1,   0, 1,   1,  False),  # 60 % of 3 = 1.8
    (1,   1, 1,   0,  True),
    (6,   0, 10,  10, False),  # 60 % of 18 = 10.8
    (6,   4, 10,  6,  False),
    (6,   5, 10,  5,  True),   # half of it
    (6,  10, 10,  0,  True),
    (6,  12, 10,  0,  True),   # people have left since: never below 0
    (11,  9, 19,  10, False),  # 60 % of 33 = 19.8; 9 of 19 is less than half
    (11, 10, 19,  9,  True),
    (250, 0, 450, 450, False),
])  # fmt: skip
def test_the_quota_is_rounded_down(active, used, total, left, warns):
    found = quota(active, used)

    assert (found.total, found.left, found.warns(50)) == (total, left, warns)


@given(
    active=st.integers(0, 3000),
    points=st.integers(1, 5),
    percent=st.integers(0, 100),
    used=st.integers(0, 9000),
)
def test_what_is_left_never_brings_a_school_above_the_share(active, points, percent, used):
    found = quota(active, used, points=points, percent=percent)

    assert found.left >= 0
    if found.left:
        assert 100 * (used + found.left) <= percent * active * points
        # One more would be too many: nothing is held back.
        assert 100 * (used + found.left + 1) > percent * active * points
