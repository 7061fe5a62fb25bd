"""What waits is claimed once, in order, and settled by whoever holds its lease."""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from bot.policy.outgoing import Kind
from bot.policy.standing import Step
from messages.incoming import Platform
from messages.outgoing import answer, load_answer
from storage import undelivered
from storage.allowances import Pace
from storage.claims import Wanted, claim, is_due
from storage.delivery_tables import outbox
from storage.notices import note, say
from storage.outbox import MINUTE_MS, Post, State, has_posted, post
from storage.parcels import LEASE_MS, Settlement, settle
from storage.queue import _GROUP_HEADS, Route
from storage.tables import account, inbox, standing
from storage.undelivered import DAY_MS, MOST_AT_ONCE, give_up, replay
from storage.undelivered import undelivered as given_up
from tests.kit.addressees import copies_to, post_to_group, settle_groups

NOW = 1_700_000_000_000
MANY = Pace(most=100_000, milliseconds=60_000)
WECOM = Route(
    outlet="wecom.app",
    to_groups=False,
    platform=Platform.WECOM,
    among=(Platform.WECOM, Platform.DINGTALK),
    together=MANY,
    each=MANY,
    apart_ms=4_000,
)
DINGTALK = replace(WECOM, outlet="dingtalk.robot", platform=Platform.DINGTALK)
GROUPS = replace(WECOM, outlet="wecom.webhook", to_groups=True, each=Pace(most=3, milliseconds=60_000))


@pytest.fixture
def noted(county):
    def noted(key, people=(1,), text="有一件事"):
        with county.writing() as connection:
            note(connection, people, key=key, text=text, at=NOW)

    return noted


@pytest.fixture
def groups(county):
    with county.writing() as connection:
        return settle_groups(connection, 3)


@pytest.fixture
def posts(county, groups):
    """Posts to a group, by its number from 1."""

    def posts(number, key, **more):
        with county.writing() as connection:
            return post_to_group(connection, groups[number - 1], key, **{"at": NOW} | more)

    return posts


def claimed(database, route=WECOM, *, now=NOW, most=20, candidates=0):
    with database.writing() as connection:
        return list(claim(connection, route, Wanted(parcels=most, candidates=candidates), now=now).parcels)


def settled(database, parcel, state=State.SENT, *, at=NOW, **more):
    with database.writing() as connection:
        every = [
            Settlement(parcel=parcel, receiver=receiver, state=state, **more) for receiver in parcel.receivers
        ]
        return settle(connection, every, at=at)


def said(database, person_id=1, at=NOW):
    with database.writing() as connection:
        heard, left = say(connection, person_id, most=3, at=at)
    return [one.plain for one in heard], left


def words(parcel):
    return [load_answer(content).plain for content in parcel.contents]


def accounts(parcel):
    return [receiver.account for receiver in parcel.receivers]


def states(database):
    with database.reading() as connection:
        rows = connection.execute(select(outbox.c.state, outbox.c.reason).order_by(outbox.c.id))
        return [f"{state} {reason}".strip() for state, reason in rows]


# ── posting ──


def test_the_same_key_is_one_message_and_whoever_commits_is_told_that_there_is_something(county):
    one = Post(key="ranking/2024-05-20/1", kind=Kind.ALARM, answer=answer("一"), person_id=1)
    with county.writing() as connection:
        assert post(connection, [one], at=NOW) == 1
        assert has_posted(connection)
        assert not has_posted(connection)
        assert post(connection, [replace(one, answer=answer("二"))], at=NOW) == 0
        assert not has_posted(connection)
        assert connection.scalars(select(outbox.c.content)).all() == ['[["text","一"]]']


# ── claims and leases ──


def test_a_claimed_message_is_nobody_elses_until_its_lease_ends(county, noted):
    noted("a")

    (mine,) = claimed(county)

    assert (accounts(mine), words(mine), mine.tries, mine.doubt_since) == (["T1"], ["有一件事"], 1, None)
    assert claimed(county, now=NOW + LEASE_MS - 1) == []
    assert said(county) == ([], 0)


def test_a_lease_that_ran_out_leaves_the_parcel_in_doubt_and_its_former_holder_out(county, noted):
    noted("a")
    (dead,) = claimed(county)

    (again,) = claimed(county, now=NOW + LEASE_MS)

    assert (again.key, words(again), accounts(again)) == (dead.key, words(dead), accounts(dead))
    assert again.lease != dead.lease
    assert (again.tries, again.doubt_since, again.lost_again) == (2, NOW, False)
    assert settled(county, dead, State.FAILED) == 0
    assert settled(county, again) == 1
    assert states(county) == ["sent"]


