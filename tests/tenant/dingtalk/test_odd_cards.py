"""Cards that somebody has written carelessly: the platform shows what it can and never breaks."""

import json

import pytest

from bot.tenant.dingtalk.card import Card, draw_card
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.transcript import Button, Does

from .conftest import LEADER
from .test_cards import CREATE, ROUTE, card, listening, over_http

REGISTER = "card/callbacks/register"
# Within the text of a parameter, so that only who reads the list of buttons comes upon it.
HALVES = r'[{"text": "通过\ud800", "actionId": "accept", "params": {"id": "\udfff"}}]'


@pytest.mark.parametrize("url", ["https://[", "https://", "ftp://bot.example.cn/cards", "/cards", 7])
async def test_what_is_no_address_of_the_web_is_not_registered(api, url):
    assert await api.refused(REGISTER, ROUTE | {"callbackUrl": url}) == "param.callbackUrlEmpty"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://bot.example.cn/cards?为=批 阅", "/cards?%E4%B8%BA=%E6%89%B9+%E9%98%85"),
        ("https://bot.example.cn/cards?a=%2B&b=1", "/cards?a=%2B&b=1"),
    ],
)
async def test_an_address_is_called_as_it_goes_over_the_wire(api, side, bot, tenant, url, path):
    await api.v1(REGISTER, ROUTE | {"callbackUrl": url, "callbackRouteKey": "route-2"})
    await api.v1(CREATE, card(callbackType="HTTP", callbackRouteKey="route-2"))
    (shown,) = tenant.transcript.find("card-1")
    assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ACKNOWLEDGED)
    assert [called for called, _headers, _body in bot.requests] == [path]


async def test_half_a_surrogate_pair_in_a_list_of_buttons_is_a_question_mark(api, side, bot, tenant):
    params = {"cardParamMap": {"title": "待审", "buttons": HALVES}}
    (shown,) = await over_http(api, tenant, cardData=params)
    assert shown.drawn.buttons == (Button("通过?", Does.PRESS, "accept"),)
    assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ACKNOWLEDGED)
    assert json.loads(bot.bodies[0]["content"])["cardPrivateData"]["params"] == {"id": "?"}


async def test_half_a_surrogate_pair_in_an_ack_is_a_question_mark(api, side, tenant, group, read):
    await api.v1(CREATE, card())
    (shown,) = tenant.transcript.find("card-1")
    async with listening(api, {"cardData": {"cardParamMap": {"title": "已通过\ud800"}}}):
        assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ANSWERED)
    assert read(group) == ["已通过?"]


async def test_private_data_that_is_keyed_by_person_in_an_answer_changes_nothing(api, side, bot, tenant):
    (shown,) = await over_http(api, tenant)
    bot.answers.append({"userPrivateData": {"User002": {"cardParamMap": {"title": "已通过"}}}})
    reason = "机器人应答了，但卡片没有变：userPrivateData 里没有 cardParamMap"
    before = shown.drawn
    assert await side.presses(LEADER, shown, "accept", {}) == Heard(Outcome.ACKNOWLEDGED, reason)
    assert shown.drawn == before


def test_the_markdown_of_a_card_knows_no_dtmd_links():
    said = "dtmd://dingtalkclient/sendMessage?content=%E5%B8%AE%E5%8A%A9"
    params = {"text": f"[说]({said}) [看](https://e.cn)"}
    drawn = draw_card(Card(out_track_id="c", template_id="t", public=params), "")
    assert drawn.links == (Button("看", Does.OPEN, "https://e.cn"),)
    assert drawn.html == (
        '<p><a>说</a> <a href="https://e.cn" target="_blank" rel="noopener noreferrer">看</a></p>\n'
    )
