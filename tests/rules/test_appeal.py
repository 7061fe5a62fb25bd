"""Appeals: who hears of them, who may read and answer, what a text names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.appeal import (
    AppealState,
    after_answer,
    hears,
    may_answer,
    may_read,
    numbers_named,
    says_something,
)
from bot.policy.people import Grant, Role, Whereabouts

OPEN, ANSWERED, CORRECTED = AppealState
APPELLANT = Whereabouts(1, 10, 100)


@pytest.mark.parametrize(
    ("before", "corrected", "after"),
    [
        (OPEN, False, ANSWERED),
        (OPEN, True, CORRECTED),
        (ANSWERED, False, ANSWERED),
        (ANSWERED, True, CORRECTED),
        (CORRECTED, False, CORRECTED),  # a further answer takes nothing back
        (CORRECTED, True, CORRECTED),
    ],
)
def test_what_an_answer_makes_of_a_case(before, corrected, after):
    assert after_answer(before, corrected=corrected) is after


@pytest.mark.parametrize(
    ("leads", "office", "told"),
    [
        ((3, 4), (8, 9), (3, 4)),
        ((1, 4), (8, 9), (4,)),  # the appellant is one of the leads
        ((1,), (8, 9), (8, 9)),  # and the only one
        ((), (8, 9), (8, 9)),
        ((), (1, 9), (9,)),
        ((), (1,), ()),
    ],
)
def test_who_hears_of_a_case(leads, office, told):
    assert hears(1, leads, office) == told


@pytest.mark.parametrize(
    ("actor", "grant", "reads", "answers"),
    [
        (Whereabouts(1, 10, 100), Grant(Role.TEACHER), True, False),  # the appellant
        (Whereabouts(1, 10, 100), Grant(Role.OFFICE), True, False),  # whatever the role
        (Whereabouts(1, 10, 100), Grant(Role.SCHOOL_ADMIN, 10), True, False),
        (Whereabouts(2, 10, 100), Grant(Role.TEACHER), False, False),
        (Whereabouts(2, 10, 100), Grant(Role.LEADER, 10, 100), False, False),  # often what it is about
        (Whereabouts(3, 10, None), Grant(Role.SCHOOL_ADMIN, 10), True, True),
        (Whereabouts(3, 10, None), Grant(Role.PRINCIPAL, 10), True, True),
        (Whereabouts(3, 11, None), Grant(Role.PRINCIPAL, 11), False, False),
        (Whereabouts(3, 10, None), Grant(Role.PRINCIPAL, None), False, False),  # leads no school
        (Whereabouts(9, 12, None), Grant(Role.OFFICE), True, True),
        (Whereabouts(9, 12, None), Grant(Role.OVERSIGHT), True, False),
    ],
)
def test_who_reads_and_who_answers(actor, grant, reads, answers):
    assert may_read(actor, frozenset({grant}), APPELLANT) is reads
    assert may_answer(actor, frozenset({grant}), APPELLANT) is answers


@given(
    actor=st.builds(Whereabouts, st.integers(1, 3), st.integers(10, 11), st.none()),
    grants=st.frozensets(st.builds(Grant, st.sampled_from(Role), st.sampled_from([None, 10, 11]))),
)
def test_whoever_answers_may_read_and_is_not_the_appellant(actor, grants):
    if may_answer(actor, grants, APPELLANT):
        assert may_read(actor, grants, APPELLANT)
        assert actor.person_id != APPELLANT.person_id


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("编号 12 退回得没道理", (12,)),
        ("#12 和 编号：15 都不对", (12, 15)),
        ("12号材料退回得没道理", (12,)),
        ("12 退回不合理", (12,)),
        ("NO.7 退回", (7,)),
        ("5月12号交的，学时没有变", ()),
        ("12号之前就学完了", ()),
        ("线上少了 3 学时", ()),
        ("3 学时没有算", (3,)),  # whether it is anybody's number is looked up
        ("编号 12，又是编号 12", (12,)),
        ("", ()),
    ],
)
def test_the_numbers_that_a_text_may_speak_of(text, numbers):
    assert numbers_named(text) == numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [("", False), ("？？", False), ("少", False), ("少了", True), ("！少 了", True), ("A5", True)],
)
def test_a_mark_alone_is_no_text(text, found):
    assert says_something(text) is found
