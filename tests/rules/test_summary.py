"""What a summary compares, and when it is worth saying."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.evidence import EventKind
from bot.policy.people import PersonState
from bot.policy.school import STEPS, Tally, progress
from bot.policy.standing import Step
from bot.policy.summary import (
    NOTHING,
    Figures,
    Happened,
    changes,
    figures,
    from_json,
    happened,
    to_json,
    worth_saying,
)

# Five people: 1 and 2 are done, 3 has not chosen, 4 has not handed in, 5 waits for review.
BEFORE = Figures(
    active=5,
    done=2,
    steps=((Step.NO_CHOICE, 1), (Step.NO_EVIDENCE, 1), (Step.WAITING, 1)),
    finished=frozenset({1, 2}),
    unfinished=frozenset({3, 4, 5}),
    mine=frozenset({12}),
    owed=frozenset({"missing/scope"}),
    filed=frozenset({"development"}),
    event=100,
    at=1_000,
)
COMPLETE = Figures(active=2, done=2, steps=(), finished=frozenset({1, 2}), event=100, at=1_000)
PEOPLE = st.frozensets(st.integers(1, 9))
NUMBERS = st.frozensets(st.integers(1, 99))
WORDS = st.frozensets(st.text(max_size=5))


@st.composite
def any_figures(draw):
    finished = draw(PEOPLE)
    unfinished = draw(PEOPLE) - finished
    return Figures(
        active=len(finished | unfinished),
        done=len(finished),
        steps=tuple((step, draw(st.integers(1, 9))) for step in draw(st.sets(st.sampled_from(STEPS)))),
        finished=finished,
        unfinished=unfinished,
        mine=draw(NUMBERS),
        owed=draw(WORDS),
        filed=draw(WORDS),
        event=draw(st.integers(0, 9)),
        at=draw(st.integers(0, 9)),
    )


def now(**values):
    return replace(BEFORE, **values)


def test_who_has_become_done_here_is_named_and_who_came_done_is_not():
    # 5 is done now, 9 has come from elsewhere and was done there
    after = now(active=6, done=4, finished=frozenset({1, 2, 5, 9}), unfinished=frozenset({3, 4}))

    found = changes(BEFORE, after, NOTHING)

    assert (found.finished, found.done, found.undone, found.active) == ((5,), 1, 0, 1)


def test_who_leaves_the_unit_has_not_fallen_back():
    left = now(active=4, done=1, finished=frozenset({1}))
    reopened = now(done=1, finished=frozenset({1}), unfinished=frozenset({2, 3, 4, 5}))

    assert changes(BEFORE, left, NOTHING).undone == 0
    assert changes(BEFORE, reopened, NOTHING).fallen_back == (2,)


def test_of_a_county_only_numbers_are_compared():
    county = Figures(active=5, done=2, steps=(), event=0, at=0)

    more, fewer = (changes(county, replace(county, done=done), NOTHING) for done in (4, 1))

    assert (more.done, more.undone, fewer.done, fewer.undone) == (2, 0, 0, 1)
    assert (more.finished, fewer.fallen_back) == ((), ())


def test_steps_that_leave_no_event_are_compared_by_their_numbers():
    after = now(steps=((Step.NO_ACCOUNT, 2), (Step.NO_EVIDENCE, 2), (Step.WAITING, 1)))

    assert changes(BEFORE, after, NOTHING).steps == ((Step.NO_ACCOUNT, 2), (Step.NO_CHOICE, -1))


@pytest.mark.parametrize(
    ("after", "since"),
    [
        (now(finished=frozenset({1, 2, 3}), unfinished=frozenset({4, 5}), done=3), NOTHING),
        (now(mine=frozenset({12, 13})), NOTHING),
        (now(owed=frozenset({"missing/scope", "returned/research"})), NOTHING),
        (now(filed=frozenset({"development", "scope"})), NOTHING),
        (now(active=6), NOTHING),
        (now(steps=()), NOTHING),
        (now(), Happened(returned=1)),
    ],
    ids=["done", "waits for the reader", "owed", "filed", "arrived", "chosen", "sent back"],
)
def test_anything_new_is_worth_saying(after, since):
    assert worth_saying(BEFORE, after, since)


@pytest.mark.parametrize(
    "after",
    [now(), now(event=200, at=2_000), now(mine=frozenset()), now(owed=frozenset())],
    ids=["as it was", "elsewhere", "reviewed by another", "seen to"],
)
def test_what_is_as_it_was_or_only_less_is_not(after):
    assert not worth_saying(BEFORE, after)


def test_the_first_summary_is_news_where_anything_is_missing():
    assert worth_saying(None, BEFORE)
    assert worth_saying(None, replace(COMPLETE, mine=frozenset({12})))
    assert not worth_saying(None, COMPLETE)


def test_a_complete_unit_is_told_once():
    almost = replace(COMPLETE, done=1, finished=frozenset({1}), unfinished=frozenset({2}))

    assert worth_saying(almost, COMPLETE)
    # whatever happens to evidence afterwards: nobody has to do anything
    assert not worth_saying(COMPLETE, COMPLETE, Happened(certified=3))
    assert worth_saying(COMPLETE, replace(COMPLETE, mine=frozenset({12})))
    assert worth_saying(COMPLETE, almost)


def test_every_kind_of_event_but_a_late_extraction_code_is_counted():
    counted = {kind: happened(kind, 2, on_behalf=1) for kind in EventKind}

    assert [kind for kind, one in counted.items() if one == NOTHING] == [EventKind.EXTRACTION]
    assert counted[EventKind.EXCELLENT] == Happened(certified=2, on_behalf=1)
    assert counted[EventKind.SUBMITTED] + counted[EventKind.RESUBMITTED] == Happened(handed_in=4, on_behalf=2)


def test_figures_are_taken_from_a_unit():
    found = progress(
        [
            Tally(state=PersonState.ACTIVE, step=Step.NONE, people=1, completion=1),
            Tally(state=PersonState.ACTIVE, step=Step.HOURS, people=2, completion=0),
            Tally(state=PersonState.DEFERRED, step=Step.NO_CHOICE, people=1, completion=0),
        ],
        1,
    )

    assert figures(found, [(1, True), (2, False), (3, False)], event=7, at=8) == Figures(
        active=3,
        done=1,
        steps=((Step.HOURS, 2),),
        finished=frozenset({1}),
        unfinished=frozenset({2, 3}),
        event=7,
        at=8,
    )


@given(of=any_figures())
def test_figures_survive_being_kept(of):
    assert from_json(json.loads(json.dumps(to_json(of)))) == of


@given(of=any_figures())
def test_nothing_happens_without_a_change(of):
    assert not changes(of, of, NOTHING).any
    assert not worth_saying(of, of)


@given(before=any_figures(), after=any_figures())
def test_nobody_is_both_newly_done_and_fallen_back(before, after):
    found = changes(before, after, NOTHING)

    assert set(found.finished) <= after.finished & before.unfinished
    assert not set(found.finished) & set(found.fallen_back)
    # Who has stayed moves the number of those who are done by exactly these.
    stayed = (before.finished | before.unfinished) & (after.finished | after.unfinished)
    moved = len(after.finished & stayed) - len(before.finished & stayed)
    assert moved == len(found.finished) - len(found.fallen_back)
