"""What a person sees of each message."""

import pytest

from bot.tenant.calls import Refused
from bot.tenant.dingtalk.drawing import EVERYBODY, Named, draw_message, draw_sample
from bot.tenant.dingtalk.messages import check_message
from bot.tenant.transcript import Button, Does

SAY = "dtmd://dingtalkclient/sendMessage?content=%E9%80%9A%E8%BF%87%2042"
TEACHER = Named("User001", "示例甲")
PEOPLE = {"User001": TEACHER, "13800000001": TEACHER, "User0011": Named("User0011", "示例丁")}


def markdown(text, at=None):
    return draw_message({"msgtype": "markdown", "markdown": {"title": "T", "text": text}, "at": at}, PEOPLE)


def text(content, at=None):
    return draw_message({"msgtype": "text", "text": {"content": content}, "at": at}, PEOPLE)


def test_the_title_of_markdown_stands_only_in_the_list_of_chats():
    drawn = markdown("### 我的学时  \n\n- A **18.5 学时**\n- B *3 学时*\n\n> 还差 6.5 学时\n\n1. 一\n2. 二")
    assert drawn.text == "我的学时\n· A 18.5 学时\n· B 3 学时\n还差 6.5 学时\n1. 一\n2. 二"
    assert drawn.html == (
        "<h3>我的学时</h3>\n<ul>\n<li>A <strong>18.5 学时</strong></li>\n<li>B <em>3 学时</em></li>\n</ul>\n"
        "<blockquote>\n<p>还差 6.5 学时</p>\n</blockquote>\n<ol>\n<li>一</li>\n<li>二</li>\n</ol>\n"
    )


def test_only_two_spaces_break_a_line():
    assert markdown("一\n二  \n三").text == "一 二\n三"


@pytest.mark.parametrize("source", ["~~x~~", "`x`", "```x```", "<b>x</b>", "| a | b |", "a_b_c"])
def test_what_is_not_promised_stays_as_it_is(source):
    assert markdown(source).text == source
    assert "<b>" not in markdown(source).html


def test_nothing_can_be_escaped():
    assert markdown("\\*x\\*").html == "<p>\\<em>x\\</em></p>\n"


def test_a_table_is_shown_with_its_pipes():
    assert markdown("| a | b |\n|---|---|\n| 1 | 2 |").text == "| a | b | |---|---| | 1 | 2 |"


def test_links_of_markdown_open_pages_or_let_the_person_say_something():
    drawn = markdown(f"[去](https://e.cn/a) 或 [通过]({SAY})")
    assert drawn.links == (
        Button("去", Does.OPEN, "https://e.cn/a"),
        Button("通过", Does.SAY, "通过 42"),
    )
    assert 'data-say="通过 42"' in drawn.html


def test_addresses_in_a_text_can_be_tapped_and_all_else_is_literal():
    drawn = text("**看** https://e.cn/a?b=1&c=2，\n再说")
    assert drawn.text == "**看** https://e.cn/a?b=1&c=2，\n再说"
    assert [link.value for link in drawn.links] == ["https://e.cn/a?b=1&c=2"]
    assert drawn.html == (
        '<p>**看** <a href="https://e.cn/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">'
        "https://e.cn/a?b=1&amp;c=2</a>，<br>再说</p>"
    )


def test_an_action_card_has_one_button_or_several():
    card = {"title": "T", "text": "**请选**", "singleTitle": "打开", "singleURL": "https://e.cn"}
    single = draw_message({"msgtype": "actionCard", "actionCard": card | {"btns": []}})
    assert (single.text, single.buttons) == ("请选", (Button("打开", Does.OPEN, "https://e.cn"),))
    buttons = [{"title": "是", "actionURL": SAY}, {"title": "否", "actionURL": "https://e.cn/n"}]
    several = draw_message(
        {"msgtype": "actionCard", "actionCard": {"title": "T", "text": "请选", "btns": buttons}}
    )
    assert several.buttons == (
        Button("是", Does.SAY, "通过 42"),
        Button("否", Does.OPEN, "https://e.cn/n"),
    )


def test_links_and_feeds_show_their_titles():
    link = {"title": "通知", "text": "正文 <i>", "messageUrl": "https://e.cn/a"}
    drawn = draw_message({"msgtype": "link", "link": link})
    assert (drawn.text, drawn.links) == ("通知\n正文 <i>", (Button("通知", Does.OPEN, "https://e.cn/a"),))
    assert "<i>" not in drawn.html
    items = [{"title": t, "messageURL": f"https://e.cn/{t}", "picURL": "@l"} for t in ("一", "二")]
    feed = draw_message({"msgtype": "feedCard", "feedCard": {"links": items}})
    assert feed.text == "一\n二"
    assert [button.value for button in feed.links] == ["https://e.cn/一", "https://e.cn/二"]


def test_a_mention_in_the_text_becomes_the_name():
    drawn = text("@User001 已登记，@User0011 没有", {"atUserIds": ["User001"]})
    assert (drawn.text, drawn.mentions) == ("@示例甲 已登记，@User0011 没有", ("User001",))
    assert text("@13800000001 好", {"atMobiles": ["13800000001"]}).text == "@示例甲 好"
    both = text("@User0011 @User001", {"atUserIds": ["User001", "User0011"]})
    assert (both.text, both.mentions) == ("@示例丁 @示例甲", ("User0011", "User001"))


