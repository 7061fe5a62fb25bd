"""The same answer in each platform's dialect."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.incoming import Door, Platform
from messages.outgoing import (
    SILENCE,
    Answer,
    Choice,
    Data,
    Line,
    LineKind,
    Reply,
    answer,
    heading,
    item,
    quote,
    text,
)
from messages.rendering import (
    AIBOT,
    DINGTALK_BYTES,
    DINGTALK_GROUP,
    DINGTALK_PRIVATE,
    DINGTALK_WEBHOOK,
    WECOM_BYTES,
    WECOM_GROUP,
    WECOM_TEXT,
    literal,
    pages,
    pages_in,
)

HOURS = answer(
    heading("你的学时"),
    item("线上 18.5 学时（要求 25 学时）"),
    item("实践 16 学时（要求 25 学时）"),
    "还差 15.5 学时。",
    "下一步：提交一个微能力点。",
    quote("数据截至 2024-05-20"),
)
PLAIN = (
    "你的学时\n· 线上 18.5 学时（要求 25 学时）\n· 实践 16 学时（要求 25 学时）\n"
    "还差 15.5 学时。\n下一步：提交一个微能力点。\n数据截至 2024-05-20"
)
MARKDOWN = (
    "### 你的学时\n\n- 线上 18.5 学时（要求 25 学时）  \n- 实践 16 学时（要求 25 学时）\n\n"
    "还差 15.5 学时。  \n下一步：提交一个微能力点。\n\n> 数据截至 2024-05-20"
)
HOSTILE = [
    "**重点**",
    "@all",
    "<@userid>",
    "说明](https://evil.example.cn)",
    "[点我](dingtalk://x)",
    "![x](y)",
    "# 一级标题",
    "> 引用",
    "a_b_c",
    "`code`",
    "~~删~~",
    "第(1)稿",
    "https://evil.example.cn",
    "www.example.cn",
    "|a|b|",
    "a\\b",
    "&nbsp;",
    "- 列表",
    "1. 列表",
    "\u200b- 列表",
]


@pytest.mark.parametrize("platform", list(Platform))
def test_silence_has_no_pages(platform):
    assert pages(SILENCE, platform) == ()


@pytest.mark.parametrize("platform", [Platform.WECOM, Platform.CONSOLE])
def test_plain_platforms_get_plain_text(platform):
    assert pages(HOURS, platform) == (Reply(body=PLAIN),)


def test_dingtalk_gets_markdown_of_the_official_subset():
    assert pages(HOURS, Platform.DINGTALK) == (Reply(body=MARKDOWN, markdown=True, title="你的学时"),)


@pytest.mark.parametrize(
    ("dialect", "kind"),
    [
        (WECOM_TEXT, Reply(body=PLAIN)),
        (WECOM_GROUP, Reply(body=MARKDOWN, markdown=True, title="你的学时")),
        (DINGTALK_PRIVATE, Reply(body=MARKDOWN, markdown=True, title="你的学时")),
        (DINGTALK_WEBHOOK, Reply(body=MARKDOWN, markdown=True, title="你的学时")),
        (DINGTALK_GROUP, Reply(body=MARKDOWN, markdown=True, title="你的学时")),
    ],
)
def test_every_way_out_has_its_dialect(dialect, kind):
    assert pages_in(HOURS, dialect) == (kind,)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_data_makes_a_group_message_plain(hostile):
    (reply,) = pages_in(answer(heading("材料"), item(Data(hostile))), WECOM_GROUP)
    assert reply == Reply(body=f"材料\n· {hostile.removeprefix(chr(0x200B))}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**重点**", "＊＊重点＊＊"),
        ("<@userid>", "＜@userid＞"),
        ("[点我](https://evil.example.cn)", "［点我］(https://evil.example.cn)"),
        (
            "https://a.example.cn/x_y?b=1&c=[z](https://d.example.cn)",
            "https://a.example.cn/x_y?b=1&c=%5Bz%5D(https://d.example.cn)",
        ),
        ("# 标题", "＃ 标题"),
        ("> 引用", "＞ 引用"),
        ("- 项", "\u200b- 项"),
        ("1. 第一", "\u200b1. 第一"),
        ("`码`|表|", "｀码｀｜表｜"),
        ("三（2）班(早)", "三（2）班(早)"),
    ],
)
def test_the_ai_bot_has_no_plain_text_so_that_markup_in_data_is_written_as_none(written, shown):
    assert pages_in(answer(text(Data(written))), AIBOT) == (
        Reply(body=shown, markdown=True, title=shown[:40]),
    )


def test_the_ai_bot_shows_lists_and_quotations_around_data_with_a_link():
    said = answer(
        heading("材料"),
        item(Data("https://a.example.cn/x*y"), "，", Data("*好*")),
        quote("数据截至 2024-05-20"),
    )
    (reply,) = pages(said, Platform.WECOM, Door.AIBOT)
    assert reply.body == "### 材料\n\n- https://a.example.cn/x%2Ay，＊好＊\n\n> 数据截至 2024-05-20"


def test_only_the_first_page_of_an_answer_and_the_last_of_a_message_have_buttons():
    long = answer(*(item(f"第{n}所学校还差 3 人") for n in range(200))).choosing(
        "看", Choice(label="看", says="看")
    )
    assert [reply.buttons is not None for reply in pages(long, Platform.WECOM)][:2] == [True, False]
    assert [reply.buttons is not None for reply in pages_in(long, WECOM_TEXT)][-2:] == [False, True]
    assert pages(long, Platform.CONSOLE)[0].buttons is None
    assert pages(SILENCE.choosing("看", Choice(label="看", says="看")), Platform.WECOM) == ()


def test_pages_that_follow_by_themselves_say_only_which_they_are():
    """2,048 bytes of plain text; as markdown_v2 4,096, so that there are half as many."""
    long = answer(heading("名单"), *(item(f"第{n}所学校还差 3 人") for n in range(200)))
    plain, marked = pages_in(long, WECOM_TEXT), pages_in(long, WECOM_GROUP)

    assert [reply.body.rsplit("\n", 1)[1] for reply in plain[:-1]] == [
        f"({n}/{len(plain)})" for n in range(1, len(plain))
    ]
    assert max(len(reply.body.encode()) for reply in marked) <= 4096
    assert (len(plain), len(marked)) == (4, 2)


def test_second_heading_stands_apart():
    two = answer(heading("幼儿园"), item("甲"), heading("小学"), item("乙"))
    assert pages(two, Platform.WECOM)[0].body == "幼儿园\n· 甲\n\n小学\n· 乙"
    assert pages(two, Platform.DINGTALK)[0].body == "### 幼儿园\n\n- 甲\n\n### 小学\n\n- 乙"


@pytest.mark.parametrize("kind", list(LineKind))
def test_answer_of_one_line_is_no_markdown(kind):
    (reply,) = pages(Answer((Line(kind, ("已收到。",)),)), Platform.DINGTALK)
    assert (reply.markdown, reply.title) == (False, "")
    assert reply.body.endswith("已收到。")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_data_is_shown_literally_on_dingtalk(hostile):
    (reply,) = pages(answer(heading("材料"), item("说明：", Data(hostile)), "请看。"), Platform.DINGTALK)
    assert not reply.markdown
    assert reply.body == f"材料\n· 说明：{hostile.removeprefix(chr(0x200B))}\n请看。"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_data_is_shown_literally_on_wecom(hostile):
    (reply,) = pages(answer("说明：", text(Data(hostile))), Platform.WECOM)
    assert reply.body == "说明：\n" + hostile.removeprefix("\u200b")


@pytest.mark.parametrize(
    "harmless", ["示例县第一小学", "欧阳示例", "A5 技术支持的课堂导入", "三（1）班", "😀"]
)
def test_harmless_data_does_not_cost_the_markdown(harmless):
    (reply,) = pages(answer(heading("学校"), item(Data(harmless))), Platform.DINGTALK)
    assert reply == Reply(body=f"### 学校\n\n- {harmless}", markdown=True, title="学校")


@pytest.mark.parametrize(
    "own", ["发“选点 <编码> <编码> <编码>”。", "打开 https://bot.example.cn/me/a_b_c", "2 * 3"]
)
def test_our_own_placeholders_and_links_go_out_as_text(own):
    (reply,) = pages(answer(heading("用法"), own), Platform.DINGTALK)
    assert reply == Reply(body=f"用法\n{own}")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('<a href="https://evil.example.cn">点我</a>', '＜a href="https://evil.example.cn">点我＜/a>'),
        ("< A HREF=x>", "＜ A HREF=x>"),
        ("<abc>", "<abc>"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_link_tag_in_data_is_no_link_on_wecom(written, shown):
    assert pages(answer(text(Data(written))), Platform.WECOM) == (Reply(body=shown),)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("张\u202e三", "张三"),
        ("张\u200b三\ufeff", "张三"),
        ("甲\n乙\r\n丙\u2028丁", "甲 乙  丙 丁"),
        ("甲\t乙\x00\x07", "甲 乙"),
        ("欧阳\u3000示例", "欧阳 示例"),
        ("\u2067x\u2069", "x"),
        ("\ud83d半", "半"),
        ("\U00030000\ue000", "\U00030000\ue000"),
        ("", ""),
    ],
)
def test_data_loses_what_cannot_be_seen(written, shown):
    assert literal(written) == shown
    for platform in Platform:
        assert pages(answer(text("姓名：", Data(written), "。")), platform)[0].body == f"姓名：{shown}。"


def test_title_is_the_first_line_cut_to_forty_characters():
    long = answer(heading("研" * 50), "正文。")
    (reply,) = pages(long, Platform.DINGTALK)
    assert reply.title == "研" * 40


@pytest.mark.parametrize("first", ["", "  ", "\u200b"])
def test_title_is_never_empty(first):
    (reply,) = pages(answer(text(Data(first)), "正文。"), Platform.DINGTALK)
    assert reply.title == "研修助手"


def test_long_ranking_becomes_pages_for_each_platform():
    ranking = answer(
        heading("小学"),
        *(item(f"{n} 示例县第{n}小学 12/30 合格率 40.0% 平均完成度 71.3%") for n in range(1, 200)),
    )
    for platform, limit in ((Platform.WECOM, WECOM_BYTES), (Platform.DINGTALK, DINGTALK_BYTES)):
        replies = pages(ranking, platform)
        bodies = [reply.body for reply in replies]
        assert len(bodies) > 1
        assert max(len(body.encode()) for body in bodies) <= limit
        assert [body.rsplit("\n", 1)[1] for body in bodies[:-1]] == [
            f"({n}/{len(bodies)}) 回复“更多”看下一段" for n in range(1, len(bodies))
        ]
        assert re.findall(r"示例县第(\d+)小学 12/30", "\n".join(bodies)) == [str(n) for n in range(1, 200)]
        assert {reply.markdown for reply in replies} == {platform is Platform.DINGTALK}
    (whole,) = pages(ranking, Platform.CONSOLE)
    assert len(whole.body.split("\n")) == 200


lines = st.builds(
    Line,
    st.sampled_from(LineKind),
    st.lists(
        st.one_of(
            st.text(alphabet="学时数据 18.5（）", max_size=200),
            st.builds(Data, st.text(alphabet=st.characters(), max_size=200)),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


@given(st.lists(lines, min_size=1, max_size=30))
def test_pages_keep_to_the_limits_whatever_is_said(said):
    whole = Answer(tuple(said))
    for platform, limit in ((Platform.WECOM, WECOM_BYTES), (Platform.DINGTALK, DINGTALK_BYTES)):
        replies = pages(whole, platform)
        assert replies
        for reply in replies:
            assert len(reply.body.encode()) <= limit
            assert reply.title if reply.markdown else not reply.title
            assert not re.search(
                "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", reply.body
            )


@given(st.text(alphabet=st.characters(), max_size=100))
def test_literal_text_is_one_encodable_line(written):
    shown = literal(written)
    assert len(shown.splitlines()) <= 1
    assert literal(shown) == shown
    assert shown.encode() or not shown
