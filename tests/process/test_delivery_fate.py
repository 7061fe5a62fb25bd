"""What becomes of a parcel for one of its receivers, verdict by verdict."""

import pytest

from bot.delivery.fate import DEADLINE_MS, Circumstances, fate
from bot.policy.outgoing import Kind
from bot.sending import IN_DOUBT, LATER, LEFT, Do, Verdict, stop, wait
from storage.outbox import State
from storage.parcels import Parcel, Receiver

NOW = 1_700_000_000_000
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
KNOWS, FORGETS = 14_370, 0
REMOVED = Verdict(do=Do.STOP, code="93000", say="机器人被移出了群")
ODD = Verdict(do=Do.AGAIN, code="98765", most_tries=3)


def what_becomes(verdict, *, tries=1, doubt_since=None, knows=KNOWS, to_groups=False, luck=1.0, first=NOW):
    receiver = Receiver(
        chat=1,
        account="" if to_groups else "T1",
        ids=(7,),
        kinds=(Kind.RANKING if to_groups else Kind.NOTICE,),
        calls_before=0,
    )
    parcel = Parcel(
        key="p",
        lease="l",
        receivers=(receiver,),
        contents=("[]",),
        picture_id=None,
        tries=tries,
        claimed_at=NOW,
        first_tried_at=first,
        doubt_since=doubt_since,
    )
    around = Circumstances(now=NOW, luck=lambda: luck, to_groups=to_groups, knows_repetitions_for_s=knows)
    return fate(parcel, receiver, verdict, 1, around)


@pytest.mark.parametrize(
    ("knows", "tries", "doubt_since", "verdict", "again_after", "in_doubt"),
    [
        (KNOWS, 1, None, LATER, SECOND, None),  # 2⁰ s
        (KNOWS, 4, None, LATER, 8 * SECOND, None),  # 2³ s
        (KNOWS, 40, None, LATER, 10 * MINUTE, None),  # at most
        (KNOWS, 1, None, wait(60), MINUTE, None),
        (KNOWS, 1, None, stop("x"), SECOND, None),
        (KNOWS, 2, None, ODD, 2 * SECOND, None),
        (KNOWS, 1, None, IN_DOUBT, SECOND, NOW),
        (KNOWS, 2, NOW - MINUTE, IN_DOUBT, 2 * SECOND, NOW - MINUTE),
        (KNOWS, 2, NOW - MINUTE, LATER, 2 * SECOND, NOW - MINUTE),  # still may have arrived
        (FORGETS, 1, None, IN_DOUBT, MINUTE, NOW),
    ],
)
def test_what_is_tried_again(knows, tries, doubt_since, verdict, again_after, in_doubt):
    found = what_becomes(verdict, tries=tries, doubt_since=doubt_since, knows=knows)

    assert found.state is State.QUEUED
    assert (found.again_at - NOW, found.doubt_since) == (again_after, in_doubt)


def test_what_failed_together_does_not_come_back_together():
    """Anything up to 2³ s."""
    assert what_becomes(LATER, tries=4, luck=0.0).again_at == NOW
    assert what_becomes(LATER, tries=4, luck=0.5).again_at == NOW + 4 * SECOND


@pytest.mark.parametrize(
    ("to_groups", "knows", "tries", "doubt_since", "verdict", "state"),
    [
        (False, KNOWS, 1, None, None, State.SENT),
        (False, FORGETS, 2, NOW - MINUTE, None, State.SENT),
        (False, KNOWS, 9, NOW - 4 * HOUR, IN_DOUBT, State.UNCERTAIN),  # WeCom has forgotten
        (False, KNOWS, 9, NOW - KNOWS * SECOND, IN_DOUBT, State.UNCERTAIN),  # in this very second
        (False, FORGETS, 2, NOW - MINUTE, IN_DOUBT, State.UNCERTAIN),
        (False, KNOWS, 1, None, LEFT, State.FAILED),
        (False, KNOWS, 2, NOW - MINUTE, LEFT, State.FAILED),  # then it had not arrived either
        (False, KNOWS, 3, None, ODD, State.FAILED),
        (False, KNOWS, 3, NOW - MINUTE, ODD, State.UNCERTAIN),
        (False, KNOWS, 1, None, REMOVED, State.FAILED),
        (True, FORGETS, 1, None, LEFT, State.FAILED),
        (True, FORGETS, 3, None, ODD, State.DEAD),
        (True, FORGETS, 1, None, REMOVED, State.QUEUED),  # how often is asked of the group, not of a message
    ],
)
def test_what_comes_to_an_end(to_groups, knows, tries, doubt_since, verdict, state):
    found = what_becomes(verdict, tries=tries, doubt_since=doubt_since, knows=knows, to_groups=to_groups)

    assert found.state is state
    assert found.open == (state is State.FAILED and not to_groups)
    assert found.reason == ("" if verdict is None else verdict.code or verdict.do.value)


@pytest.mark.parametrize(
    ("knows", "doubt_since", "kept"),
    [
        (FORGETS, None, None),
        (FORGETS, NOW - MINUTE, NOW - MINUTE),
        (KNOWS, NOW - MINUTE, None),  # the platform has dropped the repetition
        (KNOWS, NOW - 4 * HOUR, NOW - 4 * HOUR),
    ],
)
def test_what_was_perhaps_sent_twice_stays_known_as_such(knows, doubt_since, kept):
    found = what_becomes(None, tries=2, doubt_since=doubt_since, knows=knows)

    assert (found.state, found.doubt_since) == (State.SENT, kept)


@pytest.mark.parametrize(("to_groups", "state"), [(True, State.DEAD), (False, State.FAILED)])
def test_after_a_day_it_is_given_up(to_groups, state):
    soon, late = (
        what_becomes(LATER, tries=90, to_groups=to_groups, first=NOW - DEADLINE_MS + left) for left in (1, 0)
    )

    assert (soon.state, late.state) == (State.QUEUED, state)
