"""`job`: by hand on any day and at any hour, once per date and group."""

import json
import threading
import time
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from sqlalchemy import select

from bot.jobs.registry import JOBS
from bot.plan_sections import JOBS as PLANNED
from bot.policy.timetable import Outcome
from storage import job_runs
from storage.database import Database
from storage.delivery_tables import job_run
from tests.kit.patience import PATIENCE_SECONDS

from .conftest import SECRET_KEY, WECOM

KEY = "00000000-0000-4000-8000-00000000abcd"
WEBHOOK = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
SATURDAY = date(2024, 5, 18)
SATURDAY_NIGHT = "2024-05-18T23:30:00+08:00"
WAITS = "现在有 {} 条消息等着发，运行中的 serve 会发出去；没有 serve 在运行，就再加 --deliver。\n"


@pytest.fixture
def job(bot, county):
    """Runs `job …` on the small county, in a Saturday's night."""

    def run(*arguments, command="job", **settings):
        return bot(
            command,
            *arguments,
            **{
                "BOT_DATABASE_URL": county,
                "BOT_SECRET_KEY": SECRET_KEY,
                "BOT_CLOCK_START": SATURDAY_NIGHT,
                **settings,
            },
        )

    return run


@pytest.fixture
def hours(job, tmp_path):
    """Somebody has learned online."""
    (tmp_path / "hours.csv").write_text("姓名,人员编号,获得学时\n赵示例,SL1,20\n", encoding="utf-8")
    done = job("online-hours", "hours.csv", "--as-of", "2024-05-16", "--yes", command="import")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def bind(job):
    def run(*whose, webhook=WEBHOOK, **settings):
        done = job("bind", "--platform", "wecom", *whose, "--webhook", webhook, command="group", **settings)
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture
def recorded(county):
    """Job, day, outcome."""

    def read():
        database = Database(county)
        columns = job_run.c
        with database.reading() as connection:
            rows = connection.execute(select(columns.job, columns.day, columns.outcome).order_by(columns.day))
            found = [(row.job, row.day.isoformat(), row.outcome) for row in rows]
        database.close()
        return found

    return read


@pytest.fixture
def platform():
    """WeCom's group webhook on this machine; `heard` holds the bodies."""
    heard = []

    class Says(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            body = b'{"errcode":0,"errmsg":"ok"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.heard = heard
    yield server
    server.shutdown()
    server.server_close()


def test_a_ranking_by_hand_goes_out_on_a_day_off_and_once_for_its_date(job, hours, bind, recorded):
    bind("--county")
    first = job("daily-ranking", "--date", "2024-05-17")
    assert (first.returncode, first.stderr) == (0, "")
    head, _, waits = first.stdout.partition("\n")
    assert head.startswith("每日排名 2024-05-17：5月17日（周五）的排名发给 1 个群")
    count = json.loads(job("calendar", "--json").stdout)["waiting"]
    assert count
    assert waits == WAITS.format(count)

    again = job("daily-ranking", "--date", "2024-05-17")
    assert (again.returncode, again.stderr) == (0, "")
    assert "这一天已经做过（" in again.stdout
    assert again.stdout.endswith(WAITS.format(count))
    assert recorded()[0] == ("daily-ranking", "2024-05-17", "done")


def test_a_group_that_was_bound_later_gets_what_the_others_have(job, hours, bind):
    bind("--county")
    first = json.loads(job("daily-ranking", "--json").stdout)
    bind("--school", "示例一小", webhook=WEBHOOK.replace("abcd", "ef01"))
    second = json.loads(job("daily-ranking", "--json").stdout)

    assert (second["job"], second["date"], second["outcome"]) == ("daily-ranking", "2024-05-18", "done")
    assert (first["messages"], second["messages"]) == (first["waiting"], 1)
    assert second["waiting"] == first["waiting"] + 1


def test_it_delivers_before_it_ends(job, hours, bind, platform):
    base = f"http://127.0.0.1:{platform.server_address[1]}"
    settings = {**WECOM, "BOT_WECOM__API_BASE": base}
    bind("--county", webhook=f"{base}/cgi-bin/webhook/send?key={KEY}", **settings)
    done = job("daily-ranking", "--deliver", **settings)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n没有消息等着发。\n")
    heard = len(platform.heard)
    assert heard
    again = job("daily-ranking", "--deliver", **settings)
    assert again.returncode == 0
    assert len(platform.heard) == heard


def test_a_year_without_a_table_is_told_to_the_office_once_a_week(job):
    late = {"BOT_CLOCK_START": "2058-11-04T09:00:00+08:00"}  # a Monday
    first, second = job("calendar", **late), job("calendar", "--date", "2058-11-05", **late)

    assert first.stdout == (
        "检查工作日表 2058-11-04：缺 2058 年的放假和调休安排，已经提醒项目办。\n" + WAITS.format(1)
    )
    assert second.returncode == 1  # not yet
    assert job("calendar", "--json", **late).stdout == (
        '{"job": "calendar", "date": "2058-11-04", "outcome": "nothing", '
        '"detail": "缺 2058 年的放假和调休安排，这周已经提醒过项目办。", "messages": 0, "waiting": 1}\n'
    )


def test_links_are_not_opened_before_the_office_has_said_so(job):
    done = job("link-check")
    said = "查看链接 2024-05-18：方案里没有打开（[jobs.link-check] 的 on），一个链接也没有看。\n没有消息等着发。\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_links_are_looked_at_by_hand_when_it_is_on(job, tmp_path, recorded):
    (tmp_path / "plan.toml").write_text("[jobs.link-check]\non = true\n")
    done = job("link-check", BOT_PLAN="plan.toml")
    said = "查看链接 2024-05-18：没有到时间要看的链接。\n没有消息等着发。\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert recorded() == [("link-check", "2024-05-18", "nothing")]


def test_a_backup_is_made_by_hand(job, recorded, tmp_path):
    done = job("backup")
    (kept,) = (tmp_path / "var" / "backups").iterdir()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"备份 2024-05-18：备份好了：var/backups/{kept.name}（")
    assert recorded() == [("backup", "2024-05-18", "done")]


