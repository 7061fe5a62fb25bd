"""Real processes of the bot around one practice tenant: started, killed at a chosen moment, started again."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, unique
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from sqlalchemy import delete, select, text, update

from bot.clock import SystemClock
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.outgoing import Kind, Way
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.timetable import Outcome
from bot.tenant.app import DINGTALK_OAPI_PATH, WECOM_PATH, TenantApp
from bot.tenant.clock import PlatformClock
from bot.tenant.faults import Effect, Fault
from bot.tenant.installation import Installation
from bot.tenant.people import Chat, Directory, Group, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Shown
from bot.tenant.wire import Exchange, Towards
from messages.outgoing import answer, load_answer
from storage import job_runs
from storage.chat_groups import Binding, bind, find
from storage.database import Database
from storage.delivery_tables import allowance, chat_group, outbox
from storage.outbox import Post, post
from storage.sealing import Sealing
from storage.snapshots import advance_online_as_of
from storage.tables import account, channel
from tests.kit.county import PEOPLE, settle_county
from tests.kit.forkserver import Forked, ForkServer, Order
from tests.kit.installation import INSTALLATION, SECRET_KEY, environment
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.practice import QUICK
from tests.kit.servers import Served, address

REPOSITORY = Path(__file__).parents[2]
WORKING_HOURS = "2024-05-20T09:00:00+08:00"  # a Monday
# What the kind of database has nothing to do with is not told twice: every process takes a second to start.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
BEFORE_SIX = "2024-05-20T17:59:57+08:00"
_STEP = 0.02


@unique
class Moment(Enum):
    """Where in a call to the platform a process can be stopped."""

    ASKED = "asked"  # the request is on the wire, and the platform has not taken it
    TAKEN = "taken"  # it has taken it, and the answer is not on its way


class Gate:
    """Holds the next call of this name at a moment, until it is let go."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[Moment, asyncio.Event, asyncio.Event]] = {}

    def hold(self, path: str, moment: Moment) -> "Held":
        """`path`: the end of the call's path."""
        reached, let = asyncio.Event(), asyncio.Event()
        self._held[path] = (moment, reached, let)
        return Held(reached, let)

    @web.middleware
    async def middleware(self, request: web.Request, handler: Callable[..., Awaitable[web.StreamResponse]]):
        path = next((path for path in self._held if request.path.endswith(path)), None)
        if path is None:
            return await handler(request)
        moment, reached, let = self._held.pop(path)
        if moment is Moment.TAKEN:
            response = await handler(request)
            reached.set()
            await let.wait()
            return response
        reached.set()
        await let.wait()
        gone = request.transport is None or request.transport.is_closing()
        return web.Response(status=499) if gone else await handler(request)


@dataclass
class Held:
    """A call that stands at the gate, or will."""

    _reached: asyncio.Event
    _let: asyncio.Event

    async def reached(self) -> None:
        await asyncio.wait_for(self._reached.wait(), PATIENCE_SECONDS)

    def let_go(self) -> None:
        self._let.set()


def _stands_still(thread: Path) -> bool:
    """The state is the first word behind the name, which may hold anything (proc(5))."""
    try:
        said = (thread / "stat").read_text(encoding="utf-8")
    except FileNotFoundError:  # it has come to its end meanwhile
        return True
    return said.rpartition(")")[2].split()[0] in "Tt"


