"""Faults of the world, one at a time: each is one sentence that says what to do, and nothing else stops."""

import asyncio
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from aiohttp import ClientSession, web
from sqlalchemy import func, select
from yarl import URL

from bot.doctor.finding import State
from bot.policy.points import Catalogue
from bot.settings import read_settings
from bot.tenant.faults import Effect
from messages.incoming import Platform
from storage import chat_groups, leases
from storage.delivery_tables import heard_chat, job_run, outbox
from storage.sealing import Sealing
from storage.tables import account, audit, certification, choice, inbox, lease, person
from tests.kit.installation import SECRET_KEY, environment
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.servers import Bot, Served, address

WORKS = {State.GOOD, State.CAREFUL}


@contextmanager
def writing(parts):
    with parts.database.writing() as connection:
        yield connection


async def test_an_address_that_is_not_trusted_is_named(doctor, fault):
    fault(Effect.CODE, "wecom.agent.get", code=60020)

    found = await doctor.finds("agent")

    assert found.state is State.BAD
    assert found.do.endswith("约一分钟后生效。要加的地址是 203.0.113.7。")
    assert found.where == "企业微信管理后台 → 应用管理 → 自建 → 这个应用 → 企业可信IP"


@pytest.mark.parametrize(
    ("variable", "area", "say", "where"),
    [
        ("BOT_WECOM__SECRET", "wecom", "应用的 Secret 不对（代码 40001）。", "→ Secret"),
        ("BOT_WECOM__CORP_ID", "wecom", "企业 ID 不对（代码 40013）。", "→ 企业ID"),
        (
            "BOT_DINGTALK__CLIENT_SECRET",
            "dingtalk",
            "Client ID 或 Client Secret 不对（代码 invalidClientIdOrSecret）。",
            "→ 凭证与基础信息",
        ),
        ("BOT_WECOM_AIBOT__SECRET", "aibot", "机器人 ID 或 Secret 不对（代码 853000）。", "→ 长连接"),
    ],
)
async def test_a_wrong_secret_is_said_and_never_shown(doctor, variable, area, say, where):
    doctor.settings[variable] = "wrong-example-value"

    found = await doctor.looks()

    (wrong,) = [one for one in found if one.area == area and one.state is State.BAD]
    assert wrong.say == say
    assert wrong.where.endswith(where)
    assert not any("wrong-example-value" in one.say + one.do for one in found)


async def test_an_app_id_of_another_app_is_found(doctor):
    doctor.settings["BOT_WECOM__AGENT_ID"] = "1000099"

    assert (await doctor.finds("agent")).say == "Secret 和 AgentId 不是同一个应用的（代码 301002）。"


async def test_a_right_that_is_missing_is_found_without_sending_anything(doctor, fault, tenant):
    fault(Effect.CODE, "dingtalk.robot.oto_read", code="Forbidden.AccessDenied.AccessTokenPermissionDenied")

    found = await doctor.finds("rights")

    assert found.say.startswith("应用没有发消息的权限")
    assert found.where.endswith("→ 权限管理")


async def test_stream_mode_asks_for_a_ticket(doctor):
    doctor.settings["BOT_DINGTALK__MODE"] = "stream"
    assert (await doctor.finds("stream")).say == "Stream 连接能打开。"

    doctor.settings["BOT_DINGTALK__CLIENT_SECRET"] = "wrong"
    found = await doctor.finds("stream")
    assert found.say == "Client ID 或 Client Secret 不对（代码 authFailed）。"


@pytest.mark.parametrize(
    ("minutes", "state", "span"), [(10, State.CAREFUL, "慢 10 分钟"), (-70, State.BAD, "快 70 分钟")]
)
async def test_a_clock_that_is_wrong_is_noticed(doctor, tenant, minutes, state, span):
    tenant.clock.skew_ms = minutes * 60_000

    found = await doctor.finds("clock")

    assert found.state is state
    assert found.say.startswith(f"服务器的时间比平台{span}；")


