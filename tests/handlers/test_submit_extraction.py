"""提取码, with the link or after it; and advice about links."""

import pytest
from sqlalchemy import select

from bot.policy.evidence import EventKind
from storage.submissions import events_of, versions_of
from storage.tables import audit
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, LINK, hand_in_next, links_of, only

WHICH = "这个链接交到哪个点？现在还没有交。"


# ── 提取码 and advice ──


def test_a_share_text_is_taken_apart(chosen, says):
    said = says(
        "提交A5 链接：https://pan.baidu.com/s/1abc 提取码：8k2d 课堂导入设计 复制这段内容后打开百度网盘手机App，操作更方便哦"
    )

    assert said.splitlines()[1] == "已存：提取码 8k2d，说明“课堂导入设计”。"
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc", "8k2d")]
    assert versions_of(chosen.connection, 1)[0].note == "课堂导入设计"


def test_a_link_may_carry_its_code(chosen, says):
    assert says("提交 A5 https://pan.baidu.com/s/1abc?pwd=8k2d").splitlines()[1] == "已存：提取码 8k2d。"
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc?pwd=8k2d", "8k2d")]


ASKED = "下一步：网盘链接没有提取码，10 分钟内直接回复提取码就行，以后发“提取码 8k2d”。"
NOTED = f"提取码 8k2d 记到编号 1（{A5}）了，还是原来那一版。\n{hand_in_next(B2)}"


@pytest.mark.parametrize(
    "answer", ["8k2d", "提取码 8k2d", "提取码忘写了 是 8k2d", "密码：8k2d", "A5的提取码 8k2d"]
)
def test_a_missing_code_is_asked_for_and_may_follow(chosen, says, answer):
    assert says("提交 A5 https://pan.baidu.com/s/1abc").splitlines()[-1] == ASKED

    assert says(answer) == NOTED
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc", "8k2d")]
    assert only(chosen).version == 1
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "extraction"]
    actions = chosen.connection.scalars(select(audit.c.action).order_by(audit.c.id)).all()
    assert actions[-1] == "evidence.extraction"


def test_after_ten_minutes_a_bare_code_means_nothing_any_more(chosen, says):
    says("提交 A5 https://pan.baidu.com/s/1abc")
    chosen.later(minutes=10)

    assert says("8k2d").startswith("没看懂")
    assert says("提取码 8k2d") == NOTED


def test_a_bare_code_is_heard_only_where_one_was_asked_for(chosen, says):
    says(f"提交 A5 {LINK}")

    assert says("8k2d").startswith("没看懂")
    assert links_of(chosen, 1) == [(LINK, "")]


def test_two_links_without_code_are_asked_for_one_after_the_other(chosen, says):
    said = says("提交 A5 https://pan.baidu.com/s/1abc B2 https://pan.baidu.com/s/1def")
    assert said.splitlines()[-1] == (
        "下一步：编号 1 的网盘链接没有提取码，10 分钟内直接回复提取码就行，以后发“提取码 8k2d”。"
    )

    assert says("8k2d").splitlines() == [
        f"提取码 8k2d 记到编号 1（{A5}）了，还是原来那一版。",
        "下一步：编号 2 的网盘链接没有提取码，10 分钟内直接回复提取码就行，以后发“提取码 8k2d”。",
    ]
    assert says("zz99").splitlines()[0] == f"提取码 zz99 记到编号 2（{B2}）了，还是原来那一版。"


def test_a_wrong_code_can_be_said_again(chosen, says):
    says("提交 A5 https://pan.baidu.com/s/1abc 提取码 8k2e")

    assert says("提取码 8k2d") == NOTED
    assert says("提取码 8k2d").splitlines()[0] == f"编号 1（{A5}）的提取码已经是 8k2d，没有变化。"
    assert [one.kind for one in events_of(chosen.connection, 1)] == ["submitted", "extraction"]


def test_a_code_that_belongs_to_nothing_is_not_swallowed(chosen, says):
    assert says("提取码 8k2d") == (
        "提取码 8k2d 没有记下：你没有等着提取码的材料。\n"
        "下一步：连链接一起发，例如“提交 A5 链接 提取码 8k2d”。"
    )


