"""`serve` as a process: both doors answer, it stops gracefully, and says why it does not start."""

import json
import signal
import socket
import sqlite3
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, make_url

from storage.database import Database
from storage.tables import import_run
from tests.kit.patience import PATIENCE_SECONDS

KEY = {"BOT_SECRET_KEY": "k" * 32}
DINGTALK = {
    "BOT_DINGTALK__CLIENT_ID": "a",
    "BOT_DINGTALK__CLIENT_SECRET": "b",
    "BOT_DINGTALK__ROBOT_CODE": "c",
}


def test_both_platforms_get_the_same_answer(serve, platforms):
    server = serve()
    said = platforms.ask_dingtalk(server, "截止时间", "m1")
    assert said.replace("> ", "").splitlines()[0].strip().startswith("现在是第 2 阶段“组织实施”")
    assert platforms.ask_wecom(server, "截止时间", "1").startswith("现在是第 2 阶段“组织实施”")
    assert "赵示例" in platforms.ask_dingtalk(server, "我是谁", "m2")
    assert "赵示例" in platforms.ask_wecom(server, "我是谁", "2")


def test_the_practice_tenant_is_not_there(serve):
    server = serve()
    assert server.get("/tenant/")[0] == 404
    assert server.get("/tenant/wecom/cgi-bin/gettoken")[0] == 404


def test_it_is_alive_and_ready(serve):
    server = serve()
    assert server.get("/livez") == (200, "alive\n")
    assert server.get("/readyz") == (200, '{"ready": true, "reasons": []}')


def test_it_takes_less_than_140_megabytes(serve, platforms):
    server = serve()
    for number in range(20):
        platforms.ask_dingtalk(server, "截止时间", f"m{number}")
    status = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    (resident,) = [int(line.split()[1]) for line in status if line.startswith("VmRSS")]
    assert resident < 140 * 1024  # kB


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_success(serve, number):
    server = serve()
    assert server.stop(number) == 0
    assert not [line for line in server.said if "Traceback" in line]


def test_a_request_in_flight_is_answered_before_it_stops(serve, platforms, sqlite_county):
    server = serve()
    lock = sqlite3.connect(make_url(sqlite_county).database, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(platforms.ask_wecom(server, "我是谁", "1")))
    asking.start()
    time.sleep(0.25)  # the message waits for the lock
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.15)
    lock.rollback()
    lock.close()
    asking.join(5)
    assert server.process.wait(20) == 0
    assert [said.splitlines()[0] for said in answers] == ["你是赵示例，示例县第一小学。"]


def test_a_second_one_on_the_same_port_says_so(start, serve, sqlite_county):
    port = serve().address.rsplit(":", 1)[1]
    second = start("serve", listens=False, BOT_PORT=port, BOT_DATABASE_URL=sqlite_county, **KEY, **DINGTALK)
    assert second.process.wait(20) == 1
    assert second.said == [f"127.0.0.1:{port} 已经被别的程序占用，请先停掉它，或用 BOT_PORT 换一个端口"]


def test_an_address_of_another_machine_is_refused(bot):
    done = bot("serve", BOT_HOST="192.0.2.1", BOT_PORT="0", **KEY, **DINGTALK)
    assert (done.returncode, done.stderr) == (1, "不能监听 192.0.2.1:0，请检查 BOT_HOST\n")


def test_ipv6_addresses_are_printed_as_such(serve):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("no IPv6 here")
    assert serve(BOT_HOST="::1").address.startswith("http://[::1]:")


def test_json_logs_carry_the_address_too(serve):
    server = serve(BOT_LOG_FORMAT="json")
    (line,) = [line for line in server.said if "listening on http://127.0.0.1:" in line]
    assert json.loads(line)["level"] == "info"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (KEY, "一个平台也没有设置，请填上企业微信（BOT_WECOM__…）或钉钉（BOT_DINGTALK__…）的设置\n"),
        (
            DINGTALK,
            "BOT_SECRET_KEY：缺少，至少要 32 个字符；可以这样生成：python -c 'import secrets; print(secrets.token_hex(32))'\n",
        ),
    ],
)
def test_what_is_missing_is_named_before_anything_starts(bot, tmp_path, settings, said):
    done = bot("serve", **settings)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    assert list(tmp_path.iterdir()) == []


def test_nothing_secret_is_ever_printed(serve, platforms):
    server = serve(BOT_LOG_LEVEL="debug")
    platforms.ask_dingtalk(server, "绑定 赵示例 ABCD2345", "m1", account_id="stranger")
    assert server.get("/dingtalk/callback")[0] == 405
    server.stop()
    printed = "\n".join(server.said)
    for secret in (
        "ding-example-secret",
        "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        "ABCD2345",
        "赵示例",
    ):
        assert secret not in printed


def test_an_import_that_a_crash_cut_short_is_settled(serve, sqlite_county):
    database = Database(sqlite_county)
    with database.writing() as connection:
        connection.execute(
            insert(import_run).values(
                kind="schools",
                file_name="学校.xlsx",
                file_hash="0",
                state="applying",
                counts={},
                started_at=1,
            )
        )
    serve()
    deadline = time.monotonic() + PATIENCE_SECONDS
    state = None
    while state != "applied" and time.monotonic() < deadline:
        time.sleep(0.05)
        with database.reading() as connection:
            state = connection.scalar(import_run.select().with_only_columns(import_run.c.state))
    database.close()
    assert state == "applied"


def test_an_older_postgresql_is_refused(bot, postgres_server):
    done = bot("serve", BOT_DATABASE_URL=postgres_server, **KEY, **DINGTALK)
    assert done.returncode == 1
    assert done.stderr.startswith("数据库结构是空的，程序要的是 ")
    assert done.stderr.endswith("请先运行 python -m bot migrate\n")


def test_it_answers_on_each_kind_of_database(start, platforms, county):
    server = start(
        "serve",
        BOT_DATABASE_URL=county,
        **KEY,
        BOT_DINGTALK__CLIENT_ID="ding-example",
        BOT_DINGTALK__CLIENT_SECRET="ding-example-secret",
        BOT_DINGTALK__ROBOT_CODE="ding-example",
    )
    assert "赵示例" in platforms.ask_dingtalk(server, "我是谁", "m1")
    assert server.stop() == 0
