"""提交, half of it: a link without a point, a point without a link, several points and one link."""

import pytest

from bot.policy.evidence import EventKind
from storage.submissions import of_author, versions_of
from tests.handlers.conftest import TEACHER
from tests.handlers.decided import decide
from tests.handlers.submit_words import A5, B2, B9, LINK, links_of

# ── a link without a point ──

WHICH = (
    "这个链接交到哪个点？现在还没有交。\n"
    f"1. {A5}\n"
    f"2. {B2}\n"
    f"3. {B9}\n"
    "回复 1 到 3，或发编码，例如“A5”（30 分钟内有效，链接我先记着）。"
)


def test_a_lone_link_is_asked_about_and_handed_in_by_a_number(chosen, says):
    assert says(f"这是我的设计 {LINK}") == WHICH
    assert of_author(chosen.connection, TEACHER) == ()

    assert says("2").splitlines()[0] == f"收到，编号 1：{B2}，5月21日（周二）09:30。"
    assert versions_of(chosen.connection, 1)[0].note == "这是我的设计"


@pytest.mark.parametrize(
    "answer", ["A5", "a5", "交A5", "交到A5", "这个是A5的", "课堂导入", "导入那个点", "提交 A5"]
)
def test_the_point_may_be_named_instead(chosen, says, answer):
    says(LINK)

    assert says(answer).splitlines()[0] == f"收到，编号 1：{A5}，5月21日（周二）09:30。"


@pytest.mark.parametrize("answer", ["A5 B2", "A5和B2", "交到 a5、b2", "A5 B2 都是"])
def test_several_points_may_be_named_for_one_link(chosen, says, answer):
    says(LINK)

    assert says(answer).splitlines()[:3] == [
        "收到 2 份（5月21日（周二）09:30）：",
        f"编号 1：{A5}",
        f"编号 2：{B2}",
    ]
    assert links_of(chosen, 1) == links_of(chosen, 2) == [(LINK, "")]


@pytest.mark.parametrize("question", ["A5是啥", "微能力 A5", "A5要交什么材料"])
def test_a_question_about_a_point_is_still_a_question(chosen, says, question):
    says(LINK)

    assert says(question).startswith(f"{A5}：学法指导")
    assert says("1").startswith("收到，编号 1：")


def test_without_a_question_a_code_is_looked_up(chosen, says):
    assert says("A5").startswith(f"{A5}：学法指导")


def test_after_half_an_hour_the_link_has_to_come_again(chosen, says):
    says(LINK)
    chosen.later(minutes=30)

    assert says("1") == "这个选单已过期，材料还没有交。请把链接再发一次。"
    assert says("A5").startswith(f"{A5}：学法指导")
    assert of_author(chosen.connection, TEACHER) == ()


def test_the_last_open_point_is_offered_and_not_taken_for_granted(chosen, says):
    chosen.certify(TEACHER, "A5", "B9")

    assert says(LINK) == f"回复 1 就交到 {B2}，现在还没有交（30 分钟内有效，链接我先记着）。"
    assert says("1").startswith(f"收到，编号 1：{B2}，")


def test_what_was_handed_in_before_is_marked_in_the_question(chosen, says):
    says(f"提交 A5 {LINK}")
    says("提交 B2 https://files.example.com/2")
    decide(chosen, 2, EventKind.RETURNED, remark="缺反思")

    assert says("https://files.example.com/3").splitlines()[1:4] == [
        f"1. {A5}（交过，待审，再交就是新的一版）",
        f"2. {B2}（退回，等你重交）",
        f"3. {B9}",
    ]


def test_a_second_lone_link_joins_the_first(chosen, says):
    says(LINK)

    said = says("https://files.example.com/2").splitlines()
    assert said[0] == "这 2 个链接交到哪个点？现在还没有交。"
    assert said[-1] == "要分开交就写明编码，例如“提交 A5 链接 B2 链接”。"
    says("1")
    assert links_of(chosen, 1) == [(LINK, ""), ("https://files.example.com/2", "")]


def test_a_kept_link_is_let_go_once_something_was_handed_in(chosen, says):
    says(LINK)
    says("提交 A5 https://files.example.com/2")

    assert says("1") == ""
    assert links_of(chosen, 1) == [("https://files.example.com/2", "")]


