"""What the operator sets, and what is said when it is wrong."""

from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.settings import SettingsFault, known_names, read_settings

KEY = "k" * 32
AES = "a" * 43
WECOM = {
    "BOT_WECOM__CORP_ID": "wwexample",
    "BOT_WECOM__AGENT_ID": "1000002",
    "BOT_WECOM__SECRET": "app-secret",
    "BOT_WECOM__TOKEN": "token",
    "BOT_WECOM__ENCODING_AES_KEY": AES,
}


def faults(environment, directory):
    with pytest.raises(SettingsFault) as fault:
        read_settings(environment, directory)
    return list(fault.value.faults)


def test_nothing_set_is_a_bot_without_platforms(tmp_path):
    settings = read_settings({}, tmp_path)

    assert settings.database_url == "sqlite:///var/bot.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert (settings.wecom, settings.wecom_aibot, settings.dingtalk) == (None, None, None)


def test_a_whole_group_switches_its_platform_on(tmp_path):
    settings = read_settings(WECOM, tmp_path)

    assert settings.wecom is not None
    assert settings.wecom.agent_id == 1000002
    assert settings.wecom.api_base == "https://qyapi.weixin.qq.com"


def test_every_fault_is_said_at_once(tmp_path):
    environment = {
        "BOT_WECOM__CORP_ID": "wwexample",
        "BOT_WECOM__AGENT_ID": "one",
        "BOT_PORT": "eighty",
        "BOT_SECRET_KEY": "short",
        "BOT_DINGTALK__CLIENT_IDD": "x",
        "BOT_CLOCK_START": "2024-05-20T09:00:00",
        "BOT_LOG_FORMAT": "xml",
    }

    assert faults(environment, tmp_path) == [
        "BOT_DINGTALK__CLIENT_IDD：没有这个设置，是不是 BOT_DINGTALK__CLIENT_ID？",
        "BOT_PORT：要是整数",
        "BOT_SECRET_KEY：至少要 32 个字符",
        "BOT_CLOCK_START：要带时区，例如 2024-05-20T09:00:00+08:00",
        "BOT_LOG_FORMAT：只能是 'console' 或 'json'",
        "BOT_WECOM__AGENT_ID：要是整数",
        "BOT_WECOM__SECRET：缺少，BOT_WECOM__ 的设置要么都填，要么都不填",
        "BOT_WECOM__TOKEN：缺少，BOT_WECOM__ 的设置要么都填，要么都不填",
        "BOT_WECOM__ENCODING_AES_KEY：缺少，BOT_WECOM__ 的设置要么都填，要么都不填",
    ]


def test_no_fault_repeats_a_secret(tmp_path):
    environment = WECOM | {"BOT_SECRET_KEY": "tooshort-secret", "BOT_WECOM__ENCODING_AES_KEY": "bad-aes"}

    said = "\n".join(faults(environment, tmp_path))

    assert "tooshort-secret" not in said
    assert "bad-aes" not in said


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"BOT_ID": "b"}, ["SECRET：缺少，它要和 BOT_WECOM_AIBOT__BOT_ID 一起填"]),
        ({"SECRET": "s"}, ["BOT_ID：缺少，它要和 BOT_WECOM_AIBOT__SECRET 一起填"]),
        ({"TOKEN": "t"}, ["ENCODING_AES_KEY：缺少，它要和 BOT_WECOM_AIBOT__TOKEN 一起填"]),
    ],
)
def test_half_of_a_pair_is_a_fault(tmp_path, given, expected):
    environment = {f"BOT_WECOM_AIBOT__{name}": value for name, value in given.items()}

    assert faults(environment, tmp_path) == [f"BOT_WECOM_AIBOT__{sentence}" for sentence in expected]


def test_callback_mode_of_the_ai_bot_needs_no_bot_id(tmp_path):
    environment = {"BOT_WECOM_AIBOT__TOKEN": "t", "BOT_WECOM_AIBOT__ENCODING_AES_KEY": AES}

    assert read_settings(environment, tmp_path).wecom_aibot is not None


