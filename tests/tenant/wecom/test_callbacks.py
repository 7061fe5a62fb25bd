"""What people do reaches a bot built on wechatpy, and what that answers is shown, or it is said why not."""

from urllib.parse import parse_qs, urlsplit

import pytest
import xmltodict
from aiohttp import web
from wechatpy.enterprise import create_reply, parse_message

from bot.platforms.wecom.crypto import Cipher, signature
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind
from tests.tenant.wecom.conftest import AES, AGENT, APP_CHAT, CORP, PNG, TOKEN, reply

ANSWERED, ACKNOWLEDGED = Heard(Outcome.ANSWERED), Heard(Outcome.ACKNOWLEDGED)


async def test_a_text_goes_out_and_its_answer_comes_in(bot, callbacks, jia, tenant, seen):
    bot.says(reply(body="<Content>你有 18.5 学时</Content>"))
    assert await callbacks.says(jia, Said(text="我的学时]]>&<")) == ANSWERED
    assert seen() == ["我的学时]]>&<", "你有 18.5 学时"]
    (message,) = bot.heard
    assert 10**17 < int(message.pop("MsgId")) < 2**63
    created = int(message.pop("CreateTime"))
    assert abs(created - tenant.clock.stamp_ms() // 1000) <= 2
    assert message == {
        "ToUserName": CORP,
        "FromUserName": "Teacher_Jia",
        "MsgType": "text",
        "Content": "我的学时]]>&<",
        "AgentID": str(AGENT),
    }
    assert [shown.by_bot for shown in tenant.transcript.of(APP_CHAT)] == [False, True]


async def test_wechatpys_own_reply_is_understood(aiohttp_server, bot, callbacks, jia, tenant, seen):
    async def take(request):
        query = request.query
        plain = bot.crypto.decrypt_message(
            await request.read(), query["msg_signature"], query["timestamp"], query["nonce"]
        )
        message = parse_message(plain)
        sealed = bot.crypto.encrypt_message(
            create_reply(f"听到了：{message.content}", message), query["nonce"], query["timestamp"]
        )
        return web.Response(text=sealed)

    app = web.Application()
    app.add_routes([web.post("/wecom/app/callback", take)])
    tenant.bot_url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    assert await callbacks.says(jia, Said(text="在吗")) == ANSWERED
    assert seen() == ["在吗", "听到了：在吗"]


async def test_the_wire_view_shows_both_sides_opened(bot, callbacks, jia, tenant):
    bot.says(reply())
    await callbacks.says(jia, Said(text="在吗"))
    (exchange,) = tenant.wire.exchanges()
    assert exchange.name == "wecom.callback"
    assert "<Content><![CDATA[在吗]]></Content>" in exchange.opened
    assert "在吗" not in exchange.body
    assert "<Content><![CDATA[你好]]></Content>" in exchange.answer_opened
    assert "你好" not in exchange.answer


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Said(kind=SaidKind.IMAGE, content=PNG), ["PicUrl", "MediaId"]),
        (Said(kind=SaidKind.VOICE, content=b"#!AMR\nxx"), ["Format", "MediaId"]),
        (Said(kind=SaidKind.VIDEO, content=b"mp4"), ["ThumbMediaId", "MediaId"]),
    ],
    ids=["image", "voice", "video"],
)
async def test_files_can_be_fetched_by_their_id(wecom, bot, callbacks, jia, said, fields):
    assert await callbacks.says(jia, said) == ACKNOWLEDGED
    (message,) = bot.heard
    assert message["MsgType"] == said.kind
    assert [name for name in message if name in fields] == fields
    query = {"access_token": await wecom.fresh(), "media_id": message["MediaId"]}
    async with wecom.http.get(f"{wecom.base}/wecom/cgi-bin/media/get", params=query) as answer:
        assert await answer.read() == said.content
    if said.kind is SaidKind.IMAGE:
        async with wecom.http.get(message["PicUrl"]) as answer:
            assert (answer.content_type, await answer.read()) == ("image/jpeg", PNG)


async def test_a_place_and_a_link_have_their_fields(bot, callbacks, jia, seen):
    await callbacks.says(jia, Said(kind=SaidKind.LOCATION, text="示例县第一小学"))
    await callbacks.says(jia, Said(kind=SaidKind.LINK, text="示范课", address="https://example.org/1"))
    place, link = bot.heard
    assert (place["Location_X"], place["Location_Y"], place["Scale"], place["Label"], place["AppType"]) == (
        "23.134",
        "113.358",
        "15",
        "示例县第一小学",
        "wxwork",
    )
    assert (link["MsgType"], link["Title"], link["Url"]) == ("link", "示范课", "https://example.org/1")
    assert seen() == ["[位置] 示例县第一小学", "示范课"]