async def test_nothing_answers_and_the_report_comes_all_the_same(doctor, unused_tcp_port):
    nowhere = f"127.0.0.1:{unused_tcp_port}"
    doctor.settings |= {
        "BOT_WECOM__API_BASE": f"http://{nowhere}",
        "BOT_DINGTALK__API_BASE": f"http://{nowhere}",
        "BOT_WECOM_AIBOT__WS_URL": f"ws://{nowhere}",
        "BOT_DATABASE_URL": f"postgresql://nobody:nothing@{nowhere}/bot",
        "BOT_PUBLIC_URL": f"http://{nowhere}",
    }

    found = await doctor.looks()

    wrong = {(one.area.value, one.name): one.say for one in found if one.state is State.BAD}
    assert wrong == {
        ("wecom", "credentials"): "连不上 127.0.0.1。",
        ("dingtalk", "credentials"): "连不上 127.0.0.1。",
        ("database", "reachable"): f"连不上数据库 {nowhere}/bot。",
        ("callback", "public-url"): "连不上 127.0.0.1。",
    }
    careful = {one.name: one.say for one in found if one.state is State.CAREFUL}
    assert careful["clock"] == "没有一个平台回答，服务器的时间没法核对。"
    assert careful["connection"] == "数据库用不了，看不出机器人是不是正连着，没有试。"


async def test_platforms_that_hang_cost_one_line_each_and_not_the_evening(doctor, fault):
    for call in ("wecom.gettoken", "dingtalk.token"):
        fault(Effect.HANG, call)
    began = time.monotonic()

    found = await doctor.looks(call_s=0.4, longest_s=2.0)

    assert time.monotonic() - began < 20
    hung = [one.say for one in found if one.name == "credentials"]
    assert hung == ["127.0.0.1 没有回答。"] * 2


async def test_a_gateways_page_is_not_taken_for_the_platform(doctor, fault):
    fault(Effect.HTML, "wecom.gettoken")

    found = [one for one in await doctor.looks() if one.area == "wecom"]

    assert [one.say for one in found] == ["127.0.0.1 的回答看不懂（HTTP 200）。"]


# ── the AI bot's one connection ──


def subscriptions(tenant):
    return sum("subscribe" in one.name for one in tenant.wire.exchanges())


async def test_a_connection_that_somebody_keeps_is_left_alone(doctor, parts, tenant, clock):
    now = clock.real_ms()
    with writing(parts) as connection:
        assert leases.take(connection, "aibot/aibexample", "serve", at=now, until=now + 60_000)

    found = await doctor.finds("connection")

    assert found.say == "已由运行中的机器人连着。"
    assert subscriptions(tenant) == 0


async def test_over_connections_alone_a_bot_that_does_not_run_is_noticed(doctor, bot):
    for name in [name for name in doctor.settings if name.startswith("BOT_WECOM__")]:
        del doctor.settings[name]
    doctor.settings["BOT_DINGTALK__MODE"] = "stream"
    assert "running" not in {one.name for one in await doctor.looks()}

    await bot.stop()

    found = await doctor.finds("running")
    assert found.state is State.CAREFUL
    port = doctor.settings["BOT_PORT"]
    assert found.say == f"机器人没有在 127.0.0.1:{port} 运行，谁说话它都听不到。"


async def test_a_running_bots_connection_is_left_alone(doctor, parts, tenant):
    """The doctor's own subscription would drive it out."""
    everything = read_settings(environment(tenant.installation, tenant.base_url), doctor.folder)
    bot = Bot(replace(parts, settings=everything))
    await bot.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not subscriptions(tenant):  # noqa: ASYNC110  the wire tells nobody
            await asyncio.sleep(0.02)

    found = await doctor.finds("connection")
    await bot.stop()

    assert found.say == "已由运行中的机器人连着。"
    assert subscriptions(tenant) == 1


async def test_the_lease_is_given_back_after_the_trial(doctor, parts):
    assert (await doctor.finds("connection")).say == "机器人 ID 和 Secret 是对的，长连接能打开。"

    with parts.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(lease)) == 0


# ── callbacks ──