def test_a_secret_may_stand_in_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(KEY + "\n", encoding="utf-8")

    settings = read_settings({"BOT_SECRET_KEY_FILE": str(secret)}, tmp_path)

    assert settings.secret_key.get_secret_value() == KEY


def test_a_missing_secret_file_is_named_by_its_variable(tmp_path):
    assert faults({"BOT_SECRET_KEY_FILE": str(tmp_path / "none")}, tmp_path) == [
        "BOT_SECRET_KEY_FILE：读不到它指的文件，请检查路径和权限"
    ]


def test_the_environment_wins_over_the_env_file(tmp_path):
    (tmp_path / ".env").write_text("BOT_PORT=1111\nBOT_HOST=0.0.0.0\n", encoding="utf-8")

    settings = read_settings({"BOT_PORT": "2222"}, tmp_path)

    assert (settings.host, settings.port) == ("0.0.0.0", 2222)


def test_an_env_file_that_is_somebody_elses_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("BOT_PORT=1\n")
    monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(13, "Permission denied")))

    assert faults({}, tmp_path) == [".env：没有权限读，请用运行机器人的那个用户运行这条命令"]


def test_lines_of_the_env_file_that_say_nothing_are_named_by_their_number_only(tmp_path, caplog):
    lines = [
        "# ours",
        f"BOT_SECRET_KEY='{KEY}",
        "export BOT_PORT=81",
        "",
        "BOT_PLAN plan.toml",
        "BOT_HOST=::1",
    ]
    (tmp_path / ".env").write_text("\n".join(lines))

    assert faults({"BOT_LOG_LEVEL": "loud"}, tmp_path) == [
        ".env 第 2 行：看不懂，要写成 名字=值，引号要成对",
        ".env 第 5 行：看不懂，要写成 名字=值，引号要成对",
        "BOT_LOG_LEVEL：只能是 'debug', 'info', 'warning' 或 'error'",
    ]
    assert caplog.messages == []


def test_an_env_file_may_have_comments_quotes_and_a_mark_of_windows(tmp_path):
    written = f'\ufeffBOT_SECRET_KEY="{KEY}"  # on paper\r\nBOT_HOST = ::1\r\nBOT_PLAN\r\n'
    (tmp_path / ".env").write_bytes(written.encode())

    settings = read_settings({}, tmp_path)

    assert settings.secret_key.get_secret_value() == KEY
    assert (settings.host, settings.plan) == ("::1", None)


def test_settings_never_show_their_secrets(tmp_path):
    assert "app-secret" not in repr(read_settings(WECOM, tmp_path))


def test_every_variable_of_the_contract_exists():
    assert len(known_names()) == 9 + 6 + 6 + 6


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BOT_CLOCK_START", "1716166800", "要写成 2024-05-20T09:00:00+08:00 这样的时间"),
        ("BOT_PUBLIC_URL", "http://", "要以 http:// 或 https:// 开头"),
        ("BOT_SECRET_KEY", "k" + " " * 40, "至少要 32 个字符"),
        ("BOT_WECOM_AIBOT__WS_URL", "https://openws.work.weixin.qq.com", "要以 wss:// 开头"),
    ],
)
def test_what_only_looks_like_a_value_is_a_fault(tmp_path, name, value, said):
    aibot = {"BOT_WECOM_AIBOT__BOT_ID": "b", "BOT_WECOM_AIBOT__SECRET": "s"}
    assert faults({**aibot, name: value}, tmp_path) == [f"{name}：{said}"]


def test_a_secret_that_is_blank_is_none(tmp_path):
    empty = tmp_path / "secret"
    empty.write_text("\n")
    named = {name: value for name, value in WECOM.items() if name != "BOT_WECOM__SECRET"}
    missing = "BOT_WECOM__SECRET：缺少，BOT_WECOM__ 的设置要么都填，要么都不填"
    assert faults({**named, "BOT_WECOM__SECRET": " "}, tmp_path) == [missing]
    assert faults({**named, "BOT_WECOM__SECRET_FILE": str(empty)}, tmp_path) == [
        "BOT_WECOM__SECRET_FILE：它指的文件是空的",
        missing,
    ]