async def test_a_file_never_reaches_the_app(bot, callbacks, jia, tenant, seen):
    said = Said(kind=SaidKind.FILE, file_name="名单.xlsx", content=b"123456")
    heard = await callbacks.says(jia, said)
    assert heard == Heard(Outcome.NO_BOT, "机器人没有收到：企业微信不把文件转给自建应用。")
    assert bot.heard == []
    assert seen() == ["[文件] 名单.xlsx"]
    assert tenant.transcript.of(APP_CHAT)[0].note == heard.reason


async def test_silence_is_an_empty_answer(bot, callbacks, jia, seen):
    assert await callbacks.says(jia, Said(text="收到")) == ACKNOWLEDGED
    assert seen() == ["收到"]


async def test_three_tries_under_fresh_seals_with_one_msgid(bot, callbacks, jia, seen):
    bot.says(500, 403, reply())
    assert await callbacks.says(jia, Said(text="在吗")) == ANSWERED
    assert len({message["MsgId"] for message in bot.heard}) == 1
    assert len({request.query_string for request in bot.requests}) == 3
    assert seen() == ["在吗", "你好"]


async def test_the_switch_sends_the_same_bytes_again(bot, callbacks, jia, tenant):
    tenant.switches.wecom_retry_fresh = False
    bot.says(500)
    await callbacks.says(jia, Said(text="在吗"))
    assert len(bot.heard) == 3
    assert len({request.query_string for request in bot.requests}) == 1


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (403, Outcome.REFUSED, "机器人没有接受（HTTP 403）：一共试了 3 次。"),
        (204, Outcome.REFUSED, "机器人没有接受（HTTP 204）：一共试了 3 次。"),
        (5.0, Outcome.UNHEARD, "平台没有收到应答：每次等 0.05 秒，一共试了 3 次。"),
    ],
    ids=["403", "204", "slow"],
)
async def test_after_three_tries_the_person_is_told(bot, callbacks, jia, tenant, answer, outcome, reason):
    tenant.pace = type(tenant.pace)(wecom_answer=0.05, wecom_between=0.01)
    bot.says(answer)
    assert await callbacks.says(jia, Said(text="在吗")) == Heard(outcome, reason)
    assert len(bot.heard) == 3
    assert tenant.transcript.of(APP_CHAT)[0].note == reason


async def test_nobody_listens(callbacks, jia, tenant, unused_tcp_port):
    tenant.bot_url = f"http://127.0.0.1:{unused_tcp_port}"
    assert (await callbacks.says(jia, Said(text="在吗"))).outcome is Outcome.UNHEARD


async def test_an_answer_that_was_lost_makes_the_message_come_again(bot, callbacks, jia, tenant, seen):
    tenant.faults.switch_on(Fault(call="wecom.callback", effect=Effect.UNHEARD, left=1))
    bot.says(reply())
    assert await callbacks.says(jia, Said(text="在吗")) == ANSWERED
    assert len(bot.heard) == 2
    assert seen() == ["在吗", "你好"]


async def test_a_message_is_repeated_as_it_was(bot, callbacks, jia, tenant, seen):
    await callbacks.says(jia, Said(text="在吗"))
    bot.says(reply())
    assert await callbacks.repeats(tenant.transcript.of(APP_CHAT)[0]) == ANSWERED
    first, second = bot.heard
    assert first == second
    assert seen() == ["在吗", "你好"]


async def test_a_wrong_clock_stands_on_the_wire(bot, callbacks, jia, tenant):
    tenant.clock.skew_ms = 70 * 60 * 1000
    await callbacks.says(jia, Said(text="在吗"))
    ahead = int(bot.requests[0].query["timestamp"]) - tenant.clock.ms() // 1000
    assert 4198 <= ahead <= 4200  # 70 minutes are 4,200 s


