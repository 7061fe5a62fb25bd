"""What the robot gets when somebody says something, and what becomes of its answer."""

import json

import pytest

from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.errors import QUOTA_EXHAUSTED, Ignored
from bot.tenant.dingtalk.identifiers import robot_user_id, sender_id
from bot.tenant.dingtalk.signing import is_robot_sign
from bot.tenant.faults import Effect, Fault
from bot.tenant.pace import Pace
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind

from .conftest import GROUP, GUEST, LEADER, ROBOT, SIGNED, TEACHER

TEXT = {"msgtype": "text", "text": {"content": "你有 18.5 学时"}}
COMMON = {
    "conversationId",
    "conversationType",
    "chatbotCorpId",
    "chatbotUserId",
    "senderNick",
    "senderId",
    "isAdmin",
    "createAt",
    "sessionWebhook",
    "sessionWebhookExpiredTime",
    "robotCode",
    "senderPlatform",
    "senderStaffId",
    "senderCorpId",
    "msgId",
    "msgtype",
    "text",
}


def packed(body):
    return json.dumps(body).encode()


def test_a_person_sees_the_robot_first_and_then_the_groups(side):
    assert side.chats_of(TEACHER) == [
        (Chat(Platform.DINGTALK, Room.ROBOT, "User001"), "研修助手"),
        (Chat(Platform.DINGTALK, Room.GROUP, GROUP.chat_id), "示例群"),
        (Chat(Platform.DINGTALK, Room.GROUP, SIGNED.chat_id), "加签的群"),
    ]


async def test_a_private_message_has_the_documented_fields_and_a_valid_signature(side, bot, tenant, private):
    await side.says(TEACHER, private, Said(text="我的学时"))
    ((path, headers, body),) = bot.requests
    assert path == "/dingtalk/callback"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert is_robot_sign(headers["sign"], ROBOT.client_secret, headers["timestamp"])
    assert abs(int(headers["timestamp"]) - tenant.clock.stamp_ms()) < 5_000
    assert set(body) == COMMON
    assert body["text"] == {"content": "我的学时"}
    assert (body["msgtype"], body["conversationType"], body["robotCode"]) == ("text", "1", ROBOT.robot_code)
    assert (body["senderStaffId"], body["senderNick"], body["isAdmin"]) == ("User001", "示例甲", False)
    assert (body["senderId"], body["chatbotUserId"]) == (sender_id(TEACHER), robot_user_id(ROBOT))
    assert body["conversationId"].startswith("cid")
    assert body["msgId"].startswith("msg")
    assert body["msgId"].endswith("==")
    assert isinstance(body["createAt"], int)


async def test_in_a_group_the_mention_leaves_a_space(side, bot, group, read):
    await side.says(TEACHER, group, Said(text="我的学时"))
    (body,) = bot.bodies
    assert set(body) == COMMON | {"conversationTitle", "isInAtList", "atUsers"}
    assert body["text"] == {"content": " 我的学时"}
    assert (body["conversationType"], body["conversationId"]) == ("2", GROUP.chat_id)
    assert (body["conversationTitle"], body["isInAtList"]) == ("示例群", True)
    assert body["atUsers"] == [{"dingtalkId": robot_user_id(ROBOT)}]
    assert read(group) == ["@研修助手 我的学时"]


@pytest.mark.parametrize(
    ("said", "heard", "called"),
    [
        # What stood around a name stays: the robot's space, and the one behind the name.
        ("@示例乙 登记 2 学时", "  登记 2 学时", [{"dingtalkId": sender_id(LEADER), "staffId": "User002"}]),
        ("登记 @示例访客", " 登记 ", [{"dingtalkId": sender_id(GUEST)}]),
        ("@示例乙老师 登记 @路人", " @示例乙老师 登记 @路人", []),
    ],
)
async def test_other_members_that_are_mentioned_are_only_listed(side, bot, group, read, said, heard, called):
    await side.says(TEACHER, group, Said(text=said))
    (body,) = bot.bodies
    assert body["text"] == {"content": heard}
    assert body["atUsers"] == [{"dingtalkId": robot_user_id(ROBOT)}, *called]
    assert read(group) == [f"@研修助手 {said}"]


async def test_what_is_not_said_to_the_robot_does_not_reach_it(side, bot, group, tenant, read):
    assert await side.says(TEACHER, group, Said(text="下班了", to_bot=False)) == Heard(Outcome.NO_BOT)
    assert (bot.bodies, read(group), tenant.transcript.of(group)[0].note) == ([], ["下班了"], "")