class Proxy:
    """Stands before the bot and spoils what passes, as told."""

    def __init__(self, target):
        self.target = target
        self.redecodes = self.forgets = False
        self.most = 1 << 20
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self.passes)
        self.server = Served(app)

    async def passes(self, request):
        query = request.raw_path.partition("?")[2]
        if self.redecodes:
            query = query.replace("%2B", "+").replace("%2F", "/")
        if self.forgets and request.path.startswith("/dingtalk"):
            return web.Response(status=404)
        body = (await request.read())[: self.most]
        kept = {name: value for name, value in request.headers.items() if name in ("timestamp", "sign")}
        async with (
            ClientSession() as session,
            session.request(
                request.method,
                URL(f"{self.target}{request.path}?{query}", encoded=True),
                data=body,
                headers=kept,
            ) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())


@pytest.fixture
async def proxy(doctor, bot):
    proxy = Proxy(bot.url)
    await proxy.server.start_server()
    doctor.settings["BOT_PUBLIC_URL"] = address(proxy.server)
    yield proxy
    await proxy.server.close()


def callbacks(found):
    return {one.name: one.say for one in found if one.area == "callback" and one.state is State.BAD}


async def test_a_proxy_that_passes_everything_on_is_fine(doctor, proxy):
    assert callbacks(await doctor.looks()) == {}


async def test_a_proxy_that_rewrites_queries_is_found_out(doctor, proxy):
    proxy.redecodes = True

    found = await doctor.finds("wecom-url")

    assert found.say == "企业微信自建应用的回调地址通，但签名到这里就不对了（HTTP 403）。"
    assert found.do.startswith("检查中间的代理：网址里的 %2B、%2F、%3D 要原样转发")


async def test_a_proxy_that_cuts_bodies_is_found_out(doctor, proxy):
    proxy.most = 8 * 1024

    assert callbacks(await doctor.looks()) == {
        "wecom-body": "企业微信自建应用的长消息过不来（HTTP 400）。",
        "dingtalk-body": "钉钉机器人的长消息过不来（HTTP 400）。",
    }


async def test_a_path_that_nobody_passes_on_is_named(doctor, proxy):
    proxy.forgets = True

    assert (
        callbacks(await doctor.looks())["dingtalk"]
        == "钉钉机器人的回调地址没有人接（HTTP 404，/dingtalk/callback）。"
    )


async def test_the_doctors_own_calls_are_not_taken_for_messages(doctor, county):
    await doctor.looks()

    with county.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(inbox)) == 0
        assert connection.scalar(select(func.count()).select_from(outbox)) == 0


async def test_a_practice_tenant_that_strangers_can_see_is_a_fault(doctor, bot, clock):
    async def nothing(_request):
        return web.Response(text="alive\n")

    app = web.Application()
    app.add_routes([web.get("/tenant/", nothing), web.get("/livez", nothing)])
    server = Served(app)
    await server.start_server()
    doctor.settings["BOT_PUBLIC_URL"] = address(server)

    found = await doctor.finds("tenant")

    await server.close()
    assert found.say == "演练页面（/tenant/）对外开着，谁都能冒充任何人。"


async def test_callbacks_wait_for_a_bot_that_runs(doctor, unused_tcp_port):
    doctor.settings["BOT_PORT"] = str(unused_tcp_port)

    found = await doctor.finds("running")

    assert found.state is State.CAREFUL
    assert found.do == "先运行 python -m bot serve，再查一次。"


# ── the database ──


async def test_another_key_than_the_databases_is_found(doctor, county):
    with writing(county) as connection:
        bind_group(connection, "示例群")
    doctor.settings["BOT_SECRET_KEY"] = "another-secret-key-of-thirty-two-characters"

    found = {one.name: one.say for one in await doctor.looks()}

    assert found["sealed"].startswith("地址解不开的群：示例群（")


def bind_group(connection, title, way=chat_groups.Way.DINGTALK_GROUP, chat="cidExample"):
    binding = chat_groups.Binding(way=way, address=chat, school_id=None, title=title)
    return chat_groups.bind(connection, binding, Sealing(SECRET_KEY), at=1, by="operator").group


async def test_groups_that_nobody_has_spoken_in_or_that_are_stopped_are_named(doctor, county):
    with writing(county) as connection:
        bind_group(connection, "安静的群")
        stopped = bind_group(connection, "停发的群", chat="cidStopped")
        chat_groups.stop(connection, stopped.id, "bot.stopped", at=2)

    found = {one.name: one.say for one in await doctor.looks() if one.area == "groups"}

    assert found["bound"] == "绑定了 2 个群。"
    assert found["stopped"] == f"停发的群：停发的群（{stopped.id}）。"
    assert "安静的群" in found["never-heard"]


