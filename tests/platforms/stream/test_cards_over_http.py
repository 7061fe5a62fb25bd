"""Interactive cards without a stream: the address is registered, taps come to it signed, the answer by the API."""

from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient

from bot.app import Parts, build_app
from bot.delivery.means import Pace
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.plan import ButtonRule
from bot.settings import read_settings
from bot.tenant.app import DINGTALK_API_PATH, DINGTALK_OAPI_PATH
from bot.tenant.tenant import Outcome
from tests.kit.county import settle_county
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import Served, address

from .conftest import KEY, ROBOT, until


@pytest.fixture
def robot():
    return replace(ROBOT, stream=False)


@pytest.fixture
def buttons():
    return ButtonRule(dingtalk_card_template="example.schema", dingtalk_card_callback_key="example-cards")


@pytest.fixture
async def client(phones, database, tmp_path, clock, buttons):
    environment = {
        "BOT_SECRET_KEY": KEY,
        "BOT_DINGTALK__CLIENT_ID": ROBOT.client_id,
        "BOT_DINGTALK__CLIENT_SECRET": ROBOT.client_secret,
        "BOT_DINGTALK__ROBOT_CODE": ROBOT.robot_code,
        "BOT_DINGTALK__API_BASE": phones.tenant.base_url + DINGTALK_API_PATH,
        "BOT_DINGTALK__OAPI_BASE": phones.tenant.base_url + DINGTALK_OAPI_PATH,
        "BOT_PUBLIC_URL": "https://bot.example.com",
    }
    parts = Parts(
        settings=read_settings(environment, tmp_path),
        database=database,
        plan=replace(load_plan(None), buttons=buttons),
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
        pace=Pace(poll=0.05, apart=0.0, answer=5.0),
        tick=None,
        answer_within=PATIENCE_SECONDS,  # how late an answer may be is not the subject here
    )
    settle_county(parts)
    async with TestClient(Served(build_app(parts))) as client:
        phones.tenant.bot_url = address(client.server)
        yield client


async def test_a_card_follows_the_words_and_a_tap_is_answered_by_the_api(client, phones):
    await until(lambda: phones.called("dingtalk.card.register"))
    (registered,) = phones.called("dingtalk.card.register")
    assert '"callbackUrl": "https://bot.example.com/dingtalk/card"' in registered.body
    heard = await phones.says("T1", "推荐选点")
    assert heard.outcome is Outcome.ANSWERED
    words, card = await phones.has("T1", 2)
    assert ("回复编号就选定" in words, card) == (True, "选哪一组？")
    label = phones.last("T1").buttons[0].label
    assert (await phones.taps("T1", label)).outcome is Outcome.ANSWERED
    _, card, said = await phones.has("T1", 3)
    assert card == f"选哪一组？\n{said.splitlines()[0]}"
    assert len(phones.called("dingtalk.robot.oto_send")) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"x-ddpaas-signature-timestamp": "1700000000000", "x-ddpaas-signature": "x"}, 403),
    ],
)
async def test_a_tap_that_is_not_signed_is_turned_away(client, headers, status):
    async with client.post("/dingtalk/card", data=b"{}", headers=headers) as answer:
        assert (answer.status, await answer.text()) == (status, "forbidden\n")


class TestWithoutTemplate:
    @pytest.fixture
    def buttons(self):
        return ButtonRule()

    async def test_the_response_itself_carries_the_buttons(self, client, phones):
        await phones.says("T1", "推荐选点")
        await phones.has("T1", 1)
        card = phones.last("T1")
        assert card.kind == "actionCard"
        await phones.taps("T1", card.buttons[1].label)
        _, said = await phones.has("T1", 2)
        assert card.buttons[1].label.split()[0] in said
        assert not phones.called("dingtalk.card.create")

    async def test_there_is_no_address_for_cards(self, client):
        async with client.post("/dingtalk/card", data=b"{}") as answer:
            assert answer.status == 404
