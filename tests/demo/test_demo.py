"""`demo`: the county is made once, through the ordinary import, and one can talk to it at once."""

import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from openpyxl import load_workbook

from bot.cli.demo import _who_can_open_it
from bot.clock import SHANGHAI
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from storage.database import Database
from storage.standings import differences
from tests.kit.forkserver import Order
from tests.kit.patience import PATIENCE_SECONDS

REPOSITORY = Path(__file__).parents[2]


def environment(**settings):
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {**plain, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "BOT_PORT": "0", **settings}


def figures(address):
    with urlopen(f"{address}/metrics", timeout=5) as answered:
        return answered.read().decode().splitlines()


def connections(address):
    """Those that are up."""
    return {
        line.split('"')[1]
        for line in figures(address)
        if line.startswith("bot_connected{") and line.endswith(" 1.0")
    }


def has_backed_up(address):
    done = 'bot_job_ended_timestamp_seconds{outcome="done",task="backup"}'
    return any(line.startswith(done) for line in figures(address))


def run_demo(folder, seconds=60, wait_for=(), until=lambda _address: True, **settings):
    """Starts the demo, waits until it is up, stops it; what it printed, and after how long it was up."""
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = []
        try:
            for line in process.stdout:
                said.append(line.rstrip("\n"))
                if line.startswith("按 Ctrl+C"):
                    break
            up = time.monotonic() - start
            address = said[1].removeprefix("请在浏览器里打开：").removesuffix("/tenant/")
            while not (connections(address) >= set(wait_for) and until(address)):
                assert time.monotonic() - start < seconds
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, process.stderr.read()
        finally:
            process.kill()
    assert up < seconds
    return said, up


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo-home")
    said, _ = run_demo(folder)
    (folder / "said.txt").write_text("\n".join(said), encoding="utf-8")
    return folder


@pytest.fixture
def runs(forkserver):
    """`runs(folder, "demo")`: what came of the command there, once it has ended."""

    def run(folder, *arguments, stdin="", **settings):
        order = Order("bot", arguments, str(folder), environment(**settings))
        return forkserver.run(order, stdin=stdin, timeout=PATIENCE_SECONDS)

    return run


def test_it_says_where_to_look_and_how_to_talk_to_it(home):
    said = (home / "said.txt").read_text(encoding="utf-8").splitlines()
    assert said[0] == "演示县已经开门，程序里的现在是 2024-05-20 09:00。"
    assert re.fullmatch(r"请在浏览器里打开：http://127\.0\.0\.1:\d+/tenant/", said[1])
    assert said[2] == "左边是企业微信，右边是钉钉，县里的任何一个人都可以是你。"
    assert said[3] == "只有这台电脑打得开这个页面。"
    assert [line.split("    ")[1].split()[0] for line in said[5:8]] == ["教师", "教研组长", "项目办"]


def test_it_says_so_when_others_can_open_the_page(home):
    said, _ = run_demo(home, BOT_HOST="0.0.0.0")
    assert said[1].startswith("请在浏览器里打开：http://127.0.0.1:")
    assert said[3] == (
        "注意：BOT_HOST 是 0.0.0.0，同一网络里的人都打得开这个页面，能以演示县里任何人的身份说话。"
    )


def test_the_examples_that_it_prints_work(home, runs):
    said = (home / "said.txt").read_text(encoding="utf-8").splitlines()
    for line in said[5:8]:
        number, name = re.search(r"--as (\S+) +\S+ ([^，]+)，", line).groups()
        done = runs(home, "chat", "--demo", "--as", number, stdin="我是谁")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(f"你是{name}，")


def test_the_second_start_changes_nothing(home):
    before = (home / "var" / "demo" / "tokens.json").read_text()
    run_demo(home)
    assert (home / "var" / "demo" / "tokens.json").read_text() == before


def test_dingtalk_may_be_connected_instead_of_calling(home):
    run_demo(home, wait_for=("wecom.aibot", "dingtalk.stream"), BOT_DINGTALK__MODE="stream")


def test_both_ends_of_a_connection_stop_together(home):
    run_demo(home, wait_for=("wecom.aibot",))


def test_the_countys_own_backups_are_neither_replaced_nor_added_to(tmp_path):
    """`make run` is typed in the folder in which the real bot runs as well, and it may have a plan of its own."""
    plan, backups = tmp_path / "plan.toml", tmp_path / "var" / "backups"
    plan.write_text('[backup]\nfolder = "var/backups"\nkeep_days = 1\nkeep_weeks = 1\n', encoding="utf-8")
    backups.mkdir(parents=True)
    real = backups / f"bot-{datetime.now(SHANGHAI):%Y%m%d}-000000.backup"
    real.write_bytes(b"the county's")

    run_demo(tmp_path, until=has_backed_up, BOT_PLAN=str(plan))

    assert list(backups.iterdir()) == [real]
    assert len(list((tmp_path / "var" / "demo" / "backups").glob("bot-*.backup"))) == 1


