"""What the application sends of its own accord: words, then the card with what can be tapped."""

import pytest

from bot.outlets import Grounds, build_outlets
from bot.platforms.calls import open_session
from bot.sending import TAKEN, Address, Attempt, SendFailed, Taken
from bot.tenant.faults import Effect
from bot.tenant.people import Chat, Platform, Room
from messages.outgoing import Choice, answer

TEACHER = Chat(Platform.WECOM, Room.APP, "T1")
LEADER = Chat(Platform.WECOM, Room.APP, "T2")
SAID = answer("编号 7 报为案例，同意吗？").choosing(
    "编号 7 报为案例，同意吗？", Choice(label="同意", says="同意 7"), Choice(label="不同意", says="不同意 7")
)
TO = [Address(name="p1", account="T1"), Address(name="p2", account="T2")]


@pytest.fixture
async def app(parts):
    grounds = Grounds(settings=parts.settings, database=parts.database, clock=parts.clock)
    async with open_session(2.0) as session:
        yield next(one for one in build_outlets(grounds, session) if one.name == "wecom.app")


async def test_words_come_first_and_the_card_below_them(app, phones):
    (page,) = app.pages(SAID)
    verdicts = await app.send(TO, page, Attempt(key="k1"))
    for chat in (TEACHER, LEADER):
        assert [shown.drawn.kind for shown in phones.of(chat)] == ["text", "template_card"]
        (card,) = phones.cards(chat)
        assert [button.label for button in card.drawn.buttons] == ["同意", "不同意"]
    # A receipt for the words and one for the card: both are taken back together.
    assert [len(one.receipts) for one in verdicts] == [2, 2]


async def test_words_without_buttons_have_no_card(app, phones):
    (page,) = app.pages(answer("今天的排名出来了。"))
    await app.send(TO, page, Attempt(key="k1"))
    assert not phones.cards(TEACHER)


async def test_a_card_goes_only_to_those_who_have_got_the_words(app, phones):
    (page,) = app.pages(SAID)
    nobody = Address(name="p9", account="nobody")
    verdicts = await app.send([TO[0], nobody], page, Attempt(key="k1"))
    assert isinstance(verdicts[0], Taken)
    assert not isinstance(verdicts[1], Taken)
    assert '"touser": "T1"' in phones.calls("wecom.message.send")[-1].body


async def test_a_refused_card_takes_nothing_from_the_words(app, phones, tenant):
    (page,) = app.pages(SAID)
    tenant.fault(Effect.CODE, "wecom.message.send", times=1, code=45009)
    with pytest.raises(SendFailed):  # the words themselves: as ever
        await app.send(TO, page, Attempt(key="k1"))
    await app.send(TO, page, Attempt(key="k1", first_tried_s=1))
    assert [shown.drawn.kind for shown in phones.of(TEACHER)] == ["text", "template_card"]
    assert TAKEN.receipts == ()
