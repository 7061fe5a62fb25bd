"""Months of bulletins, answers of authors, and links with their 提取码."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.links import carried_extraction, judge_link
from bot.policy.paper import (
    PaperKind,
    PaperState,
    bare_link,
    bulletin_months,
    extraction_of,
    may_answer,
    month_of,
    paper_due,
    same_document,
    with_extraction,
)

DUE = date(2024, 6, 14)
IN_TIME, AFTER = DUE, date(2024, 6, 15)
YES, NO = PaperState.AGREED, PaperState.DECLINED
BAIDU = "https://pan.baidu.com/s/1abc"
TIANYI = "https://cloud.189.cn/t/abc"


def test_bulletins_are_of_the_months_of_the_second_stage():
    assert bulletin_months(load_plan(None)) == ("2024-03", "2024-04", "2024-05")


def test_a_stage_may_run_over_the_turn_of_the_year():
    plan = load_plan(None)
    stages = tuple(
        replace(one, first=date(2024, 11, 20), last=date(2025, 2, 1)) if one.number == 2 else one
        for one in plan.stages
    )

    assert bulletin_months(replace(plan, stages=stages)) == ("2024-11", "2024-12", "2025-01", "2025-02")


def test_everything_but_a_bulletin_is_due_with_the_summary():
    plan = load_plan(None)

    assert {kind: paper_due(kind, plan) for kind in PaperKind} == {
        PaperKind.BULLETIN: None,
        PaperKind.SUMMARY: DUE,
        PaperKind.SCHOOL_CASE: DUE,
        PaperKind.SUBJECT_CASE: DUE,
        PaperKind.WORK_CASE: DUE,
    }


@pytest.mark.parametrize(
    ("state", "answer", "today", "may"),
    [
        (PaperState.ASKED, YES, IN_TIME, True),
        (PaperState.ASKED, NO, IN_TIME, True),
        (PaperState.ASKED, YES, AFTER, True),
        (PaperState.AGREED, NO, IN_TIME, True),
        (PaperState.AGREED, NO, AFTER, False),
        (PaperState.AGREED, YES, IN_TIME, False),
        (PaperState.HANDED_IN, NO, IN_TIME, True),
        (PaperState.HANDED_IN, YES, IN_TIME, False),
        (PaperState.DECLINED, YES, IN_TIME, False),
        (PaperState.DECLINED, NO, IN_TIME, False),
        (PaperState.REPLACED, YES, IN_TIME, False),
        (PaperState.REPLACED, NO, IN_TIME, False),
    ],
)
def test_an_author_answers_once_and_may_take_back_a_yes_in_time(state, answer, today, may):
    assert may_answer(state, answer, today, DUE) is may


def test_only_what_was_handed_in_or_agreed_to_counts():
    assert {state for state in PaperState if state.counts} == {PaperState.HANDED_IN, PaperState.AGREED}


@pytest.mark.parametrize(
    ("link", "code", "stored"),
    [
        (BAIDU, "8k2d", f"{BAIDU}?pwd=8k2d"),
        (f"{BAIDU}?from=x", "8k2d", f"{BAIDU}?from=x&pwd=8k2d"),
        (f"{BAIDU}#list", "8k2d", f"{BAIDU}?pwd=8k2d#list"),
        (f"{BAIDU}?pwd=aaaa", "8k2d", f"{BAIDU}?pwd=aaaa"),
        (TIANYI, "8k2d", f"{TIANYI} 提取码 8k2d"),
        (f"{TIANYI} 提取码 8k2d", "zzzz", f"{TIANYI} 提取码 8k2d"),
        (BAIDU, "", BAIDU),
    ],
)
def test_an_extraction_code_is_kept_where_it_opens_the_link(link, code, stored):
    assert with_extraction(link, code) == stored
    assert judge_link(bare_link(stored), 2048) is None


@given(
    link=st.sampled_from([BAIDU, f"{BAIDU}?a=1", TIANYI, "https://docs.qq.com/doc/D1#x"]),
    code=st.from_regex(r"[A-Za-z0-9]{4,8}", fullmatch=True),
)
def test_what_was_put_beside_a_link_is_found_again(link, code):
    stored = with_extraction(link, code)

    assert extraction_of(stored) == code
    assert with_extraction(stored, code) == stored
    assert same_document(stored, stored)
    assert carried_extraction(stored) in {"", code}


@pytest.mark.parametrize(
    ("new", "stored", "same"),
    [
        (BAIDU, BAIDU, True),
        (BAIDU, f"{BAIDU}?pwd=8k2d", True),  # nothing new: the code is known
        (f"{BAIDU}?pwd=8k2d", BAIDU, False),  # the code is new
        (f"{BAIDU}?pwd=8k2d", f"{BAIDU}?pwd=8k2d", True),
        (f"{BAIDU}?pwd=9999", f"{BAIDU}?pwd=8k2d", False),
        (f"{TIANYI} 提取码 8k2d", TIANYI, False),
        (TIANYI, f"{TIANYI} 提取码 8k2d", True),
        (BAIDU, TIANYI, False),
    ],
)
def test_the_same_document_is_the_same_paper_unless_its_code_is_new(new, stored, same):
    assert same_document(new, stored) is same


@given(st.dates(date(2024, 3, 18), date(2024, 5, 31)))
def test_every_day_of_the_second_stage_lies_in_a_month_of_bulletins(day):
    assert month_of(day) in bulletin_months(load_plan(None))
