"""What is wrong with the doors and the clock: remembered at once, written down once a cause and day."""

import asyncio

import pytest
from sqlalchemy import select

from bot.owner_alarms import OwnerAlarms
from bot.platform_time import PlatformTime, skew_ms
from bot.platforms.errors import QUOTA_EXHAUSTED, Forged, Ignored, Unreadable
from messages.incoming import Platform
from storage.delivery_tables import outbox
from storage.tables import person, role, school
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import held

OFFICE = 1
MONDAY = 1_716_163_200_000  # 2024-05-20 08:00 in Shanghai
DAY = 86_400_000
MINUTE = 60_000
NOON = "Mon, 20 May 2024 12:00:00 GMT"
NOON_MS = 1_716_206_400_000


class Moment:
    """A clock that stands still."""

    def __init__(self, at):
        self.at = at

    def real_ms(self):
        return self.at

    def now(self):
        raise AssertionError("the programme's time is of no interest here")


@pytest.fixture
def office(database):
    with database.writing() as connection:
        connection.execute(school.insert().values(id=1, name="示例县教育局", kind="other"))
        connection.execute(person.insert().values(id=OFFICE, staff_no="T4", name="示例丁", school_id=1))
        connection.execute(
            role.insert().values(person_id=OFFICE, role="office", source="grant", granted_at=1)
        )
    return database


@pytest.fixture
def clock():
    return Moment(MONDAY)


@pytest.fixture
def told():
    return []


@pytest.fixture
async def alarms(office, clock, told):
    alarms = OwnerAlarms(office, clock, posted=lambda: told.append("posted"))
    running = asyncio.create_task(alarms.run())
    yield alarms
    running.cancel()


def keys(database):
    with database.reading() as connection:
        return list(connection.scalars(select(outbox.c.key).order_by(outbox.c.id)))


async def written(database, *expected):
    """The keys that are written, once nothing more is to come."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(keys(database)) < len(expected):  # noqa: ASYNC110  a database tells nobody
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert keys(database) == [f"alarm/{key}/{OFFICE}" for key in expected]


async def test_a_flood_is_written_down_once(alarms, office, told):
    for _ in range(50_000):
        alarms.refused(Platform.WECOM, Unreadable("padding"))
        alarms.refused(Platform.WECOM, Forged("signature"))

    await written(office, "callback-key/wecom/2024-05-20", "callback-signature/wecom/2024-05-20")
    assert told == ["posted", "posted"]


async def test_three_wrong_signatures_within_an_hour_ring_and_three_in_a_day_do_not(alarms, office, clock):
    for _ in range(3):
        alarms.refused(Platform.DINGTALK, Forged("signature"))
        clock.at += 31 * MINUTE
    await asyncio.sleep(0.05)
    assert keys(office) == []

    # One more is 62 minutes after the first of the last three: 31 and 0 are within the hour, which makes two.
    alarms.refused(Platform.DINGTALK, Forged("signature"))
    await asyncio.sleep(0.05)
    assert keys(office) == []
    alarms.refused(Platform.DINGTALK, Forged("signature"))
    await written(office, "callback-signature/dingtalk/2024-05-20")


async def test_the_next_day_it_rings_again(alarms, office, clock):
    alarms.ignored(Platform.DINGTALK, Ignored(QUOTA_EXHAUSTED))
    await written(office, "callback-quota/dingtalk/2024-05-20")
    clock.at += DAY
    alarms.ignored(Platform.DINGTALK, Ignored(QUOTA_EXHAUSTED))

    await written(office, "callback-quota/dingtalk/2024-05-20", "callback-quota/dingtalk/2024-05-21")


async def test_two_processes_tell_it_once(alarms, office, clock, told):
    other = OwnerAlarms(office, clock, posted=lambda: told.append("other"))
    running = asyncio.create_task(other.run())
    alarms.refused(Platform.WECOM, Forged("stale", 4_000))
    await written(office, "callback-stale/wecom/2024-05-20")
    other.refused(Platform.WECOM, Forged("stale", 4_001))
    await asyncio.sleep(0.1)
    running.cancel()

    assert len(keys(office)) == 1
    assert told == ["posted"]


@pytest.mark.parametrize(
    "error", [Forged("unsigned"), Forged("timestamp"), Unreadable("xml"), Unreadable("body")]
)
async def test_what_anybody_may_send_does_not_ring_at_once(alarms, office, error):
    for _ in range(2):
        alarms.refused(Platform.WECOM, error)
    await asyncio.sleep(0.05)

    assert keys(office) == []


async def test_what_has_no_signature_at_all_never_rings(alarms, office):
    for _ in range(100):
        alarms.refused(Platform.WECOM, Forged("unsigned"))
    await asyncio.sleep(0.05)

    assert keys(office) == []


async def test_ringing_does_not_wait_for_the_database(alarms, office):
    with held(office):
        began = asyncio.get_running_loop().time()
        alarms.refused(Platform.WECOM, Unreadable("padding"))
        await asyncio.sleep(0)
        assert asyncio.get_running_loop().time() - began < 0.2

    await written(office, "callback-key/wecom/2024-05-20")


# ── the platforms' time ──


@pytest.mark.parametrize(
    ("asked", "answered", "skew"),
    [
        (NOON_MS + 400, NOON_MS + 600, 0),  # in the middle of the second that Date names
        (NOON_MS + 120_400, NOON_MS + 120_600, 120_000),
        (NOON_MS - 120_000, NOON_MS - 119_000, -120_000),
        (
            NOON_MS,
            NOON_MS + 10_000,
            4_500,
        ),  # a slow answer: the middle of the ten seconds, less half a second
    ],
)
def test_the_skew_is_taken_from_the_middle_of_a_call(asked, answered, skew):
    assert skew_ms(NOON, asked, answered) == skew


@pytest.mark.parametrize(
    "header", ["", "tomorrow", "Mon, 20 May 2024 12:00:00 -0000", "Mon, 40 May 2024 12:00 GMT"]
)
def test_what_is_no_time_says_nothing(header):
    assert skew_ms(header, NOON_MS, NOON_MS) is None


@pytest.fixture
def found():
    return []


@pytest.fixture
def time(found):
    return PlatformTime(Moment(NOON_MS), found.append)


def test_two_answers_in_a_row_tell_and_one_does_not(time, found):
    time.heard(NOON, NOON_MS + 90_000, NOON_MS + 90_000)
    time.heard(NOON, NOON_MS, NOON_MS)
    time.heard(NOON, NOON_MS + 90_000, NOON_MS + 90_000)
    assert found == []
    time.heard(NOON, NOON_MS + 90_500, NOON_MS + 90_500)

    assert found == [90]


def test_a_slow_call_is_no_skew(time, found):
    for _ in range(3):  # two and a half minutes under way: half of that is no proof
        time.heard(NOON, NOON_MS, NOON_MS + 150_000)

    assert found == []
