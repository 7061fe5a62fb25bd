"""Which submission a number means, whether it may be decided, and what a reason names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.decision import (
    Desk,
    Lines,
    Said,
    Seen,
    Verdict,
    canned,
    desk_of,
    may_number,
    meant,
    pieces_named,
    verdict,
)
from bot.policy.evidence import EvidenceState
from bot.policy.people import Grant, Role, Whereabouts, may_see
from bot.policy.review import Level

REASONS = ("链接打不开", "没有访问权限", "缺学生体会", "视频与本点无关", "与他人材料雷同")
A5 = ("教学设计", "课堂实录片段", "学生体会或教学反思")


def lines(*numbers, numbered=True):
    return Lines(numbered, tuple(Seen(number, 1) for number in numbers))


@pytest.mark.parametrize(("items", "visible", "allowed"), [
    ((15, 16, 17), (),         True),   # nobody has a small number
    ((15, 16, 17), (15, 16),   True),
    ((15, 16, 17), (3,),       False),  # 3 would be line 3, and is a receipt of another one
    ((15, 2, 17),  (2, 15),    True),   # 2 is line 2 itself
    ((2, 15, 17),  (2, 15),    False),  # 2 is line 1, and would be taken for line 2
    ((),           (),         True),
])  # fmt: skip
def test_lines_have_numbers_only_where_no_receipt_looks_like_one(items, visible, allowed):
    assert may_number(items, visible) is allowed


@pytest.mark.parametrize(("number", "said", "known", "receipt"), [
    (3,  Said.BARE,    lines(15, 16, 17),                 17),
    (4,  Said.BARE,    lines(15, 16, 17),                 4),     # there is no such line
    (3,  Said.BARE,    lines(15, 16, 17, numbered=False), 3),
    (3,  Said.BARE,    None,                              3),
    (3,  Said.LINE,    lines(15, 16, 17, numbered=False), 17),
    (4,  Said.LINE,    lines(15, 16, 17),                 None),
    (0,  Said.LINE,    lines(15, 16, 17),                 None),
    (3,  Said.LINE,    None,                              None),
    (3,  Said.RECEIPT, lines(15, 16, 17),                 3),
    (16, Said.BARE,    lines(15, 16, 17),                 16),
])  # fmt: skip
def test_a_number_means_a_line_or_a_receipt(number, said, known, receipt):
    assert meant(number, said, known) == receipt


numbers = st.integers(1, 12)


@given(items=st.lists(numbers, unique=True, max_size=12), more=st.sets(numbers))
def test_in_a_numbered_list_no_receipt_is_ever_taken_for_another(items, more):
    visible = more | set(items)
    known = Lines(
        may_number(items, {n for n in visible if n <= len(items)}), tuple(Seen(n, 1) for n in items)
    )

    for receipt in visible:
        # A receipt that the person can see, typed bare, is that one; typed with a mark it always is.
        assert meant(receipt, Said.BARE, known) == receipt
        assert meant(receipt, Said.RECEIPT, known) == receipt
    for line, receipt in enumerate(items, 1):
        assert meant(line, Said.LINE, known) == receipt
        if known.numbered:
            assert meant(line, Said.BARE, known) == receipt


def ruled(**changes):
    free = {
        "own": False,
        "level": Level.GROUP,
        "state": EvidenceState.WAITING,
        "held": False,
        "version": 2,
        "seen": 2,
    }
    return verdict(**(free | changes))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, Verdict.FREE),
        ({"seen": None}, Verdict.FREE),
        ({"own": True, "level": None}, Verdict.OWN),
        ({"own": True, "level": Level.OFFICE}, Verdict.OWN),
        ({"level": None}, Verdict.HIDDEN),
        ({"level": None, "state": EvidenceState.PASSED}, Verdict.HIDDEN),
        ({"state": EvidenceState.PASSED}, Verdict.DECIDED),
        ({"state": EvidenceState.EXCELLENT}, Verdict.DECIDED),
        ({"state": EvidenceState.RETURNED, "seen": 1}, Verdict.DECIDED),
        ({"state": EvidenceState.WITHDRAWN}, Verdict.WITHDRAWN),
        ({"held": True, "seen": 1}, Verdict.HELD),
        ({"seen": 1}, Verdict.CHANGED),
    ],
)
def test_what_may_be_decided(changes, found):
    assert ruled(**changes) is found


@pytest.mark.parametrize(
    ("reason", "full"),
    [
        ("2", "没有访问权限"),
        ("原因2", "没有访问权限"),
        ("第3条", "缺学生体会"),
        ("第5条原因", "与他人材料雷同"),
        ("理由：1", "理由：1"),  # a full-width colon is made plain before this
        ("理由:1", "链接打不开"),
        ("6", ""),
        ("0", ""),
        ("缺学生体会", "缺学生体会"),
        ("2 个视频打不开", "2 个视频打不开"),
        ("", ""),
    ],
)
def test_usual_reasons_have_numbers(reason, full):
    assert canned(reason, REASONS) == full


@pytest.mark.parametrize(
    ("reason", "usual", "named"),
    [
        ("缺学生体会", A5, "学生体会"),
        ("课堂实录太短", A5, "课堂实录片段"),
        ("视频与本点无关", A5, "视频"),
        ("教学设计没写目标，反思也没有", A5, "教学设计、教学反思"),
        ("学生体会、学生体会还是学生体会", A5, "学生体会"),
        ("链接打不开", A5, ""),
        ("课件打不开", ("主题说明", "演示文稿"), "课件"),
        ("截图看不清", ("获取的资源或截图",), "截图"),
        ("缺教学设计", (), "教学设计"),
    ],
)
def test_a_reason_names_its_piece(reason, usual, named):
    assert pieces_named(reason, usual) == named


@given(st.text(alphabet="教学设计课堂实录片段学生体会反思视频，", max_size=400))
def test_a_named_piece_fits_its_column_whatever_is_written(reason):
    assert len(pieces_named(reason, A5)) <= 50


people = st.builds(Whereabouts, st.integers(1, 4), st.integers(1, 2), st.none() | st.integers(1, 3))
grants = st.frozensets(
    st.builds(Grant, st.sampled_from(Role), st.none() | st.integers(1, 2), st.none() | st.integers(1, 3))
)


@given(viewer=people, held=grants, other=people)
def test_a_desk_sees_what_its_roles_see(viewer, held, other):
    # A lead of no school leads nothing; everybody belongs to one.
    assert desk_of(viewer.person_id, held).sees(other) == may_see(viewer, held, other)


def test_a_desk_holds_what_one_leads():
    held = {Grant(Role.LEADER, 1, 7), Grant(Role.LEADER, 1), Grant(Role.PRINCIPAL, 2), Grant(Role.TEACHER)}

    assert desk_of(5, held) == Desk(
        person_id=5, groups=frozenset({7}), schools=frozenset({2}), office=False, sees_all=False
    )
    assert desk_of(5, {Grant(Role.OFFICE)}).office
    assert not desk_of(5, {Grant(Role.OVERSIGHT)}).office
    assert desk_of(5, {Grant(Role.OVERSIGHT)}).sees_all