def test_who_comes_back_late_but_before_anybody_else_still_settles(county, noted):
    noted("a")
    (slow,) = claimed(county)

    assert settled(county, slow, at=NOW + 2 * LEASE_MS) == 1
    assert settled(county, slow) == 0


def test_a_process_that_dies_with_what_was_in_doubt_is_told_apart(county, noted):
    noted("a")
    claimed(county)
    claimed(county, now=NOW + LEASE_MS)

    (third,) = claimed(county, now=NOW + 2 * LEASE_MS)

    assert (third.lost_again, third.doubt_since) == (True, NOW)


def test_what_was_not_taken_is_free_for_the_next_answer(county, noted):
    noted("a")
    (mine,) = claimed(county)
    settled(county, mine, State.QUEUED, again_at=NOW + 9_000)

    assert claimed(county, now=NOW + 8_999) == []
    assert said(county) == (["有一件事"], 0)
    assert claimed(county, now=NOW + 9_000) == []


def test_what_waits_for_its_next_try_keeps_the_later_ones_waiting(county, noted):
    noted("a")
    (mine,) = claimed(county)
    settled(county, mine, State.QUEUED, again_at=NOW + 9_000)
    noted("b", people=(1, 2), text="另一件事")

    assert [accounts(one) for one in claimed(county, now=NOW + 8_999)] == [["T2"]]
    (both,) = claimed(county, now=NOW + 9_000)
    assert words(both) == ["有一件事", "另一件事"]


def test_what_is_in_doubt_no_answer_repeats_and_nothing_joins_it(county, noted):
    noted("a")
    (mine,) = claimed(county)
    settled(county, mine, State.QUEUED, again_at=NOW + 9_000, doubt_since=NOW)
    noted("b", text="另一件事")

    assert claimed(county, now=NOW + 8_999) == []
    (again,) = claimed(county, now=NOW + 9_000)
    assert (words(again), again.doubt_since) == (["有一件事"], NOW)
    assert said(county) == (["另一件事"], 0)


def test_what_failed_waits_for_the_next_answer_and_holds_nothing_up(county, noted):
    noted("a")
    (mine,) = claimed(county)
    settled(county, mine, State.FAILED, open=True)
    noted("b", text="另一件事")

    assert [words(one) for one in claimed(county)] == [["另一件事"]]
    assert said(county) == (["有一件事"], 0)


def test_what_may_have_arrived_is_not_sent_to_whoever_has_the_account_now(county, noted):
    noted("a")
    claimed(county)
    with county.writing() as connection:
        here = (account.c.platform == "wecom", account.c.folded == "t1")
        connection.execute(account.update().where(*here).values(person_id=2))

    assert claimed(county, now=NOW + LEASE_MS) == []
    assert states(county) == ["uncertain account moved"]


def test_a_message_takes_eight_things_or_what_fits(county, noted):
    for number in range(10):
        noted(f"short/{number}", people=[1])
        noted(f"long/{number}", people=[2], text="研" * 150)  # 450 bytes: three of them are 1,350

    short, long = claimed(county)

    assert (len(short.contents), len(long.contents)) == (8, 3)


def test_who_has_waited_longest_comes_first_and_nobody_is_overtaken_by_the_unreachable(county, noted):
    with county.writing() as connection:
        connection.execute(account.delete().where(account.c.person_id <= 30))
    noted("a", people=range(1, 41))

    assert [accounts(one) for one in claimed(county, most=3)] == [["T31"], ["T32"], ["T33"]]


def test_between_two_messages_to_one_person_there_is_time(county, noted):
    noted("a")
    (first,) = claimed(county)
    settled(county, first)
    noted("b")

    assert claimed(county, now=NOW + 3_999) == []
    assert len(claimed(county, now=NOW + 4_000)) == 1


def test_an_answer_to_a_question_asked_in_a_group_does_not_wait_for_what_was_told_before(county, noted):
    noted("a")
    (first,) = claimed(county)
    settled(county, first)
    with county.writing() as connection:
        said = Post(key="reply/wecom/t", kind=Kind.REPLY, answer=answer("线上 25 学时。"), person_id=1)
        post(connection, [said], at=NOW)

    (reply,) = claimed(county, now=NOW + 1)

    assert words(reply) == ["线上 25 学时。"]


