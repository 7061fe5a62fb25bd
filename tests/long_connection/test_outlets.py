"""What the bot says of its own accord: to groups and to people, by the connection that one process has."""

import json
from dataclasses import replace

import pytest

from bot.outlets import open_ways, reaches
from bot.platforms.wecom import failures
from bot.platforms.wecom.aibot.connection import Line
from bot.platforms.wecom.aibot.outlet import CHUNK, AibotGroups, AibotPeople
from bot.policy.outgoing import Way
from bot.sending import Address, Attempt, Do, NeedsConnection, SendFailed, SomeAccounts
from bot.settings import read_settings
from bot.tenant.faults import Effect
from bot.tenant.installation import Installation
from messages.incoming import Platform
from messages.outgoing import Choice, Data, Picture, Reply, answer, heading, item, quote
from tests.kit.installation import AIBOT, APP, environment
from tests.long_connection.conftest import GROUP, IN_GROUP, private

PAGE = Reply(body="今天的排名出来了。")
SEND = "wecom.aibot.send_msg"
MINE = private("T1")


@pytest.fixture
async def line(world, bot):
    """Somebody has spoken in each of the chats."""
    world.aibot._asks.spoken |= {MINE.key, IN_GROUP.key}
    (connections,) = [one for one in bot.client.app.cleanup_ctx if hasattr(one, "__self__")]
    return connections.__self__._ground.line


@pytest.fixture
def groups(line):
    return AibotGroups(line)


@pytest.fixture
def people(line):
    return AibotPeople(line)


async def send(outlet, page, *, chat=GROUP.chat_id, account="T1", key="k1"):
    address = Address(name="g1", chat=chat, account=account)
    return await outlet.send([address], page, Attempt(key=key))


async def refusal(outlet, page=PAGE, **more):
    with pytest.raises(SendFailed) as failed:
        await send(outlet, page, **more)
    return failed.value


async def test_an_answer_reads_in_a_group_as_it_was_meant(world, groups):
    said = answer(
        heading("小学 5月20日"),
        item("1 示例县第一小学 12/30 合格率 40.0%"),
        quote("数据截至 2024-05-20"),
    )
    (page,) = groups.pages(said)
    await send(groups, page)

    assert world.told(IN_GROUP) == [
        "小学 5月20日\n· 1 示例县第一小学 12/30 合格率 40.0%\n数据截至 2024-05-20"
    ]


@pytest.mark.parametrize(
    "hostile", ["[点我](https://evil.example.cn)", "<@T1>", "# 大", "|a|b|", "- x", "1. x"]
)
async def test_nothing_in_a_name_becomes_markup(world, groups, hostile):
    (page,) = groups.pages(answer(heading("说明"), item(Data(hostile))))
    await send(groups, page)

    (shown,) = world.shown(IN_GROUP)
    assert shown.drawn.mentions == ()
    assert not [link for link in shown.drawn.links if link.label == "点我"]


async def test_people_are_written_to_in_private(world, people):
    await send(people, PAGE)

    assert world.told(MINE) == [PAGE.body]
    (sent,) = world.sent("send_msg")
    assert json.loads(sent.body)["body"]["chat_type"] == 1


async def test_buttons_come_below_the_words(world, people):
    said = answer("公告 3 请确认收到。").choosing("收到了吗", Choice(label="收到", says="收到 3"))
    (page,) = people.pages(said)
    await send(people, page)

    words, card = world.shown(MINE)
    assert words.drawn.text == "公告 3 请确认收到。"
    assert [button.label for button in card.drawn.buttons] == ["收到"]


async def test_a_card_that_is_refused_takes_nothing_from_the_words(world, people):
    world.fault(Effect.SLOW, SEND, seconds=0.0)
    world.fault(Effect.CODE, SEND, code=40058)
    (page,) = people.pages(answer("公告 3").choosing("收到了吗", Choice(label="收到", says="收到 3")))
    await send(people, page)

    assert world.told(MINE) == ["公告 3"]


