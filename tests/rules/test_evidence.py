"""The life of a submission."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.evidence import EventKind, EvidenceState, after

W, P, E = EvidenceState.WAITING, EvidenceState.PASSED, EvidenceState.EXCELLENT
R, X = EvidenceState.RETURNED, EvidenceState.WITHDRAWN

# fmt: off
TABLE = {
    #                        waiting passed excellent returned withdrawn
    EventKind.SUBMITTED:    (None,   None,  None,     None,    None),
    EventKind.RESUBMITTED:  (W,      None,  None,     W,       None),
    EventKind.EXTRACTION:   (W,      None,  None,     R,       None),
    EventKind.WITHDRAWN:    (X,      None,  None,     None,    None),
    EventKind.DROPPED:      (X,      None,  None,     X,       None),
    EventKind.PASSED:       (P,      None,  None,     None,    None),
    EventKind.EXCELLENT:    (E,      None,  None,     None,    None),
    EventKind.RETURNED:     (R,      None,  None,     None,    None),
    EventKind.REOPENED:     (None,   W,     W,        W,       None),
}
# fmt: on


@pytest.mark.parametrize("kind", EventKind)
def test_what_may_follow_on_what(kind):
    assert tuple(after(state, kind) for state in (W, P, E, R, X)) == TABLE[kind]


@pytest.mark.parametrize(("kind", "state"), [
    (EventKind.PASSED,      None),
    (EventKind.EXCELLENT,   None),
    (EventKind.RETURNED,    None),
    (EventKind.REOPENED,    W),     # the office admits it
    (EventKind.WITHDRAWN,   X),
    (EventKind.RESUBMITTED, W),
    (EventKind.DROPPED,     X),
    (EventKind.EXTRACTION,  W),
])  # fmt: skip
def test_what_is_overdue_is_not_decided_before_it_was_reopened(kind, state):
    assert after(W, kind, held=True) is state


def test_what_certifies_and_what_is_decided():
    assert [state for state in EvidenceState if state.certifies] == [P, E]
    assert [state for state in EvidenceState if state.decided] == [P, E, R]


@given(st.lists(st.tuples(st.sampled_from(EventKind), st.booleans()), max_size=30))
def test_however_things_happen_a_decision_is_only_left_by_reopening_or_a_new_version(steps):
    state = W
    for kind, held in steps:
        following = after(state, kind, held=held)
        if following is None:
            continue
        if state.certifies:
            assert kind is EventKind.REOPENED
        assert state is not X
        state = following
