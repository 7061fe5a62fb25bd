"""webhook/send as document 99110 has it: what comes into the group, and what is refused."""

import base64
from hashlib import md5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.tenant.faults import Effect, Fault
from tests.tenant.wecom.conftest import AMR, GROUP_CHAT, KEY, OTHER_KEY, PNG

OK = {"errcode": 0, "errmsg": "ok"}


async def test_a_text_is_read_by_the_group(wecom, tenant, in_group):
    assert await wecom.hook("text", {"content": "全县合格率 62.5%"}) == OK
    assert in_group() == ["全县合格率 62.5%"]
    (shown,) = tenant.transcript.of(GROUP_CHAT)
    assert shown.by_bot
    assert shown.drawn.wire == {"msgtype": "text", "text": {"content": "全县合格率 62.5%"}}


async def test_mentions_are_people_of_the_group_and_stand_behind_the_text(wecom, tenant, in_group):
    part = {
        "content": "请交材料",
        # Somebody of another group and somebody who does not exist are not called.
        "mentioned_list": ["teacher_jia", "teacher_bing", "nobody", "@all"],
        "mentioned_mobile_list": ["13800000002", "13899999999"],
    }
    assert await wecom.hook("text", part) == OK
    assert in_group() == ["请交材料 @示例甲 @所有人 @示例乙"]
    assert tenant.transcript.of(GROUP_CHAT)[0].drawn.mentions == ("teacher_jia", "@all", "teacher_yi")


async def test_markdown_is_the_subset_with_colours_and_mentions(wecom, tenant, in_group):
    content = '### 今日\n> 合格率 <font color="info">62.5%</font>\n**还差** *3* 人 <@Teacher_Jia> <@x>\n- 甲'
    assert await wecom.hook("markdown", {"content": content}) == OK
    assert in_group() == ["今日\n合格率 62.5%\n还差 *3* 人 @示例甲 <@x>\n- 甲"]
    drawn = tenant.transcript.of(GROUP_CHAT)[0].drawn
    assert drawn.mentions == ("Teacher_Jia",)
    assert drawn.html == (
        "<h3>今日</h3>"
        '<blockquote>合格率 <span class="font-info">62.5%</span></blockquote>'
        '<div><strong>还差</strong> *3* 人 <span class="mention">@示例甲</span> &lt;@x&gt;</div>'
        "<div>- 甲</div>"
    )


async def test_markdown_v2_has_tables_and_neither_colours_nor_mentions(wecom, in_group):
    content = '| 学校 | 合格率 |\n|---|---|\n| 示例一小 | **62.5%** |\n\n<@Teacher_Jia> <font color="info">好</font>'
    assert await wecom.hook("markdown_v2", {"content": content}) == OK
    assert in_group() == ['学校 | 合格率\n示例一小 | 62.5%\n<@Teacher_Jia> <font color="info">好</font>']


@pytest.mark.parametrize(
    ("msgtype", "size", "code"),
    [
        ("text", 2048, 0),
        ("text", 2049, 40058),
        ("markdown", 4096, 0),
        ("markdown", 4097, 40058),
        ("markdown_v2", 4096, 0),
        ("markdown_v2", 4097, 40058),
    ],
)
async def test_limits_are_bytes(wecom, msgtype, size, code):
    # 示 is 3 bytes, so this is `size` bytes in about a third as many characters.
    content = "示" * (size // 3) + "a" * (size % 3)
    assert (await wecom.hook(msgtype, {"content": content}))["errcode"] == code


async def test_a_long_markdown_is_refused_with_the_known_sentence(wecom):
    answer = await wecom.hook("markdown", {"content": "a" * 4097})
    assert answer == {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}


async def test_a_long_text_is_cut_when_the_switch_says_so(wecom, tenant, in_group):
    tenant.switches.wecom_long_text = "cut"
    assert await wecom.hook("text", {"content": "示" * 700}) == OK
    assert in_group() == ["示" * 682]  # 682 × 3 = 2046; the next character would end at 2049


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=900))
async def test_whatever_is_sent_the_bytes_decide(wecom, tenant, content):
    tenant.clock.run_ahead(61)
    answer = await wecom.hook("text", {"content": content})
    assert answer["errcode"] == (0 if len(content.encode()) <= 2048 else 40058)