def test_a_code_goes_to_the_link_that_is_still_asked_about(chosen, says):
    says("https://pan.baidu.com/s/1abc")

    assert says("提取码 8k2d").splitlines()[:2] == ["提取码 8k2d 记下了。", WHICH]
    assert says("1").splitlines()[1] == "已存：提取码 8k2d。"
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc", "8k2d")]


@pytest.fixture
def two_without(chosen, says):
    """编号 1 for A5 and 编号 2 for B2, both without 提取码; the bot has asked about 编号 1."""
    says("提交 A5 https://pan.baidu.com/s/1abc B2 https://pan.baidu.com/s/1def")
    return lambda: [links_of(chosen, number)[0][1] for number in (1, 2)]


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("提取码 8k2d", "8k2d", ""),  # the one that was asked about, not the newest
        ("提取码 a1b2", "a1b2", ""),  # not the point B2
        ("2号提取码 zz11", "", "zz11"),
        ("提取码 zz11 编号2", "", "zz11"),
        ("A5提取码ab12 B2提取码cd34", "ab12", "cd34"),
        ("B2提取码ab12，A5提取码cd34", "cd34", "ab12"),
        ("提取码 ab12 提取码 cd34", "ab12", "cd34"),
        ("B2 的提取码改成 xy12", "", "xy12"),
    ],
)
def test_a_code_goes_where_it_is_said_to_go(two_without, says, said, first, second):
    says(said)

    assert two_without() == [first, second]


@pytest.mark.parametrize(
    "said", ["提取码发错了，应该是 8k2d", "提取码应该是8k2d", "提取码改成 8k2d", "提取码写错了8k2d"]
)
def test_a_correction_is_heard(chosen, says, said):
    says("提交 A5 https://pan.baidu.com/s/1abc 提取码 8k2e")

    assert says(said) == NOTED


def test_a_code_never_goes_to_a_decided_submission(chosen, says):
    says("提交 A5 https://pan.baidu.com/s/1abc")
    decide(chosen, 1, EventKind.PASSED)

    assert says("提取码 8k2d").startswith("提取码 8k2d 没有记下")
    assert links_of(chosen, 1) == [("https://pan.baidu.com/s/1abc", "")]


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("https://pan.quark.cn/s/abc 有效期7天", "提醒：分享请换成永久有效，免得审核时打不开。"),
        ("https://pan.quark.cn/s/abc 30天", "提醒：分享请换成永久有效，免得审核时打不开。"),
        (f"{LINK} 仅自己可见", "提醒：请打开“获得链接的人可查看”，不然审核人看不到。"),
        ("https://docs.qq.com/doc/D1", "提醒：腾讯文档请打开“获得链接的人可查看”，不然审核人看不到。"),
        (
            "https://pan.baidu.com/s/1abc?pwd=8k2d https://docs.qq.com/doc/D1",
            "提醒：腾讯文档请打开“获得链接的人可查看”，不然审核人看不到。",
        ),
        ("https://www.kdocs.cn/l/c1", "提醒：金山文档请打开“获得链接的人可查看”，不然审核人看不到。"),
        (
            "https://drive.weixin.qq.com/s?k=1 7天",
            "提醒：分享请换成永久有效，免得审核时打不开；企业微信微盘请打开“获得链接的人可查看”，不然审核人看不到。",
        ),
    ],
)
def test_advice_is_one_line_and_refuses_nothing(chosen, says, said, advice):
    lines = says(f"提交 A5 {said}").splitlines()

    assert lines[0].startswith("收到，编号 1：")
    assert lines[-2] == advice


def test_what_was_said_of_a_lone_link_still_counts_when_its_point_is_named(chosen, says):
    says("链接: https://pan.baidu.com/s/1abc?pwd=8k2d 提取码: 8k2d 有效期:7天")

    assert "提醒：分享请换成永久有效，免得审核时打不开。" in says("1").splitlines()
