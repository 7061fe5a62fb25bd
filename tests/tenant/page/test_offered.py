"""What the page offers to say, and where it says instead that nobody would hear it."""

import re
from dataclasses import replace

import pytest

from bot.tenant.page.suggestions import FOR_OTHERS, FOR_OUTSIDERS, FOR_ROLES, IN_GROUPS, suggestions
from bot.tenant.people import Member, Platform
from handlers.entry import Room, Who
from handlers.registry import REGISTRY
from messages.commands import Command
from tests.tenant.page.platforms import both
from tests.tenant.page.test_looking import phone

DEAF = "企业微信的群里只有智能机器人听得到，这里没有装。群聊请到钉钉试。"
PRIVATE = [*(chip for _role, chips in FOR_ROLES for chip in chips), *FOR_OTHERS]
WECOM_GROUP, DINGTALK_GROUP = "wecom:group:wrGroup1", "dingtalk:group:cidGroup1"


def chips(part):
    return re.findall(r'<button name="text" value="([^"]*)"', part)


@pytest.mark.parametrize("chip", sorted({*PRIVATE, *FOR_OUTSIDERS, *IN_GROUPS}))
def test_every_chip_is_a_command_that_is_answered(chip):
    assert Command(chip) in REGISTRY


@pytest.mark.parametrize("chip", sorted({*FOR_OUTSIDERS, *IN_GROUPS}))
def test_every_chip_of_a_group_may_be_answered_there(chip):
    assert REGISTRY[Command(chip)].room is Room.ANYWHERE


@pytest.mark.parametrize("chip", FOR_OUTSIDERS)
def test_strangers_are_offered_what_everybody_may_ask(chip):
    assert Who.EVERYONE in REGISTRY[Command(chip)].who


@pytest.mark.parametrize("offered", [*(found for _role, found in FOR_ROLES), FOR_OTHERS])
def test_three_or_four_chips_have_room(offered):
    assert 3 <= len(offered) <= 4
    assert len(set(offered)) == len(offered)


def test_somebody_without_a_role_of_the_programme_is_offered_no_hours():
    clerk = Member(key="C1", name="示例癸", roles=("职员",), accounts=both("c1"))

    assert suggestions(clerk, Platform.WECOM, in_group=False) == FOR_OTHERS


@pytest.fixture
def without_aibot(tenant):
    tenant.installation = replace(tenant.installation, aibot=None)


async def test_where_nobody_can_hear_nothing_is_offered(screen, without_aibot):
    part = phone(await screen.page(wecom_chat=WECOM_GROUP), "wecom")

    assert part.count(DEAF) == 1
    assert chips(part) == []
    assert "@研修助手" not in part
    assert "语音会说" not in part
    assert 'aria-label="消息"' in part  # people still talk to each other


@pytest.mark.parametrize(
    "query", [{"dingtalk_chat": DINGTALK_GROUP}, {"wecom": "T1"}], ids=["dingtalk's group", "private"]
)
async def test_elsewhere_the_bot_hears_as_before(screen, without_aibot, query):
    assert DEAF not in await screen.page(**query)


async def test_with_an_ai_bot_wecoms_groups_are_heard(screen):
    part = phone(await screen.page(wecom_chat=WECOM_GROUP), "wecom")

    assert DEAF not in part
    assert chips(part) == ["截止时间", "微能力清单", "帮助"]


async def test_a_voice_is_only_understood_where_the_platform_recognises_it(screen):
    page = await screen.page()

    assert "语音在企业微信里听不懂，机器人会请你打字。" in phone(page, "wecom")
    assert "语音会说" not in phone(page, "wecom")
    assert "语音会说输入框里的话；没写就说“我还差几个学时”。" in phone(page, "dingtalk")
    assert "听不懂" not in phone(page, "dingtalk")