@pytest.mark.parametrize("kind", [SaidKind.VOICE, SaidKind.VIDEO, SaidKind.FILE, SaidKind.LOCATION])
async def test_groups_carry_only_words_and_pictures_to_it(side, bot, group, tenant, kind):
    heard = await side.says(TEACHER, group, Said(kind=kind, text="x", content=b"x"))
    assert heard.outcome is Outcome.NO_BOT
    assert tenant.transcript.of(group)[0].note == heard.reason
    assert heard.reason == "机器人没有听到：钉钉的群里，它只收得到 @ 它的文字和图片。"
    assert bot.bodies == []


@pytest.mark.parametrize(
    ("said", "kind", "content", "shown"),
    [
        (Said(kind=SaidKind.IMAGE, content=b"png"), "picture", {}, "[图片]"),
        (
            Said(kind=SaidKind.VOICE, text="我的学时", content=b"amr"),
            "audio",
            {"duration": 4000, "recognition": "我的学时"},
            "[语音] 我的学时",
        ),
        (
            Said(kind=SaidKind.VIDEO, content=b"mp4"),
            "video",
            {"duration": 4000, "videoType": "mp4"},
            "[视频]",
        ),
        (
            Said(kind=SaidKind.FILE, file_name="表.xlsx", content=b"zip"),
            "file",
            {"fileName": "表.xlsx"},
            "[文件] 表.xlsx",
        ),
    ],
)
async def test_each_kind_of_message_brings_its_download_code(
    side, bot, private, read, said, kind, content, shown
):
    await side.says(TEACHER, private, said)
    (body,) = bot.bodies
    code = body["content"].pop("downloadCode")
    assert len(code) == 128  # 96 bytes
    assert (body["msgtype"], body["content"], "text" in body) == (kind, content, False)
    assert read(private) == [shown]


async def test_a_picture_with_words_is_rich_text(side, bot, group):
    await side.says(TEACHER, group, Said(kind=SaidKind.IMAGE, text="提交 A5", content=b"png"))
    (body,) = bot.bodies
    words, picture = body["content"]["richText"]
    assert (body["msgtype"], words, picture["type"]) == ("richText", {"text": "提交 A5"}, "picture")
    assert picture["downloadCode"]


async def test_a_location_is_of_no_known_type(side, bot, private):
    await side.says(TEACHER, private, Said(kind=SaidKind.LOCATION, text="示例县第一小学"))
    assert bot.bodies[0]["msgtype"] == "unknownMsgType"
    assert bot.bodies[0]["content"] == {"unknownMsgType": "location"}


@pytest.mark.parametrize(
    ("switch", "fields"),
    [("absent", {}), ("empty", {"senderStaffId": ""}), ("null", {"senderStaffId": None})],
)
async def test_an_outsider_has_no_user_id(side, bot, tenant, group, switch, fields):
    tenant.switches.dingtalk_outsider_id = switch
    await side.says(GUEST, group, Said(text="你好"))
    (body,) = bot.bodies
    assert {key: value for key, value in body.items() if key == "senderStaffId"} == fields
    assert "senderCorpId" not in body
    assert body["senderId"] == sender_id(GUEST)
    ((private, _title), *_groups) = side.chats_of(GUEST)
    assert private.id == sender_id(GUEST)


@pytest.mark.parametrize(
    ("names", "code", "words"), [("errorCode", "errorCode", "errorMessage"), ("errCode", "errCode", "errMsg")]
)
async def test_when_the_quota_is_used_up_messages_come_without_words(
    side, bot, tenant, private, names, code, words
):
    tenant.switches.dingtalk_quota_used_up = True
    tenant.switches.dingtalk_quota_names = names
    await side.says(TEACHER, private, Said(text="我的学时"))
    (body,) = bot.bodies
    assert (body["msgtype"], body[code], "text" in body, "content" in body) == ("text", 20001, False, False)
    assert isinstance(body[words], str)


async def test_the_time_of_a_message_may_be_a_text(side, bot, tenant, private):
    tenant.switches.dingtalk_created_as_text = True
    await side.says(TEACHER, private, Said(text="帮助"))
    assert bot.bodies[0]["createAt"].isdigit()


async def test_the_time_stamps_follow_the_platforms_wrong_clock(side, bot, tenant, private):
    tenant.clock.skew_ms = 70 * 60_000
    await side.says(TEACHER, private, Said(text="帮助"))
    ahead = int(bot.requests[0][1]["timestamp"]) - tenant.clock.ms()
    assert 69 * 60_000 < ahead <= 70 * 60_000
    assert abs(bot.bodies[0]["createAt"] - tenant.clock.ms() - 70 * 60_000) < 5_000