def sealed(inner, **changes):
    """An answer in which one thing may be wrong."""
    encrypt = changes.get("encrypt") or Cipher(AES, changes.get("corp", CORP)).encrypt(inner.encode())
    stamp, nonce = changes.get("stamp", "1767225601"), "n"
    signed = changes.get("signed") or signature(TOKEN, stamp, nonce, encrypt)
    return (
        f"<xml><Encrypt>{encrypt}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        f"<TimeStamp>{stamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
    ).encode()


JIA = {"FromUserName": "Teacher_Jia"}
GOOD = reply()(JIA)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"success", "应答不是 XML"),
        (GOOD.encode(), "应答里没有 Encrypt"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", "应答不是 XML"),
        (b"<x>" * 100, "应答不是 XML"),
        (sealed(GOOD, signed="0" * 40), "应答的签名不对"),
        (sealed(GOOD, stamp="now"), "应答里的 TimeStamp 不是数字"),
        (sealed(GOOD, corp="wwsomebodyelse000"), "应答的密文里的 CorpID 不是本企业的"),
        (sealed(GOOD, encrypt="AAAA"), "应答的密文长度不对"),
        (sealed(GOOD, encrypt="!"), "应答的密文不是 Base64"),
        (sealed("你好"), "应答的明文不是 XML"),
        (sealed(reply(to="teacher_jia")(JIA)), "应答的 ToUserName 不是提问的人"),
        (sealed(reply(source="wwother")(JIA)), "应答的 FromUserName 不是本企业的 CorpID"),
        (sealed(reply("markdown")(JIA)), "被动回复没有 markdown 这种类型"),
        (sealed(reply(body="")(JIA)), "应答里没有文字"),
        (sealed(reply("update_button")(JIA)), "update_button 只能应答卡片按钮"),
        (
            sealed(reply("image", "<Image><MediaId>x</MediaId></Image>")(JIA)),
            "应答的内容不对（40007：invalid media_id）",
        ),
        (
            sealed(reply("news", "<ArticleCount>2</ArticleCount><Articles><item/></Articles>")(JIA)),
            "图文要有 1 到 8 条，ArticleCount 要与条数一致",
        ),
    ],
)
async def test_a_wrong_answer_is_not_shown_and_the_reason_is(
    bot, callbacks, jia, tenant, seen, answer, reason
):
    bot.says(answer)
    heard = await callbacks.says(jia, Said(text="在吗"))
    assert heard == Heard(Outcome.ACKNOWLEDGED, f"机器人的回复没有显示：{reason}。")
    assert len(bot.heard) == 1  # a 200 is a 200
    assert seen() == ["在吗"]
    assert tenant.transcript.of(APP_CHAT)[0].note == heard.reason


async def test_a_passive_text_is_cut_at_2048_bytes(bot, callbacks, jia, seen):
    bot.says(reply(body=f"<Content>{'学' * 700}</Content>"))
    await callbacks.says(jia, Said(text="在吗"))
    assert seen()[1] == "学" * 682


async def test_passive_pictures_voices_videos_and_news(wecom, bot, callbacks, jia, seen):
    image = (await wecom.upload("image", PNG))["media_id"]
    article = "<item><Title>简报</Title><Description>四月</Description><Url>https://example.org/</Url></item>"
    bot.says(
        reply("image", f"<Image><MediaId>{image}</MediaId></Image>"),
        reply("news", f"<ArticleCount>1</ArticleCount><Articles>{article}</Articles>"),
    )
    for _ in range(2):
        assert await callbacks.says(jia, Said(text="看")) == ANSWERED
    assert seen() == ["看", "[图片]", "看", "简报\n四月"]


async def test_events_have_no_msgid_and_may_be_answered(bot, callbacks, jia, seen):
    bot.says(reply(body="<Content>欢迎</Content>"))
    for event in (callbacks.joins(jia), callbacks.enters(jia), callbacks.clicks(jia, "我的学时")):
        assert await event == ANSWERED
    assert [(m["Event"], m["EventKey"], "MsgId" in m, m["AgentID"]) for m in bot.heard] == [
        ("subscribe", None, False, str(AGENT)),
        ("enter_agent", None, False, str(AGENT)),
        ("click", "我的学时", False, str(AGENT)),
    ]
    assert seen() == ["欢迎"] * 3


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (None, Heard(Outcome.ACKNOWLEDGED, "回调地址已通过验证。")),
        (web.Response(status=403), Heard(Outcome.REFUSED, "回调地址没有通过：HTTP 403。")),
        (web.Response(text='"1"'), Heard(Outcome.REFUSED, "回调地址没有通过：应答的不是 echostr 的明文。")),
    ],
    ids=["right", "refused", "quoted"],
)
async def test_the_address_is_verified(aiohttp_server, bot, callbacks, tenant, answer, heard):
    if answer is not None:

        async def check(_request):
            return answer

        app = web.Application()
        app.add_routes([web.get("/wecom/app/callback", check)])
        tenant.bot_url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    assert await callbacks.verify_url() == heard
    exchange = tenant.wire.exchanges()[-1]
    echo = parse_qs(urlsplit(exchange.url).query)["echostr"][0]
    assert Cipher(AES, CORP).decrypt(echo).decode() == exchange.opened


