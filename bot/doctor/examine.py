"""The whole examination: every area side by side, within twenty seconds, whatever is broken."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from aiohttp import ClientSession
from sqlalchemy.exc import DBAPIError

from bot.clock import SHANGHAI, Clock
from bot.doctor import (
    abilities,
    aibot,
    clock_skew,
    dingtalk,
    keeping,
    machine,
    reach,
    store,
    trial,
    usage,
    wecom,
    work,
)
from bot.doctor.finding import Area, Finding, careful
from bot.doctor.reading import LONGEST_S, Look, aside, side_by_side
from bot.jobs.registry import JOBS
from bot.journal import journal_folder
from bot.platforms.calls import open_session
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.settings import Settings
from messages.incoming import Platform
from storage import checkup
from storage.backlog import Backlog, backlog
from storage.database import Database, Unreachable, driver_url
from storage.presence import Process, alive
from storage.sealing import Sealing

_CALL_S: Final = 6.0
_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is examined. `settings`, `plan`, `catalogue`: None where they cannot be read; then `faults` says why."""

    settings: Settings | None
    plan: Plan | None
    catalogue: Catalogue | None
    faults: Sequence[str]
    clock: Clock
    test_message_to: str = ""  # 人员编号
    secret_files: Sequence[Path] = ()  # where settings are read from
    call_s: float = _CALL_S
    longest_s: float = LONGEST_S


async def examine(ground: Ground) -> list[Finding]:
    """In the order of the areas."""
    found = _settings(ground)
    if ground.settings is None:
        found += await side_by_side(_machine(ground, Path(), None), ground.longest_s)
    else:
        found += await _world(ground, ground.settings)
    order = list(Area)
    return sorted(found, key=lambda one: order.index(one.area))


def _settings(ground: Ground) -> list[Finding]:
    found = list(machine.settings_faults(ground.faults))
    if ground.settings is not None:
        key = ground.settings.secret_key
        if key is None:
            found += machine.settings_file(Path.cwd())
        found.append(machine.secret_key(None if key is None else key.get_secret_value()))
        found += machine.rehearsal(ground.settings.clock_start)
        found += abilities.judge(abilities.open_doors(ground.settings))
    if ground.plan is not None:
        found.append(machine.calendar(ground.plan, ground.clock.now().date()))
        found += work.judge_switches(ground.plan, frozenset(JOBS))
    offset = ground.clock.now().astimezone().utcoffset() or timedelta()
    found += [machine.time_zone(offset), machine.look_at_zone_data()]
    return found


def _machine(ground: Ground, folder: Path, database: Path | None) -> list[Look]:
    """`folder`: where messages wait, beside the database; `database`: SQLite's file, where that is known."""
    backup = None if ground.plan is None else Path(ground.plan.backup.folder)

    async def fonts() -> Sequence[Finding]:
        return [await aside(machine.look_at_fonts)]

    async def disk() -> Sequence[Finding]:
        other = [] if backup is None else await aside(lambda: machine.look_at_backup_disk(backup, folder))
        return [await aside(lambda: machine.look_at_disk(folder)), *other]

    async def files() -> Sequence[Finding]:
        secret = (*ground.secret_files, *(() if database is None else (database,)))
        return [*machine.look_at_open_files(), *await aside(lambda: keeping.look_at_secrets(secret))]

    async def backups() -> Sequence[Finding]:
        if backup is None:
            return []
        return [await aside(lambda: keeping.look_at_backups(backup, ground.clock.real_ms()))]

    async def journal() -> Sequence[Finding]:
        return [await aside(lambda: machine.look_at_journal(folder))]

    return [
        Look(Area.MACHINE, "disk", "磁盘", disk),
        Look(Area.MACHINE, "journal", "暂存消息的文件夹", journal),
        Look(Area.MACHINE, "fonts", "字体", fonts),
        Look(Area.MACHINE, "secret-files", "文件的权限", files),
        Look(Area.DATABASE, "backup", "备份", backups),
    ]


async def _world(ground: Ground, settings: Settings) -> list[Finding]:
    opened = store.opened(settings.database_url)
    database = opened if isinstance(opened, Database) else None
    dates = clock_skew.Dates(ground.clock)
    seeing = asyncio.create_task(_seen(ground, settings, opened))
    async with open_session(ground.call_s, dates.trace()) as platforms, open_session(ground.call_s) as doors:
        scene = _Scene(ground, settings, database, seeing, platforms, doors)
        looks = _machine(ground, _folder(settings), _sqlite_file(settings))
        found = await side_by_side([*looks, *scene.looks()], ground.longest_s)
    found += store.judge(await seeing)
    found += clock_skew.judge(dates.seen, asked=bool(settings.wecom or settings.dingtalk))
    if database is not None:
        database.close()
    return found


def _folder(settings: Settings) -> Path:
    try:
        return journal_folder(driver_url(settings.database_url))
    except Unreachable:
        return Path()


def _sqlite_file(settings: Settings) -> Path | None:
    try:
        url = driver_url(settings.database_url)
    except Unreachable:
        return None
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


