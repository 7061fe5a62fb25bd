"""Plays of the timetable: each begins at a moment of the programme at which something is due."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select, update

from bot.clock import SHANGHAI, SystemClock
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from bot.policy.outgoing import Way
from bot.policy.people import Role
from bot.policy.timetable import Outcome
from storage import announcements, backups, job_requests
from storage.announcement_tables import announcement
from storage.delivery_tables import chat_group, job_run, outbox, ranking_snapshot
from storage.page_tables import entry_link, job_request
from tests.endurance.asking import MONDAY, OFFICE, one
from tests.endurance.scene import Scene
from tests.kit.county import PEOPLE
from tests.kit.processes import BEFORE_SIX

RUN = (
    Outcome.DONE,
    Outcome.NOTHING,
)  # by the second try, where the first had posted everything before it died
_AFTER_SIX = "2024-05-20T18:00:05+08:00"
_STALE = date(2024, 5, 31)  # a Friday; the newest hours are of the 19th
_AT_NIGHT = "2024-05-21T04:30:05+08:00"
_EVERYBODY = Audience(words="老师", to_groups=False, roles=frozenset({Role.TEACHER}))
_CORRECTED = "统计时间：2024年5月19日\n姓名,人员编号,获得学时\n示例甲,T1,25\n"
_DAY_MS = 24 * 3_600_000


async def six(scene: Scene) -> None:
    """The timetable at six, and what the office has asked for on a page."""
    scene.group(Way.WECOM_WEBHOOK)
    scene.group(Way.DINGTALK_WEBHOOK, 1)
    with scene.town.database.writing() as connection:
        at = SystemClock().real_ms()
        for job in ("leader-summary", "reminders"):
            assert job_requests.ask(connection, job, MONDAY, person_id=OFFICE, at=at)
    await _six_strikes(scene)
    await scene.until(lambda: one(scene, select(func.count()).where(job_request.c.done_at.is_(None))) == 0)
    await scene.calms_down()
    _each_group_was_told_once(scene)


async def corrected(scene: Scene) -> None:
    """The ranking of the day was wrong."""
    scene.group(Way.WECOM_WEBHOOK)
    scene.group(Way.DINGTALK_WEBHOOK, 1)
    file = scene.town.folder / "线上学时.csv"
    file.write_text(_CORRECTED, encoding="utf-8")
    scene.healthy_clock = "2024-05-20T18:05:05+08:00"
    await scene.begins(BOT_CLOCK_START="2024-05-20T18:04:57+08:00")
    await scene.until(lambda: scene.town.outcome("daily-ranking", MONDAY) in RUN)
    code, said = scene.command("import", "online-hours", str(file), "--yes", counts=False)
    assert code == 0, said
    await scene.jobs_go_on_until(lambda: one(scene, select(func.count()).select_from(ranking_snapshot)) == 2)
    await scene.calms_down()
    for room in scene.rooms:
        ranking, note = dict.fromkeys(scene.town.rankings(room))  # with a picture that has the same words
        assert ("有更正" in ranking, "有更正" in note) == (False, True)


async def waiting(scene: Scene) -> None:
    """As a job begins the database is away, and comes back."""
    scene.group(Way.WECOM_WEBHOOK)
    scene.healthy_clock = _AFTER_SIX
    scene.outage = scene.outage or "JOB_BEGINS:1"
    await scene.begins(BOT_CLOCK_START=BEFORE_SIX)
    unfinished = select(func.count()).where(job_run.c.finished_at.is_(None))
    await scene.jobs_go_on_until(
        lambda: scene.town.outcome("daily-ranking", MONDAY) in RUN and one(scene, unfinished) == 0
    )
    await scene.calms_down()
    _each_group_was_told_once(scene)


async def stale(scene: Scene) -> None:
    """Old data: nothing is posted, and the office is told; and of a group that gets nothing any more."""
    silent = scene.group(Way.WECOM_WEBHOOK)
    scene.town.post(silent, said="很久以前")
    long_ago = SystemClock().real_ms() - 10 * _DAY_MS
    ended = {"state": "dead", "reason": "late", "done_at": long_ago, "noted_at": long_ago}
    with scene.town.database.writing() as connection:
        connection.execute(update(outbox).values(**ended))
        connection.execute(update(chat_group).values(bound_at=long_ago - _DAY_MS))
    scene.healthy_clock = "2024-05-31T18:00:05+08:00"
    await scene.begins(BOT_CLOCK_START="2024-05-31T17:59:57+08:00")
    await scene.until(lambda: scene.town.outcome("daily-ranking", _STALE) in RUN)
    await scene.until(lambda: scene.town.outcome("silent-groups", _STALE) in RUN)
    await scene.calms_down()
    alarms = scene.town.alarms()
    assert sum("没有发" in said and "排名" in said for said in alarms) == 1, alarms
    assert sum("没有收到" in said for said in alarms) == 1, alarms


async def announced(scene: Scene) -> None:
    """One announcement's time has come, another waits in vain for somebody, and what a third corrects is gone."""
    numbers = _announcements(scene)
    await scene.begins()
    ends = [AnnouncementState.POSTED, AnnouncementState.EXPIRED, AnnouncementState.CANCELLED]
    await scene.until(lambda: [_state(scene, number) for number in numbers] == ends)
    await scene.calms_down()
    copies = select(func.count()).where(outbox.c.announcement == numbers[0])
    assert one(scene, copies) == len(PEOPLE)


