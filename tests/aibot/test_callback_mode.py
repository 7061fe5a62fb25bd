"""What is said after the response: when the refreshes are over, only to the platform, and only once."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.owner_alarms import OwnerAlarms
from bot.platforms.wecom.aibot.callback import AibotDoor
from bot.platforms.wecom.aibot.routes import AibotCallback, Pace
from bot.tenant.faults import Effect, Fault
from messages.outgoing import NOTHING, Buttons, Choice, Reply
from tests.kit.aibot import AES, IN_GROUP, PRIVATE, QUICK, TEACHER, TOKEN, aibot_place
from tests.kit.patience import PATIENCE_SECONDS

ANSWER = Reply(
    body="18.5 学时",
    markdown=True,
    buttons=Buttons(about="下一步", choices=(Choice(label="推荐选点", says="推荐选点"),)),
)
RESPONSE = "wecom.aibot.response"


class Desk:
    """The answers lie here until a test hands them out."""

    def __init__(self):
        self.taken = []
        self.at_once = None

    async def take(self, message):
        coming = asyncio.get_running_loop().create_future()
        if self.at_once is not None:
            coming.set_result(self.at_once)
        self.taken.append((message, coming))
        return coming

    async def said(self, _key):
        """As a process that has not found anything yet."""


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def opened(aiohttp_server, desk):
    @asynccontextmanager
    async def opened(*, api="", **pace):
        place, app = aibot_place(callback=True, pace=QUICK)
        server = await aiohttp_server(app)
        place.tenant.base_url = str(server.make_url("")).rstrip("/")
        clock, metrics = SystemClock(), Metrics()
        bot = AibotCallback(
            AibotDoor("研修助手", TOKEN, AES),
            desk.take,
            desk.said,
            api_base=api or f"{place.tenant.base_url}/wecom",
            clock=clock,
            metrics=metrics,
            alarms=OwnerAlarms(None, clock),
            pace=Pace(apart=0.01, **pace),
        )
        mine = web.Application()
        mine.add_routes(bot.routes())
        mine.cleanup_ctx.append(bot.running)
        place.tenant.bot_url = str((await aiohttp_server(mine)).make_url("")).rstrip("/")
        yield place

    return opened


def responses(place):
    return [one for one in place.tenant.wire.exchanges() if one.name == RESPONSE]


async def until(condition):
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110  a chat tells nobody
            await asyncio.sleep(0.01)


async def asks(place, desk, chat=PRIVATE):
    """Somebody asks, and reads that it takes a while; the delivery, and where the answer is handed out."""
    saying = asyncio.create_task(place.says("我的学时", chat=chat))
    await until(lambda: desk.taken)
    await until(lambda: place.told(chat)[-1] == "正在查，请稍等。")
    return saying, desk.taken[0][1]


async def test_an_answer_after_the_streams_life_comes_by_the_response_url(opened, desk):
    async with opened(stream_life=0.05) as place:
        saying, coming = await asks(place, desk)
        await asyncio.sleep(0.1)
        coming.set_result(ANSWER)
        await until(lambda: place.told()[-1] == "18.5 学时")
        saying.cancel()
    assert len(responses(place)) == 1


async def test_within_its_life_the_words_are_left_to_the_refreshes(opened, desk):
    async with opened() as place:
        saying, coming = await asks(place, desk)
        coming.set_result(ANSWER)
        await until(lambda: responses(place))
        saying.cancel()
        # Only what can be tapped, for which a refresh has no place.
        assert place.last().drawn.kind == "template_card"
    assert len(responses(place)) == 1


async def test_in_a_group_there_is_no_card_afterwards(opened, desk):
    async with opened() as place:
        saying, coming = await asks(place, desk, IN_GROUP)
        coming.set_result(ANSWER)
        await asyncio.sleep(0.1)
        saying.cancel()
        assert not responses(place)


async def test_silence_after_the_streams_life_stays_silence(opened, desk):
    async with opened(stream_life=0.01) as place:
        saying, coming = await asks(place, desk)
        await asyncio.sleep(0.05)
        coming.set_result(NOTHING)
        await asyncio.sleep(0.1)
        saying.cancel()
        assert not responses(place)


async def test_a_refused_answer_is_not_said_again(opened, desk):
    async with opened(stream_life=0.01) as place:
        place.tenant.faults.switch_on(Fault(call=RESPONSE, effect=Effect.CODE, code=45009, left=None))
        saying, coming = await asks(place, desk)
        await asyncio.sleep(0.05)
        coming.set_result(ANSWER)
        await until(lambda: responses(place))
        await asyncio.sleep(0.1)
        saying.cancel()
        assert len(responses(place)) == 1


async def test_an_answer_goes_to_the_platform_or_nowhere(opened, desk):
    async with opened(api="https://qyapi.example", stream_life=0.01) as place:
        saying, coming = await asks(place, desk)
        await asyncio.sleep(0.05)
        coming.set_result(ANSWER)
        await asyncio.sleep(0.1)
        saying.cancel()
        assert not responses(place)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "http://[",
        "ftp://h/x",
        "https://qyapi.example/cgi-bin/aibot/response/../other?response_code=1",
        "https://me@qyapi.example/cgi-bin/aibot/response?response_code=1",
        "https://qyapi.example:8443/cgi-bin/aibot/response?response_code=1",
        "http://qyapi.example/cgi-bin/aibot/response?response_code=1",
        "https://qyapi.example.evil/cgi-bin/aibot/response?response_code=1",
        "https://qyapi.example/cgi-bin/aibot%2Fresponse?response_code=1",
    ],
)
def test_other_addresses_are_nobodys(given):
    bot = AibotCallback(
        AibotDoor("研修助手", TOKEN, AES),
        None,
        None,
        api_base="https://qyapi.example",
        clock=None,
        metrics=None,
        alarms=None,
    )
    assert bot._ours(given) is None
    ours = "https://qyapi.example/cgi-bin/aibot/response?response_code=a%2Bb"
    assert str(bot._ours(ours)) == ours


async def test_a_tap_is_answered_by_the_card_and_once_by_the_response_url(opened, desk):
    async with opened() as place:
        desk.at_once = ANSWER
        await place.says("我的学时")
        shown = place.last()
        assert shown.drawn.kind == "template_card"
        desk.at_once = Reply(body="### 推荐\n\n- A5")
        heard = await place.aibot.presses(TEACHER, shown, shown.drawn.buttons[0].value, {})
        await until(lambda: responses(place))
        assert heard.reason == ""
        settled = next(one for one in place.tenant.transcript.of(PRIVATE) if one.number == shown.number)
        assert settled.drawn.text == "下一步\n推荐"
        message, _ = desk.taken[-1]
        assert (message.text, message.tapped) == ("推荐选点", True)
    assert len(responses(place)) == 1