async def test_twenty_in_any_sixty_seconds(wecom, tenant):
    for _ in range(20):
        assert await wecom.hook("text", {"content": "一"}) == OK
        tenant.clock.run_ahead(1)
    # What is refused for its content takes no place; another robot has twenty of its own.
    assert (await wecom.hook("text", {"content": ""}))["errcode"] == 44004
    assert (await wecom.hook("text", {"content": "一"}))["errcode"] == 45009
    assert await wecom.hook("text", {"content": "一"}, key=OTHER_KEY) == OK
    # 20 s have gone by since the first of them; at 60 s that one has left the window, and only that one.
    tenant.clock.run_ahead(40)
    assert await wecom.hook("text", {"content": "一"}) == OK
    assert (await wecom.hook("text", {"content": "一"}))["errcode"] == 45009


@pytest.mark.parametrize("key", ["", "33333333-3333-4333-8333-333333333333"])
async def test_an_unknown_key_leads_nowhere(wecom, key):
    assert (await wecom.hook("text", {"content": "一"}, key=key))["errcode"] == 93000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "textcard", "textcard": {}}, 40008),
        ({"msgtype": ["text"]}, 40008),
        ({}, 40008),
        ({"msgtype": "text"}, 40058),
        ({"msgtype": "text", "text": "你好"}, 40058),
        ({"msgtype": "text", "text": {}}, 44004),
        ({"msgtype": "text", "text": {"content": 5}}, 44004),
        ({"msgtype": "text", "text": {"content": "x", "mentioned_list": "@all"}}, 40058),
        ({"msgtype": "news", "news": {"articles": []}}, 45008),
        ({"msgtype": "news", "news": {"articles": [{"title": "x"}]}}, 41010),
        ({"msgtype": "news", "news": {"articles": [{"url": "https://example.org/"}]}}, 41016),
        ({"msgtype": "news", "news": {"articles": [{"title": "x", "url": "example.org"}]}}, 45034),
        ({"msgtype": "file", "file": {}}, 41006),
        ({"msgtype": "file", "file": {"media_id": "made-up"}}, 40007),
        ({"msgtype": "template_card", "template_card": {"card_type": "button_interaction"}}, 40058),
    ],
)
async def test_what_is_wrong_has_its_code(wecom, body, code):
    assert (await wecom.post("webhook/send", body, key=KEY))["errcode"] == code


def picture(content, digest=""):
    return {
        "base64": base64.b64encode(content).decode(),
        "md5": digest or md5(content, usedforsecurity=False).hexdigest(),
    }


async def test_a_picture_is_kept_once_and_shown(wecom, tenant):
    assert await wecom.hook("image", picture(PNG)) == OK
    drawn = tenant.transcript.of(GROUP_CHAT)[0].drawn
    assert (drawn.kind, drawn.text) == ("image", "[图片]")
    assert tenant.media.find(drawn.picture).content == PNG
    assert drawn.wire["image"]["base64"] == "（72 字节）"  # 8 of the signature and 64


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (picture(PNG, "0" * 32), 301019),
        (picture(b"GIF89a" + bytes(20)), 40123),
        (picture(PNG + bytes(2 * 1024 * 1024)), 93018),
        (picture(PNG + bytes(8 * 1024 * 1024)), 93018),
        ({"base64": "AA\nAA", "md5": "0" * 32}, 40058),
    ],
    ids=["md5", "GIF", "too large", "much too large", "broken lines"],
)
async def test_a_wrong_picture_is_refused(wecom, part, code):
    assert (await wecom.hook("image", part))["errcode"] == code


