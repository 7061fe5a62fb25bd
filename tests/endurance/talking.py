"""Plays in which people talk, and are told something."""

import asyncio
import re

from sqlalchemy import delete, func, select, text

from bot.clock import SystemClock
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from bot.policy.outgoing import Way
from bot.policy.people import Role
from bot.tenant.people import Platform
from messages.texts.announcement import announced
from messages.texts.problems import SORRY
from storage import announcements, recalls
from storage.announcement_tables import announcement, recall
from storage.delivery_tables import outbox
from storage.tables import account
from tests.endurance.asking import OFFICE, one
from tests.endurance.scene import Scene
from tests.kit.processes import Moment

_BROKEN = "https://files.example.com/broken"
_NO_LINK_LIKE_THIS = {
    "sqlite": f"""CREATE TRIGGER broken BEFORE INSERT ON evidence_link WHEN new.url = '{_BROKEN}'
        BEGIN SELECT RAISE(ABORT, 'broken'); END""",
    "postgresql": f"""CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN IF new.url = '{_BROKEN}' THEN RAISE EXCEPTION 'broken'; END IF; RETURN new; END $$;
        CREATE TRIGGER broken BEFORE INSERT ON evidence_link FOR EACH ROW EXECUTE FUNCTION broken()""",
}
_LEADERS = Audience(words="组长", to_groups=False, roles=frozenset({Role.LEADER}))


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


async def owed(scene: Scene) -> None:
    """As somebody is to be answered over a connection, the process dies: the next one says it."""
    scene.prelude = "SAYING:1"
    await scene.begins()
    await scene.says("T1", "选点 A1 A5 B2")
    await scene.hands_in("T1", "A5")
    await scene.calms_down()
    assert any("A5" in said for said in scene.reads("T1")), scene.reads("T1")


async def late(scene: Scene) -> None:
    """The database keeps everybody waiting: what must be acknowledged lies on disk, and is taken in."""
    await scene.begins()
    await scene.says("T1", "选点 A1 A5 B2")
    with scene.database_held():
        handing_in = asyncio.create_task(scene.hands_in("T1", "A5"))
        # Nobody may wait for who died until the database is free: not even the one that is started next.
        await scene.town.until(lambda: bool(scene.journal) or scene.has_ended())
    await handing_in
    await scene.hands_in("T1", "A1")
    await scene.calms_down()


async def bug(scene: Scene) -> None:
    """Whoever meets it hears an apology, and leaves nothing."""
    with scene.town.database.writing() as connection:
        connection.execute(text(_NO_LINK_LIKE_THIS[connection.dialect.name]))
    await scene.begins()
    await scene.says("T1", "选点 A1 A5 B2")
    await scene.asks("T1", f"提交 A5 {_BROKEN}", re.compile(SORRY).search)
    await scene.hands_in("T1", "A5")
    await scene.calms_down()


async def stopped(scene: Scene) -> None:
    """Somebody stops the bot while a message is on the wire, and starts it anew."""
    room = scene.group(Way.WECOM_WEBHOOK)
    held = scene.town.gate.hold("/webhook/send", Moment.TAKEN)
    await scene.begins()
    scene.town.post(room, said="第一条")
    await held.reached()
    scene.stops()
    held.let_go()
    await scene.until(lambda: scene.stopped)
    scene.town.post(room, said="第二条")
    await scene.calms_down()


async def recalled(scene: Scene) -> None:
    """An announcement that has been read is taken back."""
    number = _announced(scene)
    await scene.begins()
    state = select(outbox.c.state).where(outbox.c.announcement == number)
    await scene.until(lambda: one(scene, state) == "sent")
    await scene.says("T4", f"撤回 {number}")
    await scene.says("T4", "确认")
    await scene.until(lambda: one(scene, announcement.c.state) == AnnouncementState.RECALLED.value)
    await scene.until(lambda: one(scene, _open_recalls) == 0)
    await scene.calms_down()
    with scene.town.database.reading() as connection:
        assert recalls.how_far(connection, number) == recalls.Recalled(taken_back=1)


_open_recalls = select(func.count()).select_from(recall).where(recall.c.done_at.is_(None))


def _announced(scene: Scene) -> int:
    """To 示例乙 on DingTalk, as 确认 does it; its 编号."""
    at, town = SystemClock().real_ms(), scene.town
    with town.database.writing() as connection:
        connection.execute(delete(account).where(account.c.person_id == 2, account.c.platform == "wecom"))
        number = announcements.put(
            connection,
            author_id=OFFICE,
            audience=_LEADERS,
            body="周五放假",
            wants_receipt=False,
            state=AnnouncementState.POSTED,
            at=at,
        )
        found = announcements.find_announcement(connection, number)
        assert found is not None
        said = announced(number, found.body, town.plan.office, wants_receipt=False)
        announcements.post_copies(connection, found, _LEADERS, said, at=at)
    return number