@pytest.mark.parametrize("size", [10, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
async def test_a_picture_goes_up_in_pieces(world, groups, size):
    await send(groups, Picture(b"\x89PNG\r\n\x1a\n" + b"0" * (size - 8)))

    assert world.told(IN_GROUP) == ["[图片]"]
    assert len(world.sent("upload_media_chunk")) == -(-size // CHUNK)


async def test_a_picture_that_is_too_large_is_said_in_words(groups):
    failed = await refusal(groups, Picture(b"0" * (11 << 20)))
    assert failed.verdict.do is Do.LEAVE


@pytest.mark.parametrize("step", ["init", "chunk", "finish"])
async def test_a_picture_that_was_lost_on_its_way_up_was_not_shown(world, groups, step):
    world.fault(Effect.HANG, f"wecom.aibot.upload_media_{step}")
    failed = await refusal(groups, Picture(b"\x89PNG\r\n\x1a\n00"))

    assert (failed.verdict.do, failed.verdict.everybody) == (Do.AGAIN, False)
    assert world.told(IN_GROUP) == []


async def test_every_code_has_the_verdict_of_its_row(world, groups, people):
    for outlet, table in ((groups, failures.AIBOT), (people, failures.AIBOT_PEOPLE)):
        for code, row in table.items():
            world.fault(Effect.CODE, SEND, code=code, times=None)
            failed = await refusal(outlet)
            world.tenant.faults.clear()
            assert (failed.errcode, failed.verdict.code) == (code, str(code))
            assert failed.verdict.do is row.verdict.do
            # Somebody else's chat has nothing to do with it, and the application still less.
            assert not failed.verdict.everybody


async def test_whoever_has_not_spoken_to_the_bot_cannot_be_told(people):
    failed = await refusal(people, account="T3")

    assert failed.verdict.do is Do.LEAVE
    assert failed.verdict.say == (
        "这个人还没有和智能机器人说过话。请本人在企业微信里打开智能机器人，随便发一句话。"
    )


async def test_a_group_in_another_case_is_another_group(groups):
    failed = await refusal(groups, chat=GROUP.chat_id.lower())
    assert (failed.errcode, failed.verdict.do) == (93006, Do.STOP)


async def test_what_is_not_acknowledged_is_in_doubt(world, groups):
    world.fault(Effect.LOST_ANSWER, SEND)
    failed = await refusal(groups)
    assert (failed.verdict.do, failed.verdict.everybody) == (Do.DOUBT, False)


async def test_without_a_connection_nothing_is_claimed_and_nothing_in_doubt():
    outlet = AibotGroups(Line())
    assert isinstance(outlet, NeedsConnection)
    assert not outlet.connected

    failed = await refusal(outlet)
    assert (failed.verdict.do, failed.verdict.everybody) == (Do.AGAIN, True)


async def test_what_is_refused_as_too_long_goes_out_in_halves(world, groups):
    world.fault(Effect.CODE, SEND, code=40058)
    lines = [f"第{n:02}行：学时和微能力点都在这里。" for n in range(20)]
    await send(groups, Reply(body="\n".join(lines)))

    assert len(world.told(IN_GROUP)) == 2


@pytest.mark.parametrize(
    ("installation", "veiled"),
    [
        (Installation(aibot=AIBOT), {"wecom.aibot.people": None}),
        (Installation(app=APP, aibot=AIBOT), {"wecom.app": False, "wecom.aibot.people": True}),
        (Installation(app=APP), {"wecom.app": None}),
        (
            Installation(app=APP, aibot=replace(AIBOT, token="t", encoding_aes_key="e" * 43)),
            {"wecom.app": None},
        ),
    ],
)
def test_each_account_has_one_way(installation, veiled, tmp_path, parts):
    from bot.outlets import Grounds, build_outlets

    settings = read_settings(environment(installation, "http://127.0.0.1:9"), tmp_path)
    grounds = Grounds(settings=settings, database=parts.database, clock=parts.clock)
    outlets = {one.name: one for one in build_outlets(grounds, None) if one.platform is Platform.WECOM}

    found = {name: one.veiled for name, one in outlets.items() if isinstance(one, SomeAccounts)}
    assert found == veiled
    assert (Way.WECOM_AIBOT.value in outlets) is settings.aibot_connects
    assert (Way.WECOM_AIBOT in open_ways(settings)) is settings.aibot_connects
    assert Platform.WECOM in reaches(settings)
