"""Template cards: delivered, drawn, updated, streamed into, pressed."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType
from hypothesis import given
from hypothesis import strategies as st

from bot.tenant.calls import Refused
from bot.tenant.dingtalk.card import Card, actions, draw_card
from bot.tenant.dingtalk.cards import params_of
from bot.tenant.dingtalk.posting import private_chat
from bot.tenant.dingtalk.signing import card_sign
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.transcript import Button, Does

from .conftest import GROUP, GUEST, LEADER, ROBOT, TEACHER

CREATE, UPDATE, STREAM = "card/instances/createAndDeliver", "card/instances", "card/streaming"
BUTTONS = json.dumps(
    [
        {"text": "通过", "actionId": "accept", "params": {"id": "42"}, "style": "primary"},
        {"text": "退回", "actionId": "return", "params": {"id": "42"}},
    ],
    ensure_ascii=False,
)
IN_GROUP = f"IM_GROUP.{GROUP.chat_id}"


def card(out_track_id="card-1", *, spaces=IN_GROUP, params=None, **more):
    return {
        "cardTemplateId": "example.schema",
        "outTrackId": out_track_id,
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": params or {"title": "待审", "text": "**A5** 一件", "buttons": BUTTONS}},
        "openSpaceId": f"dtv1.card//{spaces}",
        "imGroupOpenDeliverModel": {"robotCode": ROBOT.robot_code},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT"},
    } | more


def change(out_track_id="card-1", *, by_key=None, **params):
    body = {"outTrackId": out_track_id, "cardData": {"cardParamMap": params}}
    return body if by_key is None else body | {"cardUpdateOptions": {"updateCardDataByKey": by_key}}


async def update(api, body):
    return await api.v1(UPDATE, body, method="PUT")


DONE = (200, {"success": True, "result": True})


async def test_a_card_is_drawn_with_its_buttons(api, tenant, group):
    status, answer = await api.v1(CREATE, card(params={"title": "待审", "text": "**A5**", "状态": "新"}))
    (result,) = answer["result"].pop("deliverResults")
    assert (status, answer) == (200, {"success": True, "result": {"outTrackId": "card-1"}})
    carrier = result.pop("carrierId")
    assert result == {"spaceType": "IM_GROUP", "spaceId": GROUP.chat_id, "success": True, "errorMsg": ""}
    (shown,) = tenant.transcript.of(group)
    assert (shown.drawn.text, shown.key, shown.drawn.kind) == ("待审\nA5\n状态：新", "card-1", "card")
    body = {"robotCode": ROBOT.robot_code, "openConversationId": GROUP.chat_id, "processQueryKeys": [carrier]}
    assert (await api.v1("robot/groupMessages/recall", body))[1]["successResult"] == [carrier]
    assert shown.recalled


def test_the_demonstration_template_shows_every_parameter_and_the_buttons_that_are_listed():
    params = {
        "title": "<待审>",
        "content": "> 引用",
        "人": "<i>",
        "buttons": json.dumps(
            [
                {"text": "通过", "actionId": "ok", "style": "primary"},
                {"text": "也通过", "action": "ok", "disabled": True},
                {"text": "看", "url": "https://e.cn"},
                {"text": "说", "url": "dtmd://dingtalkclient/sendMessage?content=%E5%B8%AE%E5%8A%A9"},
                {"text": "无名"},
                {"label": "不是按钮"},
                "不是按钮",
            ],
            ensure_ascii=False,
        ),
    }
    drawn = draw_card(Card(out_track_id="c", template_id="t", public=params), "")
    assert drawn.text == "<待审>\n引用\n人：<i>"
    assert drawn.html == (
        "<strong>&lt;待审&gt;</strong><blockquote>\n<p>引用</p>\n</blockquote>\n<p>人：&lt;i&gt;</p>"
    )
    assert drawn.buttons == (
        Button("通过", Does.PRESS, "ok", style="primary"),
        Button("也通过", Does.PRESS, "ok#2", spent=True),
        Button("看", Does.OPEN, "https://e.cn"),
        Button("说", Does.SAY, "帮助"),
        Button("无名", Does.PRESS, "无名"),
    )


@given(st.text() | st.lists(st.text()).map(json.dumps) | st.just("[" * 100_000))
def test_what_lists_no_buttons_draws_none(raw):
    assert [action for action in actions({"buttons": raw}) if not action.button.label] == []


async def test_every_space_has_its_own_result(api, read, group, private):
    spaces = f"{IN_GROUP};im_robot.User001;IM_ROBOT.nobody;IM_GROUP.cidGONE;ONE_BOX.cid"
    _status, answer = await api.v1(CREATE, card(spaces=spaces))
    results = answer["result"]["deliverResults"]
    assert [(r["spaceType"], r["success"], r["errorMsg"]) for r in results] == [
        ("IM_GROUP", True, ""),
        ("IM_ROBOT", True, ""),
        ("IM_ROBOT", False, "param.userIdNotExist"),
        ("IM_GROUP", False, "invalid.openConversationId"),
        ("ONE_BOX", False, "param.openSpaceIdInvalid"),
    ]
    assert read(group) == read(private) == ["待审\nA5 一件"]
    other = card("card-2", imGroupOpenDeliverModel={"robotCode": "other"})
    _status, answer = await api.v1(CREATE, other)
    assert answer["result"]["deliverResults"][0]["errorMsg"] == "invalidParameter.robotCode.notExsit"


async def test_a_card_can_mention_members(api, tenant, group):
    model = {"robotCode": ROBOT.client_id, "atUserIds": {"User001": "x", "User999": "y", "@ALL": "@ALL"}}
    await api.v1(CREATE, card(imGroupOpenDeliverModel=model))
    assert tenant.transcript.of(group)[0].drawn.mentions == ("User001", "@all")
    await update(api, change(title="新"))
    assert tenant.transcript.of(group)[0].drawn.mentions == ("User001", "@all")


async def test_the_changes_under_a_used_out_track_id_are_silently_ignored(api, read, group, private):
    await api.v1(CREATE, card(params={"title": "旧"}))
    again = card(params={"title": "新"}, spaces=f"{IN_GROUP};IM_ROBOT.User001")
    _status, answer = await api.v1(CREATE, again)
    assert [result["success"] for result in answer["result"]["deliverResults"]] == [True, True]
    assert (read(group), read(private)) == (["旧"], ["旧"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"outTrackId": ""}, "param.outTrackIdEmpty"),
        ({"cardTemplateId": None}, "param.cardTemplateIdEmpty"),
        ({"openSpaceId": ""}, "param.openSpaceIdEmpty"),
        ({"openSpaceId": IN_GROUP}, "param.openSpaceIdInvalid"),
        ({"openSpaceId": "dtv1.card//IM_GROUP"}, "param.openSpaceIdInvalid"),
        ({"cardData": None}, "param.cardPublicDataEmpty"),
        ({"cardData": {"cardParamMap": {"n": 1}}}, "param.invalid"),
        ({"cardData": []}, "param.invalid"),
        ({"callbackType": "stream"}, "param.invalid"),
        ({"callbackType": "HTTP"}, "param.invalid"),
        ({"imGroupOpenDeliverModel": None}, "param.openDeliverModelEmpty"),
        (
            {"openSpaceId": "dtv1.card//IM_ROBOT.User001", "imRobotOpenDeliverModel": {"a": 1}},
            "param.openDeliverModelError",
        ),
        ({"privateData": {"nobody": {"cardParamMap": {}}}}, "param.userIdNotExist"),
        ({"privateData": [1]}, "param.invalid"),
    ],
)
async def test_a_card_that_is_not_right_is_not_created(api, read, group, wrong, code):
    assert await api.refused(CREATE, card(**wrong)) == code
    assert read(group) == []


@given(st.sampled_from("a字😀"), st.integers(-2, 2))
def test_keys_and_values_are_limited_in_bytes(char, off):
    size = len(char.encode())

    def text(limit):
        return char * ((limit + off) // size) + "a" * ((limit + off) % size)

    for params in ({text(100): "x"}, {"x": text(1024)}):
        if off <= 0:
            assert params_of({"cardParamMap": params}) == params
        else:
            with pytest.raises(Refused) as caught:
                params_of({"cardParamMap": params})
            assert caught.value.code == "param.invalid"


async def test_an_update_overwrites_everything_unless_it_goes_by_key(api, read, group):
    await api.v1(CREATE, card(params={"title": "待审", "状态": "新"}))
    assert await update(api, change(by_key=True, 状态="看过")) == DONE
    assert read(group) == ["待审\n状态：看过"]
    assert await update(api, change(状态="完")) == DONE
    assert read(group) == ["状态：完"]
    assert await update(api, change(by_key=False, title="空")) == DONE
    assert read(group) == ["空"]


async def test_private_data_is_for_one_person(api, read, group, private):
    spaces = f"{IN_GROUP};IM_ROBOT.User001;IM_ROBOT.User002"
    mine = {"User001": {"cardParamMap": {"状态": "你已通过"}}}
    await api.v1(CREATE, card(params={"title": "待审"}, spaces=spaces, privateData=mine))
    assert read(private) == ["待审\n状态：你已通过"]
    assert read(group) == read(private_chat("User002")) == ["待审"]
    by_key = {"updatePrivateDataByKey": True}
    more = {"User001": {"cardParamMap": {"备注": "谢谢"}}}
    body = {"outTrackId": "card-1", "privateData": more}
    assert await update(api, body | {"cardUpdateOptions": by_key}) == DONE
    assert read(private) == ["待审\n状态：你已通过\n备注：谢谢"]
    assert await update(api, body) == DONE
    assert read(private) == ["待审\n备注：谢谢"]


async def test_an_update_needs_a_card_and_something_new(api):
    assert await api.refused(UPDATE, change(title="x"), method="PUT") == "param.cardNotExist"
    await api.v1(CREATE, card())
    nothing = {"outTrackId": "card-1"}
    assert await api.refused(UPDATE, nothing, method="PUT") == "param.cardDataAndPrivateDataBothEmpty"
    assert await api.refused(UPDATE, {}, method="PUT") == "param.outTrackIdEmpty"


def piece(guid, content, *, key="content", **more):
    return {"outTrackId": "card-1", "guid": guid, "key": key, "content": content} | more


async def test_a_text_grows_piece_by_piece_and_each_guid_counts_once(api, tenant, read, group):
    await api.v1(CREATE, card(params={"title": "答"}))

    async def put(body):
        assert await api.v1(STREAM, body, method="PUT") == DONE
        return read(group)[0]

    assert await put(piece("1", "你有", isFull=True)) == "答\n你有"
    assert tenant.transcript.of(group)[0].drawn.unfinished
    assert await put(piece("2", "你有 18.5 学时", isFull=True)) == "答\n你有 18.5 学时"
    assert await put(piece("1", "你有", isFull=True)) == "答\n你有 18.5 学时"
    assert await put(piece("3", "一", key="备注")) == "答\n你有 18.5 学时\n备注：一"
    assert await put(piece("4", "二", key="备注")) == "答\n你有 18.5 学时\n备注：一二"
    assert await put(piece("5", "完", isFull=True, isFinalize=True)) == "答\n完\n备注：一二"
    assert not tenant.transcript.of(group)[0].drawn.unfinished
    assert await put(piece("6", "", isFull=True, isError=True)) == "答\n备注：一二\n出错了"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (piece("1", "x", isFull=True, outTrackId="none"), "param.stream.outTrackId"),
        (piece("", "x", isFull=True), "param.stream.guidEmpty"),
        (piece("1", "x", key="", isFull=True), "param.stream.keyEmpty"),
        (piece("1", "", isFull=True), "param.stream.contentEmpty"),
        (piece("1", "x"), "param.stream.isFull"),
    ],
)
async def test_a_piece_that_is_not_right_is_refused(api, read, group, body, code):
    await api.v1(CREATE, card(params={"title": "答"}))
    assert await api.refused(STREAM, body, method="PUT") == code
    assert read(group) == ["答"]


async def test_whether_pieces_are_limited_can_be_chosen(api, tenant):
    await api.v1(CREATE, card())
    assert await api.v1(STREAM, piece("1", "字" * 342, isFull=True), method="PUT") == DONE
    tenant.switches.dingtalk_stream_bytes = 1024
    # 341 × 3 = 1023, 342 × 3 = 1026
    assert await api.v1(STREAM, piece("2", "字" * 341, isFull=True), method="PUT") == DONE
    code = await api.refused(STREAM, piece("3", "字" * 342, isFull=True), method="PUT")
    assert code == "param.stream.content"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "im/v1.0/robot/interactiveCards/send"), ("PUT", "im/robots/interactiveCards")],
)
async def test_the_old_cards_are_closed(api, method, path):
    status, answer = await api.v1(path, {}, method=method)
    assert (status, answer["code"]) == (403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")


ROUTE = {
    "callbackRouteKey": "route-1",
    "callbackUrl": "https://bot.example.cn/cards?v=1",
    "apiSecret": "card-api-secret",
}


async def over_http(api, tenant, **more):
    assert (await api.v1("card/callbacks/register", ROUTE))[0] == 200
    body = card(callbackType="HTTP", callbackRouteKey="route-1", **more)
    _status, answer = await api.v1(CREATE, body)
    assert answer["success"]
    return tenant.transcript.find("card-1")


async def test_a_press_calls_the_registered_address_and_the_answer_changes_the_card(
    api, side, bot, tenant, group, read
):
    (shown,) = await over_http(api, tenant)
    bot.answers.append({"cardData": {"cardParamMap": {"title": "已通过"}}})
    assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ANSWERED)
    ((path, headers, body),) = bot.requests
    assert path == "/cards?v=1"
    signature = card_sign("card-api-secret", headers["x-ddpaas-signature-timestamp"])
    assert headers["x-ddpaas-signature"] == signature
    content = json.loads(body.pop("content"))
    assert content == {"cardPrivateData": {"actionIds": ["accept"], "params": {"id": "42"}}}
    assert body == {
        "type": "actionCallback",
        "outTrackId": "card-1",
        "corpId": ROBOT.corp_id,
        "userId": "User002",
        "userIdType": 1,
        "spaceId": GROUP.chat_id,
        "spaceType": "IM",
        "extension": "{}",
    }
    # overwritten: the buttons are gone as well
    assert (read(group), shown.drawn.buttons) == (["已通过"], ())


async def test_the_other_names_of_a_press(api, side, bot, tenant):
    tenant.switches.dingtalk_card_names = "value"
    (shown,) = await over_http(api, tenant)
    await side.presses(LEADER, shown, "accept", {"选点": ("A5", "B2")})
    (body,) = bot.bodies
    assert "content" not in body
    assert json.loads(body["value"]) == {
        "cardPrivateData": {"actionIds": ["accept"]},
        "params": {"id": "42", "选点": ["A5", "B2"]},
    }


async def test_an_answer_can_change_what_only_the_presser_sees(api, side, bot, tenant, read, private):
    spaces = "IM_ROBOT.User001;IM_ROBOT.User002"
    first, _second = await over_http(api, tenant, spaces=spaces)
    buttons = json.dumps([{"text": "已通过", "actionId": "accept", "disabled": True}], ensure_ascii=False)
    bot.answers.append(
        {
            "cardData": {"cardParamMap": {"状态": "一人通过"}},
            "userPrivateData": {"cardParamMap": {"buttons": buttons}},
            "cardUpdateOptions": {"updateCardDataByKey": True, "updatePrivateDataByKey": True},
        }
    )
    assert (await side.presses(TEACHER, first, "accept", {})).outcome is Outcome.ANSWERED
    assert read(private) == read(private_chat("User002")) == ["待审\nA5 一件\n状态：一人通过"]
    assert first.drawn.buttons == (Button("已通过", Does.PRESS, "accept", spent=True),)
    heard = await side.presses(TEACHER, first, "accept", {})
    assert heard == Heard(Outcome.NO_BOT, "这个按钮已经按不动了。")
    assert len(bot.requests) == 1


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (b"{}", Heard(Outcome.ACKNOWLEDGED)),
        (b"", Heard(Outcome.ACKNOWLEDGED)),
        (500, Heard(Outcome.UNHEARD, "机器人没有回应，请稍后再按一次。")),
        (0.8, Heard(Outcome.UNHEARD, "机器人没有回应，请稍后再按一次。")),
        (
            {"cardData": {"cardParamMap": {"n": 1}}},
            Heard(Outcome.ACKNOWLEDGED, "机器人应答了，但卡片没有变：param.invalid：n 应当是字符串"),
        ),
    ],
)
async def test_a_press_that_changes_nothing(api, side, bot, tenant, read, group, answer, heard):
    (shown,) = await over_http(api, tenant)
    bot.answers.append(answer)
    assert await side.presses(LEADER, shown, "accept", {}) == heard
    assert read(group) == ["待审\nA5 一件"]


async def test_who_has_no_account_presses_in_vain_and_so_does_who_presses_nothing(api, side, bot, tenant):
    (shown,) = await over_http(api, tenant)
    assert (await side.presses(GUEST, shown, "accept", {})).outcome is Outcome.NO_BOT
    assert (await side.presses(LEADER, shown, "gone", {})).outcome is Outcome.NO_BOT
    assert bot.requests == []


async def test_a_registered_address_stays_unless_it_is_forced(api):
    path, changed = "card/callbacks/register", ROUTE | {"callbackUrl": "https://bot.example.cn/other"}
    result = {"callbackUrl": ROUTE["callbackUrl"], "apiSecret": ROUTE["apiSecret"]}
    for _ in range(2):
        assert await api.v1(path, ROUTE) == (200, {"success": True, "result": result})
    status, answer = await api.v1(path, changed)
    assert (status, answer["code"]) == (500, "param.callbackRouteKeyExist")
    assert (await api.v1(path, changed | {"forceUpdate": True}))[0] == 200
    assert await api.refused(path, ROUTE | {"callbackRouteKey": ""}) == "param.callbackRouteKeyEmpty"
    assert await api.refused(path, ROUTE | {"callbackUrl": "bot"}) == "param.callbackUrlEmpty"


async def test_a_card_without_an_address_calls_nobody(api, side, bot, tenant):
    await api.v1(CREATE, card(callbackType="HTTP", callbackRouteKey="unknown"))
    (shown,) = tenant.transcript.find("card-1")
    heard = await side.presses(LEADER, shown, "accept", {})
    assert heard == Heard(Outcome.NO_BOT, "这张卡片没有回调地址。")


async def test_a_fault_can_make_the_platform_miss_the_answer(api, side, bot, tenant, read, group):
    (shown,) = await over_http(api, tenant)
    tenant.faults.switch_on(Fault(call="dingtalk.card_callback", effect=Effect.UNHEARD, target="card-1"))
    bot.answers.append({"cardData": {"cardParamMap": {"title": "已通过"}}})
    assert (await side.presses(LEADER, shown, "accept", {})).outcome is Outcome.UNHEARD
    assert read(group) == ["待审\nA5 一件"]


@asynccontextmanager
async def listening(api, answer):
    """A client of the stream that acknowledges everything with `answer`; yields what it was sent."""
    topics = ["/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"]
    subscriptions = [{"type": "CALLBACK", "topic": topic} for topic in topics]
    app = {"clientId": ROBOT.client_id, "clientSecret": ROBOT.client_secret, "subscriptions": subscriptions}
    url = f"{api.base}/dingtalk/api/v1.0/gateway/connections/open"
    async with api.http.post(url, json=app, headers={"Accept": "application/json"}) as opened:
        found = await opened.json()
    received = []

    async def listen(socket):
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                return
            frame = json.loads(message.data)
            if frame["type"] == "CALLBACK":
                received.append((frame["headers"]["topic"], json.loads(frame["data"])))
            headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
            data = json.dumps({"response": answer})
            await socket.send_str(
                json.dumps({"code": 200, "message": "OK", "headers": headers, "data": data})
            )

    async with api.http.ws_connect(found["endpoint"], params={"ticket": found["ticket"]}) as socket:
        task = asyncio.create_task(listen(socket))
        yield received
        task.cancel()


async def test_a_press_goes_through_the_stream_where_the_card_says_so(api, side, tenant, read, group):
    await api.v1(CREATE, card())
    (shown,) = tenant.transcript.find("card-1")
    async with listening(api, {"cardData": {"cardParamMap": {"title": "已通过"}}}) as received:
        assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ANSWERED)
    ((topic, body),) = received
    assert (topic, body["userId"]) == ("/v1.0/card/instances/callback", "User002")
    assert read(group) == ["已通过"]


async def test_a_press_that_no_stream_hears(api, side, tenant):
    await api.v1(CREATE, card())
    (shown,) = tenant.transcript.find("card-1")
    heard = await side.presses(LEADER, shown, "accept", {})
    assert heard == Heard(Outcome.UNHEARD, "机器人没有回应，请稍后再按一次。")