def heard(connection, folded, chat=""):
    rows = connection.scalar(select(func.count()).select_from(inbox))
    connection.execute(
        inbox.insert().values(
            platform=Platform.WECOM.value,
            key=f"wecom:{rows}",
            folded=folded,
            chat=chat,
            received_at=1,
            text="",
            command="",
            outcome="",
            reply="[]",
        )
    )


async def test_an_ai_bot_that_has_heard_one_account_only_is_suspected(doctor, county):
    with writing(county) as connection:
        connection.execute(heard_chat.insert().values(platform="wecom", chat="wrExample", heard_at=1))
        heard(connection, "t2")  # in private: to the app, as far as one can tell
        heard(connection, "t1", "wrExample")
        heard(connection, "t1", "wrExample")
    assert (await doctor.finds("creator-only")).say.startswith("智能机器人在群里只听到过一个账号")

    with writing(county) as connection:
        heard(connection, "t2", "wrExample")
    assert (await doctor.finds("creator-only")).state is State.GOOD


async def test_a_point_that_the_file_has_lost_is_named_with_how_many_have_it(doctor, county):
    with writing(county) as connection:
        people = connection.scalars(select(person.c.id).order_by(person.c.id).limit(3)).all()
        chosen = [{"person_id": who, "code": "B7", "chosen_at": 1} for who in people[:2]]
        connection.execute(choice.insert(), chosen)
        connection.execute(choice.insert().values(person_id=people[2], code="C7", chosen_at=1, ended_at=2))
        certified = {"code": "B7", "grade": "合格", "certified_at": 1}
        connection.execute(certification.insert(), [certified | {"person_id": who} for who in people[1:3]])
    assert (await doctor.finds("points")).state is State.GOOD

    doctor.catalogue = Catalogue(one for one in doctor.catalogue if one.code not in {"B7", "C7"})

    found = await doctor.finds("points")
    assert (found.state, found.say, found.do) == (
        State.CAREFUL,
        "微能力点文件里没有老师选了的 B7（2 人）；认证过的 B7（2 人），现在不算数。",
        "把它们写回微能力点文件，再重启机器人。确实不办了的，没认证的请老师换点；认证过的只有写回去才算数。",
    )


async def test_jobs_that_went_wrong_within_the_week_are_told(doctor, county):
    row = {"holder": "", "leased_until": 0, "started_at": 1, "finished_at": 2}
    with writing(county) as connection:
        connection.execute(
            job_run.insert(),
            [
                row | {"job": "daily-ranking", "day": date(2024, 5, 17), "outcome": "failed"},
                row | {"job": "daily-ranking", "day": date(2024, 5, 3), "outcome": "failed"},
                row | {"job": "reminders", "day": date(2024, 5, 17), "outcome": "done"},
            ],
        )

    assert (await doctor.finds("jobs")).say == "最近七天：2024-05-17 的每日排名没有做成。"
    assert (await doctor.finds("scheduler")).say.startswith("定时任务从 01月01日 08:00 起没有动过")


async def test_a_database_of_another_time_is_not_asked_for_more(doctor, county):
    with writing(county) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")

    found = {one.name: one for one in await doctor.looks()}

    assert found["schema"].say.startswith("数据库结构是 0006，")
    assert found["schema"].state is (State.CAREFUL if county.database.is_sqlite else State.BAD)
    assert "accounts" not in found


