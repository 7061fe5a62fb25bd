"""What happens to machines and networks: a disk that is full, a database that is away, a clock that somebody sets."""

import asyncio
import os
import resource
import shutil
import signal
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from bot.policy.outgoing import Way
from bot.tenant.people import Platform
from storage.database import Database
from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.own_servers import own_server, server_in, small_disk, standby_of
from tests.kit.partition import Network
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.processes import on_postgresql, on_sqlite

POINTS = ("A5", "A1", "B2")
AN_HOUR = 3_600 + 301  # and a lease
LEASE_S = 60  # of a message
VERSIONS = 8  # below what one person may say in a minute


@asynccontextmanager
async def traffic(scene, calm_within=PATIENCE_SECONDS):
    """Two teachers who hand in over both platforms and a group that is told, before, while and after."""
    wecom, dingtalk = scene.group(Way.WECOM_WEBHOOK), scene.group(Way.DINGTALK_WEBHOOK)
    for number in ("T1", "T2"):
        await scene.says(number, "选点 A1 A5 B2")

    async def hand_in(number, platform):
        for version in range(VERSIONS):
            await scene.hands_in(number, POINTS[version % 3], platform)
            await asyncio.sleep(0.3)

    handing_in = [
        asyncio.create_task(hand_in(*who)) for who in (("T1", Platform.DINGTALK), ("T2", Platform.WECOM))
    ]
    scene.town.post(wecom, dingtalk, said="之前")
    await asyncio.sleep(0.3)
    yield
    await asyncio.gather(*handing_in)
    scene.town.post(wecom, dingtalk, said="之后")
    await scene.town.until_done(calm_within)
    await scene.calms_down()
    await figures_are_said(scene)
    await scene.calms_down()
    everything_holds(scene)


@on_sqlite
@pytest.mark.timeout(300)
async def test_a_disk_that_is_full_refuses_and_loses_nothing(scene):
    """What was on the wire meanwhile could not be written down: it is in doubt until its lease has run out."""
    await scene.begins()
    async with traffic(scene, calm_within=LEASE_S + PATIENCE_SECONDS):
        pid = scene.process.running.pid
        _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        # Not a byte more in any file: neither the database, nor the journal, nor a log.
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
        await asyncio.sleep(3)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
    assert scene.deaths == 0


@on_sqlite
@pytest.mark.timeout(300)
@pytest.mark.parametrize("dies", [False, True])
async def test_a_file_that_nobody_may_write_any_more_is_waited_for(scene, database_url, dies):
    """As after a `cp` or a `chmod` by the wrong user; whoever is started meanwhile finds it so."""
    await scene.begins(FAULT_OBEYS="1")
    file = Path(make_url(database_url).database)
    async with traffic(scene, calm_within=LEASE_S + PATIENCE_SECONDS):
        lying = list(file.parent.glob(f"{file.name}*"))
        for one in lying:
            one.chmod(0o444)
        if dies:
            scene.process.running.kill()
            await scene.town.until(lambda: scene.deaths == 1)
        await asyncio.sleep(3)
        for one in lying:
            one.chmod(0o644)
    assert scene.deaths == dies


