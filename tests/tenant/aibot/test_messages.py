"""What the bot hears over the long connection, and in which shape."""

import asyncio
from base64 import b64encode

import pytest
from aiohttp import ClientSession

from bot.tenant.faults import Effect, Fault
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind
from bot.tenant.wecom.aibot.aibot import INTO_NOTHING, KEPT, NO_BOT, NO_BOT_IN_GROUP, TOO_MANY
from bot.tenant.wecom.aibot.bodies import ONLY_PRIVATE
from bot.tenant.wecom.aibot.downloads import seal
from bot.tenant.wecom.identifiers import open_userid
from tests.kit.aibot import AES, IN_GROUP, LEADER, PRIVATE, TEACHER
from tests.kit.aibot_sdk import decrypt_file


async def test_a_private_message_has_exactly_the_documented_fields(place, heard, bot):
    frame, waiting = await heard("我的学时")
    body = frame["body"]
    assert frame["cmd"] == "aibot_msg_callback"
    assert body.pop("msgid").startswith("CAIQ")
    assert body.pop("response_url").startswith(f"{place.tenant.base_url}/wecom/cgi-bin/aibot/response?")
    assert body == {
        "aibotid": "AIBOT01",
        "chattype": "single",
        "from": {"userid": "T1"},
        "msgtype": "text",
        "text": {"content": "我的学时"},
    }
    assert await bot.streams(frame, "18.5 学时") == 0
    assert await waiting == Heard(Outcome.ANSWERED)
    assert place.told() == ["我的学时", "18.5 学时"]


async def test_group_text_arrives_with_the_name_of_the_bot_and_the_id_of_the_group(heard, place):
    frame, waiting = await heard("我的学时", chat=IN_GROUP)
    body = frame["body"]
    assert body["text"] == {"content": "@研修助手 我的学时"}
    assert (body["chatid"], body["chattype"]) == ("wrExampleGroup", "group")
    assert place.told(IN_GROUP) == ["@研修助手 我的学时"]
    assert (await waiting).outcome is Outcome.ACKNOWLEDGED


async def test_what_does_not_mention_the_bot_is_only_shown(place, bot):
    assert await place.aibot.says(TEACHER, IN_GROUP, Said(text="下午开会", to_bot=False)) == Heard(
        Outcome.NO_BOT
    )
    assert bot.inbox.empty()
    assert (place.last(IN_GROUP).drawn.text, place.last(IN_GROUP).note) == ("下午开会", "")


async def test_a_user_id_may_come_encrypted(place, heard):
    place.tenant.switches.aibot_encrypted_ids = True
    frame, _ = await heard()
    assert frame["body"]["from"] == {"userid": open_userid("T1")}


async def test_the_response_url_may_be_absent(place, heard):
    place.tenant.switches.aibot_response_url = False
    frame, _ = await heard()
    assert "response_url" not in frame["body"]


async def test_a_voice_message_is_its_recognised_text(place, bot):
    said = Said(kind=SaidKind.VOICE, text="我的学时", content=b"#!AMR....")
    waiting = asyncio.create_task(place.aibot.says(TEACHER, PRIVATE, said))
    body = (await bot.hears())["body"]
    assert (body["msgtype"], body["voice"]) == ("voice", {"content": "我的学时"})
    await waiting


@pytest.mark.parametrize("kind", [SaidKind.IMAGE, SaidKind.FILE, SaidKind.VIDEO])
async def test_the_sdk_opens_what_it_downloads(place, bot, kind):
    said = Said(kind=kind, content=b"\x89PNG example", file_name="证书 1.png")
    waiting = asyncio.create_task(place.aibot.says(TEACHER, PRIVATE, said))
    body = (await bot.hears())["body"]
    part = body[body["msgtype"]]
    async with ClientSession() as session, session.get(part["url"]) as response:
        sealed, disposition = await response.read(), response.headers["Content-Disposition"]
    assert body["msgtype"] == kind
    assert decrypt_file(sealed, part["aeskey"]) == b"\x89PNG example"
    assert "%E8%AF%81%E4%B9%A6%201.png" in disposition
    await waiting


async def test_an_address_is_good_for_five_minutes(place, bot):
    waiting = asyncio.create_task(
        place.aibot.says(TEACHER, PRIVATE, Said(kind=SaidKind.FILE, content=b"example"))
    )
    url = (await bot.hears())["body"]["file"]["url"]
    place.tenant.clock.run_ahead(301)
    async with ClientSession() as session, session.get(url) as response:
        assert (await response.json())["errcode"] == 40007
    await waiting


def test_media_are_sealed_without_prefix_and_length():
    # "hello" and 27 bytes of padding make one block of 32 bytes.
    assert b64encode(seal(b"hello", AES)) == b"d75Am6TyjOwRFjpKM3VePmq4ViMqUsb53WpctfdGwqA="