@dataclass
class Process:
    """One `python -m bot serve`."""

    running: Forked
    log: Path
    address: str = ""

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    async def listens(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline and self.running.returncode is None:
            for line in self.said().splitlines():
                if "listening on http://" in line:
                    self.address = "http://" + line.split("http://")[1].split('"')[0]
                    return
            await asyncio.sleep(_STEP)
        raise AssertionError(self.said())

    def freeze(self) -> None:
        """See `Town.freeze`: stopped in the middle of a transaction it would hold what others wait for.

        Returns when every thread stands still, which on a busy machine is later than the signal.
        """
        self.running.send_signal(signal.SIGSTOP)
        threads = Path(f"/proc/{self.running.pid}/task")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(_stands_still(one) for one in threads.iterdir()):
            assert time.monotonic() < deadline, "it does not stop"
            time.sleep(0.001)

    async def kill(self) -> None:
        """As a power cut does: it gets no chance to tidy up."""
        if self.running.returncode is None:
            self.running.kill()
            await asyncio.to_thread(self.running.wait, PATIENCE_SECONDS)

    async def ask_to_stop(self) -> float:
        """SIGTERM; how many seconds it took."""
        started = time.monotonic()
        self.running.terminate()
        await asyncio.to_thread(self.running.wait, PATIENCE_SECONDS)
        return time.monotonic() - started

    async def figures(self) -> dict[str, float]:
        """What stands at /metrics."""
        async with ClientSession() as session, session.get(self.address + "/metrics") as answered:
            lines = (await answered.text()).splitlines()
        return {
            name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")
        }


@dataclass(frozen=True)
class BoundGroup:
    """A bound group: its id in the database, and where one reads it."""

    id: int
    group: Group

    @property
    def chat(self) -> Chat:
        return Chat(self.group.platform, Room.GROUP, self.group.chat_id)


@dataclass
class Town:
    """The tenant, its groups, one database, and the processes of the bot."""

    tenant: Tenant
    url: str
    gate: Gate
    database: Database
    database_url: str
    folder: Path
    plan: Plan = field(default_factory=lambda: load_plan(None))
    catalogue: Catalogue = field(default_factory=lambda: load_catalogue(None))
    processes: list[Process] = field(default_factory=list)
    app: TenantApp = field(kw_only=True)
    forkserver: ForkServer = field(kw_only=True)

    @property
    def around(self) -> dict[str, str]:
        """The environment of the bot's commands."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
        own = {
            "PYTHONPATH": str(REPOSITORY),
            "BOT_DATABASE_URL": self.database_url,
            "BOT_PORT": "0",
            "BOT_LOG_FORMAT": "json",
            "BOT_CLOCK_START": WORKING_HOURS,
        }
        return plain | environment(self.tenant.installation, self.url) | own

    async def serve(self, *, module: str = "bot", **settings: str) -> Process:
        """`module`: what is run with `serve`; `tests.kit.quick_bot` is one that is less patient."""
        log = self.folder / f"serve-{len(self.processes)}.log"
        with log.open("wb") as sink:
            order = Order(module, ["serve"], str(self.folder), self.around | settings)
            running = self.forkserver.start(order, stdout=sink.fileno(), stderr=sink.fileno())
        process = Process(running, log)
        self.processes.append(process)
        await process.listens()
        return process

    def freeze(self, process: Process) -> None:
        """Between two transactions: with SQLite nobody else writes while the test does."""
        with self.database.writing():
            process.freeze()

    # ── what the test sets up ──

    def settle(self) -> None:
        """示例县, with its people and their hours (tests/kit/county.py)."""
        settle_county(self)
        with self.database.writing() as connection:
            advance_online_as_of(connection, date(2024, 5, 19))

    def has_run(self, job: str, day: date) -> None:
        """By the timetable, and it is done."""
        at = SystemClock().real_ms()
        with self.database.writing() as connection:
            claim = job_runs.take(connection, job_runs.Seen(job, day, None), at=at, until=at)
            assert claim is not None
            end = job_runs.Ended(outcome=Outcome.DONE, detail="", at=at)
            assert job_runs.finish(connection, claim, end)

    def group(self, way: Way, school_id: int | None = None) -> BoundGroup:
        """A new group, bound."""
        number = len(self.tenant.directory.groups) + 1
        wecom = way is Way.WECOM_WEBHOOK
        group = Group(
            key=f"group-{number}",
            platform=Platform.WECOM if wecom else Platform.DINGTALK,
            name=f"示例群{number}",
            chat_id=f"chat-{number}",
            members=frozenset(PEOPLE),
            webhook=f"example-webhook-{number:04d}",
            webhook_secret="" if wecom else f"SECexamplesecret{number}",
        )
        self.tenant.directory.add_group(group)
        url = (
            f"{self.url}{WECOM_PATH}/cgi-bin/webhook/send?key={group.webhook}"
            if wecom
            else f"{self.url}{DINGTALK_OAPI_PATH}/robot/send?access_token={group.webhook}"
        )
        binding = Binding(way=way, address=url, school_id=school_id, secret=group.webhook_secret)
        with self.database.writing() as connection:
            done = bind(connection, binding, Sealing(SECRET_KEY), at=SystemClock().real_ms(), by="console")
        return BoundGroup(done.group.id, group)

    def post(
        self, *rooms: BoundGroup, said: str = "全县合格率 62.5%", kind: Kind = Kind.RANKING, key: str = ""
    ) -> None:
        """The same words to each of them, in one transaction."""
        posts = [
            Post(key=f"{key or said}:{room.id}", kind=kind, answer=answer(said), group_id=room.id)
            for room in rooms
        ]
        with self.database.writing() as connection:
            assert post(connection, posts, at=SystemClock().real_ms()) == len(posts)

    def tell(self, person_id: int, said: str, only: Platform) -> None:
        """Something that somebody hears in private, on this platform: they have no other account any more."""
        one = Post(key=f"{said}:p{person_id}", kind=Kind.NOTICE, answer=answer(said), person_id=person_id)
        with self.database.writing() as connection:
            elsewhere = (account.c.person_id == person_id, account.c.platform != only.value)
            connection.execute(delete(account).where(*elsewhere))
            post(connection, [one], at=SystemClock().real_ms())

    def fault(self, effect: Effect, call: str, *, target: str = "", seconds: float = 0.0) -> Fault:
        """In all calls of this name from now on."""
        return self.tenant.faults.switch_on(
            Fault(call=call, effect=effect, target=target, seconds=seconds, left=None)
        )

    # ── what has become of it ──

    def texts(self, room: BoundGroup) -> list[str]:
        """What stands in the group, in order."""
        return [shown.drawn.text for shown in self.shown(room)]

    def private_texts(self, number: str, platform: Platform) -> list[str]:
        """What somebody with this user id reads in the chat with the bot."""
        room = Room.ROBOT
        if platform is Platform.WECOM:
            room = Room.AIBOT if self.tenant.installation.app is None else Room.APP
        chat = Chat(platform, room, number)
        return [shown.drawn.text for shown in self.tenant.transcript.of(chat) if shown.by_bot]

    def alarms(self) -> list[str]:
        """What the office has been told, or will be."""
        with self.database.reading() as connection:
            contents = connection.scalars(
                select(outbox.c.content).where(outbox.c.kind == Kind.ALARM.value).order_by(outbox.c.id)
            )
            return [load_answer(content).plain for content in contents]

    def rankings(self, room: BoundGroup) -> list[str]:
        """The words of those that stand in the group, without their pictures."""
        return [said for said in self.texts(room) if "排名" in said]

    def shown(self, room: BoundGroup) -> list[Shown]:
        return [shown for shown in self.tenant.transcript.of(room.chat) if shown.by_bot]

    def calls(self, name: str) -> list[Exchange]:
        """As the platform received them."""
        every = self.tenant.wire.exchanges()
        return [one for one in every if one.towards is Towards.PLATFORM and one.name == name]

    def codes(self, name: str) -> list[object]:
        """What the platform answered to the calls of this name: 0 = taken."""
        return [json.loads(one.answer).get("errcode") if one.answer else None for one in self.calls(name)]

    def states(self) -> list[str]:
        """Of every message, in the order in which they were posted."""
        with self.database.reading() as connection:
            return list(
                connection.scalars(outbox.select().with_only_columns(outbox.c.state).order_by(outbox.c.id))
            )

    def posted(self, prefix: str) -> list[str]:
        """The states of the messages whose key begins so."""
        with self.database.reading() as connection:
            wanted = outbox.select().with_only_columns(outbox.c.state).where(outbox.c.key.startswith(prefix))
            return list(connection.scalars(wanted.order_by(outbox.c.id)))

    async def until(self, true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Raises AssertionError with what the processes have logged when it never is."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                logs = "\n".join(process.said()[-4000:] for process in self.processes)
                raise AssertionError(f"not within {seconds:g} s; {self.states()}\n{logs}")
            await asyncio.sleep(_STEP)

    async def settles(self, seconds: float = 4.0) -> None:
        """Returns when nothing has come or changed for so long: longer than the processes' look at the outbox."""
        before, since = None, time.monotonic()
        while time.monotonic() - since < seconds:
            now = self.states(), len(self.tenant.wire.exchanges())
            if now != before:
                before, since = now, time.monotonic()
            await asyncio.sleep(_STEP)

    def outcome(self, job: str, day: date) -> Outcome | None:
        """How the job came to its end."""
        with self.database.reading() as connection:
            end = job_runs.ended(connection, job, day)
        return None if end is None else end.outcome

    def stopped(self, room: BoundGroup) -> bool:
        """Whether nothing is sent to it any more."""
        with self.database.reading() as connection:
            found = find(connection, room.id)
        return found is not None and found.stopped_at is not None

    async def until_done(self, seconds: float = PATIENCE_SECONDS) -> list[str]:
        """The states once nothing waits any more."""
        await self.until(lambda: not {"queued", "leased"} & set(self.states()), seconds)
        return self.states()

    def time_passes(self, seconds: float) -> None:
        """For everything that is on its way: leases run out, waits end. The machine's clock stays as it is.

        For when a process is gone: one that lives might be sending what another takes up then.
        """
        columns = ("leased_until", "doubt_since", "noted_at")
        ms = round(seconds * 1000)
        with self.database.writing() as connection:
            connection.execute(update(outbox).values({name: outbox.c[name] - ms for name in columns}))
        self.waits_end(seconds)

    def waits_end(self, seconds: float) -> None:
        """What waits for its time, for its limit or for its group need wait so much less; leases stay."""
        ms = round(seconds * 1000)
        with self.database.writing() as connection:
            columns = ("next_try_at", "first_tried_at", "tried_at")  # a limit counts by what was tried when
            connection.execute(update(outbox).values({name: outbox.c[name] - ms for name in columns}))
            connection.execute(update(chat_group).values(paused_until=chat_group.c.paused_until - ms))
            connection.execute(update(channel).values(renewing_until=channel.c.renewing_until - ms))
            connection.execute(update(allowance).values(used_until=allowance.c.used_until - ms * 1000))

    def minute_passes(self) -> None:
        """For both sides: limits as the bot keeps them, and as the platforms count them."""
        self.waits_end(61)
        self.tenant.clock.run_ahead(61)

    @contextmanager
    def database_held(self) -> Iterator[None]:
        """Within it nobody else can write down what has become of a message."""
        with self.database.writing() as connection:
            if not self.database.is_sqlite:
                connection.execute(text("LOCK TABLE outbox IN EXCLUSIVE MODE"))
            yield


@pytest.fixture
def installation() -> Installation:
    """What is set up on the platforms; a module may have another one."""
    return INSTALLATION


@pytest.fixture
async def town(
    database: Database, database_url: str, tmp_path: Path, installation: Installation, forkserver: ForkServer
) -> AsyncIterator[Town]:
    directory = Directory(
        Member(key=number, name=name, accounts=dict.fromkeys(Platform, number))
        for number, name in PEOPLE.items()
    )
    inside = Tenant(
        installation=installation, directory=directory, clock=PlatformClock(SystemClock()), pace=QUICK
    )
    gate = Gate()
    app = TenantApp(inside)
    app.web.middlewares.append(gate.middleware)
    server = Served(app.web)
    await server.start_server()
    inside.base_url = address(server)
    town = Town(
        inside, inside.base_url, gate, database, database_url, tmp_path, app=app, forkserver=forkserver
    )
    yield town
    for process in town.processes:
        await process.kill()
    await server.close()