def test_what_is_planned_is_there():
    assert set(PLANNED) <= set(JOBS)


def test_what_has_served_its_time_is_cleared_away_by_hand(job, recorded):
    done = job("retention")
    said = "清理到期数据 2024-05-18：没有到期的，什么也没有清理。\n没有消息等着发。\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert recorded() == [("retention", "2024-05-18", "nothing")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("daily-rankin",), "没有任务 'daily-rankin'，是不是 daily-ranking？\n"),
        (("backups",), "没有任务 'backups'，是不是 backup？\n"),
        (("daily-ranking", "--date", "昨天"), "看不懂日期 '昨天'，要写成 2024-05-20 这样\n"),
        ((), "缺少 NAME\n"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(bot, arguments, said):
    done = bot("job", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said + "用法见 python -m bot job --help\n")


def test_tomorrow_is_not_run_today(job, recorded):
    done = job("daily-ranking", "--date", "2024-05-19")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "2024-05-19 还没有到，今天是 2024-05-18\n")
    assert recorded() == []


def test_what_a_process_is_doing_is_left_to_it(job, county):
    database = Database(county)
    with database.writing() as connection:
        seen = job_runs.seen(connection, "calendar", SATURDAY)
        job_runs.take(connection, seen, at=0, until=2**50)
    database.close()

    done = job("calendar")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "检查工作日表 2024-05-18：正有别的程序在做，请过几分钟再看\n"


def test_what_the_timetable_has_given_up_is_done_by_hand(job, county, recorded):
    database = Database(county)
    with database.writing() as connection:
        seen = job_runs.seen(connection, "calendar", SATURDAY)
        job_runs.pass_over(
            connection, seen, job_runs.Ended(outcome=Outcome.SKIPPED, detail="过了时间。", at=1)
        )
    database.close()

    assert job("calendar").returncode == 0
    assert recorded() == [("calendar", "2024-05-18", "nothing")]


def test_a_running_bot_runs_what_is_due_and_stops_in_time(serve, sqlite_county):
    server = serve(BOT_CLOCK_START="2024-05-20T18:00:00+08:00")
    database = Database(sqlite_county)
    deadline = time.monotonic() + PATIENCE_SECONDS
    found = None
    while found is None and time.monotonic() < deadline:
        time.sleep(0.1)
        with database.reading() as connection:
            found = job_runs.ended(connection, "daily-ranking", date(2024, 5, 20))
    database.close()

    assert found is not None
    assert (found.outcome, found.detail) == (Outcome.NOTHING, "还没有绑定群，没有发。")
    assert server.stop() == 0