CARD = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "选点"},
    "task_id": "choose-1",
    "select_list": [
        {"question_key": "first", "option_list": [{"id": "A5", "text": "A5"}, {"id": "B2", "text": "B2"}]}
    ],
    "submit_button": {"text": "提交", "key": "submit"},
    "action_menu": {"desc": "更多", "action_list": [{"text": "不再提醒", "key": "mute"}]},
}


@pytest.fixture
async def card(wecom, tenant):
    assert (await wecom.send("template_card", CARD))["errcode"] == 0
    return tenant.transcript.of(APP_CHAT)[0]


async def test_a_pressed_button_brings_what_was_chosen_and_a_code_for_one_update(
    wecom, bot, callbacks, jia, card
):
    assert await callbacks.presses(jia, card, "submit", {"first": ("B2",)}) == ACKNOWLEDGED
    (event,) = bot.heard
    assert event.pop("CreateTime")
    code = event.pop("ResponseCode")
    assert event == {
        "ToUserName": CORP,
        "FromUserName": "Teacher_Jia",
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": "submit",
        "TaskId": "choose-1",
        "CardType": "multiple_interaction",
        "SelectedItems": {"SelectedItem": {"QuestionKey": "first", "OptionIds": {"OptionId": "B2"}}},
        "AgentID": str(AGENT),
    }
    body = {
        "userids": ["teacher_jia"],
        "agentid": AGENT,
        "response_code": code,
        "button": {"replace_name": "已选"},
    }
    assert (await wecom.post("message/update_template_card", body))["errcode"] == 0
    assert [(b.label, b.spent) for b in card.drawn.buttons] == [("已选", True)]
    assert (await wecom.post("message/update_template_card", body))["errcode"] == 60140


async def test_an_answer_changes_the_pressed_card(bot, callbacks, jia, card):
    bot.says(reply("update_button", "<Button><ReplaceName>已提交</ReplaceName></Button>"))
    assert await callbacks.presses(jia, card, "submit", {}) == ANSWERED
    assert [(b.label, b.spent) for b in card.drawn.buttons] == [("已提交", True)]


async def test_an_answer_replaces_the_pressed_card(bot, callbacks, jia, card, seen):
    bot.says(
        reply(
            "update_template_card",
            "<TemplateCard><CardType>text_notice</CardType><MainTitle><Title>已选 B2</Title></MainTitle>"
            "<HorizontalContentList><KeyName>环境</KeyName><Value>混合学习</Value></HorizontalContentList>"
            "<HorizontalContentList><KeyName>维度</KeyName><Value>教学设计</Value></HorizontalContentList>"
            "<CardAction><Type>1</Type><Url>https://example.org/</Url></CardAction></TemplateCard>",
        )
    )
    assert await callbacks.presses(jia, card, "submit", {}) == ANSWERED
    assert seen() == ["已选 B2\n环境：混合学习\n维度：教学设计"]


async def test_a_number_of_thousands_of_digits_is_a_wrong_card(bot, callbacks, jia, card):
    number = "1" * 5000
    inner = f"<CardType>text_notice</CardType><CardAction><Type>{number}</Type></CardAction>"
    bot.says(reply("update_template_card", f"<TemplateCard>{inner}</TemplateCard>"))
    assert (await callbacks.presses(jia, card, "submit", {})).reason == (
        "机器人的回复没有显示：应答里的卡片不对（40058：invalid template_card.card_action.type）。"
    )


async def test_the_corner_menu_is_an_event_of_its_own_and_may_be_answered_with_text(
    bot, callbacks, jia, card, seen
):
    bot.says(reply(body="<Content>好，不再提醒</Content>"))
    assert await callbacks.presses(jia, card, "mute", {}) == ANSWERED
    assert (bot.heard[0]["Event"], "SelectedItems" in bot.heard[0]) == ("template_card_menu_event", False)
    assert seen() == ["选点", "好，不再提醒"]


async def test_a_pressed_button_cannot_be_answered_with_text(bot, callbacks, jia, card):
    bot.says(reply())
    heard = await callbacks.presses(jia, card, "submit", {})
    assert heard.reason == "机器人的回复没有显示：事件 template_card_event 不能这样应答。"
    assert card.note == heard.reason


def test_the_inner_document_is_what_the_official_example_looks_like(callbacks, jia):
    drawn, _fields = callbacks._message(jia, Said(text="x"), "7012345678901234567")
    assert list(xmltodict.parse(drawn.wire)["xml"]) == [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "Content",
        "MsgId",
        "AgentID",
    ]
    assert "<AgentID>1000002</AgentID>" in drawn.wire
    assert "<MsgId>7012345678901234567</MsgId>" in drawn.wire
