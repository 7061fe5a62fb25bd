"""The robot's OpenAPI: sends, recalls, and who has read."""

import json
from urllib.parse import quote

import pytest
from aiohttp import ClientError
from hypothesis import given
from hypothesis import strategies as st

from bot.tenant.calls import Refused
from bot.tenant.dingtalk.posting import private_chat
from bot.tenant.dingtalk.samples import MOST_BYTES, NAMES, check_sample
from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Said

from .conftest import GROUP, LEADER, ROBOT, TEACHER

TO_GROUP, TO_PEOPLE = "robot/groupMessages/send", "robot/oToMessages/batchSend"
FROM_GROUP, FROM_PEOPLE = "robot/groupMessages/recall", "robot/otoMessages/batchRecall"


def sample(key="sampleText", **params):
    return {
        "robotCode": ROBOT.robot_code,
        "msgKey": key,
        "msgParam": json.dumps(params or {"content": "明天交"}, ensure_ascii=False),
    }


def to_group(**more):
    return sample() | {"openConversationId": GROUP.chat_id} | more


def to_people(*users, **more):
    return sample() | {"userIds": list(users)} | more


def recall(*keys, **more):
    return {"robotCode": ROBOT.robot_code, "processQueryKeys": list(keys)} | more


async def test_a_group_gets_a_message_in_which_nobody_is_mentioned(api, tenant, group):
    body = to_group(msgParam=json.dumps({"content": "@User001 明天交"}))
    status, answer = await api.v1(TO_GROUP, body)
    assert (status, set(answer)) == (200, {"processQueryKey"})
    (shown,) = tenant.transcript.of(group)
    assert (shown.drawn.text, shown.drawn.mentions, shown.key) == (
        "@User001 明天交",
        (),
        answer["processQueryKey"],
    )


async def test_people_get_it_and_the_rest_is_listed(api, tenant, read, private):
    tenant.faults.switch_on(Fault(call="dingtalk.flow_control", effect=Effect.CODE, target="User002"))
    status, answer = await api.v1(TO_PEOPLE, to_people("User001", "User002", "user001", "nobody", "User001"))
    assert status == 200
    assert answer.pop("processQueryKey")
    # ids are compared to the letter, and each is reached once
    assert answer == {"invalidStaffIdList": ["user001", "nobody"], "flowControlledStaffIdList": ["User002"]}
    assert read(private) == ["明天交"]
    assert read(private_chat("User002")) == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (TO_GROUP, to_group(robotCode=""), "invalidParameter.robotCode.missing"),
        (TO_GROUP, to_group(robotCode="other"), "invalidParameter.robotCode.notExsit"),
        (TO_GROUP, to_group(openConversationId=None), "miss.openConversationId"),
        (TO_GROUP, to_group(openConversationId="cidexample0001=="), "invalid.openConversationId"),
        (TO_GROUP, to_group(openConversationId=[1]), "invalid.openConversationId"),
        (TO_GROUP, to_group(msgKey=""), "invalidParameter.msgKey.empty"),
        (TO_GROUP, to_group(msgKey="sampleFeedCard"), "invalidParameter.msgKey.invalid"),
        (TO_GROUP, to_group(msgParam={"content": "x"}), "invalidParameter.msgParam.invalid"),
        (TO_GROUP, to_group(msgParam="content"), "invalidParameter.msgParam.invalid"),
        (TO_GROUP, to_group(msgParam='{"content": ["x"]}'), "invalidParameter.param.invalid"),
        (TO_GROUP, to_group(msgParam='{"text": "x"}'), "miss.param.contentOfText"),
        (TO_PEOPLE, to_people("User001", robotCode=None), "invalidParameter.robotCode.empty"),
        (TO_PEOPLE, to_people(), "invalidParameter.userIds.empty"),
        (TO_PEOPLE, to_people(None), "invalidParameter.userIds.empty"),
        (TO_PEOPLE, to_people(*map(str, range(21))), "invalidParameter.userIds.overMax"),
        (FROM_GROUP, recall("k"), "miss.openConversationId"),
        (FROM_GROUP, recall("k", robotCode=""), "miss.chatbotId"),
        (FROM_PEOPLE, recall(), "invalidParameter.processQueryKey.missing"),
        (FROM_PEOPLE, recall(*map(str, range(21))), "invalidParameter.processQueryKeys.overMax"),
        ("robot/groupMessages/query", {}, "invalidParameter.processQueryKey.missing"),
        ("robot/groupMessages/query", {"processQueryKey": "k"}, "invalid.processQueryKey"),
        ("robot/groups/robots/query", {"openConversationId": "cid"}, "illegal.openconevrsation.id"),
        (TO_GROUP, [1], "invalidParameter.msgBody.invalid"),
    ],
)
async def test_each_mistake_has_its_code(api, read, group, path, body, code):
    assert await api.refused(path, body) == code
    assert read(group) == []


