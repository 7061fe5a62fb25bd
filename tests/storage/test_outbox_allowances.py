"""No window of time holds more calls than the platform takes, whoever calls and whenever."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.allowances import Pace, allowance, spend

NOW = 1_700_000_000_000
paces = st.builds(Pace, most=st.integers(1, 40), milliseconds=st.sampled_from([1_000, 20_000, 60_000]))


def taken(connection, pace, at, wanted):
    held = allowance(connection, "wecom.app", pace, now=at)
    calls = min(held.calls, wanted)
    spend(connection, held, calls)
    return calls


def test_half_may_go_at_once_and_the_rest_one_by_one(database):
    """60 a minute: 30 at once, then one every 60 s / (60 - 30 + 1) = 1.936 s."""
    pace = Pace(most=60, milliseconds=60_000)
    with database.writing() as connection:
        assert taken(connection, pace, NOW, 99) == 30
        held = allowance(connection, "wecom.app", pace, now=NOW)
        assert (held.calls, held.again_in_ms) == (0, 1_936)
        assert taken(connection, pace, NOW + 1_936, 99) == 1
        assert taken(connection, pace, NOW + 120_000, 99) == 30


def test_pages_that_nobody_had_counted_are_made_up_for(database):
    pace = Pace(most=4, milliseconds=30_000)  # two at once, then one every ten seconds
    with database.writing() as connection:
        held = allowance(connection, "wecom.app", pace, now=NOW)
        spend(connection, held, 3)
        assert allowance(connection, "wecom.app", pace, now=NOW + 10_000).calls == 0
        assert allowance(connection, "wecom.app", pace, now=NOW + 20_000).calls == 1


def test_a_clock_that_was_set_back_by_a_day_closes_nothing_for_longer_than_a_window(database):
    """Five at once, then one every ten seconds."""
    pace = Pace(most=10, milliseconds=60_000)
    with database.writing() as connection:
        taken(connection, pace, NOW + 86_400_000, 99)
        assert taken(connection, pace, NOW, 99) == 0
        assert taken(connection, pace, NOW + 70_000, 99) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pace=paces, waits=st.lists(st.tuples(st.integers(0, 30_000), st.integers(1, 50)), max_size=30))
def test_no_window_holds_more_than_it_may(database, pace, waits):
    at, calls = NOW, []
    with database.engine.connect() as connection:  # rolled back at the end
        for wait, wanted in waits:
            at += wait
            calls += [at] * taken(connection, pace, at, wanted)
    for first in calls:
        assert sum(first <= call < first + pace.milliseconds for call in calls) <= pace.most
