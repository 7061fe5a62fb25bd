"""Three processes behind one address are one bot: what comes in, what goes out, and what they share."""

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import func, select

from bot.tenant.installation import Installation
from bot.tenant.people import Platform
from storage.ledger import derive
from storage.tables import audit, certification, import_run, inbox, practice_entry, standing
from storage.work_tables import evidence
from tests.kit.installation import AIBOT, ROBOT
from tests.kit.processes import on_postgresql
from tests.kit.servers import held
from tests.pages.conftest import Browser
from tests.pages.test_imports import HOURS, mark, path, send, settled, xlsx

pytestmark = on_postgresql
QUICK_BOT, PATIENT_BOT = "tests.kit.quick_bot", "tests.kit.patient_bot"
BOTH = tuple(Platform)
SUBMITTED = "提交 A5 https://files.example.com/1"
MONDAY = date(2024, 5, 20)
LATER = "已收到，正在处理。过一会儿发“更多”看结果，不用重发。"


def count(town, table, *where):
    with town.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table).where(*where))


# ── what comes in ──


async def test_one_message_at_three_doors_at_once_is_stored_once_and_answered_alike(replicas):
    await replicas.serve(module=PATIENT_BOT)
    await replicas.says("T1", "选点 A1 A5 B2")
    replicas.front.to_all = True
    for platform in BOTH:
        await replicas.says("T1", SUBMITTED, platform)

    of_wecom, of_dingtalk = replicas.front.answers[:3], replicas.front.answers[3:]
    assert [len(every) for every in (of_wecom, of_dingtalk)] == [3, 3]
    assert all(of_wecom)  # each under a seal of its own
    assert len(set(of_dingtalk)) == 1
    assert count(replicas.town, inbox, inbox.c.text == SUBMITTED) == 2
    assert count(replicas.town, evidence) == 1


async def test_what_one_person_writes_is_taken_in_in_order_whoever_hears_it(replicas):
    await replicas.serve(module=PATIENT_BOT)
    said = [f"第{number}句" for number in range(9)]
    for text in said:
        await replicas.says("T1", text)

    with replicas.town.database.reading() as connection:
        kept = connection.scalars(select(inbox.c.text).order_by(inbox.c.id)).all()
    assert kept == said


async def test_more_in_a_minute_than_is_allowed_is_counted_by_all_together(replicas):
    await replicas.serve(module=PATIENT_BOT)
    most = replicas.town.plan.messages_per_minute
    for _ in range(most + 3):
        await replicas.says("T1", "我的学时")

    with replicas.town.database.reading() as connection:
        outcomes = connection.scalars(select(inbox.c.outcome).order_by(inbox.c.id)).all()
    assert outcomes == ["answered"] * most + ["limited"] * 3


async def test_what_a_process_kept_that_never_comes_back_is_taken_in_by_another(replicas):
    (lost,) = await replicas.serve(1)
    (other,) = await replicas.serve(1, module=QUICK_BOT)
    replicas.front.behind = [lost]
    with held(replicas.town.database):
        await replicas.says("T1", "我的学时")
        await lost.kill()
    assert replicas.reads("T1") == [LATER]
    replicas.front.behind = [other]

    await replicas.town.until(lambda: count(replicas.town, inbox) == 1)
    (waiting,) = (replicas.town.folder / "var").glob("*-waiting")
    await replicas.town.until(lambda: not list(waiting.glob("*.json")))
    await replicas.says("T1", "更多")
    assert "18.5 学时" in replicas.reads("T1")[-1]


# ── what goes out ──


async def test_an_access_token_is_fetched_once_for_all_of_them_and_renewed_once(replicas):
    town = replicas.town
    town.has_run("leader-summary", MONDAY)
    await replicas.serve()
    people = {1: Platform.WECOM, 2: Platform.DINGTALK, 3: Platform.WECOM}
    for person_id, platform in people.items():
        town.tell(person_id, "第一条", platform)
    assert await town.until_done() == ["sent"] * 3

    withdrawn = {"wecom.tokens.withdraw", "dingtalk.tokens.withdraw"}
    for deed in (*town.app.wecom.deeds(), *town.app.dingtalk.deeds()):
        if deed.name in withdrawn:
            await deed.do()
    for person_id, platform in people.items():
        town.tell(person_id, "第二条", platform)
    assert await town.until_done() == ["sent"] * 6
    assert [len(town.calls(name)) for name in ("wecom.gettoken", "dingtalk.token")] == [2, 2]


