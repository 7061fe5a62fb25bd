"""A message has one effect and one answer, however often and wherever it is delivered."""

import json
import re

import pytest
from sqlalchemy import func, select

from bot.tenant.faults import Effect
from storage.tables import choice, inbox

CHOSEN = """\
选好了：A1 技术支持的学情分析、A5 技术支持的课堂导入、B2 微课程设计与制作。
覆盖 3 个维度（学情分析、教学设计、学法指导）、2 个环境（多媒体教学环境、混合学习环境）。
下一步：交 A1 技术支持的学情分析 的材料，发“提交 A1 链接”，要交什么发“微能力 A1”看（5月30日（周四）前）。
数据截至 5月20日（周一）"""


def count(database, table):
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize("times", [1, 3, 20])
async def test_a_message_delivered_again_and_again_has_one_effect(county, teacher, times):
    assert await teacher.says_delivered(times, "选点 A1 A5 B2") == [CHOSEN] * times
    assert count(county.database, inbox) == 1
    assert count(county.database, choice) == 3


async def test_when_the_platform_sends_twice_at_once_one_answer_is_read(county, tenant, teacher):
    tenant.fault(Effect.TWICE, teacher.callback)

    assert await teacher.says("选点 A1 A5 B2") == CHOSEN
    assert len(tenant.callbacks()) == 2
    assert count(county.database, inbox) == 1
    assert count(county.database, choice) == 3


async def test_when_the_platform_has_not_seen_the_answer_it_is_read_once_all_the_same(
    county, tenant, teacher
):
    tenant.fault(Effect.UNHEARD, teacher.callback)

    assert await teacher.says("选点 A1 A5 B2") == CHOSEN
    assert len(tenant.callbacks()) == 2
    assert count(county.database, inbox) == 1
    assert count(county.database, choice) == 3


async def test_a_repetition_much_later_gets_the_first_answer(county, teacher):
    first = await teacher.says("我的微能力")
    await teacher.says("选点 A1 A5 B2")

    assert await teacher.again("我的微能力") == first
    assert await teacher.says("我的微能力") != first


async def test_a_repetition_after_a_restart_gets_the_first_answer(county, tenant, teacher, bot):
    await teacher.says("选点 A1 A5 B2")
    await bot.stop()
    await bot.start()
    tenant.is_served_by(bot.url)

    assert await teacher.again() == CHOSEN
    assert count(county.database, choice) == 3


async def test_two_processes_that_get_the_same_message_at_once_answer_the_same(county, two_bots, teacher):
    for number in range(10):
        codes = ("A1 A5 B2", "A1 A6 B2")[number % 2]

        said = await teacher.says_delivered(4, f"选点 {codes}")

        assert len(said) == 4
        assert len(set(said)) == 1, said
    assert count(county.database, inbox) == 10


async def test_what_one_process_has_answered_the_other_answers_the_same(county, tenant, two_bots, teacher):
    here, there = two_bots
    tenant.is_served_by(here.url)
    await teacher.says("选点 A1 A5 B2")
    await here.stop()
    tenant.is_served_by(there.url)

    assert await teacher.again() == CHOSEN
    assert count(county.database, inbox) == 1
    assert count(county.database, choice) == 3


async def test_messages_of_one_person_are_handled_in_order(county, teacher):
    said = await teacher.says_at_once("选点 A1 A5 B2", "选点 A1 A6 B2", "选点 A1 A7 B2", "选点 A1 A8 B2")

    assert len(said) == 4
    with county.database.reading() as connection:
        active = connection.execute(
            select(choice.c.code).where(choice.c.ended_at.is_(None)).order_by(choice.c.code)
        ).scalars()
        assert list(active) == ["A1", "A8", "B2"]


async def test_a_repeated_id_from_elsewhere_fetches_nobodys_answer(county, tenant, bot):
    """DingTalk's signature does not cover the body, so whoever replays one can change it."""
    teacher = tenant.on("dingtalk").somebody("T1")
    private = await teacher.says("我的学时")
    (sent,) = tenant.callbacks()
    body = json.loads(sent.body)

    async def replayed(**changes):
        answer = await bot.client.post(
            sent.url, data=json.dumps(body | changes), headers={name: sent.headers[name] for name in SIGNED}
        )
        assert answer.status == 200
        return await answer.text()

    in_group = await replayed(conversationType="2", conversationId="cid-group")
    of_another = await replayed(senderStaffId="T2")

    assert "18.5" in private
    assert "18.5" in await replayed()
    assert "18.5" not in in_group
    assert "18.5" not in of_another
    assert (
        "18.5" in (await teacher.sees()).text
    )  # asked in a group, it is answered privately: to whoever is asking


SIGNED = ("timestamp", "sign")


async def test_a_binding_code_is_kept_nowhere(county, somebody):
    await somebody("T9").says("绑定 示例甲 7K3M9QXD")

    with county.database.reading() as connection:
        assert connection.scalars(select(inbox.c.text)).all() == ["绑定 示例甲 …"]


@pytest.mark.usefixtures("by_callback")
async def test_a_binding_code_is_said_once_and_kept_nowhere(teacher, somebody, county):
    principal = somebody("T3")
    assert await teacher.says("截止时间")

    said = await principal.says("绑定码 示例甲")
    code = re.search("绑定码：([A-Z0-9]{8})，", said)[1]

    assert (await principal.again()).startswith("绑定码：（只显示一次，没看到就再要一个），给示例甲")
    seen = await teacher.sees()
    assert seen.text == "示例丙给你发了一个新的绑定码。不是你要的，请马上告诉市教育局提升工程项目办。"
    with county.database.reading() as connection:
        kept = connection.execute(select(inbox.c.text, inbox.c.reply)).all()
    assert code not in str(kept)
