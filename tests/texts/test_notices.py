"""What people are told without having asked: alone it stands by itself, together it is counted."""

from messages.outgoing import Data, answer, heading, text
from messages.rendering import DINGTALK_PRIVATE, WECOM_TEXT, pages_in
from messages.texts.notices import notices, together, told


def noted(*words):
    return [answer(text(Data(one))) for one in words]


def test_one_thing_needs_no_heading():
    assert told(noted("编号 12 通过了。")).plain == "编号 12 通过了。"


def test_several_things_are_counted():
    assert told(noted("编号 12 通过了。", "编号 13 退回了。")).plain == (
        "有 2 件事告诉你：\n编号 12 通过了。\n编号 13 退回了。"
    )


def test_at_the_end_of_an_answer_it_says_how_many_are_left():
    assert notices(noted("编号 12 通过了。"), 2).plain == (
        "另外告诉你：\n编号 12 通过了。\n还有 2 条，下次回复时告诉你。"
    )
    assert notices([], 0).silent


def test_pages_that_come_by_themselves_ask_for_nothing():
    """700 characters are 2,100 bytes, and WeCom takes 2,048."""
    first, second = pages_in(told(noted("研" * 700)), WECOM_TEXT)

    assert first.body.endswith("研\n(1/2)")
    assert set(second.body) == {"研"}
    assert len(first.body.encode()) <= 2048


def test_what_somebody_wrote_is_shown_literally():
    said = told(noted("原因：<a href='https://example.org'>看这里</a>", "第二件"))

    (wecom,) = pages_in(said, WECOM_TEXT)
    (dingtalk,) = pages_in(said, DINGTALK_PRIVATE)
    assert "<a" not in wecom.body
    assert not dingtalk.markdown


def test_what_has_several_lines_keeps_them():
    alarm = answer(heading("群消息发不出去"), "请重新绑定。")

    assert told([alarm]) == alarm
    assert told([alarm, *noted("编号 12 通过了。")]).plain == (
        "有 2 件事告诉你：\n群消息发不出去\n请重新绑定。\n编号 12 通过了。"
    )
    assert together([alarm, alarm]).plain == "群消息发不出去\n请重新绑定。\n群消息发不出去\n请重新绑定。"
