"""What was spoken: questions are answered, orders wait for a word by hand, and what was heard is always shown."""

import pytest
from sqlalchemy import func, select

from handlers.heard import as_typed
from handlers.registry import REGISTRY
from messages.commands import Arguments, Command
from messages.incoming import Kind
from storage.submissions import find
from storage.tables import audit, choice, conversation
from tests.handlers.chatting import Chat
from tests.handlers.conftest import ADMIN, LEADER, NEWCOMER, OFFICE, TEACHER, account_of
from tests.handlers.submitted import hand_in, use_up_numbers
from tests.handlers.tapped import shown

CONFIRM = "对就打字回复“确认”，或点按钮（5 分钟内有效）；不对就再说一遍，或者打字。"


@pytest.fixture
def voice(county) -> Chat:
    return Chat(county)


def asked(heard, meant):
    return f"听到的是“{heard}”。\n要做的是“{meant}”，还没有执行。\n{CONFIRM}"


def test_a_question_is_answered_after_what_was_heard(voice):
    said = voice.speaks("我的学时。")

    assert said.plain == f"听到的是“我的学时。”。\n{voice.says('我的学时').plain}"
    assert shown(said) == ["下一步", "[推荐选点] 推荐选点"]


def test_an_order_waits_until_it_is_confirmed_by_hand(county, voice):
    said = voice.speaks("选点A5B2B9")

    assert said.plain == asked("选点A5B2B9", "选点 A5 B2 B9")
    assert shown(said) == ["听得对吗？", "[确认] 确认", "[取消] 取消"]
    assert county.connection.scalar(select(func.count()).select_from(choice)) == 0

    assert voice.says("确认").plain.startswith("选好了：A5 技术支持的课堂导入、")
    assert voice.says("确认").plain == "没有等待确认的操作，什么都没有执行。"


def test_a_tapped_button_confirms_and_a_newer_order_makes_it_stale(voice):
    old = voice.speaks("选点A5B2B9").buttons.choices[0].says
    new = voice.speaks("选点A1A2B2").buttons.choices[0].says

    assert (
        voice.says(old).plain
        == "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"
    )
    assert voice.says(new).plain.startswith("选好了：A1 ")


def test_a_spoken_word_never_confirms(county, voice):
    voice.speaks("选点A5B2B9")

    assert voice.speaks("确认。").plain == (
        "听到的是“确认。”。\n语音不能确认，还没有执行。请打字回复“确认”，或点按钮。"
    )
    assert county.connection.scalar(select(func.count()).select_from(choice)) == 0
    assert voice.says("确认").plain.startswith("选好了：")  # the order still waits


def test_the_word_of_the_second_person_is_not_taken_from_speech(voice):
    assert voice.speaks("确认 12", OFFICE).plain == (
        "听到的是“确认 12”。\n语音不能确认，还没有执行。请打字回复“确认”，或点按钮。"
    )


def test_a_spoken_word_calls_off_what_waits(county, voice):
    voice.speaks("选点A5B2B9")

    assert voice.speaks("取消").plain == "听到的是“取消”。\n已取消：等待确认的操作。什么都没有执行。"


def test_calling_off_an_announcement_is_an_order(voice):
    said = voice.speaks("取消公告12", OFFICE)

    assert said.plain == asked("取消公告12", "取消 12")
    assert voice.says("确认", OFFICE).plain == "没有编号 12 的公告。发“发送情况”看最近的一条。"


def test_the_digit_of_an_open_menu_is_asked_as_well(county, voice):
    voice.says("推荐选点")

    assert voice.speaks("第二个。").plain == asked("第二个。", "选第 2 个")
    assert county.connection.scalar(select(func.count()).select_from(choice)) == 0
    assert voice.says("确认").plain.startswith("选好了：A7 ")


def test_the_line_that_was_spoken_of_is_the_line_that_is_decided(county, voice):
    """第3个 is a line whatever numbers there are; confirming must not turn it into the 编号 3."""
    for days, code in enumerate(("A5", "B2", "B9")):
        hand_in(county, TEACHER, code, days=days)  # 编号 1 is the newest: lines have no numbers
    voice.says("待审", LEADER)

    assert voice.speaks("第三个通过", LEADER).plain == asked("第三个通过", "通过 3")
    said = voice.says("确认", LEADER)

    assert said.plain.splitlines()[0].startswith("编号 1 A5 技术支持的课堂导入，甲老师：合格，")
    assert find(county.connection, 3).state.value == "waiting"


@pytest.mark.parametrize("spoken", ["待审", "查看31", "落后名单"])
def test_looking_is_no_order(county, voice, spoken):
    use_up_numbers(county, 30)
    hand_in(county, TEACHER, "A5")

    said = voice.speaks(spoken, LEADER)

    assert said.plain == f"听到的是“{spoken}”。\n{voice.says(spoken, LEADER).plain}"
    assert "还没有执行" not in said.plain