BUTTONS = [{"title": "是", "actionURL": "https://e.cn/y"}, {"title": "否", "actionURL": "https://e.cn/n"}]
CARD = {"title": "T", "text": "请选"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (TEXT, "你有 18.5 学时"),
        ({"msgtype": "markdown", "markdown": {"title": "T", "text": "### 学时"}}, "学时"),
        (
            {
                "msgtype": "actionCard",
                "actionCard": CARD | {"singleTitle": "看", "singleURL": "https://e.cn"},
            },
            "请选",
        ),
        ({"msgtype": "actionCard", "actionCard": CARD | {"btns": BUTTONS}}, "请选"),
        (
            {
                "msgtype": "feedCard",
                "feedCard": {"links": [{"title": "一", "messageURL": "https://e.cn", "picURL": "@l"}]},
            },
            "一",
        ),
    ],
)
async def test_the_response_is_the_answer(side, bot, tenant, private, answer, expected):
    bot.answers.append(answer)
    assert await side.says(TEACHER, private, Said(text="问")) == Heard(Outcome.ANSWERED)
    question, reply = tenant.transcript.of(private)
    assert (question.author.member, question.note) == ("t1", "")
    assert (reply.drawn.text, reply.by_bot, reply.author.name) == (expected, True, "研修助手")


@pytest.mark.parametrize("answer", [b"", b" \n", b"null", {"msgtype": "empty"}])
async def test_an_empty_response_says_nothing(side, bot, private, read, answer):
    bot.answers.append(answer)
    assert await side.says(TEACHER, private, Said(text="问")) == Heard(Outcome.ACKNOWLEDGED)
    assert read(private) == ["问"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"ok", "应当是一个 JSON 对象"),
        (b"[]", "应当是一个 JSON 对象"),
        ({}, "不支持的消息类型"),
        ({"msgtype": "image", "image": {}}, "不支持的消息类型"),
        ({"msgtype": "markdown", "markdown": {"text": "a"}}, "缺少参数 markdown.title"),
        ({"msgtype": "text", "text": {"content": "字" * 6700}}, "超过 20000 字节"),
    ],
)
async def test_a_response_that_cannot_be_shown_is_remarked(side, bot, tenant, private, answer, why):
    bot.answers.append(answer)
    heard = await side.says(TEACHER, private, Said(text="问"))
    (shown,) = tenant.transcript.of(private)
    assert heard == Heard(Outcome.ACKNOWLEDGED, f"机器人应答了，但钉钉显示不了：{why}。")
    assert shown.note == heard.reason


async def test_what_is_not_acknowledged_comes_once_more_with_the_same_id(side, bot, tenant, private, read):
    bot.answers += [500, TEXT]
    assert await side.says(TEACHER, private, Said(text="问")) == Heard(Outcome.ANSWERED)
    first, second = bot.requests
    assert first[2] == second[2]
    assert first[1]["timestamp"] < second[1]["timestamp"]
    assert is_robot_sign(second[1]["sign"], ROBOT.client_secret, second[1]["timestamp"])
    assert read(private) == ["问", "你有 18.5 学时"]
    assert tenant.transcript.of(private)[0].note == ""


async def test_a_robot_that_refuses_twice_was_not_heard(side, bot, tenant, private):
    bot.answers += [500, 401]
    heard = await side.says(TEACHER, private, Said(text="问"))
    assert heard == Heard(Outcome.REFUSED, "机器人没有收下这条消息（HTTP 401）。")
    assert len(bot.requests) == 2
    assert tenant.transcript.of(private)[0].note == heard.reason


async def test_whether_a_message_comes_again_can_be_chosen(side, bot, tenant, private):
    tenant.switches.dingtalk_repeats_http = False
    bot.answers += [500, TEXT]
    assert (await side.says(TEACHER, private, Said(text="问"))).outcome is Outcome.REFUSED
    assert len(bot.requests) == 1


class TestLate:
    @pytest.fixture
    def pace(self):
        return Pace(dingtalk_http=0.1, dingtalk_again=0.05)

    async def test_an_answer_that_comes_too_late_is_lost(self, side, bot, tenant, private, read):
        bot.answers += [0.3, 0.3]
        heard = await side.says(TEACHER, private, Said(text="问"))
        assert heard == Heard(Outcome.UNHEARD, "平台没有收到应答：等了 0.1 秒。")
        assert (len(bot.requests), read(private)) == (2, ["问"])

    async def test_where_nobody_listens_the_person_is_told(self, side, tenant, private):
        tenant.bot_url = "http://127.0.0.1:9"
        heard = await side.says(TEACHER, private, Said(text="问"))
        assert heard.outcome is Outcome.UNHEARD
        assert tenant.transcript.of(private)[0].note == heard.reason