async def test_news_are_links_and_their_texts_are_cut(wecom, tenant, in_group):
    articles = [
        {"title": "示" * 50, "description": "述" * 200, "url": "https://example.org/1"},
        {"title": "第二条", "url": "https://example.org/2"},
    ]
    assert await wecom.hook("news", {"articles": articles}) == OK
    # 128 bytes hold 42 characters of three, 512 hold 170.
    assert in_group() == ["示" * 42 + "\n" + "述" * 170 + "\n第二条"]
    links = tenant.transcript.of(GROUP_CHAT)[0].drawn.links
    assert [link.value for link in links] == ["https://example.org/1", "https://example.org/2"]


async def test_a_file_belongs_to_the_robot_that_has_it_and_lives_three_days(wecom, tenant, in_group):
    receipt = await wecom.robot_upload("file", b"123456", "名单.xlsx")
    assert receipt | {"media_id": "", "created_at": ""} == {
        "errcode": 0,
        "errmsg": "",
        "type": "file",
        "media_id": "",
        "created_at": "",
    }
    assert receipt["created_at"].isdigit()
    part = {"media_id": receipt["media_id"]}
    assert await wecom.hook("file", part) == OK
    assert in_group() == ["[文件] 名单.xlsx"]
    assert (await wecom.hook("file", part, key=OTHER_KEY))["errcode"] == 40007
    assert (await wecom.hook("voice", part))["errcode"] == 40007
    tenant.clock.run_ahead(3 * 24 * 3600 + 1)
    assert (await wecom.hook("file", part))["errcode"] == 40007


async def test_a_voice_is_amr(wecom, in_group):
    receipt = await wecom.robot_upload("voice", AMR, "话.amr")
    assert await wecom.hook("voice", {"media_id": receipt["media_id"]}) == OK
    assert in_group() == ["[语音]"]
    assert (await wecom.robot_upload("voice", b"ID3 is no AMR"))["errcode"] == 301017


@pytest.mark.parametrize(
    ("kind", "content", "key", "code"),
    [
        ("file", b"12345", KEY, 40006),
        ("file", b"123456", KEY, 0),
        ("image", PNG, KEY, 40005),
        ("file", b"123456", "made-up", 93000),
        ("voice", b"#!AMR\n" + bytes(2 * 1024 * 1024), KEY, 45001),
    ],
    ids=["too small", "smallest", "no pictures", "no robot", "too large"],
)
async def test_an_upload_has_its_limits(wecom, kind, content, key, code):
    assert (await wecom.robot_upload(kind, content, key=key))["errcode"] == code


async def test_a_notice_card_is_drawn(wecom, in_group):
    card = {
        "card_type": "text_notice",
        "main_title": {"title": "整校推进", "desc": "还有 12 天"},
        "card_action": {"type": 1, "url": "https://example.org/"},
    }
    assert await wecom.hook("template_card", card) == OK
    assert in_group() == ["整校推进\n还有 12 天"]


async def test_a_fault_singles_out_one_robot(wecom, tenant, in_group):
    tenant.faults.switch_on(Fault(call="wecom.webhook.send", effect=Effect.CODE, code=93004, target=KEY))
    assert (await wecom.hook("text", {"content": "一"}))["errcode"] == 93004
    assert await wecom.hook("text", {"content": "一"}, key=OTHER_KEY) == OK
    assert in_group() == []


async def test_nobody_types_markup_into_the_page(wecom, tenant):
    evil = '<script>alert(1)</script>" onmouseover="x'
    for msgtype in ("text", "markdown", "markdown_v2"):
        assert await wecom.hook(msgtype, {"content": evil}) == OK
    await wecom.hook("markdown", {"content": '[点](javascript:alert(1)) [好](https://example.org/"x)'})
    for shown in tenant.transcript.of(GROUP_CHAT):
        assert "<script" not in shown.drawn.html
        assert "javascript:" not in shown.drawn.html or "href" not in shown.drawn.html.split("javascript:")[0]