async def _seen(ground: Ground, settings: Settings, opened: Database | store.Seen) -> store.Seen:
    if isinstance(opened, store.Seen):
        return opened
    key = settings.secret_key
    secret_key = "" if key is None else key.get_secret_value()
    try:
        async with asyncio.timeout(ground.longest_s):
            return await aside(lambda: store.look(opened, secret_key, ground.clock))
    except TimeoutError:
        return store.Seen(is_sqlite=opened.is_sqlite, trouble="数据库没有回答")


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the looks share."""

    ground: Ground
    settings: Settings
    database: Database | None
    seeing: "asyncio.Task[store.Seen]"
    platforms: ClientSession
    doors: ClientSession

    def looks(self) -> list[Look]:
        found = [
            Look(Area.CALLBACK, "reach", "回调地址", self._doors),
        ]
        if self.settings.wecom is not None:
            found.append(Look(Area.WECOM, "credentials", "企业微信自建应用", self._wecom))
        if self.settings.wecom_aibot is not None:
            found.append(Look(Area.AIBOT, "connection", "智能机器人的长连接", self._aibot))
        if self.settings.dingtalk is not None:
            found.append(Look(Area.DINGTALK, "credentials", "钉钉机器人", self._dingtalk))
        # Behind the others of its areas: how something is used comes after whether it works.
        found.append(Look(Area.PEOPLE, "contents", "数据库里的情况", self._usage))
        if self.ground.test_message_to:
            found.append(Look(Area.TRIAL, "person", "测试消息", self._trial))
        return found

    async def _asked(self) -> Database | None:
        """The database where its tables can be asked."""
        seen = await asyncio.shield(self.seeing)
        return self.database if seen.can_be_asked else None

    async def _doors(self) -> Sequence[Finding]:
        plan = self.ground.plan
        cards = plan is not None and bool(plan.buttons.dingtalk_card_template)
        return await reach.look(self.doors, self.settings, self.ground.clock, cards=cards)

    async def _wecom(self) -> Sequence[Finding]:
        assert self.settings.wecom is not None, "else nobody looks"
        return await wecom.look(self.platforms, self.settings.wecom)

    async def _aibot(self) -> Sequence[Finding]:
        assert self.settings.wecom_aibot is not None, "else nobody looks"
        return await aibot.look(self.doors, self.settings.wecom_aibot, await self._asked(), self.ground.clock)

    async def _dingtalk(self) -> Sequence[Finding]:
        assert self.settings.dingtalk is not None, "else nobody looks"
        return await dingtalk.look(self.platforms, self.settings.dingtalk)

    async def _trial(self) -> Sequence[Finding]:
        database = await self._asked()
        if database is None:
            return [trial.judge_unsent("数据库用不了，发不了测试消息。", "先解决数据库的问题。")]
        return await trial.send(
            self.platforms, self.settings, database, self.ground.clock, self.ground.test_message_to
        )

    async def _usage(self) -> Sequence[Finding]:
        database = await self._asked()
        if database is None:
            return []
        known = await aside(lambda: _known(database, self.settings, self.ground.clock, self.ground.catalogue))
        if known is None:
            say = "数据库里的人、群和消息没有查完。"
            return [careful(Area.DATABASE, "contents", say, "过一会儿再查一次。")]
        return _judge(known, self.settings, self.ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the database tells, read in one go."""

    groups: checkup.Groups
    people: checkup.People
    lost_points: tuple[dict[str, int], dict[str, int]]
    month: checkup.Traffic | None
    aibot_accounts: int
    last_begun: int | None
    gone_wrong: tuple[checkup.GoneWrong, ...]
    undelivered: int
    processes: tuple[Process, ...]
    backlog: Backlog


def _known(
    database: Database, settings: Settings, clock: Clock, catalogue: Catalogue | None
) -> _Known | None:
    """None where the database has not answered all of it."""
    now = clock.real_ms()
    today = datetime.fromtimestamp(now / 1000, SHANGHAI)
    month = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    key = settings.secret_key
    try:
        with database.reading() as connection:
            checkup.within_seconds(connection)
            return _Known(
                groups=checkup.groups(
                    connection, None if key is None else Sealing(key.get_secret_value()), now
                ),
                people=checkup.people(connection),
                lost_points=({}, {})
                if catalogue is None
                else checkup.lost_points(connection, [point.code for point in catalogue]),
                month=None
                if settings.dingtalk is None
                else checkup.traffic(connection, Platform.DINGTALK, int(month.timestamp()) * 1000),
                aibot_accounts=0
                if settings.wecom_aibot is None
                else checkup.accounts_heard(
                    connection, Platform.WECOM, groups_only=settings.wecom is not None, most=2
                ),
                last_begun=checkup.last_begun(connection),
                gone_wrong=checkup.gone_wrong(connection, clock.now().date() - _WEEK),
                undelivered=checkup.undelivered(connection, now - _WEEK // timedelta(milliseconds=1)),
                processes=alive(connection, at=now),
                backlog=backlog(connection),
            )
    except DBAPIError:
        return None


def _judge(known: _Known, settings: Settings, ground: Ground) -> list[Finding]:
    now = ground.clock.real_ms()
    found = [*usage.judge_groups(known.groups), *usage.judge_people(known.people)]
    if ground.catalogue is not None:
        found.append(usage.judge_points(*known.lost_points))
    if settings.wecom_aibot is not None:
        found.append(usage.judge_creator_only(known.aibot_accounts, groups_only=settings.wecom is not None))
    if known.month is not None:
        found.append(usage.judge_quota(known.month))
    found += [work.judge_scheduler(known.last_begun, now), work.judge_gone_wrong(known.gone_wrong)]
    found += [work.judge_undelivered(known.undelivered), *work.judge_processes(known.processes)]
    if ground.plan is not None:
        found.append(work.judge_waiting(known.backlog.waiting, now, ground.plan))
    return found
