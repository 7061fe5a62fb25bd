"""Access tokens are shared by everybody: processes, outlets, and whoever sends at the same moment."""

import asyncio

import pytest
from sqlalchemy import select

from bot.access_tokens import WRONG_SECRET_HOLDS_MS
from bot.outlets import Grounds, build_outlets
from bot.sending import Address, Attempt, Do, Taken
from bot.settings import read_settings
from bot.tenant.faults import Effect
from messages.outgoing import Reply
from storage.database import Database
from storage.tables import channel
from tests.kit.installation import INSTALLATION, environment

PAGE = Reply(body="编号 12 通过了。")
TOKEN = {
    "wecom.app": "wecom.gettoken",
    "dingtalk.robot": "dingtalk.token",
    "dingtalk.group": "dingtalk.token",
}


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def second_database(database_url):
    """As another process has it."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture(params=["wecom.app", "dingtalk.robot"])
def end(request, end_of):
    return end_of(request.param)


@pytest.fixture
def two(end, session, second_database, clock, tmp_path):
    """The outlet of two processes on one database."""
    settings = read_settings(environment(INSTALLATION, end.tenant.url), tmp_path)
    grounds = Grounds(settings=settings, database=second_database, clock=clock)
    (other,) = (outlet for outlet in build_outlets(grounds, session) if outlet.name == end.outlet.name)
    return end.outlet, other


def fetched(end):
    return len(end.exchanges(TOKEN[end.outlet.name]))


def tokens_of(end):
    side = end.tenant.app.wecom.api.access if "wecom" in end.outlet.name else end.tenant.app.dingtalk.gate
    return side.tokens


async def sent(end, outlets, times):
    """To people of their own, as far as there are any; how many were taken."""
    people = [Address(name=f"p{n}", account=f"T{n % 4 + 1}") for n in range(times)]
    sends = [
        outlets[n % len(outlets)].send([person], PAGE, Attempt(key=f"k{n}"))
        for n, person in enumerate(people)
    ]
    return sum(isinstance(taken, Taken) for (taken,) in await asyncio.gather(*sends))


async def test_fifty_at_once_fetch_one_token(end, two, unhurried):
    assert await sent(end, two, 50) == 50
    assert fetched(end) == 1


@pytest.mark.parametrize("loses", ["expire", "withdraw"])
async def test_fifty_at_once_with_a_token_that_is_no_good_fetch_one_more(end, two, loses, unhurried):
    await asyncio.gather(*(sent(end, [outlet], 1) for outlet in two))
    getattr(tokens_of(end), loses)()

    assert await sent(end, two, 50) == 50
    assert fetched(end) == 2


async def test_a_token_that_is_withdrawn_while_fifty_are_under_way_is_renewed_once(end, two, unhurried):
    await sent(end, two, 2)
    end.tenant.fault(Effect.SLOW, end.call, seconds=0.05, times=10)
    under_way = asyncio.create_task(sent(end, two, 50))
    await asyncio.sleep(0.02)
    tokens_of(end).withdraw()

    assert await under_way == 50
    assert fetched(end) == 2


@pytest.fixture
def unhurried(end):
    """A tenant that lets a client call as often as it likes: here it is about tokens."""
    if "dingtalk" in end.outlet.name:
        end.tenant.app.dingtalk.gate._rate.take = lambda _key: True


async def test_a_platform_that_insists_on_a_token_it_refuses_is_not_asked_for_ever(end_of):
    """WeCom gives out the same one while it is valid."""
    end = end_of("wecom.app")
    await end.send(PAGE)
    end.tenant.fault(Effect.CODE, end.call, code=40014, times=None)
    failed = await end.refusal(PAGE)

    assert (failed.verdict.do, failed.verdict.code) == (Do.STOP, "40014")
    assert failed.verdict.say.startswith("刚取的 access_token 也被拒绝。")
    assert (fetched(end), len(end.exchanges())) == (2, 3)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("wecom.app", {"app": {"secret": "wrong"}}), ("dingtalk.robot", {"robot": {"client_secret": "wrong"}})],
)
async def test_a_wrong_secret_is_said_once_a_minute_however_many_wait(end_of, name, wrong):
    end = end_of(name, **wrong)
    found = await asyncio.gather(*(end.refusal(PAGE) for _ in range(20)))
    assert [failed.verdict.do for failed in found] == [Do.STOP] * 20
    assert len(end.tenant.app.tenant.wire.exchanges()) == 1

    end.clock.ahead_ms = WRONG_SECRET_HOLDS_MS
    await asyncio.gather(*(end.refusal(PAGE) for _ in range(20)))
    assert len(end.tenant.app.tenant.wire.exchanges()) == 2


@pytest.mark.parametrize("patience", [0.5])
@pytest.mark.parametrize("name", TOKEN)
@pytest.mark.parametrize("effect", [Effect.HTTP_500, Effect.HANG, Effect.RESET, Effect.HTML])
async def test_without_a_token_nothing_is_in_doubt(end_of, name, effect, patience):
    end = end_of(name)
    # More than once: a GET that was cut off is repeated by the HTTP client itself.
    end.tenant.fault(effect, TOKEN[name], times=None)

    assert (await end.refusal(PAGE)).verdict.do is Do.AGAIN
    assert end.exchanges() == []


async def test_people_and_groups_share_a_token_on_dingtalk(tenant, outlets_of, end_of):
    group = end_of("dingtalk.group")
    outlets = outlets_of(tenant.url)
    person = [Address(name="p1", account="T1")]
    await asyncio.gather(
        outlets["dingtalk.robot"].send(person, PAGE, Attempt(key="k1")),
        outlets["dingtalk.group"].send([group.address], PAGE, Attempt(key="k2")),
    )

    assert len(group.exchanges("dingtalk.token")) == 1


async def test_a_token_lies_in_the_database_only_sealed(end, database):
    await end.send(PAGE)
    (token,) = tokens_of(end)._expires

    with database.reading() as connection:
        stored = connection.scalar(select(channel.c.token).where(channel.c.platform == end.outlet.platform))
    assert stored
    assert token not in stored
    assert token.encode().hex() not in stored