@pytest.mark.parametrize("last", [Platform.WECOM, Platform.DINGTALK])
def test_the_platform_last_used_is_the_one(county, noted, last):
    with county.writing() as connection:
        for at, platform in enumerate((*Platform, last, Platform.CONSOLE)):
            connection.execute(
                inbox.insert().values(
                    platform=platform.value,
                    key=f"{at}",
                    folded="t1",
                    chat="",
                    received_at=at,
                    text="",
                    command="",
                    outcome="answered",
                    reply="[]",
                )
            )
    noted("a")

    assert len(claimed(county, WECOM)) == (last is Platform.WECOM)
    assert len(claimed(county, DINGTALK)) == (last is Platform.DINGTALK)


def test_an_alarm_takes_the_other_platform_while_one_is_out_of_order(county, noted):
    noted("a")
    with county.writing() as connection:
        post(connection, [Post(key="b", kind=Kind.ALARM, answer=answer("坏了"), person_id=2)], at=NOW)
    resting = {"resting": frozenset({Platform.WECOM})}

    assert [accounts(one) for one in claimed(county, replace(DINGTALK, **resting))] == [["T2"]]
    assert [accounts(one) for one in claimed(county, replace(WECOM, **resting))] == [["T1"]]


def test_in_quiet_hours_only_answers_go_out_and_wait_for_nothing(county, noted):
    noted("a")
    with county.writing() as connection:
        post(connection, [Post(key="b", kind=Kind.REPLY, answer=answer("25 学时"), person_id=1)], at=NOW)

    (only,) = claimed(county, replace(WECOM, kinds=(Kind.REPLY,)))

    assert words(only) == ["25 学时"]


# ── the same words for many ──


def test_the_same_words_go_out_in_one_call_and_are_repeated_in_the_same(county, noted):
    together = replace(WECOM, receivers=3)
    noted("a", people=range(1, 6))
    noted("b", people=(6,), text="另一件事")

    calls = claimed(county, together, candidates=20)

    assert [accounts(one) for one in calls] == [["T1", "T2", "T3"], ["T4", "T5"], ["T6"]]
    again = claimed(county, together, now=NOW + LEASE_MS)
    assert sorted(accounts(one) for one in again) == [["T1", "T2", "T3"], ["T4", "T5"], ["T6"]]


def test_what_was_refused_together_goes_out_alone(county, noted):
    together = replace(WECOM, receivers=3)
    noted("a", people=(1, 2))
    (both,) = claimed(county, together, candidates=20)
    settled(county, both, State.QUEUED, again_at=NOW)

    assert [accounts(one) for one in claimed(county, together, candidates=20)] == [["T1"], ["T2"]]


# ── groups ──


def test_a_group_gets_one_message_at_a_time_in_their_order(county, posts):
    for key in "abc":
        posts(1, key, words=key)
    posts(2, "d", words="d")

    first, other = claimed(county, GROUPS)
    assert (words(first), words(other)) == (["a"], ["d"])
    assert claimed(county, GROUPS) == []
    settled(county, first, State.QUEUED, again_at=NOW + 5_000)
    settled(county, other)
    assert claimed(county, GROUPS, now=NOW + 4_999) == []
    assert [words(one) for one in claimed(county, GROUPS, now=NOW + 5_000)] == [["a"]]


def test_what_waits_for_people_is_not_looked_through_for_what_waits_for_groups(county, posts):
    with county.writing() as connection:
        copies_to(connection, 3_000, expires_at=NOW + DAY_MS)
    posts(1, "a")
    with county.writing() as connection:
        connection.execute(text("ANALYZE"))
    explain = "EXPLAIN QUERY PLAN" if county.is_sqlite else "EXPLAIN"
    with county.reading() as connection:
        statement, arranged = _GROUP_HEADS[connection.dialect.name]._for(connection)
        values = arranged({"outlet": "wecom.webhook", "now": NOW, "since": 0, "latest": NOW, "most": 20})
        plan = " ".join(str(row) for row in connection.exec_driver_sql(f"{explain} {statement}", values))

    assert "ix_outbox_groups_next" in plan
    assert "ix_outbox_next_try_at" not in plan
    assert [parcel.key for parcel in claimed(county, GROUPS)] != []


def test_what_may_be_merged_goes_out_together_up_to_what_may_not(county, posts):
    for key, kind in (("a", Kind.CORRECTION), ("b", Kind.CORRECTION), ("c", Kind.RANKING)):
        posts(1, key, kind=kind, words=key)

    (both,) = claimed(county, GROUPS)
    assert words(both) == ["a", "b"]
    settled(county, both)
    assert [words(one) for one in claimed(county, GROUPS)] == [["c"]]


