"""`python -m bot doctor` as a command: exit codes, the report for people and for programs, and how long it may take."""

import json
import os
import time
from pathlib import Path

import pytest

from bot.settings import secret_files
from tests.cli.conftest import DINGTALK, REPOSITORY, SECRET_KEY, WECOM

NOWHERE = "http://127.0.0.1:9"  # the port "discard", where nobody listens


def test_settings_that_cannot_be_read_are_said_as_check_says_them(bot):
    checked = bot("check", BOT_PORT="0x", BOT_HOTS="a")
    done = bot("doctor", BOT_PORT="0x", BOT_HOTS="a")

    assert done.returncode == 1
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    for fault in checked.stderr.splitlines():
        assert any(one.startswith(f"✗ {fault}") and one.endswith("改好后再查一次。") for one in lines), fault
    assert "✓ 字体能画中文。" in lines
    assert lines[-1].startswith("有 2 处要改")


def test_a_fresh_machine_is_told_what_to_do_first(bot, tmp_path):
    done = bot("doctor")

    assert done.returncode == 1
    assert f"！ 这个文件夹里没有 .env：{tmp_path}。换到程序所在的文件夹再运行；" in done.stdout
    assert "✗ 没有设置 BOT_SECRET_KEY，机器人不会启动。" in done.stdout
    assert "✗ 一个平台也没有设置，没有人能和机器人说话。" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_for_programs_it_is_one_list(bot, sqlite_county):
    done = bot("doctor", "--json", BOT_DATABASE_URL=sqlite_county, BOT_SECRET_KEY=SECRET_KEY)

    found = json.loads(done.stdout)
    assert {tuple(one) for one in found} == {("area", "name", "state", "say", "do", "where")}
    states = {one["name"]: one["state"] for one in found}
    assert states["doors"] == "bad"
    assert states["schema"] == "good"


@pytest.mark.parametrize("postgres_too", [False, True])
def test_without_a_network_it_ends_in_time_with_a_line_for_each_fault(bot, postgres_too):
    address = {"BOT_DATABASE_URL": "postgresql://nobody:hidden@127.0.0.1:9/bot"} if postgres_too else {}
    bases = {
        "BOT_WECOM__API_BASE": NOWHERE,
        "BOT_DINGTALK__API_BASE": NOWHERE,
        "BOT_DINGTALK__OAPI_BASE": NOWHERE,
    }
    began = time.monotonic()

    done = bot("doctor", BOT_SECRET_KEY=SECRET_KEY, **WECOM, **DINGTALK, **bases, **address)

    assert time.monotonic() - began < 20
    assert done.returncode == 1
    assert done.stdout.count("✗ 连不上 127.0.0.1。") == 2
    assert ("✗ 连不上数据库 127.0.0.1:9/bot。" in done.stdout) is postgres_too
    for secret in ("hidden", WECOM["BOT_WECOM__SECRET"], DINGTALK["BOT_DINGTALK__CLIENT_SECRET"], SECRET_KEY):
        assert secret not in done.stdout + done.stderr
    assert done.stderr == ""


def test_a_database_is_looked_at_and_not_migrated(bot, tmp_path):
    path = tmp_path / "empty.db"
    path.touch()

    done = bot("doctor", BOT_DATABASE_URL=f"sqlite:///{path}")

    assert "！ 数据库结构是空的，" in done.stdout
    assert not list(tmp_path.glob("*.before-*"))


def test_help_names_the_person_of_a_test_message(bot):
    done = bot("doctor", "--help")

    assert done.returncode == 0
    assert "--test-message 人员编号" in done.stdout


def test_a_name_server_that_never_answers_does_not_keep_it_from_ending(bot, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import socket, time\nsocket.getaddrinfo = lambda *_, **__: time.sleep(50)\n", encoding="utf-8"
    )
    began = time.monotonic()

    path = f"{tmp_path}{os.pathsep}{REPOSITORY}"
    done = bot("doctor", fresh=True, BOT_SECRET_KEY=SECRET_KEY, PYTHONPATH=path, **WECOM)

    assert time.monotonic() - began < 20
    assert done.returncode == 1
    assert "✗ qyapi.weixin.qq.com 没有回答。" in done.stdout


def test_files_that_settings_are_read_from_are_known(tmp_path, monkeypatch):
    secret = tmp_path / "key.txt"
    secret.write_text(SECRET_KEY, encoding="utf-8")
    (tmp_path / ".env").write_text("BOT_SECRET_KEY_FILE=key.txt\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert secret_files({}, tmp_path) == [tmp_path / ".env", Path("key.txt")]
    assert secret_files({"BOT_WECOM__SECRET_FILE": "/nowhere"}, tmp_path) == [
        tmp_path / ".env",
        Path("key.txt"),
    ]