async def test_an_answer_that_the_platform_does_not_hear_makes_it_send_again(
    side, bot, tenant, private, read
):
    tenant.faults.switch_on(Fault(call="dingtalk.callback", effect=Effect.UNHEARD, left=1))
    bot.answers += [TEXT, TEXT]
    assert (await side.says(TEACHER, private, Said(text="问"))).outcome is Outcome.ANSWERED
    assert bot.bodies[0]["msgId"] == bot.bodies[1]["msgId"]
    assert read(private) == ["问", "你有 18.5 学时"]


async def test_a_message_can_be_repeated(side, bot, tenant, private):
    await side.says(TEACHER, private, Said(text="问"))
    (shown,) = tenant.transcript.of(private)
    bot.answers.append(TEXT)
    assert await side.repeats(shown) == Heard(Outcome.ANSWERED)
    assert bot.bodies[0] == bot.bodies[1]
    assert shown.key == bot.bodies[0]["msgId"]
    reply = tenant.transcript.of(private)[1]
    assert (await side.repeats(reply)).outcome is Outcome.NO_BOT


MARKDOWN = {
    "msgtype": "markdown",
    "markdown": {
        "title": "T",
        "text": "[通过](dtmd://dingtalkclient/sendMessage?content=%E9%80%9A%E8%BF%87)",
    },
}


async def test_a_tap_on_a_dtmd_link_lets_the_person_say_its_text(side, bot, tenant, private, read):
    bot.answers += [MARKDOWN, TEXT]
    await side.says(TEACHER, private, Said(text="待审"))
    reply = tenant.transcript.of(private)[1]
    assert await side.presses(TEACHER, reply, "通过", {}) == Heard(Outcome.ANSWERED)
    assert bot.bodies[1]["text"] == {"content": "通过"}
    assert read(private) == ["待审", "通过", "通过", "你有 18.5 学时"]


async def test_whether_a_tap_in_a_group_reaches_the_robot_can_be_chosen(side, bot, tenant, group, read):
    bot.answers += [MARKDOWN, TEXT]
    await side.says(LEADER, group, Said(text="待审"))
    reply = tenant.transcript.of(group)[1]
    heard = await side.presses(TEACHER, reply, "通过", {})
    assert heard == Heard(Outcome.NO_BOT, "机器人没有听到：在群里点这个按钮，发出的话没有 @ 它。")
    assert (len(bot.bodies), read(group)[-1], tenant.transcript.of(group)[-1].note) == (
        1,
        "通过",
        heard.reason,
    )
    tenant.switches.dingtalk_dtmd_in_group = True
    assert await side.presses(TEACHER, reply, "通过", {}) == Heard(Outcome.ANSWERED)
    assert bot.bodies[1]["text"] == {"content": " 通过"}
    assert read(group)[-2:] == ["通过", "你有 18.5 学时"]


async def test_the_bots_own_door_reads_all_of_it(side, bot, tenant, private, group):
    door = DingTalkDoor(ROBOT.client_secret, ROBOT.robot_code)
    await side.says(TEACHER, private, Said(text="我的学时"))
    await side.says(TEACHER, group, Said(kind=SaidKind.IMAGE, text="提交 A5", content=b"png"))
    await side.says(TEACHER, private, Said(kind=SaidKind.VOICE, text="还差什么", content=b"amr"))
    read = [
        door.read(headers["timestamp"], headers["sign"], packed(body), tenant.clock.stamp_ms())
        for _path, headers, body in bot.requests
    ]
    assert [(m.text, m.account, m.chat) for m in read] == [
        ("我的学时", "User001", ""),
        ("提交 A5", "User001", GROUP.chat_id),
        ("还差什么", "User001", ""),
    ]
    tenant.switches.dingtalk_quota_used_up = True
    await side.says(TEACHER, private, Said(text="我的学时"))
    assert door.parse(packed(bot.bodies[-1]), 0) == Ignored(QUOTA_EXHAUSTED)


class TestWithoutARobot:
    @pytest.fixture
    def robot(self):
        return None

    async def test_nobody_hears_anything(self, side, tenant, private):
        heard = await side.says(TEACHER, private, Said(text="问"))
        assert heard == Heard(Outcome.NO_BOT, "机器人没有听到：这里没有安装机器人。")
        assert tenant.transcript.of(private)[0].note == heard.reason
