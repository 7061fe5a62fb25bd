"""When an announcement needs a second person, asks for 收到, or is unusual."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.announcement import (
    TRANSITIONS,
    AnnouncementState,
    Unusual,
    needs_second_person,
    unusual,
    wants_receipt,
)
from bot.policy.calendar import SHANGHAI

PLAN = load_plan(None)
RULE = PLAN.announcements  # more than 200 people; groups never


def at(day, hour, minute=0):
    return datetime(2024, 5, day, hour, minute, tzinfo=SHANGHAI)


def found(body, moment=None):
    return unusual(body, moment or at(20, 10), PLAN.quiet, PLAN.workdays)


@pytest.mark.parametrize(("people", "needed"), [(200, False), (201, True)])
def test_many_people_need_a_second_person(people, needed):
    assert needs_second_person(RULE, people=people, groups=0, others=1) is needed


def test_groups_need_one_only_where_the_plan_says_so():
    assert not needs_second_person(RULE, people=0, groups=300, others=1)
    strict = replace(RULE, second_person_groups=3)
    assert needs_second_person(strict, people=0, groups=4, others=1)
    assert not needs_second_person(strict, people=0, groups=3, others=1)


def test_nobody_is_waited_for_who_does_not_exist():
    assert not needs_second_person(RULE, people=5_000, groups=300, others=0)
    assert not needs_second_person(replace(RULE, second_person=False), people=5_000, groups=0, others=3)


def test_what_has_ended_stays_as_it_is():
    assert {state for state, following in TRANSITIONS.items() if not following} == {
        AnnouncementState.CANCELLED,
        AnnouncementState.EXPIRED,
        AnnouncementState.RECALLED,
    }


@pytest.mark.parametrize(
    "body",
    [
        "明天开会，请回复收到",
        "明天开会，请回复“收到”。",
        "明天开会。收到请回复！",
        "收到请务必回复",
        "各园注意：收到后请回复",
        "请各位组长收到通知后回复。",
        "看到请回个收到",
        "收到的扣1",
        "收到请扣 1",
        "请大家回复：收到",
        "请回复【收到】",
        "请及时确认收到",
        "收到，请回复",
        "收到请反馈",
    ],
)
def test_who_asks_for_a_receipt_is_understood(body):
    assert wants_receipt(body)


@pytest.mark.parametrize(
    "body",
    [
        "明天开会",
        "材料已收到，谢谢大家",
        "收到的材料请登记",
        "不用回复收到",
        "收到后不用回复",
        "请不要回复“收到”",
        "无需逐一回复收到",
        "有问题请回复",
        "",
    ],
)
def test_who_only_speaks_of_it_asks_for_nothing(body):
    assert not wants_receipt(body)


def test_in_working_hours_a_short_text_is_nothing_unusual():
    assert found("明天培训") == ()


# plan.quiet: 20:00–07:00; 2024-05-18 is a Saturday, 2024-05-11 one that is worked on.
@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (at(20, 19, 59), False),
        (at(20, 20), True),
        (at(20, 7), False),
        (at(18, 10), True),
        (at(11, 10), False),
    ],
)
def test_nights_and_days_off_are_unusual(moment, quiet):
    assert (Unusual.QUIET in found("明天培训", moment)) is quiet


@pytest.mark.parametrize("call", ["@所有人 开会", "＠全体成员", "请看 @All", "@ everyone 开会"])
def test_calling_everybody_is_unusual(call):
    assert found(call) == (Unusual.CALLS_EVERYBODY,)


# 666 characters of three bytes are 1,998; one more makes 2,001.
@pytest.mark.parametrize(("characters", "long"), [(666, False), (667, True)])
def test_more_than_two_thousand_bytes_are_long(characters, long):
    assert (found("字" * characters) == (Unusual.LONG,)) is long


def test_everything_unusual_is_found_in_its_order():
    assert found("@所有人 " + "字" * 700, at(18, 23)) == tuple(Unusual)


@given(st.text())
def test_any_text_can_be_judged(body):
    assert wants_receipt(body) in (True, False)
    assert set(found(body)) <= set(Unusual)