CARD = {"title": "T", "text": "选"}
FOUR = {f"action{what}{n}": "x" for n in range(1, 5) for what in ("Title", "URL")}


@pytest.mark.parametrize(
    ("key", "params", "missing", "code"),
    [
        ("sampleMarkdown", {"title": "T", "text": "x"}, "title", "miss.param.markdownTotitle"),
        ("sampleMarkdown", {"title": "T", "text": "x"}, "text", "miss.param.markdownTotext"),
        ("sampleImageMsg", {"photoURL": "https://e.cn"}, "photoURL", "miss.param.photoTophotoUrl"),
        (
            "sampleLink",
            {"title": "T", "text": "x", "messageUrl": "https://e.cn"},
            "messageUrl",
            "miss.param.messageUrlOfLink",
        ),
        (
            "sampleActionCard",
            CARD | {"singleTitle": "x", "singleURL": "https://e.cn"},
            "singleURL",
            "miss.param.actionCardTosingleUrl",
        ),
        ("sampleActionCard4", CARD | FOUR, "actionTitle4", "miss.param.actionCardTobtnsTotitle"),
        (
            "sampleActionCard6",
            CARD | {"buttonTitle1": "x", "buttonUrl1": "x", "buttonTitle2": "x", "buttonUrl2": "x"},
            "buttonUrl2",
            "miss.param.actionCardTobtnsToactionUrl",
        ),
        ("sampleAudio", {"mediaId": "@l", "duration": "3"}, "duration", "miss.param.audio"),
        (
            "sampleFile",
            {"mediaId": "@l", "fileName": "表.xlsx", "fileType": "xlsx"},
            "fileType",
            "miss.param.file",
        ),
        (
            "sampleVideo",
            {"duration": "3", "videoMediaId": "$a", "videoType": "mp4", "picMediaId": "$b"},
            "picMediaId",
            "miss.param.video",
        ),
    ],
)
def test_each_template_wants_its_parameters(key, params, missing, code):
    assert check_sample(key, json.dumps(params)) == params
    with pytest.raises(Refused) as caught:
        check_sample(key, json.dumps({name: value for name, value in params.items() if name != missing}))
    assert caught.value.code == code


def test_there_are_thirteen_templates():
    # text, Markdown, picture, link, six action cards, voice, file, video
    assert len(NAMES) == 4 + 6 + 3


