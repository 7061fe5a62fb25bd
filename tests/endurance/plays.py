"""Short plays, each of which comes by many fault points; whoever dies in them, they are played to their end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, func, select

from bot.clock import SystemClock
from bot.imports.reverting import undoing_of
from bot.policy.outgoing import Way
from bot.policy.timetable import Outcome
from bot.tenant.installation import Installation
from bot.tenant.people import Platform
from bot.tenant.tenant import Said, SaidKind
from storage import import_reversals, imports_done, job_requests
from storage.connection_tables import received_file
from storage.import_tables import import_reversal
from storage.page_tables import job_request
from storage.tables import import_run, online_snapshot
from tests.endurance.scene import Scene
from tests.kit.installation import AIBOT, INSTALLATION, ROBOT
from tests.kit.processes import BEFORE_SIX

OFFICE = 4
RUN = (
    Outcome.DONE,
    Outcome.NOTHING,
)  # by the second try, where the first had posted everything before it died
MONDAY = date(2024, 5, 20)
_HOURS = "统计时间：2024年5月20日\n姓名,人员编号,获得学时\n示例甲,T1,20\n示例乙,T2,25\n示例丙,T3,3.5\n示例丁,T4,1\n"
IMPORTED = {1: 2000, 2: 2500, 3: 350, 4: 100}


async def talk(scene: Scene) -> None:
    """Over callbacks: evidence is handed in and reviewed, groups and people are told."""
    wecom, dingtalk = scene.group(Way.WECOM_WEBHOOK), scene.group(Way.DINGTALK_WEBHOOK)
    await scene.begins()
    await scene.says("T1", "选点 A1 A5 B2")
    await scene.hands_in("T1", "A5")
    scene.town.post(wecom, dingtalk, said="第一条")
    await scene.hands_in("T1", "A1", Platform.WECOM)
    await scene.says("T2", "通过 1 合格")
    scene.town.post(wecom, dingtalk, said="第二条")
    await scene.calms_down()


async def connection(scene: Scene) -> None:
    """Over the long connections of both platforms."""
    await scene.begins()
    tenant = scene.town.tenant
    tenant.switches.aibot_at_most_three = False
    await scene.until(lambda: scene.town.app.wecom.aibot.connected)
    await scene.says("T1", "选点 A1 A5 B2")
    await scene.hands_in("T1", "A5")
    await scene.until(lambda: scene.town.app.wecom.aibot.connected)
    await scene.hands_in("T1", "A1", Platform.WECOM)
    await scene.says("T2", "我的学时")
    await scene.calms_down()


async def importing(scene: Scene) -> None:
    """By a command that may die, then by the same command, beside a bot that serves."""
    fault, scene.fault = scene.fault, ""
    file = scene.town.folder / "线上学时.csv"
    file.write_text(_HOURS, encoding="utf-8")
    discards = fault.startswith("DISCARD")
    if discards:
        assert (
            scene.command("import", "online-hours", str(file), "--yes", fault="STAGED_COMMITTED:1")[0] == -9
        )
    code, said = scene.command("import", "online-hours", str(file), "--yes", fault=fault)
    scene.deaths += code == -9
    assert code in (0, -9), said
    await scene.begins()
    await scene.until(lambda: "applying" not in _import_states(scene))
    code, said = scene.command("import", "online-hours", str(file), "--yes")
    assert code == 0, said
    await scene.calms_down()
    assert _hours(scene) == IMPORTED


async def file(scene: Scene) -> None:
    """A spreadsheet in a chat: fetched, shown, confirmed, applied, and taken back."""
    await scene.begins()
    content = _HOURS.encode()
    sent = Said(kind=SaidKind.FILE, file_name="线上学时.csv", content=content)
    await scene.says("T4", sent)
    await scene.until(lambda: "shown" in _file_states(scene))
    await scene.says("T4", "确认")
    await scene.until(lambda: "imported" in _file_states(scene))
    assert _hours(scene) == IMPORTED
    with scene.town.database.writing() as connection:
        (number,) = connection.scalars(select(import_run.c.id).where(import_run.c.kind == "online-hours"))
        done = imports_done.find(connection, number)
        assert done is not None
        mark = undoing_of(connection, done).mark
        at = SystemClock().real_ms()
        assert import_reversals.ask(connection, number, by=OFFICE, at=at, reason="发错了", mark=mark)
    await scene.until(lambda: _one(scene, import_reversal.c.state) == "done")
    await scene.calms_down()
    assert _one(scene, select(func.count()).select_from(online_snapshot)) == 5
    with scene.town.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(import_reversal)) == 1


async def six(scene: Scene) -> None:
    """The timetable at six, and what the office has asked for on a page."""
    scene.group(Way.WECOM_WEBHOOK)
    scene.group(Way.DINGTALK_WEBHOOK, 1)
    scene.healthy_clock = "2024-05-20T18:00:05+08:00"
    with scene.town.database.writing() as connection:
        at = SystemClock().real_ms()
        for job in ("leader-summary", "reminders"):
            assert job_requests.ask(connection, job, MONDAY, person_id=OFFICE, at=at)
    await scene.begins(BOT_CLOCK_START=BEFORE_SIX)
    await scene.until(lambda: scene.town.outcome("daily-ranking", MONDAY) in RUN)
    await scene.until(lambda: _one(scene, select(func.count()).where(job_request.c.done_at.is_(None))) == 0)
    await scene.calms_down()
    for room in scene.rooms:
        rankings = scene.town.rankings(room)
        assert len(set(rankings)) == 1, rankings


def _import_states(scene: Scene) -> set[str]:
    with scene.town.database.reading() as connection:
        return set(connection.scalars(select(import_run.c.state)))


def _file_states(scene: Scene) -> list[str]:
    with scene.town.database.reading() as connection:
        return list(connection.scalars(select(received_file.c.state)))


def _one(scene: Scene, what: object) -> object:
    with scene.town.database.reading() as connection:
        return connection.scalar(what if isinstance(what, Select) else select(what))


def _hours(scene: Scene) -> dict[int, int]:
    """What everybody has as of the day of the file, each once."""
    columns = online_snapshot.c
    wanted = select(columns.person_id, columns.online_hours).where(columns.as_of == MONDAY, columns.counts)
    with scene.town.database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(wanted)]
    assert len(rows) == len(dict(rows)), rows
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Play:
    """`installation`: how the bot hears."""

    act: Callable[[Scene], Awaitable[None]]
    installation: Installation = INSTALLATION


PLAYS = {
    "talk": Play(talk),
    "connection": Play(connection, Installation(aibot=AIBOT, robot=replace(ROBOT, stream=True))),
    "importing": Play(importing),
    "file": Play(file),
    "six": Play(six),
}