def test_a_group_gets_no_more_than_its_window_allows_and_the_others_go_on(county, posts):
    """Three a minute; two pages count twice."""
    for key in "abc":
        posts(1, key)
    posts(2, "d")
    first, elsewhere = claimed(county, GROUPS)
    settled(county, first, calls=2)
    settled(county, elsewhere)
    (second,) = claimed(county, GROUPS, now=NOW + 1_000)
    settled(county, second)
    posts(3, "e")

    (other,) = claimed(county, GROUPS, now=NOW + 2_000)
    assert other.receivers[0].chat != first.receivers[0].chat
    settled(county, other)
    with county.reading() as connection:
        assert not is_due(connection, GROUPS, NOW + 60_000)
        assert is_due(connection, GROUPS, NOW + 60_001)


def test_a_stopped_a_paused_and_an_ended_group_get_nothing(county, groups, posts):
    for number in (1, 2, 3):
        posts(number, f"{number}")
    with county.writing() as connection:
        for group_id, column in zip(groups, ("stopped_at", "paused_until", "ended_at"), strict=True):
            connection.execute(text(f"UPDATE chat_group SET {column} = {NOW + 9} WHERE id = {group_id}"))

    assert claimed(county, GROUPS) == []
    with county.writing() as connection:
        assert give_up(connection, NOW).counts == {(Kind.RANKING, "stopped"): 2}
    assert len(claimed(county, GROUPS, now=NOW + 9)) == 1


def test_beyond_the_budget_of_a_day_messages_wait_for_tomorrow_and_merge_while_rankings_go_out(county, posts):
    budget = replace(
        GROUPS, budget=1, day_began_at=NOW - 9, tomorrow_at=NOW + 50_000, each=replace(MANY, most=9)
    )
    posts(1, "a", kind=Kind.CORRECTION)
    (first,) = claimed(county, budget)
    settled(county, first)
    for key, kind in (("b", Kind.CORRECTION), ("c", Kind.CORRECTION), ("d", Kind.RANKING)):
        posts(1, key, kind=kind, words=key)

    with county.writing() as connection:
        found = claim(connection, budget, Wanted(parcels=9), now=NOW + 1)
    assert found.over_budget == {Kind.CORRECTION: 2}
    (ranking,) = found.parcels
    assert words(ranking) == ["d"]
    settled(county, ranking)
    tomorrow = replace(budget, day_began_at=NOW + 40_000)
    assert [words(one) for one in claimed(county, tomorrow, now=NOW + 50_000)] == [["b", "c"]]


# ── what is given up, and sent again ──


def test_what_is_too_late_is_dead_and_what_may_have_arrived_uncertain(county, posts):
    posts(1, "a")
    posts(2, "b")
    claimed(county, GROUPS, most=1)
    late = NOW + 120 * MINUTE_MS  # a ranking is worth two hours
    (again,) = claimed(county, GROUPS, now=late, most=1)
    settled(county, again, State.QUEUED, again_at=late + 9_000, doubt_since=NOW)

    with county.writing() as connection:
        ended = give_up(connection, late).counts
    assert ended == {(Kind.RANKING, "expired"): 1, (Kind.RANKING, "forgotten"): 1}
    assert states(county) == ["uncertain forgotten", "dead expired"]


@pytest.mark.parametrize(
    ("now", "given"),
    [
        ({"next_step": Step.NO_EVIDENCE.value, "active": True}, {}),
        ({"next_step": Step.WAITING.value, "active": True}, {(Kind.REMINDER, "overtaken"): 1}),
        ({"next_step": Step.NO_EVIDENCE.value, "active": False}, {(Kind.REMINDER, "overtaken"): 1}),
    ],
)
def test_a_reminder_that_is_true_no_more_is_not_sent(county, noted, now, given):
    stands = {
        "person_id": 1, "school_id": 1, "practice_hours": 0, "done": False, "completion": 0, "rule_version": "1",
    }  # fmt: skip
    with county.writing() as connection:
        connection.execute(standing.insert().values(**stands, **now))
        post(
            connection, [Post(key="r", kind=Kind.REMINDER, answer=answer("去交材料。"), person_id=1)], at=NOW
        )
    noted("a decision stays")

    with county.writing() as connection:
        assert give_up(connection, NOW).counts == given


def test_a_doubt_is_forgotten_after_a_day(county, noted):
    noted("a")
    (mine,) = claimed(county)
    settled(county, mine, State.QUEUED, again_at=NOW, doubt_since=NOW)

    with county.writing() as connection:
        assert give_up(connection, NOW + DAY_MS - 1).counts == {}
        assert give_up(connection, NOW + DAY_MS).counts == {(Kind.NOTICE, "forgotten"): 1}