@given(st.sampled_from(["a", "字", "😀"]), st.integers(-3, 3))
def test_msg_param_is_limited_in_bytes(piece, off):
    room = MOST_BYTES - len(json.dumps({"content": ""}))
    size = len(piece.encode())
    content = piece * ((room + off) // size) + "a" * ((room + off) % size)
    raw = json.dumps({"content": content}, ensure_ascii=False)
    assert len(raw.encode()) == MOST_BYTES + off
    if off <= 0:
        assert check_sample("sampleText", raw) == {"content": content}
    else:
        with pytest.raises(Refused) as caught:
            check_sample("sampleText", raw)
        assert caught.value.code == "invalidParameter.msgParam.tooLong"


async def test_a_private_message_is_recalled_within_a_day(api, tenant, read, private):
    _status, old = await api.v1(TO_PEOPLE, to_people("User001"))
    tenant.clock.run_ahead(24 * 3600 - 60)
    await api.log_in()
    _status, new = await api.v1(TO_PEOPLE, to_people("User001", "User002"))
    _status, elsewhere = await api.v1(TO_GROUP, to_group())
    tenant.clock.run_ahead(120)
    await api.log_in()
    keys = [old["processQueryKey"], new["processQueryKey"], elsewhere["processQueryKey"], "unknown"]
    assert await api.v1(FROM_PEOPLE, recall(*keys)) == (
        200,
        {
            "successResult": [keys[1]],
            "failedResult": {
                keys[0]: "robot.processQueryKey.expired",
                keys[2]: "invalid.processQueryKey",
                "unknown": "invalid.processQueryKey",
            },
        },
    )
    assert (read(private), read(private_chat("User002"))) == (["明天交"], [])


async def test_a_group_message_is_recalled_out_of_its_group_only(api, read, group):
    _status, sent = await api.v1(TO_GROUP, to_group())
    key = sent["processQueryKey"]
    wrong = recall(key, openConversationId="cidEXAMPLE0002==")
    assert (await api.v1(FROM_GROUP, wrong))[1]["failedResult"] == {key: "invalid.processQueryKey"}
    assert read(group) == ["明天交"]
    right = recall(key, openConversationId=GROUP.chat_id)
    assert (await api.v1(FROM_GROUP, right))[1] == {"successResult": [key], "failedResult": {}}
    assert read(group) == []


async def test_who_has_opened_the_chat_has_read_a_private_message(api, side, bot, tenant, private):
    _status, sent = await api.v1(TO_PEOPLE, to_people("User001", "User002"))
    query = {"robotCode": ROBOT.robot_code, "processQueryKey": sent["processQueryKey"]}
    await side.says(TEACHER, private, Said(text="收到"))
    status, answer = await api.v1("robot/oToMessages/readStatus", method="GET", query=query)
    assert (status, answer) == (
        200,
        {
            "sendStatus": "SUCCESS",
            "messageReadInfoList": [
                {"name": "示例甲", "userId": "User001", "readStatus": "READ"},
                {"name": "示例乙", "userId": "User002", "readStatus": "UNREAD"},
            ],
        },
    )
    await api.v1(FROM_PEOPLE, recall(sent["processQueryKey"]))
    _status, answer = await api.v1("robot/oToMessages/readStatus", method="GET", query=query)
    assert answer["sendStatus"] == "RECALLED"
    tenant.clock.run_ahead(24 * 3600 + 1)
    await api.log_in()
    code = await api.refused("robot/oToMessages/readStatus", method="GET", query=query)
    assert code == "processQueryKey.expireTime"


async def test_a_query_key_has_to_be_encoded(api, tenant):
    # A "+" that is not encoded arrives as a space; every second key of 43 characters has one.
    api_key = ""
    while "+" not in api_key:
        api_key = (await api.v1(TO_PEOPLE, to_people("User001")))[1]["processQueryKey"]
        tenant.clock.run_ahead(0.1)
    path = f"robot/oToMessages/readStatus?robotCode={ROBOT.robot_code}&processQueryKey="
    assert (await api.v1(path + quote(api_key, safe=""), method="GET"))[0] == 200
    assert await api.refused(path + api_key, method="GET") == "invalid.processQueryKey"


async def test_the_readers_of_a_group_message_come_in_pages(api, side, bot, group):
    _status, sent = await api.v1(TO_GROUP, to_group())
    await side.says(TEACHER, group, Said(text="收到"))
    await side.says(LEADER, group, Said(text="收到"))
    query = {"processQueryKey": sent["processQueryKey"], "openConversationId": GROUP.chat_id, "maxResults": 1}
    path = "robot/groupMessages/query"
    page = {"sendStatus": "SUCCESS", "readUserIds": ["User001"], "hasMore": True, "nextToken": "1"}
    assert (await api.v1(path, query))[1] == page
    last = {"sendStatus": "SUCCESS", "readUserIds": ["User002"], "hasMore": False, "nextToken": ""}
    assert (await api.v1(path, query | {"nextToken": "1"}))[1] == last
    assert await api.refused(path, query | {"maxResults": 201}) == "invalidParameter.pageSize.invalid"
    assert await api.refused(path, query | {"nextToken": "x"}) == "invalidParameter.cursor.invalid"
    assert await api.refused(path, query | {"openConversationId": "cid"}) == "invalid.openConversationId"


async def test_the_robots_of_a_group_are_listed(api):
    found = {
        "robotCode": ROBOT.robot_code,
        "name": "研修助手",
        "downloadIconURL": "",
        "openRobotType": 2,
    }
    path = "robot/groups/robots/query"
    assert await api.v1(path, {"openConversationId": GROUP.chat_id}) == (
        200,
        {"chatbotInstanceVOList": [found]},
    )


async def test_a_lost_answer_leaves_a_message_that_nobody_can_name(api, tenant, read, private):
    tenant.faults.switch_on(
        Fault(call="dingtalk.robot.oto_send", effect=Effect.LOST_ANSWER, target="User001", left=1)
    )
    with pytest.raises(ClientError):
        await api.v1(TO_PEOPLE, to_people("User001"))
    await api.v1(TO_PEOPLE, to_people("User001"))
    # No idempotency key: a repeated send is shown twice.
    assert read(private) == ["明天交", "明天交"]
