"""示例县 around one process of the bot at a time: people who go on until they were heard, and whoever starts it anew."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, text, update

from bot.journal import journal_folder
from bot.policy.outgoing import Way
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said
from storage.announcement_tables import recall
from storage.connection_tables import owed_reply, received_file
from storage.delivery_tables import job_run
from storage.page_tables import job_request
from storage.tables import lease
from tests.kit.forkserver import Order
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.processes import BoundGroup, Process, Town

T = TypeVar("T")
FAULTY = "tests.kit.faulty_bot"
HEARD = frozenset({Outcome.ANSWERED, Outcome.ACKNOWLEDGED})
LONGER_THAN_A_LEASE = 301  # seconds; that of a job is the longest
RECEIPT_S = 4.0
"""So long somebody waits for an answer before they say it once more."""
LET_FALL_S = 6.0
"""Longer than a thread rests that finds no database, and than any call takes here."""
CALM_S = 0.8  # longer than from one question of the timetable to the next
_STEP = 0.02


@dataclass
class Scene:
    """`fault` strikes the first process; whoever has ended, there is another (`_watch`)."""

    town: Town
    fault: str = ""
    prelude: str = ""
    """Where a process before the first one dies, so that there is something to be taken up."""
    outage: str = ""
    """Where the first process finds that the database is away, once."""
    healthy_clock: str = ""
    counts: bool = False
    """Whether the moments to which the first process comes are written down."""
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
    stopped: bool = False
    """Whether a process has ended after it was asked to."""
    _is_asked_to_stop: bool = False
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

    def has_ended(self) -> bool:
        """Somebody will start it anew."""
        return self.process.running.returncode is not None

    def stops(self) -> None:
        """As an upgrade does it: asked to, and started anew."""
        self._is_asked_to_stop = True
        self.process.running.terminate()

    async def _watch(self) -> None:
        if self.prelude:
            await self._serves_until_it_ends(self._settings | {"FAULT": self.prelude})
        seen = self._unless_seen()
        first = {"FAULT": self.fault, "FAULT_SEEN": seen, "FAULT_OUTAGE": self.outage}
        ended = await self._serves_until_it_ends(self._settings | first)
        while True:
            self.deaths += ended == -9
            clock = {"BOT_CLOCK_START": self.healthy_clock} if self.healthy_clock else {}
            ended = await self._serves_until_it_ends(
                self._settings | clock | {"FAULT_AHEAD": str(self.ahead)}
            )

    async def _serves_until_it_ends(self, settings: Mapping[str, str]) -> int:
        """With what; time has passed for what it held."""
        try:
            self._now = await self.town.serve(module=FAULTY, **settings)
            self.town.tenant.bot_url = self._now.address
            self._up.set()
        except AssertionError:  # before it listened
            self._now = self.town.processes[-1]
            assert self._now.running.returncode == -9, self._now.said()
        while (ended := self._now.running.returncode) is None:  # noqa: ASYNC110  a process rings no bell
            await asyncio.sleep(_STEP)
        self._up.clear()
        assert ended == -9 or (ended == 0 and self._is_asked_to_stop), self._now.said()
        self.stopped |= self._is_asked_to_stop
        self._is_asked_to_stop = False
        # Beside the play: it may hold the database.
        await asyncio.to_thread(time_passes, self.town, self.waits)
        return ended

    def moments(self) -> list[str]:
        """As the first process came to them."""
        return (self.town.folder / "moments").read_text(encoding="ascii").split()

    def _unless_seen(self) -> str:
        """Where the moments of the first process are written."""
        file = self.town.folder / "moments"
        return str(file) if self.counts and not file.exists() else ""

    def command(self, *arguments: str, fault: str = "", counts: bool = True) -> tuple[int, str]:
        """Another process beside the one that serves; its code is -9 when the fault has struck."""
        seen = self._unless_seen() if counts else ""
        around = self.town.around | {"FAULT": fault, "FAULT_PIECE": "2", "FAULT_SEEN": seen}
        order = Order(FAULTY, list(arguments), str(self.town.folder), around)
        ended = self.town.forkserver.run(order, stdin="", timeout=PATIENCE_SECONDS)
        return ended.returncode, ended.stdout + ended.stderr

    @contextmanager
    def database_held(self) -> Iterator[None]:
        """Within it nobody's message can be taken in."""
        with self.town.database.writing() as connection:
            if not self.town.database.is_sqlite:
                connection.execute(text("LOCK TABLE inbox IN EXCLUSIVE MODE"))
            yield

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

    async def asks(self, number: str, said: str, finds: Callable[[str], T | None]) -> T:
        """What is found in the answer, which on a slow machine comes only with 更多."""
        begins = len(self.reads(number))

        def found() -> list[T]:
            return [one for text in self.reads(number)[begins:] if (one := finds(text)) is not None]

        while not found():
            before = len(self.reads(number))
            await self.says(number, said)
            await self.until(lambda before=before: len(self.reads(number)) > before and not self.journal)
            said = "更多"
        return found()[-1]

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
        if self.outage:
            with suppress(AssertionError):
                await self.town.until(true, LET_FALL_S)
            if not true():  # somebody had to let it fall, and it is theirs for minutes
                await asyncio.to_thread(time_passes, self.town)
        await self.town.until(true)
        await self.is_up()

    async def jobs_go_on_until(self, true: Callable[[], bool]) -> None:
        """What a job waits for between two runs is over at once."""

        def goes_on() -> bool:
            rests = job_run.c.again_at > 0
            with self.town.database.reading() as connection:
                one_rests = connection.scalar(select(job_run.c.job).where(rests).limit(1)) is not None
            if one_rests and not true():
                with self.town.database.writing() as connection:
                    connection.execute(update(job_run).where(rests).values(again_at=0))
            return true()

        await self.until(goes_on)

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

    @property
    def journal(self) -> list[Path]:
        """Messages that lie on disk."""
        return list((self.town.folder / journal_folder(self.town.database.url)).glob("*.json"))

    def _owed(self) -> bool:
        with self.town.database.reading() as connection:
            owes = connection.scalar(owed_reply.select().with_only_columns(owed_reply.c.key).limit(1))
        return owes is not None or bool(self.journal)

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
        recall.c.leased_until,
        recall.c.next_try_at,
    )
    with town.database.writing() as connection:
        for column in columns:
            connection.execute(update(column.table).where(column > 0).values({column: column - ms}))