async def test_a_picture_with_words_is_mixed_in_a_group(place, bot):
    said = Said(kind=SaidKind.IMAGE, text="这是什么", content=b"example")
    waiting = asyncio.create_task(place.aibot.says(TEACHER, IN_GROUP, said))
    body = (await bot.hears())["body"]
    text, image = body["mixed"]["msg_item"]
    assert body["msgtype"] == "mixed"
    assert text == {"msgtype": "text", "text": {"content": "@研修助手 这是什么"}}
    assert (image["msgtype"], set(image["image"])) == ("image", {"url", "aeskey"})
    await waiting


@pytest.mark.parametrize("kind", [SaidKind.IMAGE, SaidKind.VOICE, SaidKind.VIDEO, SaidKind.FILE])
async def test_files_are_not_carried_from_a_group(place, bot, kind):
    heard = await place.aibot.says(TEACHER, IN_GROUP, Said(kind=kind, content=b"example"))
    assert heard == Heard(Outcome.NO_BOT, ONLY_PRIVATE)
    assert (bot.inbox.empty(), place.last(IN_GROUP).note) == (True, ONLY_PRIVATE)


async def test_without_a_connection_a_message_is_lost(place, connect):
    assert await place.says("我的学时") == Heard(Outcome.NO_BOT, NO_BOT)
    assert place.last().note == NO_BOT
    assert await place.says("我的学时", chat=IN_GROUP) == Heard(Outcome.NO_BOT, NO_BOT_IN_GROUP)
    bot = await connect(place)
    await bot.subscribe()
    assert await bot.code("ping") == 0
    assert bot.inbox.empty()


async def test_without_a_connection_a_message_may_be_kept(place, connect):
    place.tenant.switches.aibot_keeps_messages = True
    assert await place.says("我的学时") == Heard(Outcome.ACKNOWLEDGED, KEPT)
    bot = await connect(place)
    await bot.subscribe()
    frame = await bot.hears()
    assert frame["body"]["text"] == {"content": "我的学时"}
    assert await bot.streams(frame, "18.5 学时") == 0


async def test_a_fourth_message_of_one_person_waits_for_nobody(place, heard, bot):
    frames = [(await heard(f"第 {n} 条"))[0] for n in range(3)]
    assert await place.says("第 4 条") == Heard(Outcome.NO_BOT, TOO_MANY)
    assert place.last().note == TOO_MANY
    await heard("别人的", member=LEADER, chat=IN_GROUP)
    await bot.streams(frames[0], "好", stream_id="a")
    await heard("第 5 条")


async def test_a_message_that_nobody_answers_is_in_processing_for_five_seconds(place, heard):
    for n in range(3):
        await heard(f"第 {n} 条")
    place.tenant.clock.run_ahead(6)
    await heard("第 4 条")


async def test_the_same_message_comes_again_under_another_req_id(place, heard, bot):
    first, waiting = await heard()
    shown = place.last()
    await bot.streams(first, "18.5 学时")
    await waiting
    repeated = asyncio.create_task(place.aibot.repeats(shown))
    second = await bot.hears()
    assert second["body"] == first["body"]
    assert second["headers"]["req_id"] != first["headers"]["req_id"]
    assert (await repeated).outcome is Outcome.ACKNOWLEDGED


async def test_faults_strike_what_goes_to_the_bot(place, heard, bot):
    faults = place.tenant.faults
    faults.switch_on(Fault(call="wecom.aibot.*", effect=Effect.TWICE, left=1))
    first, _ = await heard()
    second = await bot.hears()
    assert second["body"]["msgid"] == first["body"]["msgid"]

    faults.switch_on(Fault(call="wecom.aibot.msg_callback", effect=Effect.UNHEARD, left=1))
    first, _ = await heard()
    assert (await bot.hears())["body"]["msgid"] == first["body"]["msgid"]

    faults.switch_on(Fault(call="wecom.aibot.msg_callback", effect=Effect.HANG, left=1))
    assert await place.says("还差什么", member=LEADER) == Heard(Outcome.UNHEARD, INTO_NOTHING)
    assert bot.inbox.empty()
    assert not faults.on()


async def test_a_fault_may_be_aimed_at_one_chat(place, heard, bot):
    fault = Fault(call="wecom.aibot.msg_callback", effect=Effect.HANG, target="T1")
    place.tenant.faults.switch_on(fault)
    await heard("在群里", chat=IN_GROUP)
    assert (await place.says("单独")).outcome is Outcome.UNHEARD


async def test_every_frame_is_in_the_wire_view(place, heard, bot):
    frame, waiting = await heard()
    await bot.streams(frame, "好")
    await waiting
    seen = [(e.towards, e.name, e.method) for e in place.tenant.wire.exchanges()]
    assert seen == [
        ("platform", "wecom.aibot.subscribe", "WS"),
        ("bot", "wecom.aibot.msg_callback", "WS"),
        ("platform", "wecom.aibot.respond_msg", "WS"),
    ]
    assert '"errmsg": "ok"' in place.tenant.wire.exchanges()[-1].answer