@on_postgresql
async def test_a_database_that_takes_no_writes_for_a_while_is_waited_for(scene, postgres, database_url):
    await scene.begins()
    name = make_url(database_url).database
    ends = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE datname = '{name}' AND application_name = 'yanxiu-assistant' AND pid <> pg_backend_pid()"
    )
    async with traffic(scene):
        postgres.administer(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        with scene.town.database.engine.connect() as connection:
            connection.execute(ends)
        await asyncio.sleep(3)
        postgres.administer(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
        with scene.town.database.engine.connect() as connection:
            connection.execute(ends)
    assert scene.deaths == 0


@pytest.fixture
async def network(scene, database_url):
    network = Network(database_url)
    await network.start()
    yield network
    await network.stop()


@on_postgresql
@pytest.mark.parametrize("cut", ["goes_silent", "reset", "goes_down"])
async def test_a_network_that_is_cut_loses_and_doubles_nothing(scene, network, cut):
    await scene.begins(BOT_DATABASE_URL=network.url)
    async with traffic(scene):
        getattr(network, cut)()
        await asyncio.sleep(3)
        network.heal()
    assert scene.deaths == 0


@on_postgresql
async def test_a_server_that_has_vanished_is_noticed_within_half_a_minute(network):
    """Packets that nobody answers need a firewall to be tried; what the kernel was told is read instead."""

    def told():
        database = Database(network.url)
        with database.reading() as connection:
            pgconn = connection.connection.driver_connection.pgconn
            with socket.socket(fileno=os.dup(pgconn.socket)) as line:
                options = (
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                    socket.TCP_USER_TIMEOUT,
                )
                found = [line.getsockopt(socket.IPPROTO_TCP, option) for option in options]
        database.close()
        return found

    assert await asyncio.to_thread(told) == [10, 5, 3, 20_000]


@pytest.fixture
def primary(request):
    """On the small disk, where a test asks for that one."""
    small = "disk" in request.fixturenames
    with server_in(request.getfixturevalue("disk").folder) if small else own_server() as server:
        yield server


@pytest.fixture
def database_url(request):
    """On the server that may be stopped, where a test asks for that one."""
    if "primary" in request.fixturenames:
        yield request.getfixturevalue("primary").database_url
        return
    yield from _database_of(request, getattr(request, "param", "sqlite"))


def _database_of(request, kind):
    if kind == "sqlite":
        path = request.getfixturevalue("tmp_path") / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with request.getfixturevalue("postgres").database() as address:
        yield address


async def test_a_server_that_is_stopped_at_once_and_started_again_is_waited_for(primary, scene):
    await scene.begins()
    async with traffic(scene):
        scene.town.database.close()
        primary.stops_at_once()
        await asyncio.sleep(2)
        await asyncio.to_thread(primary.starts)
    assert scene.deaths == 0


@pytest.fixture
def disk():
    try:
        with small_disk() as disk:
            yield disk
    except PermissionError as refused:
        pytest.skip(f"a disk can be mounted by root alone: {refused}")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("breaks_down", [False, True])
async def test_a_disk_that_is_full_under_postgresql_loses_nothing(disk, primary, scene, breaks_down):
    """The server refuses; without room for its log it breaks down, until somebody makes room and starts it."""
    await scene.begins()
    async with traffic(scene, calm_within=LEASE_S + PATIENCE_SECONDS):
        await asyncio.to_thread(disk.fills)
        if breaks_down:
            with pytest.raises(DBAPIError):
                primary.held.administer(
                    "SELECT pg_switch_wal(), pg_logical_emit_message(false, '', repeat('.', 20000000))"
                )
        await asyncio.sleep(5)
        assert ("OperationalError" if breaks_down else "DiskFull") in scene.process.said()
        scene.town.database.close()
        disk.has_room_again()
        await asyncio.to_thread(primary.starts)
    assert scene.deaths == 0


async def test_a_standby_takes_over_and_has_everything_that_was_told_to_be_taken(primary, scene, network):
    """Its address comes first: for two seconds it answers questions and takes no writes."""
    with standby_of(primary) as standby:
        await scene.begins(BOT_DATABASE_URL=network.url)
        await scene.until(standby.keeps_up)
        async with traffic(scene):
            primary.stops_at_once()
            network.leads_to(standby.database_url)
            await asyncio.sleep(2)
            await asyncio.to_thread(standby.takes_over)
            scene.town.database.close()
            scene.town.database = Database(standby.database_url)
            scene.town.database_url = standby.database_url
        assert scene.deaths == 0
        await scene.ends()
        scene.town.database.close()
        await asyncio.to_thread(primary.starts)  # to be cleaned away


@pytest.mark.parametrize("step", [signal.SIGUSR1, signal.SIGUSR2], ids=["forward", "back"])
@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_clock_that_is_set_by_an_hour_loses_and_doubles_nothing(scene, step):
    await scene.begins()
    async with traffic(scene):
        scene.process.running.send_signal(step)
        await asyncio.sleep(
            0.5
        )  # what somebody says now is too old or too new, and is refused; they say it again
        scene.waits = AN_HOUR  # what it held is held by a clock that nobody has any more
        scene.process.running.kill()  # whoever watches starts it anew
    assert scene.deaths == 1