def test_who_is_not_in_a_text_is_appended_and_in_markdown_is_not_mentioned():
    at = {"atUserIds": ["User001"], "isAtAll": True}
    assert text("好", at).text == "好 @示例甲 @所有人"
    assert text("好", at).mentions == ("User001", EVERYBODY)
    assert markdown("好", at).text == "好"
    assert markdown("好", {"atUserIds": ["User001"]}).mentions == ()
    assert markdown("**@User001** 好", at).text == "@示例甲 好"


def test_who_is_not_in_the_group_and_what_is_no_id_is_not_mentioned():
    drawn = text("@User999 好", {"atUserIds": ["User999", None, 7], "atMobiles": "13800000001"})
    assert (drawn.text, drawn.mentions) == ("@User999 好", ())
    assert text("好", "User001").text == "好"


def test_at_most_fifty_are_mentioned():
    people = {f"u{n}": Named(f"u{n}", f"示例{n}") for n in range(60)}
    message = {"msgtype": "text", "text": {"content": "好"}, "at": {"atUserIds": list(people)}}
    assert len(draw_message(message, people).mentions) == 50


@pytest.mark.parametrize(
    ("key", "params", "expected"),
    [
        ("sampleText", {"content": "明天值日"}, "明天值日"),
        ("sampleMarkdown", {"title": "T", "text": "# 甲"}, "甲"),
        ("sampleLink", {"title": "甲", "text": "乙", "messageUrl": "https://e.cn"}, "甲\n乙"),
        ("sampleImageMsg", {"photoURL": "https://e.cn/p.png"}, "[图片]"),
        ("sampleAudio", {"mediaId": "@l", "duration": "3000"}, "[语音] 3000 毫秒"),
        ("sampleFile", {"mediaId": "@l", "fileName": "表.xlsx", "fileType": "xlsx"}, "[文件] 表.xlsx"),
        ("sampleVideo", {"duration": "9", "videoMediaId": "$a", "picMediaId": "$b"}, "[视频] 9 秒"),
    ],
)
def test_templates_of_the_openapi_are_drawn_like_the_messages(key, params, expected):
    drawn = draw_sample(key, params)
    assert drawn.text == expected
    assert drawn.wire == {"msgKey": key, "msgParam": params}


def test_the_two_action_cards_of_the_openapi_spell_their_buttons_differently():
    card = {"title": "T", "text": "选"}
    numbered = {"actionTitle1": "是", "actionURL1": SAY, "actionTitle2": "否", "actionURL2": "https://e.cn"}
    across = {"buttonTitle1": "是", "buttonUrl1": SAY, "buttonTitle2": "否", "buttonUrl2": "https://e.cn"}
    expected = (Button("是", Does.SAY, "通过 42"), Button("否", Does.OPEN, "https://e.cn"))
    assert draw_sample("sampleActionCard2", card | numbered).buttons == expected
    assert draw_sample("sampleActionCard6", card | across).buttons == expected


@pytest.mark.parametrize(
    ("message", "code", "said"),
    [
        ({}, 400105, "不支持的消息类型"),
        ({"msgtype": "image", "image": {"picURL": "https://e.cn"}}, 400105, "不支持的消息类型"),
        ({"msgtype": ["text"]}, 400105, "不支持的消息类型"),
        ({"msgtype": "text"}, 40035, "缺少参数 text"),
        ({"msgtype": "text", "text": {"content": ""}}, 40035, "缺少参数 text.content"),
        ({"msgtype": "text", "text": {"content": 5}}, 40035, "不合法的参数 text.content：应当是字符串"),
        ({"msgtype": "markdown", "markdown": {"text": "a"}}, 40035, "缺少参数 markdown.title"),
        (
            {"msgtype": "link", "link": {"title": "a", "text": "b", "messageURL": "https://e.cn"}},
            40035,
            "缺少参数 link.messageUrl",
        ),
        (
            {
                "msgtype": "link",
                "link": {"title": "a", "text": "b", "messageUrl": "https://e.cn", "picURL": "@l"},
            },
            40035,
            "缺少参数 link.picUrl（写成了 picURL）",
        ),
        (
            {"msgtype": "feedCard", "feedCard": {"links": [{"title": "a", "messageUrl": "https://e.cn"}]}},
            40035,
            "缺少参数 feedCard.links[0].messageURL",
        ),
        (
            {"msgtype": "feedCard", "feedCard": {"links": {"a": 1}}},
            40035,
            "不合法的参数 feedCard.links：应当是数组",
        ),
        (
            {"msgtype": "actionCard", "actionCard": {"title": "a", "text": "b"}},
            40035,
            "缺少参数 actionCard.btns",
        ),
        (
            {
                "msgtype": "actionCard",
                "actionCard": {"title": "a", "text": "b", "singleTitle": "c", "singleUrl": "https://e.cn"},
            },
            40035,
            "缺少参数 actionCard.singleURL（写成了 singleUrl）",
        ),
        (
            {
                "msgtype": "actionCard",
                "actionCard": {
                    "title": "a",
                    "text": "b",
                    "btns": [{"title": "c", "actionUrl": "https://e.cn"}],
                },
            },
            40035,
            "缺少参数 actionCard.btns[0].actionURL",
        ),
        (
            {"msgtype": "actionCard", "actionCard": {"title": "a", "text": "b", "btnOrientation": "2"}},
            40035,
            "不合法的参数 actionCard.btnOrientation",
        ),
    ],
)
def test_a_message_that_is_not_spelled_right_is_refused(message, code, said):
    with pytest.raises(Refused) as caught:
        check_message(message)
    assert (caught.value.code, caught.value.message) == (code, said)
