"""What was written down by a clock that ran ahead keeps nobody waiting once the clock is right again."""

from dataclasses import replace

from bot.policy.outgoing import Kind
from messages.incoming import Platform
from messages.outgoing import answer
from storage.allowances import Pace
from storage.claims import Wanted, claim
from storage.notices import note
from storage.outbox import Post, State, post
from storage.parcels import Settlement, settle
from storage.queue import Route
from tests.kit.addressees import post_to_group, settle_groups

NOW = 1_700_000_000_000
AHEAD = NOW + 3_600_000
# The budget of the way out is cut to what can be right (test_outbox_allowances.py).
WINDOW_LATER = NOW + 61_000
MANY = Pace(most=100_000, milliseconds=60_000)
PEOPLE = Route(
    outlet="wecom.app",
    to_groups=False,
    platform=Platform.WECOM,
    among=(Platform.WECOM, Platform.DINGTALK),
    together=MANY,
    each=MANY,
    apart_ms=4_000,
)
GROUPS = replace(PEOPLE, outlet="wecom.webhook", to_groups=True, each=Pace(most=3, milliseconds=60_000))


def sent(database, route, at):
    """So many parcels, claimed and taken at this moment."""
    with database.writing() as connection:
        parcels = claim(connection, route, Wanted(parcels=20), now=at).parcels
        done = [
            Settlement(parcel=one, receiver=receiver, state=State.SENT)
            for one in parcels
            for receiver in one.receivers
        ]
        settle(connection, done, at=at)
    return len(parcels)


def told(county, at):
    """示例1 something, which is sent at this moment."""
    with county.writing() as connection:
        note(connection, [1], key=f"told {at}", text="有一件事", at=NOW)
    assert sent(county, PEOPLE, at) == 1


def alarms(county):
    with county.writing() as connection:
        post(connection, [Post(key="b", kind=Kind.ALARM, answer=answer("坏了"), person_id=1)], at=NOW)


def test_who_was_told_something_in_the_future_is_told_the_next_thing_within_a_window(county):
    told(county, AHEAD)
    alarms(county)

    assert [sent(county, PEOPLE, at) for at in (NOW, WINDOW_LATER)] == [0, 1]


def test_who_was_told_something_by_a_clock_two_seconds_ahead_has_their_rest(county):
    """As those of two machines are."""
    told(county, NOW + 2_000)
    alarms(county)

    assert sent(county, PEOPLE, NOW) == 0
    assert sent(county, PEOPLE, NOW + 2_000 + PEOPLE.apart_ms) == 1


def test_a_group_s_window_that_was_used_up_in_the_future_is_not_used_up(county):
    with county.writing() as connection:
        (group,) = settle_groups(connection, 1)
        for key in "abc":
            post_to_group(connection, group, key, at=NOW)
    assert [sent(county, GROUPS, AHEAD) for _ in "abc"] == [1, 1, 1]
    with county.writing() as connection:
        post_to_group(connection, group, "d", at=NOW)

    assert [sent(county, GROUPS, at) for at in (NOW, WINDOW_LATER)] == [0, 1]