def test_more_than_a_statement_can_name_is_given_up_piece_by_piece(county):
    """PostgreSQL takes 65,535 parameters, SQLite 32,766: of an announcement more copies are too late at once."""
    copies = 66_000
    with county.writing() as connection:
        copies_to(connection, copies, expires_at=NOW)
        first = give_up(connection, NOW)
    assert (first.counts, first.more) == ({(Kind.ANNOUNCEMENT, "expired"): MOST_AT_ONCE}, True)
    assert Counter(states(county)) == {"dead expired": MOST_AT_ONCE, "queued": copies - MOST_AT_ONCE}


def test_pieces_end_when_nothing_is_left_to_give_up(county):
    with county.writing() as connection:
        copies_to(connection, MOST_AT_ONCE + 1, expires_at=NOW)
        copies_to(connection, 1, expires_at=NOW + 1)
        found = [give_up(connection, NOW) for _ in range(3)]

    kind = (Kind.ANNOUNCEMENT, "expired")
    assert [(one.counts, one.more) for one in found] == [
        ({kind: MOST_AT_ONCE}, True),
        ({kind: 1}, False),
        ({}, False),
    ]


def test_what_may_have_arrived_is_uncertain_when_its_group_is_stopped(county, posts, groups):
    for key in "ab":
        posts(1, key)
    (mine,) = claimed(county, GROUPS, most=1)
    settled(
        county, mine, State.QUEUED, again_at=NOW + 9_000, doubt_since=NOW, reason="93000", why="被移出了群"
    )

    with county.writing() as connection:
        ended = undelivered.bury(connection, groups[0], NOW + 1, why="被移出了群")
        listed = given_up(connection, most=9)

    assert ended == {(Kind.RANKING, "stopped"): 1, (Kind.RANKING, "forgotten"): 1}
    assert [(one.key, one.state, one.reason) for one in listed] == [
        ("b", State.DEAD, "stopped"),
        ("a", State.UNCERTAIN, "forgotten"),
    ]
    with county.writing() as connection:
        assert replay(connection, at=NOW + 2) == 1
    assert states(county) == ["uncertain forgotten", "queued"]


def test_the_dead_are_listed_and_sent_once_more(county, posts, groups):
    for key in "ab":
        posts(1, key)
    with county.writing() as connection:
        assert undelivered.bury(connection, groups[0], NOW) == {(Kind.RANKING, "stopped"): 2}
        listed = given_up(connection, most=9)
        assert [(one.key, one.state, one.reason) for one in listed] == [
            ("b", State.DEAD, "stopped"),
            ("a", State.DEAD, "stopped"),
        ]
        assert replay(connection, at=NOW, group_id=groups[1]) == 0
        assert replay(connection, at=NOW + 120 * MINUTE_MS, group_id=groups[0]) == 0  # too late by then
        assert replay(connection, at=NOW, group_id=groups[0]) == 2
        assert has_posted(connection)
    assert len(claimed(county, GROUPS)) == 1


def test_by_its_key_also_what_is_too_late_is_sent_once_more_and_gets_its_time_anew(county, posts):
    posts(1, "a")
    late = NOW + 120 * MINUTE_MS
    with county.writing() as connection:
        give_up(connection, late)
        assert replay(connection, at=late, keys=["a", "nobody"]) == 1
        assert connection.scalar(select(outbox.c.expires_at)) == late + 120 * MINUTE_MS


def test_what_was_for_a_group_that_takes_nothing_stays_given_up(county, posts, groups):
    posts(1, "a")
    with county.writing() as connection:
        undelivered.bury(connection, groups[0], NOW)
        for column in ("stopped_at", "ended_at"):
            connection.execute(text(f"UPDATE chat_group SET {column} = {NOW} WHERE id = {groups[0]}"))
            assert replay(connection, at=NOW) == replay(connection, at=NOW, keys=["a"]) == 0
            connection.execute(text(f"UPDATE chat_group SET {column} = NULL WHERE id = {groups[0]}"))
        assert replay(connection, at=NOW) == 1


def test_what_was_sent_is_never_sent_again(county, posts):
    posts(1, "a")
    (mine,) = claimed(county, GROUPS)
    settled(county, mine)

    with county.writing() as connection:
        assert replay(connection, at=NOW, keys=["a"]) == 0


@pytest.mark.parametrize(("later_s", "counted"), [(59, 1), (61, 0)])
def test_a_try_counts_in_its_persons_window_and_not_after_it(county, noted, later_s, counted):
    noted("a")
    route = replace(WECOM, each=Pace(most=5, milliseconds=60_000))
    (first,) = claimed(county, route)
    settled(county, first, State.QUEUED, calls=1, again_at=NOW + 1)

    (again,) = claimed(county, route, now=NOW + later_s * 1_000)

    assert [one.calls_before for one in again.receivers] == [counted]
