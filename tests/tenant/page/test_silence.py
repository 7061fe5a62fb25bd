"""A message that the bot has taken without a word does not look as if it had been lost."""

import pytest

from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.transcript import Author
from tests.tenant.page.platforms import BOT, drawn
from tests.tenant.page.reading import seat

APP = Chat(Platform.WECOM, Room.APP, "t1")
TAKEN = '<p class="taken">机器人收到了。</p>'
GROUP = "wecom:group:wrGroup1"


@pytest.fixture
def silent(sides):
    sides.wecom.heard = Heard(Outcome.ACKNOWLEDGED)
    return sides.wecom


async def test_silence_is_told_below_the_message_and_is_no_warning(screen, silent, tenant):
    _, page = await screen.post("/say", **seat(), text="好的", to_bot="1")

    assert page.count(TAKEN) == 1
    assert 'class="note"' not in page
    assert tenant.transcript.of(APP)[0].note == ""


async def test_an_answer_that_came_by_another_way_is_enough(screen, silent):
    silent.answers["还差什么"] = "还差 6.5 学时。"

    _, page = await screen.post("/say", **seat(), text="还差什么", to_bot="1")

    assert TAKEN not in page


async def test_an_answer_that_comes_later_ends_the_silence(screen, silent, tenant):
    await screen.post("/say", **seat(), text="第一句", to_bot="1")
    await screen.post("/say", **seat(), text="第二句", to_bot="1")
    assert (await screen.page()).count(TAKEN) == 2

    tenant.transcript.post(APP, drawn("都听到了"), BOT, at_ms=0)

    assert TAKEN not in await screen.page()


async def test_the_live_page_hears_of_the_silence_and_of_its_end(events, screen, silent, tenant):
    feed = await events()
    await feed.next("changed")

    await screen.live("/say", **seat(), text="好的", to_bot="1")
    while TAKEN not in (asked := await feed.next("message"))["html"]:
        pass
    tenant.transcript.post(APP, drawn("来晚了"), BOT, at_ms=0)
    first, second = await feed.next("message"), await feed.next("message")

    assert "来晚了" in first["html"]
    assert second["number"] == asked["number"]
    assert TAKEN not in second["html"]


async def test_what_the_platform_remarks_comes_first(screen, silent):
    silent.note = "机器人应答了，但钉钉显示不了：超过 20480 字节。"

    _, page = await screen.post("/say", **seat(), text="在吗", to_bot="1")

    assert silent.note in page
    assert TAKEN not in page


@pytest.mark.parametrize("outcome", [Outcome.NO_BOT, Outcome.UNHEARD, Outcome.REFUSED, Outcome.ANSWERED])
async def test_only_a_taken_message_is_called_so(screen, sides, outcome):
    sides.wecom.heard = Heard(outcome)

    _, page = await screen.post("/say", **seat(), text="在吗", to_bot="1")

    assert TAKEN not in page


async def test_others_in_the_group_are_not_told(screen, silent):
    await screen.post("/say", **seat(chat=GROUP), text="好的", to_bot="1")

    assert TAKEN in await screen.page(wecom="T1", wecom_chat=GROUP)
    assert TAKEN not in await screen.page(wecom="T2", wecom_chat=GROUP)


async def test_an_earlier_answer_does_not_hide_a_new_silence(screen, silent, tenant):
    tenant.transcript.post(APP, drawn("18.5 学时"), BOT, at_ms=0)
    tenant.transcript.post(APP, drawn("嗯"), Author("示例甲", "T1"), at_ms=0)

    _, page = await screen.post("/say", **seat(), text="好的", to_bot="1")

    assert page.count(TAKEN) == 1  # only below what was carried to the bot and taken


async def test_old_silences_are_forgotten(screen, silent, monkeypatch):
    monkeypatch.setattr("bot.tenant.page.state._KEPT_TAKEN", 2)
    for text in ("一", "二", "三"):
        _, page = await screen.post("/say", **seat(), text=text, to_bot="1")

    assert page.count(TAKEN) == 2