@pytest.mark.parametrize("spoken", ["申诉", "研修主题", "选点"])
def test_a_bare_word_that_shows_what_there_is_is_no_order(voice, spoken):
    assert voice.speaks(spoken).plain == f"听到的是“{spoken}”。\n{voice.says(spoken).plain}"


def test_the_school_s_scope_is_shown_and_handed_in_only_by_hand(voice):
    assert (
        voice.speaks("本校范围", ADMIN).plain
        == f"听到的是“本校范围”。\n{voice.says('本校范围', ADMIN).plain}"
    )
    assert voice.speaks("本校范围A1A2A5A11B2", ADMIN).plain == asked(
        "本校范围A1A2A5A11B2", "本校范围 A1 A2 A5 A11 B2"
    )


def test_who_may_not_is_told_at_once(voice):
    assert voice.speaks("通过12").plain == (
        "听到的是“通过12”。\n“通过”只有教研组长、学校管理员或校长、项目办可以用，没有执行。"
    )


def test_an_order_with_a_preview_of_its_own_shows_that_one_next(voice):
    assert voice.speaks("提醒落后的人", LEADER).plain == asked("提醒落后的人", "提醒 落后")
    said = voice.says("确认", LEADER)

    assert said.plain.startswith("要提醒语文组 ")
    assert shown(said)[0] == "现在提醒他们？"
    assert voice.says("确认", LEADER).plain.startswith("已提醒语文组 ")


def test_the_time_of_an_announcement_may_be_spoken_for_it_is_previewed_again(voice):
    preview = voice.says("公告 老师 周五下午两点线上答疑", OFFICE)
    assert "还没有发" in preview.plain

    said = voice.speaks("定时明天早上八点", OFFICE)
    assert said.plain.startswith("听到的是“定时明天早上八点”。\n")
    assert shown(said) == ["发这条公告？", "[确认] 确认", "[取消] 取消"]


def test_a_binding_code_is_neither_taken_nor_repeated(county, voice):
    said = voice.speaks("绑定庚老师7K3M9QXD", account_of(NEWCOMER))

    assert said.plain == "绑定码说出来容易听错，没有执行。请打字发“绑定 姓名 绑定码”。"
    assert county.connection.scalar(select(func.count()).select_from(conversation)) == 0


def test_what_was_not_understood_shows_what_was_heard(voice):
    assert voice.speaks("学识多少呀那个").plain.startswith("听到的是“学识多少呀那个”。\n")
    assert voice.speaks("嗡嗡嗡").plain.startswith("听到的是“嗡嗡嗡”。\n没看懂，什么都没有执行。")


def test_thanks_are_left_unanswered(voice):
    assert voice.speaks("收到，谢谢。").lines == ()


def test_agreeing_to_a_preview_is_not_confirming_it(voice):
    voice.speaks("选点A5B2B9")

    assert voice.speaks("好的。").plain == (
        "听到的是“好的。”。\n“选点”还没有执行。要执行请回复“确认”，不做回复“取消”。"
    )


def test_speech_without_words_is_asked_for_text(county):
    assert county.ask(TEACHER, kind=Kind.VOICE) == (
        "这段语音我没听出文字。请打字，或用手机键盘的语音输入，例如“还差什么”。"
    )


def test_long_speech_is_quoted_from_its_beginning(voice):
    said = voice.speaks("嗡" * 300)

    assert said.lines[0].plain == f"听到的是“{'嗡' * 99}…”。"


@pytest.mark.parametrize("group", [False, True])
def test_no_order_whatever_is_carried_out_from_speech(county, voice, group):
    """Each line of the help, spoken by everybody: on record is at most who has looked at what."""
    for entry in REGISTRY.values():
        for who in (TEACHER, LEADER, ADMIN, OFFICE):
            voice.speaks(entry.example, who, group=group)
            voice.says("取消", who)
    done = set(county.connection.scalars(select(audit.c.action)))
    # A link changes nothing, and only who asked for it reads it.
    assert {action for action in done if not action.endswith("viewed")} <= {"entry_link.issued"}


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        (Command.APPROVE, Arguments(numbers=(12,), grade="优秀", note="很好"), "通过 12 优秀 很好"),
        (Command.SEND_BACK, Arguments(numbers=(12, 13), reason="缺体会"), "退回 12 13 缺体会"),
        (
            Command.SEND_BACK,
            Arguments(filter="编号", numbers=(12,), text="2", reason="缺体会"),
            "退回 12 缺体会",
        ),
        (
            Command.SUBMIT,
            Arguments(codes=("A5",), links=("https://a.example/1",)),
            "提交 A5 https://a.example/1",
        ),
        (Command.ANNOUNCE, Arguments(audience="幼儿园", text="下午答疑"), "公告 幼儿园 下午答疑"),
        (Command.REMIND, Arguments(filter="落后"), "提醒 落后"),
        (Command.REMIND, Arguments(name="甲老师"), "提醒 甲老师"),
    ],
)
def test_an_order_is_shown_as_it_would_be_typed(command, arguments, words):
    assert as_typed(command, arguments) == words