async def test_a_database_that_is_not_there_yet_is_not_made(doctor, tmp_path):
    path = tmp_path / "elsewhere" / "bot.db"
    doctor.settings["BOT_DATABASE_URL"] = f"sqlite:///{path}"

    assert (await doctor.finds("reachable")).state is State.CAREFUL
    assert not path.parent.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_a_database_everything_else_is_looked_at_all_the_same(doctor, tmp_path):
    there = {one.name for one in await doctor.looks()}
    doctor.settings["BOT_DATABASE_URL"] = f"sqlite:///{tmp_path}/elsewhere/bot.db"
    doctor.has_a_backup(hours_ago=60)
    found = {one.name: one for one in await doctor.looks()}

    of_tables = {
        "writable",
        "schema",
        "key",
        "engine",
        "bound",
        "accounts",
        "office",
        "creator-only",
        "quota",
    }
    of_tables |= {"scheduler", "jobs", "outbox", "undelivered", "roster", "points"}
    assert there - found.keys() <= of_tables
    assert found["backup"].state is State.CAREFUL  # from which it can be restored
    assert found["connection"].state is State.CAREFUL
    assert {found[name].state for name in ("credentials", "https", "fonts", "disk", "journal")} <= WORKS


async def test_messages_that_did_not_arrive_within_the_week_are_counted(doctor, county, clock):
    now = clock.real_ms()
    row = {"kind": "notice", "content": "[]", "person_id": 1, "done_at": now}
    with writing(county) as connection:
        for number, more in enumerate(
            (
                {"state": "dead", "reason": "expired", "noted_at": now},
                {"state": "uncertain", "reason": "forgotten", "noted_at": now},
                {"state": "dead", "reason": "expired", "noted_at": now - 8 * 86_400_000},
                {"state": "dead", "reason": "withdrawn", "noted_at": now},
                {"state": "failed", "reason": "x", "noted_at": now, "dismissed_at": now},
                {"state": "sent", "reason": "", "noted_at": now},
            )
        ):
            connection.execute(outbox.insert().values(key=f"example/{number}", **row, **more))

    assert (await doctor.finds("undelivered")).say == "最近七天有 2 条消息没有送到，还没有人处理。"


async def test_a_public_address_without_https_is_told_where_no_platform_calls_as_well(doctor):
    for name in [name for name in doctor.settings if name.startswith("BOT_WECOM__")]:
        del doctor.settings[name]
    doctor.settings["BOT_DINGTALK__MODE"] = "stream"

    assert (await doctor.finds("https")).state is State.CAREFUL


async def test_a_file_that_is_no_database_is_said(doctor, tmp_path):
    path = tmp_path / "broken.db"
    path.write_bytes(b"this is no database" * 100)
    doctor.settings["BOT_DATABASE_URL"] = f"sqlite:///{path}"

    found = await doctor.finds("reachable")

    assert found.say == f"打不开数据库文件 {path}。"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # which has one writer only
async def test_a_database_that_somebody_holds_does_not_hold_up_the_report(doctor, database):
    with sqlite3.connect(database.url.database, isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        found = await doctor.looks(longest_s=1.5)
        holder.execute("ROLLBACK")
    holder.close()

    assert time.monotonic() - began < 20
    assert {one.state for one in found if one.area == "wecom"} <= WORKS
    (connection,) = [one for one in found if one.name == "connection"]
    assert connection.say == "智能机器人的长连接没有在 2 秒内查完。"
    await asyncio.sleep(0.2)


# ── a message to try ──


async def test_a_test_message_goes_out_on_every_platform_of_the_person(doctor, county, tenant):
    found = [one for one in await doctor.looks(test_message_to="T1") if one.area == "trial"]

    assert {one.say for one in found} == {
        "企业微信收下了测试消息，请本人看一看收到没有。",
        "钉钉收下了测试消息，请本人看一看收到没有。",
    }
    with county.database.reading() as connection:
        actions = connection.scalars(select(audit.c.action)).all()
    assert actions == ["doctor.test_message"]


async def test_a_test_message_that_is_refused_says_why(doctor, county, fault):
    fault(Effect.CODE, "wecom.message.send", code=60020)

    found = [one for one in await doctor.looks(test_message_to="T1") if one.state is State.BAD]

    assert [one.say for one in found] == ["企业微信没有收下测试消息（代码 60020）。"]
    assert "要加的地址是 203.0.113.7。" in found[0].do


async def test_a_test_message_to_nobody_is_said(doctor, county):
    assert (await doctor.finds("person", test_message_to="X9")).say == "花名册里没有这个人员编号。"
    with writing(county) as connection:
        connection.execute(account.delete())
    assert (await doctor.finds("person", test_message_to="T1")).say == "这个人没有绑定账号。"