def test_a_job_by_its_own_plan_backs_up_apart_as_well(home):
    plan = load_plan(home / "var" / "demo" / "plan.toml")
    assert plan.backup.folder == "var/demo/backups"


def test_another_mode_there_is_none(home, runs):
    done = runs(home, "demo", BOT_DINGTALK__MODE="Stream")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "BOT_DINGTALK__MODE：只能是 'http' 或 'stream'\n"


def test_its_secrets_are_for_the_owner_only(home):
    tokens = home / "var" / "demo" / "tokens.json"
    assert stat.S_IMODE(tokens.stat().st_mode) == 0o600
    assert len(json.loads(tokens.read_text())["secret_key"]) == 64


def test_the_clock_of_the_operator_is_kept_to(home):
    said, _ = run_demo(home, BOT_CLOCK_START="2024-06-03T10:30:00+08:00")
    assert said[0] == "演示县已经开门，程序里的现在是 2024-06-03 10:30。"


def test_every_state_occurs_and_the_standings_agree_with_the_rules(home):
    path = home / "var" / "demo" / "bot.db"
    with sqlite3.connect(path) as connection:
        steps = {step for (step,) in connection.execute("SELECT DISTINCT next_step FROM standing")}
        people, runs = connection.execute(
            "SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM import_run WHERE state = 'applied')"
        ).fetchone()
    connection.close()
    assert steps == {"no_account", "no_choice", "no_evidence", "returned", "waiting", "hours", "none"}
    assert (people, runs) == (2000, 3)
    database = Database(f"sqlite:///{path}")
    with database.reading() as connection:
        plan = load_plan(home / "var" / "demo" / "plan.toml")
        assert differences(connection, plan, load_catalogue(None)) == ()
    database.close()


def test_its_files_are_what_offices_send(home):
    files = home / "var" / "demo" / "files"
    hours = load_workbook(files / "示例县线上学时.xlsx").active
    rows = list(hours.iter_rows(values_only=True))
    assert rows[0][0] == "示例县网络研修学情统计表"
    assert rows[1][0] == "统计时间：2024-05-19 23:59:59"
    assert rows[-1][0] == "合计"


def test_nothing_is_left_half_made(home):
    assert [path.name for path in (home / "var").iterdir()] == ["demo"]


def test_chat_makes_the_county_when_there_is_none(tmp_path, runs):
    done = runs(tmp_path, "chat", "--demo", "--as", "SL0041", stdin="我是谁")
    assert (done.returncode, done.stderr) == (
        0,
        "正在准备演示县（40 个单位、2000 位教师），只在第一次需要几秒钟……\n",
    )
    assert done.stdout.startswith("你是郎例样，示例县第一高级中学。")


def test_a_faulty_plan_is_told_before_anything_is_made(tmp_path, runs):
    (tmp_path / "plan.toml").write_text("[requirement]\nonline = 0\n")
    done = runs(tmp_path, "demo", BOT_PLAN="plan.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("requirement.online: ")
    assert not (tmp_path / "var").exists()


def test_lost_tokens_are_a_sentence(tmp_path, runs):
    (tmp_path / "var" / "demo").mkdir(parents=True)
    done = runs(tmp_path, "demo")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "var/demo 里的 tokens.json 读不出来，请删掉 var/demo 再运行，会重新准备演示县\n"


@pytest.mark.parametrize("tokens", ["null", "[]", '{"wecom": null}', '{"wecom": "x", "dingtalk": {}}', "{"])
def test_damaged_tokens_are_a_sentence(tmp_path, tokens, runs):
    folder = tmp_path / "var" / "demo"
    folder.mkdir(parents=True)
    (folder / "tokens.json").write_text(tokens)

    done = runs(tmp_path, "demo")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "var/demo 里的 tokens.json 读不出来，请删掉 var/demo 再运行，会重新准备演示县\n"


def test_a_lost_database_is_a_sentence(home, tmp_path, runs):
    folder = tmp_path / "var" / "demo"
    folder.mkdir(parents=True)
    shutil.copy(home / "var" / "demo" / "tokens.json", folder)
    shutil.copy(home / "var" / "demo" / "plan.toml", folder)

    done = runs(tmp_path, "demo")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "var/demo 里的 bot.db 不见了，请删掉 var/demo 再运行，会重新准备演示县\n"


@pytest.mark.parametrize(
    ("where", "loopback"), [("127.0.0.2", True), ("::1", True), ("0.0.0.0", False), ("192.168.1.7", False)]
)
def test_whoever_can_open_the_page_is_told_by_where_it_listens(where, loopback):
    alone = "只有这台电脑打得开这个页面。"

    assert (_who_can_open_it("LOCALHOST", where) == alone) is loopback
