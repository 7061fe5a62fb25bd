"""The application: words in the response, a card below them, and what a tap leads to."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Platform, Room
from storage.connection_tables import owed_reply
from storage.tables import choice
from tests.kit.servers import held

OFFICE = Chat(Platform.WECOM, Room.APP, "T4")
TEACHER = Chat(Platform.WECOM, Room.APP, "T1")
ANNOUNCED = "公告 全体教师 明天下午开会"


@pytest.fixture
def parts(parts, request):
    late = request.node.get_closest_marker("late") is not None
    return replace(parts, answer_within=1.0) if late else parts


async def previewed(phones):
    """The card below the preview of an announcement."""
    await phones.says("T4", ANNOUNCED, OFFICE)
    await phones.until(lambda: phones.cards(OFFICE))
    return phones.cards(OFFICE)[-1]


def now(phones, shown):
    return next(one for one in phones.cards(shown.chat) if one.number == shown.number)


def chosen(database):
    with database.reading() as connection:
        return sorted(connection.scalars(select(choice.c.code)))


async def test_a_preview_has_a_card_below_its_words(phones):
    card = await previewed(phones)
    words, below = phones.of(OFFICE)
    assert below.number == card.number > words.number
    assert [button.label for button in card.drawn.buttons] == ["确认", "取消"]


async def test_a_repeated_delivery_brings_no_second_card(phones, tenant):
    await previewed(phones)
    asked = next(one for one in tenant.app.tenant.transcript.of(OFFICE) if not one.by_bot)
    await tenant.app.wecom.repeats(asked)
    await phones.until(lambda: len(phones.calls("wecom.message.send")) >= 2)
    await asyncio.sleep(0.2)
    assert len(phones.cards(OFFICE)) == 1


async def test_what_is_confirmed_by_a_button_is_done_and_the_card_shows_it(phones):
    card = await previewed(phones)
    heard = await phones.taps("T4", card, "确认")
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 2)

    assert heard.reason == ""
    said = phones.texts(OFFICE)[1]
    settled = now(phones, card).drawn
    assert settled.text.split("\n")[1] == said.split("\n")[0]
    assert [(button.label, button.spent) for button in settled.buttons] == [("已点过", True)]


async def test_tapped_twice_at_once_it_is_done_once(phones, county):
    card = await previewed(phones)
    await asyncio.gather(phones.taps("T4", card, "确认"), phones.taps("T4", card, "确认"))
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 3)
    await phones.until(lambda: any("明天下午开会" in text for text in phones.texts(TEACHER)))
    await asyncio.sleep(0.3)

    assert len([text for text in phones.texts(TEACHER) if "明天下午开会" in text]) == 1
    # The office is among those who are written to.
    said = [text for text in phones.texts(OFFICE)[1:] if not text.startswith("公告 1 · ")]
    outcomes = sorted(text.split("\n")[0] for text in said)
    assert outcomes == [
        "公告 1 已开始发送：4 人（私信）。发“发送情况 1”看结果。",
        "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。",
    ]
    assert now(phones, card).drawn.text.split("\n")[1] == outcomes[0]  # the second tap hides nothing


async def test_a_tap_beyond_the_limit_leaves_the_card_to_be_tapped_again(phones, clock, monkeypatch):
    monkeypatch.setattr("bot.intake._TAPS_FOR_A_MESSAGE", 1)
    card = await previewed(phones)
    for _ in range(19):  # with the question 20 in a minute
        await phones.says("T4", "谢谢", OFFICE)
    await phones.taps("T4", card, "确认")
    await phones.until(lambda: phones.texts(OFFICE)[-1].startswith("你发得太快了"))
    await phones.taps("T4", card, "确认")  # this time nothing is said
    await asyncio.sleep(0.3)
    assert [button.label for button in now(phones, card).drawn.buttons] == ["确认", "取消"]

    clock.waits(61)
    await phones.taps("T4", card, "确认")
    await phones.until(lambda: "已开始发送" in phones.texts(OFFICE)[-1])
    assert all(button.spent for button in now(phones, card).drawn.buttons)


async def test_who_has_typed_much_may_still_tap(phones):
    card = await previewed(phones)
    for _ in range(19):
        await phones.says("T4", "谢谢", OFFICE)
    await phones.taps("T4", card, "确认")
    await phones.until(lambda: "已开始发送" in phones.texts(OFFICE)[-1])


async def test_a_card_of_yesterday_confirms_nothing_newer(phones):
    first = await previewed(phones)
    await phones.says("T4", "公告 全体教师 后天下午开会", OFFICE)
    await phones.taps("T4", first, "确认")
    await phones.until(lambda: "这个按钮已经用过" in phones.texts(OFFICE)[-1])
    assert not phones.texts(TEACHER)


@pytest.mark.late
async def test_while_the_database_is_busy_the_card_is_changed_afterwards(phones, county):
    card = await previewed(phones)
    with held(county.database):
        heard = await phones.taps("T4", card, "取消")
        assert [button.label for button in now(phones, card).drawn.buttons] == ["确认", "取消"]
    await phones.until(lambda: now(phones, card).drawn.buttons[-1].spent)
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 2)

    assert heard.reason == ""
    assert len(phones.calls("wecom.message.update_template_card")) == 1
    assert now(phones, card).drawn.text.split("\n")[1] == phones.texts(OFFICE)[-1].split("\n")[0]


async def test_what_is_owed_after_a_tap_is_said_once_the_platform_takes_it(phones, tenant, county, clock):
    card = await previewed(phones)
    tenant.fault(Effect.CODE, "wecom.message.send", times=1, code=-1)
    await phones.taps("T4", card, "取消")
    with county.database.reading() as connection:
        owed = connection.execute(select(owed_reply.c.account, owed_reply.c.door)).all()
    assert [tuple(row) for row in owed] == [("T4", "wecom.card")]
    assert len(phones.texts(OFFICE)) == 1

    clock.waits(16)  # for 15 s it is left to whoever has heard the tap
    await phones.until(lambda: len(phones.texts(OFFICE)) >= 2)
    assert now(phones, card).drawn.text.split("\n")[1] == phones.texts(OFFICE)[1].split("\n")[0]


async def test_without_the_card_the_words_still_say_everything(phones, tenant):
    tenant.fault(Effect.CODE, "wecom.message.send", times=1, code=45009)
    await phones.says("T4", ANNOUNCED, OFFICE)
    await phones.until(lambda: not [one for one in tenant.app.tenant.faults.on() if one.left])
    await phones.says("T4", "确认", OFFICE)
    await phones.until(lambda: phones.texts(TEACHER))
    assert not phones.cards(OFFICE)


async def test_points_are_chosen_by_a_vote(phones, county):
    await phones.says("T1", "选点", TEACHER)
    await phones.until(lambda: phones.cards(TEACHER))
    card = phones.cards(TEACHER)[-1]
    (vote,) = card.drawn.choices
    await phones.taps("T1", card, "就选这些", **{vote.key: ("A1", "A5", "B2")})
    await phones.until(lambda: len(phones.texts(TEACHER)) >= 2)

    assert phones.texts(TEACHER)[-1].startswith("选好了：A1 技术支持的学情分析、")
    assert chosen(county.database) == ["A1", "A5", "B2"]
    assert "A1 A5 B2" in now(phones, card).drawn.text
