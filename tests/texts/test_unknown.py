"""What is said to what could not be understood."""

import pytest

from messages.commands import Understood
from messages.incoming import Kind
from messages.texts.unknown import not_text, unknown


def test_at_most_three_lines_are_suggested(catalogue):
    understood = Understood(suggestions=("我的学时", "我的微能力", "还差什么", "为什么"))

    assert unknown(understood, catalogue).plain == (
        "没看懂，什么都没有执行。你是不是想发：\n我的学时\n我的微能力\n还差什么"
    )


def test_without_suggestions_the_help_is_named(catalogue):
    assert unknown(Understood(), catalogue).plain == "没看懂，什么都没有执行。发“帮助”看我能做什么。"


def test_codes_in_a_suggestion_are_shown_with_their_names(catalogue):
    understood = Understood(suggestions=("微能力 A5", "选点 A5 B2 C1"))

    assert unknown(understood, catalogue).plain.splitlines()[1:] == [
        "微能力 A5（技术支持的课堂导入）",
        "选点 A5 B2 C1（技术支持的课堂导入、微课程设计与制作、跨学科学习活动设计）",
    ]


@pytest.mark.parametrize(
    ("hint", "first"),
    [
        ("code-unknown:A14", "没有 A14，A 类到 A13 为止。什么都没有执行。你是不是想发："),
        ("code-unknown:B0", "没有 B0，B 类到 B10 为止。什么都没有执行。你是不是想发："),
        ("course-outdated:T11", "T11 是提升工程 1.0 的编号，2.0 里没有。什么都没有执行。你是不是想发："),
    ],
)
def test_codes_that_do_not_exist_are_named(catalogue, hint, first):
    understood = Understood(hint=hint, suggestions=("微能力清单",))

    assert unknown(understood, catalogue).plain == f"{first}\n微能力清单"


INSTEAD = {
    Kind.IMAGE: "图片我看不了。查学时请发“我的学时”；材料请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.VOICE: "这段语音我没听出文字。请打字，或用手机键盘的语音输入，例如“还差什么”。",
    Kind.VIDEO: "视频我收不了。请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.FILE: "文件我收不了。材料请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.LOCATION: "位置我用不上。请打字告诉我，例如“还差什么”。",
    Kind.OTHER: "这种消息我看不了。请打字告诉我，例如“还差什么”。",
}
FOR_OFFICE = {
    Kind.IMAGE: "图片我看不了。名册和学时请发表格文件（.xlsx 或 .csv），别的请打字。",
    Kind.VIDEO: "视频我收不了。要发给大家的，请放到网盘，把链接写进“公告”。",
    Kind.FILE: "这种文件我收不了。名册和学时请发表格文件（.xlsx 或 .csv），私聊发给我。",
}


def test_every_kind_of_message_is_told_what_to_send_instead():
    kinds = [kind for kind in Kind if kind not in {Kind.TEXT, Kind.JOINED}]

    assert {kind: not_text(kind).plain for kind in kinds} == INSTEAD
    assert {kind: not_text(kind, office=True).plain for kind in kinds} == INSTEAD | FOR_OFFICE
