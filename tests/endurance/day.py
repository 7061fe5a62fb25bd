"""Twenty-four hours of 示例县 in minutes: people, jobs at their times, imports, and something goes wrong every hour.

Two processes stand behind one address on PostgreSQL. One is killed again and again; the other has to last the whole day,
and its memory is looked at. The programme's clock is put forward an hour at a time, when nothing is on its way; the real one, by
which leases, limits and signatures count, runs as it does.
"""

import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession
from sqlalchemy import make_url, select, text

from bot.clock import SHANGHAI
from bot.policy.outgoing import Way
from bot.policy.quiet import may_disturb
from bot.tenant.people import Member, Platform
from storage.delivery_tables import outbox
from tests.endurance.invariants import everything_holds, figures_are_said
from tests.endurance.scene import FAULTY, Scene, time_passes
from tests.kit.partition import Network
from tests.kit.processes import on_postgresql
from tests.kit.replicas import RoundRobin

HOURS = int(os.environ.get("ENDURANCE_HOURS", "24"))
SEED = int(os.environ.get("ENDURANCE_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
HOUR_S = 3_600
ROUNDS = 6  # of what people say in an hour
STRANGERS = 20
POINTS = ("A5", "A1", "B2")
RSS_RATIO = 1.10
FIRST_ANSWER_S = 3.0
BEGINS = datetime(
    2024, 5, 20, 17, 59, 58, tzinfo=SHANGHAI
)  # the first hour has seen what a day brings: pictures as well


@dataclass
class Day(Scene):
    """As a scene, with two processes, of which the second is the one to die."""

    front: RoundRobin = field(kw_only=True)
    network: Network = field(kw_only=True)
    luck: random.Random = field(kw_only=True)
    first_answers_s: list[float] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    async def opens(self) -> None:
        self.town.tenant.bot_url = self.front.url
        for _ in "12":
            self.front.behind.append(await self._another())
        self._up.set()

    async def _another(self):
        settings = {"BOT_CLOCK_START": self.now.isoformat(), "BOT_PUBLIC_URL": self.front.url}
        return await self.town.serve(module=FAULTY, BOT_DATABASE_URL=self.network.url, **settings)

    @property
    def survivor(self):
        return self.front.behind[0]

    def rss(self) -> int:
        """KiB of the process that lasts."""
        status = Path(f"/proc/{self.survivor.running.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])

    async def hour_passes(self) -> None:
        """For everybody, and for what the platforms count."""
        for process in self.front.behind:
            process.running.send_signal(signal.SIGHUP)
        self.ahead += HOUR_S
        self.town.tenant.clock.run_ahead(HOUR_S)
        await asyncio.sleep(0.7)  # the timetable asks

    async def calm(self) -> None:
        """What a killed process had taken up waits for its lease; nothing else does."""
        for _ in range(10):
            await self.town.settles(0.5)
            if not self._waits():
                break
            time_passes(self.town, 61)
            self.town.tenant.clock.run_ahead(61)
        await self.calms_down()

    @property
    def now(self) -> datetime:
        """By the programme's clock."""
        return BEGINS + timedelta(seconds=self.ahead + time.monotonic() - self.began)

    def _is_calm(self) -> bool:
        return not self._waits() and not self._owed()

    def _waits(self) -> bool:
        """Whether anything could still go out; at night what is for people stays, an alarm of the evening as well."""
        plan = self.town.plan
        waits = outbox.c.state.in_(("queued", "leased"))
        if not may_disturb(self.now, plan.quiet, plan.workdays):
            waits &= (outbox.c.state == "leased") | outbox.c.group_id.is_not(None)
        with self.town.database.reading() as connection:
            return connection.scalar(select(outbox.c.id).where(waits).limit(1)) is not None

    # ── what goes wrong ──

    async def goes_wrong(self) -> None:
        what = self.luck.choice((self.kill, self.cut, self.silence, self.read_only, self.nothing))
        self.struck.append(what.__name__)
        await asyncio.sleep(self.luck.uniform(0.0, 1.5))
        await what()

    async def kill(self) -> None:
        await self.front.behind[1].kill()
        self.deaths += 1
        died = time.monotonic()
        new = await self._another()
        async with ClientSession() as session:
            while True:
                try:
                    async with session.get(new.address + "/readyz"):
                        break
                except ClientError:
                    await asyncio.sleep(0.01)
        self.first_answers_s.append(time.monotonic() - died)
        self.front.behind[1] = new

    async def cut(self) -> None:
        self.network.goes_down()
        await asyncio.sleep(self.luck.uniform(0.2, 2.0))
        self.network.heal()

    async def silence(self) -> None:
        self.network.goes_silent()
        await asyncio.sleep(self.luck.uniform(0.2, 2.0))
        self.network.heal()

    async def read_only(self) -> None:
        name = make_url(self.town.database_url).database
        ends = text(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )
        for switch in ("on", "off"):
            with self.town.database.engine.connect() as connection, connection.begin():
                connection.execute(text("SET TRANSACTION READ WRITE"))
                connection.execute(
                    text(f"ALTER DATABASE {name} SET default_transaction_read_only = {switch}")
                )
            with self.town.database.engine.connect() as connection:
                connection.execute(ends)
            await asyncio.sleep(self.luck.uniform(0.2, 2.0) if switch == "on" else 0.1)

    async def nothing(self) -> None:
        return

    # ── what people do ──

    async def people(self, hour: int) -> None:
        async def somebody(number: str) -> None:
            for _ in range(ROUNDS):
                await self.says(
                    number, self.luck.choice(("我的学时", "还差什么", "帮助", "我是谁")), self.platform()
                )
                await asyncio.sleep(self.luck.uniform(0.0, 0.4))

        async def teacher(number: str) -> None:
            for _ in range(2):
                await self.hands_in(number, self.luck.choice(POINTS), self.platform())
                await asyncio.sleep(self.luck.uniform(0.0, 0.8))

        self.town.post(*self.rooms, said=f"第{hour}个小时")
        await asyncio.gather(
            *(somebody(f"W{number}") for number in range(STRANGERS)),
            *(teacher(number) for number in ("T1", "T2")),
            self.goes_wrong(),
        )

    def platform(self) -> Platform:
        return self.luck.choice(tuple(Platform))

    def imports(self, hour: int) -> None:
        file = self.town.folder / f"线上学时-{hour}.csv"
        rows = "".join(
            f"示例{name},T{number},{hour + number}\n" for number, name in enumerate("甲乙丙丁", start=1)
        )
        file.write_text(f"统计时间：2024年5月20日\n姓名,人员编号,获得学时\n{rows}", encoding="utf-8")
        code, said = self.command("import", "online-hours", str(file), "--yes", "--force", "--accept-drops")
        assert code == 0, said


@pytest.mark.timeout(3_600)
@on_postgresql
async def test_a_day(town, database_url):
    print(f"seed {SEED}, {HOURS} h")
    town.settle()
    network, front = Network(database_url), RoundRobin()
    await network.start()
    await front.start()
    day = Day(town, front=front, network=network, luck=random.Random(SEED))
    day.group(Way.WECOM_WEBHOOK)
    day.group(Way.DINGTALK_WEBHOOK, 1)
    for number in range(STRANGERS):
        name = f"W{number}"
        town.tenant.directory.add_member(Member(key=name, name=name, accounts=dict.fromkeys(Platform, name)))
    try:
        await day.opens()
        for number in ("T1", "T2"):
            await day.says(number, "选点 A1 A5 B2")
        memory = []
        for hour in range(1, HOURS + 1):
            await day.people(hour)
            if hour in (15, 21):  # about 08:00 and 14:00
                await asyncio.to_thread(day.imports, hour)
            await asyncio.sleep(0.5)
            await day.calm()
            memory.append(day.rss())
            print(
                f"hour {hour}: {day.struck[-1]}, {memory[-1]} KiB, {len(day.handed_in)} handed in", flush=True
            )
            await day.hour_passes()
        await day.calm()
        await figures_are_said(day)
        await day.calm()
        everything_holds(day)
        code, said = day.command("check", "--standings")
        assert code == 0, said
        print(f"memory {memory[0]} → {memory[-1]} KiB ({memory[-1] / memory[0]:.3f})")
        print("first answers after SIGKILL: " + ", ".join(f"{one:.2f} s" for one in day.first_answers_s))
        assert memory[-1] <= memory[0] * RSS_RATIO
        assert max(day.first_answers_s, default=0.0) <= FIRST_ANSWER_S
    finally:
        await front.stop()
        for process in town.processes:
            await process.kill()
        await network.stop()