class TestConnections:
    @pytest.fixture
    def installation(self):
        return Installation(aibot=AIBOT, robot=replace(ROBOT, stream=True))

    async def test_the_ai_bot_has_one_connection_and_the_stream_one_each(self, replicas):
        town = replicas.town
        await replicas.serve()

        def subscribed(name):
            return len(town.calls(name))

        await town.until(lambda: subscribed("dingtalk.stream.open") >= 3 and town.app.wecom.aibot.connected)
        await town.settles(1.5)
        assert subscribed("wecom.aibot.subscribe") == 1
        assert subscribed("dingtalk.stream.open") == 3


# ── pages ──


@asynccontextmanager
async def browser(process):
    async with ClientSession(
        cookie_jar=CookieJar(unsafe=True)
    ) as session:  # unsafe: the host is an IP address
        yield Browser(session, process.address)


async def link_for_the_office(replicas):
    """The path of a link that T4 was given in the chat."""
    await replicas.says("T4", "后台")
    (found,) = re.findall(re.escape(replicas.front.url) + r"(/office/enter/\w+)", replicas.reads("T4")[-1])
    return found


async def test_a_link_of_one_is_entered_at_another_once_and_the_session_holds_everywhere(replicas):
    first, second, third = await replicas.serve(module=PATIENT_BOT)
    link = await link_for_the_office(replicas)
    async with browser(second) as one, browser(third) as late:
        assert (await one.get(link)).status == 200
        assert (await late.get(link)).status == 403
        for process in (first, second, third):
            one.base = process.address
            assert (await one.get("/office")).status == 200
        one.base = first.address
        assert (await one.post("/me/leave", csrf="0" * 64)).status == 403
        one.base = second.address
        assert (await one.post("/me/leave")).status == 200  # with the token that the third has written
        one.base = third.address
        assert (await one.get("/office")).status == 401


async def test_a_file_sent_to_one_is_looked_at_by_any_and_approved_at_two_others_once(replicas):
    town = replicas.town
    first, second, third = await replicas.serve(module=PATIENT_BOT)
    link = await link_for_the_office(replicas)
    async with browser(first) as one, browser(third) as other:
        await one.get(link)
        shown = await send(one, xlsx(HOURS))
        assert "等确认" in shown.main
        other.session.cookie_jar.update_cookies({"bot_session": cookie(one)})
        for who, process in ((one, second), (other, third)):
            who.base = process.address
            await who.get(path(shown))
        form = {"mark": mark(shown), "do": "approve"}
        await asyncio.gather(one.post(path(shown), form), other.post(path(shown), form))
        done = await settled(one, await one.get(path(shown)))

    assert "已导入" in done.main
    assert count(town, import_run) == 1
    assert count(town, audit, audit.c.action == "page.entered") == 1
    with town.database.reading() as connection:
        assert connection.scalar(select(standing.c.online_hours).where(standing.c.person_id == 1)) == 2000


def cookie(one):
    (found,) = one.session.cookie_jar
    return found.value


# ── a start ──


@pytest.fixture
def another_plan(tmp_path):
    """The first certified point brings an hour more."""
    path = tmp_path / "plan.toml"
    path.write_text("[practice]\ngrants = [9, 8, 8]\n", encoding="utf-8")
    return str(path)


async def test_three_that_start_at_once_with_another_plan_judge_everybody_by_it_once(replicas, another_plan):
    town = replicas.town
    with town.database.writing() as connection:
        connection.execute(
            certification.insert().values(person_id=1, code="A5", grade="pass", certified_at=1)
        )
        derive(connection, [1], town.plan, 1)
    await replicas.serve(BOT_PLAN=another_plan)

    with town.database.reading() as connection:
        entered = connection.scalars(
            select(practice_entry.c.practice_hours).order_by(practice_entry.c.id)
        ).all()
        versions = set(connection.scalars(select(standing.c.rule_version)))
    assert entered == [800, -800, 900]
    assert len(versions) == 1
    assert town.plan.version not in versions
