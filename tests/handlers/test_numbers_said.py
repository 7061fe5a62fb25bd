"""第3个 is a line, #3 and 3号 are a 编号, a bare 3 may be either."""

import pytest

from bot.policy.decision import Said
from handlers.numbers_said import how_said, last_after_a_blank

BARE, LINE, RECEIPT = Said.BARE, Said.LINE, Said.RECEIPT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("通过 3", {3: BARE}),
        ("通过 3 5 8", {3: BARE, 5: BARE, 8: BARE}),
        ("3过了", {3: BARE}),
        ("①③⑤通过", {1: BARE, 3: BARE, 5: BARE}),
        ("通过 3 优秀 第2个环节设计得好", {3: BARE}),
        ("第3个通过", {3: LINE}),
        ("第三条退回 缺学生体会", {3: LINE}),
        ("第1、3、5个过", {1: LINE, 3: LINE, 5: LINE}),
        ("第2到4个都过", {2: LINE, 3: LINE, 4: LINE}),
        ("第１个和第３个通过", {1: LINE, 3: LINE}),
        ("#3 通过", {3: RECEIPT}),
        ("通过 编号3", {3: RECEIPT}),
        ("编号57,58,59 通过", {57: RECEIPT, 58: RECEIPT, 59: RECEIPT}),
        ("3号通过", {3: RECEIPT}),
        ("第3号通过", {3: RECEIPT}),
        ("54、55号合格", {54: RECEIPT, 55: RECEIPT}),
        ("十八号和二十号都通过", {18: RECEIPT, 20: RECEIPT}),
        ("把第3个和#5通过", {3: LINE, 5: RECEIPT}),
        ("31-33号通过", {31: RECEIPT, 32: RECEIPT, 33: RECEIPT}),
        ("31到33通过", {31: BARE, 32: BARE, 33: BARE}),
        ("确认", {7: BARE}),
    ],
)
def test_how_a_number_was_said(text, said):
    assert how_said(text, said) == said


def test_the_first_time_counts():
    assert how_said("退回 3 第3个视频打不开", (3,)) == {3: BARE}
    assert how_said("看一下3", (3, 1)) == {3: BARE, 1: BARE}


@pytest.mark.parametrize(
    ("text", "digit"),
    [
        ("退回 3 2", 2),
        ("退回 3号 2", 2),
        ("退回 12 13 1", 1),
        ("退回 3 2。", 2),
        ("退回 3、2", None),
        ("退回 3 和 2", None),
        ("退回 3 12", None),
        ("退回 2", None),
        ("退回 3 缺 2", None),
        ("退回 3", None),
    ],
)
def test_a_last_digit_may_be_a_reason(text, digit):
    assert last_after_a_blank(text) == digit
