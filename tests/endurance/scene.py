"""示例县 around one process of the bot at a time: people who go on until they were heard, and whoever starts it anew."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import update

from bot.journal import journal_folder
from bot.policy.outgoing import Way
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said
from storage.connection_tables import owed_reply, received_file
from storage.delivery_tables import job_run
from storage.page_tables import job_request
from storage.tables import lease
from tests.kit.forkserver import Order
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.processes import BoundGroup, Process, Town

FAULTY = "tests.kit.faulty_bot"
HEARD = frozenset({Outcome.ANSWERED, Outcome.ACKNOWLEDGED})
LONGER_THAN_A_LEASE = 301  # seconds; that of a job is the longest
RECEIPT_S = 4.0
"""So long somebody waits for an answer before they say it once more."""
CALM_S = 0.8  # longer than from one question of the timetable to the next
_STEP = 0.02


@dataclass
class Scene:
    """`fault` strikes the first process; whatever happens, `goes_on` sees that there is another."""

    town: Town
    fault: str = ""
    healthy_clock: str = ""
    deaths: int = 0
    ahead: int = 0
    """Seconds by which the clocks of the next process are ahead of the machine's."""
    waits: float = LONGER_THAN_A_LEASE
    """So many seconds pass before somebody starts the bot anew."""
    handed_in: list[tuple[str, bool]] = field(default_factory=list)
    """Links, and whether the platform was told that they had been taken."""
    tries: int = 0
    rooms: list[BoundGroup] = field(default_factory=list)
    _now: Process | None = None
    _watching: asyncio.Task[None] | None = None
    _up: asyncio.Event = field(default_factory=asyncio.Event)
    _settings: dict[str, str] = field(default_factory=dict)

    # ── processes ──

    async def begins(self, **settings: str) -> None:
        self._settings = {"FAULT_PIECE": "2", **settings}
        self._watching = asyncio.create_task(self._watch())
        await self.is_up()

    async def is_up(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._up.wait()

    async def ends(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
        if self._now is not None:
            await self._now.kill()

    @property
    def process(self) -> Process:
        assert self._now is not None, "nobody serves"
        return self._now

    async def _watch(self) -> None:
        settings = self._settings | {"FAULT": self.fault, "FAULT_SEEN": self._unless_seen()}
        while True:
            try:
                self._now = await self.town.serve(module=FAULTY, **settings)
                self.town.tenant.bot_url = self._now.address
                self._up.set()
            except AssertionError:
                self._now = self.town.processes[-1]
                assert self._now.running.returncode == -9, self._now.said()
            while self._now.running.returncode is None:  # noqa: ASYNC110  a process rings no bell
                await asyncio.sleep(_STEP)
            self._up.clear()
            assert self._now.running.returncode == -9, self._now.said()
            self.deaths += 1
            time_passes(self.town, self.waits)
            clock = {"BOT_CLOCK_START": self.healthy_clock} if self.healthy_clock else {}
            settings = self._settings | clock | {"FAULT_AHEAD": str(self.ahead)}

    def moments(self) -> list[str]:
        """As the first process came to them."""
        return (self.town.folder / "moments").read_text(encoding="ascii").split()

    def _unless_seen(self) -> str:
        """Where the moments of the first process are written."""
        file = self.town.folder / "moments"
        return "" if file.exists() else str(file)

    def command(self, *arguments: str, fault: str = "") -> tuple[int, str]:
        """Another process beside the one that serves; its code is -9 when the fault has struck."""
        around = self.town.around | {"FAULT": fault, "FAULT_PIECE": "2", "FAULT_SEEN": self._unless_seen()}
        order = Order(FAULTY, list(arguments), str(self.town.folder), around)
        ended = self.town.forkserver.run(order, stdin="", timeout=PATIENCE_SECONDS)
        return ended.returncode, ended.stdout + ended.stderr

    # ── people ──

    async def says_once(self, number: str, said: str | Said, platform: Platform = Platform.DINGTALK) -> Heard:
        await self.is_up()
        town = self.town
        side = town.app.wecom if platform is Platform.WECOM else town.app.dingtalk
        member = town.tenant.directory.by_account(platform, number)
        assert member is not None
        what = Said(text=said) if isinstance(said, str) else said
        return await side.says(member, Chat(platform, self._room(platform), number), what)

    async def says(self, number: str, said: str | Said, platform: Platform = Platform.DINGTALK) -> None:
        """Until it was heard."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.says_once(number, said, platform)).outcome not in HEARD:  # noqa: ASYNC110
                await asyncio.sleep(5 * _STEP)

    async def hands_in(self, number: str, code: str, platform: Platform = Platform.DINGTALK) -> None:
        """Another link with every try, so that what was taken can be told from what was not."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            accepted = False
            while not accepted:
                self.tries += 1
                link = f"https://files.example.com/{self.tries}"
                receipts = self._receipts(number, platform)
                heard = await self.says_once(number, f"提交 {code} {link}", platform)
                accepted = heard.outcome in HEARD
                if (
                    self._room(platform) is Room.AIBOT
                ):  # it acknowledges nothing: what was taken is what has a receipt
                    accepted = await self._gets_receipt(number, platform, receipts)
                self.handed_in.append((link, accepted))
                await asyncio.sleep(_STEP)

    def _receipts(self, number: str, platform: Platform) -> int:
        return sum("编号" in said for said in self.reads(number, platform))

    async def _gets_receipt(self, number: str, platform: Platform, before: int) -> bool:
        deadline = asyncio.get_running_loop().time() + RECEIPT_S
        while asyncio.get_running_loop().time() < deadline:
            if self._receipts(number, platform) > before:
                return True
            await asyncio.sleep(_STEP)
        return False

    def reads(self, number: str, platform: Platform = Platform.DINGTALK) -> list[str]:
        return self.town.private_texts(number, platform)

    def group(self, way: Way, school_id: int | None = None) -> BoundGroup:
        room = self.town.group(way, school_id)
        self.rooms.append(room)
        return room

    async def until(self, true: Callable[[], bool]) -> None:
        """Of the database and of what people read, whoever serves at the moment."""
        await self.town.until(true)
        await self.is_up()

    async def calms_down(self) -> None:
        """Nothing waits any more, nothing is owed, and the timetable has nothing to add."""
        since = time.monotonic()
        while time.monotonic() - since < CALM_S:
            if not self._is_calm():
                await self.until(self._is_calm)
                since = time.monotonic()
            await asyncio.sleep(_STEP)

    def _is_calm(self) -> bool:
        return not {"queued", "leased"} & set(self.town.states()) and not self._owed()

    def _owed(self) -> bool:
        folder = self.town.folder / journal_folder(self.town.database.url)
        with self.town.database.reading() as connection:
            owes = connection.scalar(owed_reply.select().with_only_columns(owed_reply.c.key).limit(1))
        return owes is not None or any(folder.glob("*.json"))

    def _room(self, platform: Platform) -> Room:
        if platform is Platform.WECOM and self.town.tenant.installation.app is None:
            return Room.AIBOT
        return Room.APP if platform is Platform.WECOM else Room.ROBOT


def time_passes(town: Town, seconds: float = LONGER_THAN_A_LEASE) -> None:
    """For everything that somebody holds; only while nobody serves."""
    town.time_passes(seconds)
    ms = round(seconds * 1000)
    columns = (
        received_file.c.held_until,
        job_run.c.leased_until,
        job_run.c.again_at,
        job_request.c.taken_until,
        owed_reply.c.due_at,
        lease.c.until,
    )
    with town.database.writing() as connection:
        for column in columns:
            connection.execute(update(column.table).where(column > 0).values({column: column - ms}))
