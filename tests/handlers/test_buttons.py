"""What can be tapped below answers: exactly the next steps, in words that are understood as if they were typed."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.policy.evidence import EventKind
from bot.policy.filing import Slot
from handlers import menu
from messages.commands import Arguments, Command
from messages.outgoing import Buttons, Choice, Reply, answer
from messages.taps import LONGEST_TITLE, choosing, confirming, reading_on
from storage import filings
from storage.conversations import Topic
from storage.tables import conversation
from tests.handlers.chatting import Chat
from tests.handlers.conftest import (
    ADMIN,
    FIRST_SCHOOL,
    LEADER,
    OVERSEER,
    TEACHER,
)
from tests.handlers.decided import decide
from tests.handlers.submitted import hand_in, hand_in_again, use_up_numbers
from tests.handlers.tapped import shown


@pytest.fixture
def chat(county) -> Chat:
    return Chat(county)


@pytest.fixture
def numbered(county):
    """Receipts begin with 31: no line of a list is taken for one of them."""
    use_up_numbers(county, 30)
    return county


# ── reviewing ──


def test_a_submission_that_is_looked_at_can_be_decided(numbered, chat):
    hand_in(numbered, TEACHER, "A5")

    assert shown(chat.says("查看 31", LEADER)) == [
        "编号 31，怎么定？",
        "[通过] 通过 31",
        "[优秀] 通过 31 优秀",
        "[退回] 退回 31",
    ]
    assert shown(chat.says("查看 31", TEACHER)) == []  # its author
    assert shown(chat.says("查看 31", OVERSEER)) == []  # who only reads


def test_what_is_decided_or_overdue_cannot(numbered, chat):
    hand_in(numbered, TEACHER, "A5")
    decide(numbered, 31, EventKind.PASSED)
    assert shown(chat.says("查看 31", LEADER)) == []

    last = numbered.plan.deadlines.hard
    numbered.later(days=(last - numbered.now.date()).days + 1)  # it waits for the office to admit it
    hand_in(numbered, TEACHER, "B2")
    assert shown(chat.says("查看 32", LEADER)) == []


def test_one_that_waits_is_decided_from_the_list_several_are_looked_at_first(numbered, chat):
    hand_in(numbered, TEACHER, "A5", days=9)
    assert shown(chat.says("待审", LEADER)) == [
        "编号 31，怎么定？",
        "[查看 31] 查看 31",
        "[通过] 通过 31",
        "[优秀] 通过 31 优秀",
        "[退回] 退回 31",
    ]

    for days, code in enumerate(("A1", "A2", "A6", "A7", "B1"), 1):
        hand_in(numbered, TEACHER, code, days=days)
    assert shown(chat.says("待审", LEADER)) == [
        "先看哪一份？",
        "[查看 31] 查看 31",
        "[查看 36] 查看 36",
        "[查看 35] 查看 35",
        "[查看 34] 查看 34",
        "[查看 33] 查看 33",
    ]


def test_nothing_waits_nothing_can_be_tapped(numbered, chat):
    assert shown(chat.says("待审", LEADER)) == []


def test_an_evening_of_taps(numbered, chat):
    """Look, pass, the next one, excellent, the next one, send back with a usual reason."""
    for days, code in ((3, "A5"), (2, "B2"), (1, "B9")):
        hand_in(numbered, TEACHER, code, days=days)

    first = chat.taps(chat.says("待审", LEADER), "查看 31", LEADER)
    passed = chat.taps(first, "通过", LEADER)
    assert shown(passed) == ["接着审下一份", "[下一份] 查看 32"]
    excellent = chat.taps(chat.taps(passed, "下一份", LEADER), "优秀", LEADER)
    assert "：优秀，" in excellent.plain
    why = chat.taps(chat.taps(excellent, "下一份", LEADER), "退回", LEADER)
    assert shown(why) == [
        "退回的原因是？",
        "[链接打不开] 1",
        "[没有访问权限] 2",
        "[缺学生体会] 3",
        "[视频与本点无关] 4",
        "[与他人材料雷同] 5",
    ]
    returned = chat.taps(why, "缺学生体会", LEADER)
    assert "，甲老师：退回。要改的是：学生体会。原因：缺学生体会" in returned.plain
    assert shown(returned) == []  # nothing is left

    assert chat.taps(why, "缺学生体会", LEADER).plain == (
        "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"
    )
    assert chat.taps(first, "退回", LEADER).plain.splitlines()[0] == (
        "编号 31 A5 技术支持的课堂导入，甲老师：没有定，你 5月21日 09:30 已定为合格。"
    )


def test_an_old_button_decides_about_what_was_read_above_it(numbered, chat):
    hand_in(numbered, TEACHER, "A5", days=2)
    hand_in(numbered, TEACHER, "B2", days=1)
    old = chat.says("查看 31", LEADER)
    chat.says("查看 32", LEADER)
    numbered.later(hours=2)
    hand_in_again(numbered, 31)

    assert chat.taps(old, "通过", LEADER).plain.splitlines()[0] == (
        "编号 31 A5 技术支持的课堂导入，甲老师：没有定，作者刚交了第 2 版，请先“查看 31”再定。"
    )


def test_of_as_many_as_are_remembered_the_newest_stay(numbered, chat):
    for number in range(31, 31 + 33):
        hand_in(numbered, TEACHER, "A5") if number == 31 else hand_in(numbered, TEACHER, f"B{number}")
        chat.says(f"查看 {number}", LEADER)

    opened = select(conversation.c.content).where(conversation.c.topic == Topic.OPENED.value)
    content = numbered.connection.scalar(opened)
    assert content["number"] == 63
    assert [number for number, _ in content["before"]] == list(range(62, 32, -1))


# ── one's own next step ──


def test_the_next_step_can_be_tapped_where_nothing_has_to_be_filled_in(county, chat):
    for words in ("还差什么", "我的学时", "我的微能力"):
        assert shown(chat.says(words)) == ["下一步", "[推荐选点] 推荐选点"]

    chat.says("选点 A5 B2 B9")
    for words in ("还差什么", "我的学时", "我的微能力"):
        assert shown(chat.says(words)) == ["下一步", "[A5 要交什么] 微能力 A5"]
    assert chat.taps(chat.says("还差什么"), "A5 要交什么").plain.startswith("A5 技术支持的课堂导入")

    for code in ("A5", "B2", "B9"):
        number = hand_in(county, TEACHER, code)
    decide(county, number, EventKind.RETURNED, remark="缺学生体会")
    assert shown(chat.says("还差什么")) == ["下一步", "[看退回原因] 查看 3"]


def test_who_waits_or_is_late_has_nothing_to_tap(county, chat):
    chat.says("选点 A5 B2 B9")
    for code in ("A5", "B2", "B9"):
        hand_in(county, TEACHER, code)
    assert shown(chat.says("还差什么")) == []

    county.later(days=60)
    assert shown(chat.says("还差什么", LEADER)) == []


# ── choosing points ──


def test_points_are_recommended_and_picked_by_a_tap(county, chat):
    said = chat.says("推荐选点")

    assert shown(said) == ["选哪一组？", "[A3 A5 B9] 1", "[A7 A11 C2] 2", "[A1 A2 B6] 3"]
    assert chat.taps(said, "A1 A2 B6").plain.startswith("选好了：A1 技术支持的学情分析、A2 ")
    assert chat.taps(said, "A3 A5 B9").plain == (
        "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"
    )


def test_points_are_picked_from_a_list_of_what_suits(county, chat):
    said = chat.says("选点")

    (title, recommend, listed) = shown(said)
    assert (title, recommend) == ("选哪几个微能力点？", "[推荐选点] 推荐选点")
    assert listed.startswith("[就选这些] 选点: ")
    pick = said.buttons.pick
    assert len(pick.options) == 20
    assert dict(pick.options)["A5"] == "A5 技术支持的课堂导入"
    assert chat.says(f"{pick.says} A5 B2 B9").plain.startswith("选好了：A5 技术支持的课堂导入、")


def test_what_is_chosen_already_heads_the_list(chat):
    last = [code for code, _ in chat.says("选点").buttons.pick.options][-1]
    chat.says(f"选点 A5 B2 {last}")

    options = [code for code, _ in chat.says("选点").buttons.pick.options]
    assert sorted(options[:3]) == sorted(["A5", "B2", last])
    assert len(set(options)) == 20


def test_the_list_is_the_school_s_and_keeps_what_is_certified(county, chat):
    filings.hand_in(
        county.connection,
        school_id=FIRST_SCHOOL,
        slot=Slot.SCOPE,
        content="A1 A5 A11 B2 B9",
        person_id=ADMIN,
        at=0,
    )
    chat.says("选点 A5 B2 B9")
    county.certify(TEACHER, "A5")

    for words in ("选点", "微能力清单 本校"):
        pick = chat.says(words).buttons.pick
        assert pick.says == "选点 A5"
        assert sorted(code for code, _ in pick.options) == ["A1", "A11", "B2", "B9"]
    assert chat.says("微能力清单 本校", group=True).buttons is None
    assert chat.says("选点 A5 A1 B2").plain.startswith("选好了：")


def test_a_choice_that_cannot_be_is_mended_by_a_tap(county, chat):
    said = chat.says("选点 A5 B2")

    assert shown(said)[0] == "选哪几个微能力点？"
    (choice,) = said.buttons.choices
    assert f"发“{choice.says}”" in said.plain
    assert chat.taps(said, "就这样选").plain.startswith("选好了：")


def test_a_change_that_cannot_be_is_mended_by_a_tap(county, chat):
    chat.says("选点 A1 A2 A3")
    assert shown(chat.says("换点 A5 A6")) == ["选哪几个微能力点？", "[推荐选点] 推荐选点"]
    said = chat.says("换点 A1 B2")  # all of one dimension

    assert shown(said) == ["换成哪个点？", "[就这样换] 换点 A1 A5"]
    assert "发“换点 A1 A5”" in said.plain
    assert chat.taps(said, "就这样换").plain.startswith("选好了：A2 ")


def test_a_change_offers_what_could_take_its_place(county, chat):
    chat.says("选点 A5 B2 B9")
    said = chat.says("换点 A5")

    assert shown(said)[0] == "换成哪个点？"
    assert all(line.startswith("[换成 ") for line in shown(said)[1:])


# ── menus ──


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        ((), ["第 1 个", "第 2 个"]),
        (("语文组", "数学组"), ["语文组", "数学组"]),
        (("语文组", "语文组"), ["第 1 个", "第 2 个"]),
        (("A11 A12 B10", "A5 A6 B2"), ["第 1 个", "A5 A6 B2"]),  # never cut: A11 A12 B1 is another choice
        (("", "数学组"), ["第 1 个", "数学组"]),
    ],
)
def test_a_button_reads_whole_and_unlike_the_others_or_by_its_number(labels, read):
    lines = menu.Lines([Arguments(), Arguments()], labels)

    assert [one.label for one in lines.buttons("K7Q2")] == read
    assert [one.says for one in lines.buttons("K7Q2")] == ["1〔K7Q2〕", "2〔K7Q2〕"]


def test_which_point_a_link_is_for_is_tapped(county, chat):
    chat.says("选点 A5 B2 B9")
    said = chat.says("提交 https://pan.example.com/s/1abc")

    assert shown(said) == ["这个链接是哪个点的？", "[A5] 1", "[B2] 2", "[B9] 3"]
    assert chat.taps(said, "B2").plain.startswith("收到，编号 1：B2 微课程设计与制作，")


def test_what_can_be_tapped_changes_no_word():
    said = answer("一句话", "两句话")

    assert said.choosing("标题").buttons is None
    assert said.choosing("标题", *()).plain == said.plain


def test_below_each_page_but_the_last_the_next_can_be_tapped():
    whole = Buttons(about="怎么定？", choices=tuple(Choice(label=str(n), says=f"查看 {n}") for n in range(6)))
    some = replace(whole, choices=whole.choices[:2])
    pages = [
        Reply(body=body, buttons=buttons)
        for body, buttons in zip("一二三四", (some, whole, None, None), strict=True)
    ]

    assert [shown(page) for page in reading_on(pages)] == [
        ["怎么定？", "[0] 查看 0", "[1] 查看 1", "[更多] 更多"],
        ["怎么定？", *(f"[{n}] 查看 {n}" for n in range(6))],
        ["后面还有", "[更多] 更多"],
        [],
    ]


def test_every_command_has_a_title():
    assert (
        max(len(title(command)) for command in Command for title in (choosing, confirming)) <= LONGEST_TITLE
    )