async def night(scene: Scene) -> None:
    """A backup, and what has served its time goes."""
    with scene.town.database.writing() as connection:
        long_ago = SystemClock().real_ms() - 400 * _DAY_MS
        old = {"code_hash": "0" * 64, "person_id": OFFICE, "purpose": "office"}
        connection.execute(insert(entry_link).values(**old, issued_at=long_ago, expires_at=long_ago))
    scene.healthy_clock = _AT_NIGHT
    await scene.begins(BOT_CLOCK_START=_AT_NIGHT)
    day = date(2024, 5, 21)
    for job in ("retention", "backup"):
        await scene.until(lambda job=job: scene.town.outcome(job, day) in RUN)
    await scene.calms_down()
    assert one(scene, select(func.count()).select_from(entry_link)) == 0
    folder = scene.town.folder / "var" / "backups"
    kept = backups.kept_in(folder)
    assert kept
    for good in kept:
        assert backups.verify(good.path).people == 4
    assert {path.name for path in folder.iterdir()} == {good.path.name for good in kept}


async def _six_strikes(scene: Scene) -> None:
    scene.healthy_clock = _AFTER_SIX
    await scene.begins(BOT_CLOCK_START=BEFORE_SIX)
    await scene.until(lambda: scene.town.outcome("daily-ranking", MONDAY) in RUN)


def _each_group_was_told_once(scene: Scene) -> None:
    for room in scene.rooms:
        rankings = scene.town.rankings(room)
        assert len(set(rankings)) == 1, rankings


def _announcements(scene: Scene) -> list[int]:
    at = SystemClock().real_ms()
    due = datetime.combine(MONDAY, datetime.min.time(), SHANGHAI) + timedelta(hours=8)
    due_ms = round(due.timestamp() * 1000)
    ways = [
        (AnnouncementState.RECALLED, at, None, None),
        (AnnouncementState.SCHEDULED, at, due_ms, None),
        (AnnouncementState.WAITING, at - 30 * _DAY_MS, None, None),
    ]
    with scene.town.database.writing() as connection:
        gone, *others = [_put(connection, *way) for way in ways]
        others.append(_put(connection, AnnouncementState.SCHEDULED, at, due_ms, gone))
    return others


def _put(connection, state: AnnouncementState, at: int, due_at: int | None, corrects: int | None) -> int:
    return announcements.put(
        connection,
        author_id=OFFICE,
        audience=_EVERYBODY,
        body="周五放假",
        wants_receipt=False,
        state=state,
        at=at,
        due_at=due_at,
        corrects=corrects,
    )


def _state(scene: Scene, number: int) -> AnnouncementState:
    return AnnouncementState(one(scene, select(announcement.c.state).where(announcement.c.number == number)))
