"""Each of three processes is stopped and started anew while people write and messages go out: nothing is missing.

What is unavoidable, and allowed here: a message to a WeCom group that was on the wire when its process was killed is
sent a second time, because the platform neither says whether it has it nor knows it again (docs/many-processes.md).
"""

import asyncio
from collections import Counter

from sqlalchemy import func, select

from bot.policy.outgoing import Way
from bot.tenant.people import Member, Platform
from bot.tenant.tenant import Outcome
from storage.delivery_tables import outbox
from storage.tables import inbox
from storage.work_tables import evidence, evidence_version
from tests.kit.processes import on_postgresql

WRITERS = [f"W{number}" for number in range(6)]
TEACHERS, POINTS = ("T1", "T2"), ("A1", "A5", "B2")
BOTH = tuple(Platform)
TAKEN = {Outcome.ANSWERED, Outcome.ACKNOWLEDGED}
LEASE_SECONDS = 61
MOST_SAID = 18  # however long three restarts take: after the twentieth within a minute nobody is answered


class Traffic:
    """People who write one message after the other, and somebody who has something to say to groups."""

    def __init__(self, replicas):
        self.replicas = replicas
        self.town = replicas.town
        self.groups = [
            self.town.group(way) for way in (Way.WECOM_WEBHOOK, Way.DINGTALK_WEBHOOK) for _ in "123"
        ]
        self.heard = Counter()
        self.handed_in = []
        self.posted = []
        self.over = asyncio.Event()
        for number in WRITERS:
            member = Member(key=number, name=f"示例{number}", accounts=dict.fromkeys(BOTH, number))
            self.town.tenant.directory.add_member(member)

    async def write(self, number, platform):
        while not self.over.is_set() and self.heard[number, platform] < MOST_SAID:
            heard = await self.replicas.says(number, "我的学时", platform)
            assert heard.outcome in TAKEN, heard
            self.heard[number, platform] += 1
            await asyncio.sleep(0.25)

    async def hand_in(self, number):
        for _ in range(MOST_SAID):
            if self.over.is_set():
                return
            version = len(self.handed_in)
            code, address = POINTS[version % len(POINTS)], f"https://files.example.com/{version}"
            self.handed_in.append((number, code, address))
            assert (await self.replicas.says(number, f"提交 {code} {address}")).outcome in TAKEN
            await asyncio.sleep(0.4)

    async def announce(self):
        while not self.over.is_set():
            self.posted.append(f"第{len(self.posted) + 1}条")
            await asyncio.to_thread(lambda: self.town.post(*self.groups, said=self.posted[-1]))
            await asyncio.sleep(0.5)

    def begin(self):
        return [
            asyncio.create_task(doing)
            for doing in (
                *(self.write(number, platform) for number in WRITERS for platform in BOTH),
                *(self.hand_in(number) for number in TEACHERS),
                self.announce(),
            )
        ]


@on_postgresql
async def test_one_after_the_other_is_replaced_and_nobody_notices(replicas):
    town = replicas.town
    first, second, third = await replicas.serve()
    for number in TEACHERS:
        await replicas.says(number, "选点 A1 A5 B2")
    traffic = Traffic(replicas)
    doing = traffic.begin()

    await asyncio.sleep(0.5)
    await first.ask_to_stop()
    await replicas.starts_anew(first)
    await second.kill()
    await asyncio.sleep(0.5)
    await replicas.starts_anew(second)
    await third.ask_to_stop()
    await replicas.starts_anew(third)
    await asyncio.sleep(0.5)
    traffic.over.set()
    await asyncio.gather(*doing)

    # What the killed process had taken up waits for its lease to end; nothing else is on its way any more.
    await town.settles(1.0)
    for _ in range(3):  # of twenty a minute
        town.time_passes(LEASE_SECONDS)
        town.tenant.clock.run_ahead(LEASE_SECONDS)
        await town.settles(1.0)
    await town.until_done()

    said_is_heard_is_answered(traffic)
    handed_in_is_there_once(traffic)
    posted_is_shown_once(traffic)


def said_is_heard_is_answered(traffic):
    with traffic.town.database.reading() as connection:
        rows = connection.execute(
            select(inbox.c.platform, inbox.c.folded, func.count())
            .where(inbox.c.folded.startswith("w"))
            .group_by(inbox.c.platform, inbox.c.folded)
        )
        stored = {(folded.upper(), Platform(platform)): count for platform, folded, count in rows}
    shown = {who: len(traffic.replicas.reads(*who)) for who in traffic.heard}
    assert stored == dict(traffic.heard) == shown
    assert min(traffic.heard.values()) >= 4


def handed_in_is_there_once(traffic):
    with traffic.town.database.reading() as connection:
        works, versions = (
            connection.scalar(select(func.count()).select_from(table))
            for table in (evidence, evidence_version)
        )
        accepted = connection.scalar(
            select(func.count()).where(inbox.c.text.startswith("提交"), inbox.c.outcome == "answered")
        )
    assert accepted == len(traffic.handed_in)
    assert works == len({(number, code) for number, code, _ in traffic.handed_in})
    assert versions == len(traffic.handed_in)


def posted_is_shown_once(traffic):
    with traffic.town.database.reading() as connection:
        doubtful = Counter(
            connection.scalars(
                select(outbox.c.group_id).where(
                    outbox.c.doubt_since.is_not(None) | (outbox.c.state == "uncertain")
                )
            )
        )
    for room in traffic.groups:
        texts = traffic.town.texts(room)
        assert list(dict.fromkeys(texts)) == traffic.posted, room
        assert len(texts) - len(traffic.posted) <= doubtful[room.id], texts
    assert sum(doubtful.values()) <= 3  # one on the wire for each group of WeCom, and one process was killed
