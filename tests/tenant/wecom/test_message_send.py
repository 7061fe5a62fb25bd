"""message/send, recall and card updates: who reads what, and what the answer admits."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.tenant.people import Chat, Platform, Room
from bot.tenant.transcript import Does
from tests.tenant.wecom.conftest import AGENT, AMR, APP_CHAT, MP4, PNG

YI_CHAT = Chat(Platform.WECOM, Room.APP, "teacher_yi")
TEXT = {"content": "还差 6.5 学时"}
BUTTONS = {
    "card_type": "button_interaction",
    "main_title": {"title": "编号 12"},
    "task_id": "review-12",
    "button_list": [{"text": "合格", "key": "pass"}, {"text": "退回", "key": "return", "style": 3}],
}


async def test_a_text_reaches_everybody_named(wecom, seen):
    answer = await wecom.send("text", TEXT, "teacher_jia|TEACHER_YI|teacher_jia")
    assert answer.pop("msgid")
    assert answer == {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": "",
        "invalidparty": "",
        "invalidtag": "",
        "unlicenseduser": "",
    }
    # A user id is the same in any case, and who is named twice reads it once.
    assert seen() == ["还差 6.5 学时"]
    assert seen(YI_CHAT) == ["还差 6.5 学时"]


async def test_strangers_come_back_in_lower_case_and_the_others_read_it(wecom, seen):
    answer = await wecom.send("text", TEXT, "Teacher_Jia|Nobody|Gone.01", totag="7", toparty="9")
    assert answer["errcode"] == 0
    assert (answer["invaliduser"], answer["invalidparty"], answer["invalidtag"]) == (
        "nobody|gone.01",
        "9",
        "7",
    )
    assert seen() == ["还差 6.5 学时"]


@pytest.mark.parametrize("to", [{"touser": "@all"}, {"touser": "", "toparty": "1"}])
async def test_all_are_those_with_an_account(wecom, tenant, to):
    await wecom.send("text", TEXT, to.pop("touser"), **to)
    assert sorted(tenant.transcript.chats()) == [
        "wecom:app:teacher_bing",
        "wecom:app:teacher_jia",
        "wecom:app:teacher_yi",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"touser": "nobody"}, 81013),
        ({"touser": ""}, 82001),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"toparty": "|".join(str(n) for n in range(101))}, 82002),
        ({"totag": "|".join(str(n) for n in range(101))}, 82003),
        ({"touser": ["teacher_jia"]}, 40058),
        ({"agentid": None}, 41011),
        ({"agentid": 1000003}, 301002),
        ({"agentid": "1000002"}, 0),
        ({"safe": 2}, 40058),
        ({"safe": 1}, 0),
        ({"msgtype": "markdown_v2"}, 40008),
        # An article that leads to a mini-program needs no address; what stands there must still be one.
        ({"msgtype": "news", "news": {"articles": [{"title": "x", "appid": "wx1"}]}}, 0),
        ({"msgtype": "news", "news": {"articles": [{"title": "x", "appid": "wx1", "url": 7}]}}, 40058),
        ({"text": {"content": ""}}, 44004),
        ({"enable_duplicate_check": 1, "duplicate_check_interval": 14401}, 40058),
    ],
    ids=lambda value: value if isinstance(value, int) else "+".join(value),
)
async def test_what_is_wrong_has_its_code(wecom, changes, code):
    body = {"touser": "Teacher_Jia", "agentid": AGENT, "msgtype": "text", "text": TEXT}
    assert (await wecom.post("message/send", body | changes))["errcode"] == code


async def test_a_text_is_cut_in_silence_and_never_inside_a_character(wecom, seen):
    assert (await wecom.send("text", {"content": "学" * 683}))["errcode"] == 0
    assert seen() == ["学" * 682]  # 682 × 3 = 2046 bytes; 683 would be 2049


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(st.characters(codec="utf-8", exclude_characters="<\0"), min_size=1, max_size=1500))
async def test_what_is_read_is_the_longest_beginning_of_2048_bytes(wecom, tenant, seen, content):
    tenant.clock.run_ahead(3601)
    wecom.token = ""
    assert (await wecom.send("text", {"content": content}))["errcode"] == 0
    read = seen()[-1]
    assert content.startswith(read)
    assert len(read.encode()) <= 2048
    assert len(read) == len(content) or len((read + content[len(read)]).encode()) > 2048


async def test_a_long_markdown_is_refused_or_cut_by_the_switch(wecom, tenant, seen):
    long = {"content": "**学** " * 257}  # 8 bytes each: 2056
    assert (await wecom.send("markdown", long))["errcode"] == 45002
    tenant.switches.wecom_long_markdown = "cut"
    assert (await wecom.send("markdown", long))["errcode"] == 0
    assert seen() == ["学 " * 256]  # 256 × 8 = 2048


async def test_beyond_thirty_a_minute_the_member_reads_nothing_and_the_app_is_told_nothing(
    wecom, tenant, seen
):
    for number in range(32):
        assert (await wecom.send("text", {"content": str(number)}))["errcode"] == 0
    assert seen() == [str(number) for number in range(30)]
    await wecom.send("text", TEXT, "teacher_yi")
    assert seen(YI_CHAT) == ["还差 6.5 学时"]
    tenant.clock.run_ahead(60)
    await wecom.send("text", {"content": "后来"})
    assert seen()[-1] == "后来"


async def test_the_same_request_is_not_delivered_twice_within_its_interval(wecom, tenant, seen):
    check = {"enable_duplicate_check": 1, "duplicate_check_interval": 600}
    first = await wecom.send("text", TEXT, **check)
    assert await wecom.send("text", TEXT, **check) == first
    assert seen() == ["还差 6.5 学时"]
    await wecom.send("text", {"content": "另一条"}, **check)
    # Without the check the same is sent again.
    await wecom.send("text", TEXT)
    assert seen() == ["还差 6.5 学时", "另一条", "还差 6.5 学时"]
    tenant.clock.run_ahead(600)
    again = await wecom.send("text", TEXT, **check)
    assert again["msgid"] != first["msgid"]
    assert len(seen()) == 4


@pytest.mark.parametrize(("with_all", "read"), [(True, 1), (False, 2)])
async def test_a_repetition_is_known_where_it_is_compared_with_all(wecom, tenant, seen, with_all, read):
    tenant.switches.wecom_compares_with_all = with_all
    first = await wecom.send("text", TEXT)
    again = await wecom.send("text", TEXT, enable_duplicate_check=1, duplicate_check_interval=60)

    assert (again == first) is with_all
    assert len(seen()) == read


async def test_a_text_has_links_in_anchors_and_a_textcard_has_a_button(wecom, tenant, seen):
    await wecom.send("text", {"content": '打开<a href="https://example.org/me">我的主页</a>\n<b>'})
    card = {
        "title": "备案提醒",
        "description": '<div class="gray">5月20日</div><div class="highlight">还差两项</div>',
        "url": "https://example.org/filing",
        "btntxt": "去看一看吧",
    }
    await wecom.send("textcard", card)
    assert seen() == ["打开我的主页\n<b>", "备案提醒\n5月20日\n还差两项"]
    text, shown_card = (shown.drawn for shown in tenant.transcript.of(APP_CHAT))
    assert [(link.label, link.value) for link in text.links] == [("我的主页", "https://example.org/me")]
    assert text.html.endswith("<br>&lt;b&gt;")
    assert [(b.label, b.does, b.value) for b in shown_card.buttons] == [
        ("去看一看", Does.OPEN, "https://example.org/filing")  # four characters, no more
    ]


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("image", PNG, "[图片]"),
        ("voice", AMR, "[语音]"),
        ("video", MP4, "[视频] 示范课 一段"),
        ("file", b"123456", "[文件] 名单.xlsx"),
    ],
    ids=["image", "voice", "video", "file"],
)
async def test_files_are_uploaded_and_then_sent(wecom, seen, kind, content, text):
    receipt = await wecom.upload(kind, content, "名单.xlsx")
    assert (receipt["errcode"], receipt["type"]) == (0, kind)
    part = {"media_id": receipt["media_id"]}
    if kind == "video":
        part |= {"title": "示范课", "description": "一段"}
    assert (await wecom.send(kind, part))["errcode"] == 0
    assert seen() == [text]
    other = "file" if kind != "file" else "image"
    assert (await wecom.send(other, part))["errcode"] == 40007


async def test_mpnews_need_a_picture_and_stay_below_666_kilobytes(wecom, seen):
    thumb = (await wecom.upload("image", PNG))["media_id"]
    article = {"title": "简报", "thumb_media_id": thumb, "content": "<p>四月</p>", "digest": "四月简报"}
    assert (await wecom.send("mpnews", {"articles": [article]}))["errcode"] == 0
    assert seen() == ["简报\n四月简报"]
    too_long = article | {"content": "a" * (666 * 1024 + 1)}
    assert (await wecom.send("mpnews", {"articles": [too_long]}))["errcode"] == 45002
    assert (await wecom.send("mpnews", {"articles": [article | {"thumb_media_id": "x"}]}))["errcode"] == 40007


async def test_a_message_is_recalled_everywhere_within_a_day(wecom, tenant):
    sent = await wecom.send("text", TEXT, "teacher_jia|teacher_yi")
    assert await wecom.post("message/recall", {"msgid": sent["msgid"]}) == {"errcode": 0, "errmsg": "ok"}
    assert [shown.recalled for chat in (APP_CHAT, YI_CHAT) for shown in tenant.transcript.of(chat)] == [
        True,
        True,
    ]
    late = await wecom.send("text", TEXT)
    tenant.clock.run_ahead(24 * 3600 + 1)
    wecom.token = ""
    assert (await wecom.post("message/recall", {"msgid": late["msgid"]}))["errcode"] == 40058
    assert (await wecom.post("message/recall", {"msgid": "made-up"}))["errcode"] == 40058


async def test_a_response_code_changes_a_card_once(wecom, tenant):
    sent = await wecom.send("template_card", BUTTONS, "teacher_jia|teacher_yi")
    body = {
        "userids": ["Teacher_Jia", "Teacher_Bing"],
        "agentid": AGENT,
        "response_code": sent["response_code"],
        "button": {"replace_name": "已合格"},
    }
    # 示例丙 has never got the card.
    assert await wecom.post("message/update_template_card", body) == {
        "errcode": 0,
        "errmsg": "ok",
        "invaliduser": ["teacher_bing"],
    }
    (jia,), (yi,) = tenant.transcript.of(APP_CHAT), tenant.transcript.of(YI_CHAT)
    assert [(b.label, b.spent) for b in jia.drawn.buttons] == [("已合格", True)]
    assert [(b.label, b.spent) for b in yi.drawn.buttons] == [("合格", False), ("退回", False)]
    assert (await wecom.post("message/update_template_card", body))["errcode"] == 60140


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_code": "made-up"}, 60140),
        ({"response_code": None}, 60140),
        ({"userids": []}, 82101),
        ({"userids": ["teacher_bing"]}, 82102),
        ({"userids": [f"u{n}" for n in range(1001)]}, 40032),
        ({"partyids": list(range(2, 103))}, 82002),  # 101 of them
        ({"tagids": list(range(101))}, 82003),
        ({"partyids": list(range(2, 102)), "tagids": list(range(100))}, 0),
        ({"partyids": "1"}, 40058),
        ({"tagids": ["x"]}, 40058),
        ({"userids": [], "partyids": [1]}, 0),
        ({"agentid": 1}, 301002),
        ({"button": {}}, 42020),
        ({"button": "x"}, 40058),
        ({"userids": [], "atall": 1}, 0),
    ],
    ids=lambda value: value if isinstance(value, int) else "+".join(value),
)
async def test_an_update_that_is_wrong_uses_nothing_up(wecom, changes, code):
    sent = await wecom.send("template_card", BUTTONS)
    body = {
        "userids": ["teacher_jia"],
        "agentid": AGENT,
        "response_code": sent["response_code"],
        "button": {"replace_name": "已合格"},
    }
    assert (await wecom.post("message/update_template_card", body | changes))["errcode"] == code
    if code:
        assert (await wecom.post("message/update_template_card", body))["errcode"] == 0


async def test_a_response_code_dies_after_72_hours(wecom, tenant):
    sent = await wecom.send("template_card", BUTTONS)
    tenant.clock.run_ahead(72 * 3600 + 1)
    wecom.token = ""
    body = {
        "atall": 1,
        "agentid": AGENT,
        "response_code": sent["response_code"],
        "button": {"replace_name": "x"},
    }
    assert (await wecom.post("message/update_template_card", body))["errcode"] == 60140


async def test_a_card_is_replaced_by_another(wecom, seen):
    sent = await wecom.send("template_card", BUTTONS)
    card = {
        "card_type": "text_notice",
        "main_title": {"title": "编号 12 已合格"},
        "card_action": {"type": 1, "url": "https://example.org/12"},
        "task_id": "review-12",
    }
    body = {"atall": 1, "agentid": AGENT, "response_code": sent["response_code"], "template_card": card}
    assert (await wecom.post("message/update_template_card", body))["errcode"] == 0
    assert seen() == ["编号 12 已合格"]
