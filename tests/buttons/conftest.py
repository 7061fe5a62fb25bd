"""WeCom's cards over the wire: an application and an AI bot in callback mode, and people who tap."""

import asyncio
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from bot.tenant.installation import Installation
from bot.tenant.people import Chat, Group, Platform, Room
from bot.tenant.tenant import Said
from tests.kit.fixtures import bot, clock, county, parts, tenant, two_bots
from tests.kit.installation import AIBOT, APP
from tests.kit.patience import PATIENCE_SECONDS

__all__ = ["bot", "clock", "county", "parts", "tenant", "two_bots"]

CALLED = replace(AIBOT, token="exampleaibottoken", encoding_aes_key="a" * 43)
GROUP = Group(
    key="g1",
    platform=Platform.WECOM,
    name="语文组",
    chat_id="wrExampleGroup",
    members=frozenset({"T1", "T2", "T3", "T4"}),
    webhook="example-key",
)
IN_GROUP = Chat(Platform.WECOM, Room.GROUP, GROUP.chat_id)


@pytest.fixture(autouse=True)
def door():
    return SimpleNamespace(installation=Installation(app=APP, aibot=CALLED), platform=Platform.WECOM)


@dataclass
class Phones:
    """What people do and read on WeCom."""

    practice: object

    @property
    def _tenant(self):
        return self.practice.app.tenant

    def member(self, account):
        return self._tenant.directory.by_account(Platform.WECOM, account)

    async def says(self, account, text, chat):
        return await self.practice.app.wecom.says(self.member(account), chat, Said(text=text, to_bot=True))

    async def taps(self, account, shown, label, **chosen):
        key = next(b.value for b in shown.drawn.buttons if b.label == label)
        return await self.practice.app.wecom.presses(self.member(account), shown, key, chosen)

    def of(self, chat):
        """What the bot has said there."""
        return [shown for shown in self._tenant.transcript.of(chat) if shown.by_bot]

    def texts(self, chat):
        return [shown.drawn.text for shown in self.of(chat) if shown.drawn.kind != "template_card"]

    def cards(self, chat):
        return [shown for shown in self.of(chat) if shown.drawn.kind == "template_card"]

    def calls(self, name):
        """So often the bot has asked the platform for this, and was granted it."""
        return [one for one in self._tenant.wire.exchanges() if one.name == name and one.status == 200]

    async def until(self, condition, within=PATIENCE_SECONDS):
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110  a chat tells nobody
                await asyncio.sleep(0.01)


@pytest.fixture
def phones(tenant, county):
    tenant.app.tenant.directory.add_group(GROUP)
    return Phones(tenant)


def app_chat(account):
    return Chat(Platform.WECOM, Room.APP, account)


def aibot_chat(account):
    return Chat(Platform.WECOM, Room.AIBOT, account)