def test_who_is_through_hands_in_nothing_more(chosen, says):
    chosen.certify(TEACHER, "A5", "B2", "B9")

    assert says(LINK).splitlines()[0] == "你选的点都已经认证，不用再交。"
    assert says("提交").splitlines()[0] == "你选的点都已经认证，不用再交。"


# ── a point without a link ──


def test_a_point_is_kept_until_its_link_comes(chosen, says):
    assert says("交A5") == (
        f"{A5} 的链接呢？现在还没有交。\n下一步：把链接直接发来，就交到 A5（30 分钟内有效）。"
    )
    assert says(LINK).startswith(f"收到，编号 1：{A5}，")
    assert says("https://files.example.com/2").startswith("这个链接交到哪个点？")


def test_several_points_are_kept_in_order(chosen, says):
    assert says("提交 B9 A5") == (
        f"{B9}、{A5} 的链接呢？现在还没有交。\n下一步：按这个顺序把 2 个链接一起发来（30 分钟内有效）。"
    )
    says(f"{LINK} https://files.example.com/2")
    assert {
        one.code: links_of(chosen, one.number)[0][0] for one in of_author(chosen.connection, TEACHER)
    } == {
        "B9": LINK,
        "A5": "https://files.example.com/2",
    }


def test_after_half_an_hour_the_point_is_forgotten(chosen, says):
    says("交A5")
    chosen.later(minutes=30)

    assert says(LINK) == WHICH


def test_a_point_that_waits_for_its_link_can_be_cancelled(chosen, says):
    says("交A5")

    assert says("取消") == "已取消：等链接的提交。什么都没有执行。"
    assert says(LINK) == WHICH


def test_a_point_that_was_not_chosen_is_refused_before_its_link_is_fetched(chosen, says):
    assert says("交A6").splitlines()[0] == "A6 技术支持的课堂讲授 没有交上：它不在你选的点里。"


def test_the_bare_word_says_how_and_what_is_open(chosen, says):
    says(f"提交 A5 {LINK}")

    assert says("提交") == (
        "提交要写编码和链接，例如“提交 A5 链接”；只发链接也行，我会问交到哪个点。\n"
        "你还能交的点：\n"
        f"{A5}（交过，待审，再交就是新的一版）\n"
        f"{B2}\n"
        f"{B9}"
    )


# ── several points, one link ──


def test_two_points_and_one_link_are_asked_about(chosen, says):
    assert says(f"提交 A5 B2 {LINK}") == (
        "只有一个链接，交到哪些点？现在还没有交。\n"
        f"1. 2 个点都用这个链接：{A5}、{B2}\n"
        f"2. 只交 {A5}\n"
        f"3. 只交 {B2}\n"
        "回复 1 到 3（30 分钟内有效，链接我先记着）。"
    )
    assert says("1").splitlines()[:3] == [
        "收到 2 份（5月21日（周二）09:30）：",
        f"编号 1：{A5}",
        f"编号 2：{B2}",
    ]


def test_only_the_point_that_one_has_is_offered(chosen, says):
    assert says(f"提交 A5 A6 {LINK}") == (
        f"只有一个链接，交到哪些点？现在还没有交。\n1. 只交 {A5}\n回复 1（30 分钟内有效，链接我先记着）。"
    )


def test_other_numbers_that_do_not_agree_are_refused(chosen, says):
    assert says(f"提交 A5 B2 B9 {LINK} https://files.example.com/2") == (
        "没有交上：3 个编码、2 个链接，分不清哪个链接是哪个点的。\n"
        "下一步：一个点一个点地发，例如“提交 A5 链接”。"
    )
    assert of_author(chosen.connection, TEACHER) == ()


@pytest.mark.parametrize("answer", ["全部", "三个点都是这个", "三个都交", "都用这个链接"])
def test_one_link_may_be_for_every_open_point(chosen, says, answer):
    says(LINK)

    assert says(answer).splitlines()[0] == "收到 3 份（5月21日（周二）09:30）："


@pytest.mark.parametrize("answer", ["全部", "都交"])
def test_without_a_kept_link_all_of_nothing_is_asked_back(chosen, says, answer):
    assert not says(answer).startswith("收到")


@pytest.mark.parametrize("answer", ["是", "好的", "这个", "用这个"])
def test_agreeing_to_a_question_with_several_answers_hands_nothing_in(chosen, says, answer):
    says(LINK)

    assert not says(answer).startswith("收到")
