"""What is concluded from what was seen: nothing here looks at anything."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.doctor import (
    abilities,
    aibot,
    clock_skew,
    dingtalk,
    engine,
    keeping,
    machine,
    reach,
    store,
    usage,
    wecom,
    work,
)
from bot.doctor.abilities import Way
from bot.doctor.callbacks import Heard, Probe, echostr, judge, probes
from bot.doctor.clock_skew import Skew
from bot.doctor.finding import Area, State, bad, careful, good, line, page
from bot.plan_file import load_plan
from bot.platforms.calls import Answered
from bot.platforms.wecom.crypto import Cipher
from bot.policy.timetable import Outcome
from bot.settings import DingTalk, read_settings
from bot.tenant.installation import Installation
from storage.backlog import Waiting
from storage.checkup import GoneWrong, People, Traffic
from storage.presence import Process
from storage.schema import HEAD
from tests.kit.installation import ROBOT, environment

PLAN = load_plan(None)
API = "https://api.example"
MINUTE = 60_000
NOON = 1_716_177_600_000  # 2024-05-20 12:00 in Shanghai, a Monday


def said(one):
    return (one.state.value, one.say + one.do)


def test_one_line_says_what_is_wrong_what_to_do_and_where():
    one = bad(Area.WECOM, "agent", "地址不对。", "加上它。", "后台 → 应用")

    assert line(one) == "✗ 地址不对。加上它。（后台 → 应用）"
    assert one.record == {
        "area": "wecom",
        "name": "agent",
        "state": "bad",
        "say": "地址不对。",
        "do": "加上它。",
        "where": "后台 → 应用",
    }


def test_a_page_ends_with_how_it_is_altogether():
    fine, note, fault = (
        good(Area.WORK, "a", "好。"),
        careful(Area.WORK, "b", "嗯。"),
        bad(Area.WORK, "c", "坏。"),
    )

    assert page([fine])[-1] == "一切正常。"
    assert page([fine, note])[-1] == "没有要改的，1 处要留意。"
    assert page([fine, note, fault]) == [
        "定时任务和待发的消息",
        "✓ 好。",
        "！ 嗯。",
        "✗ 坏。",
        "",
        "有 1 处要改，1 处要留意。",
    ]


@pytest.mark.parametrize(
    ("free", "state", "left"),
    [
        (199 << 20, State.BAD, "199 MB"),
        (200 << 20, State.CAREFUL, "200 MB"),
        (2047 << 20, State.CAREFUL, "2.0 GB"),
        (5 << 30, State.GOOD, "5.0 GB"),
    ],
)
def test_a_disk_is_full_before_it_is_full(free, state, left):
    found = machine.disk(free)

    assert found.state is state
    assert left in found.say


def test_what_waits_in_the_journal_is_counted():
    assert said(machine.journal(machine.Waiting(writable=True))) == (
        "good",
        "暂存消息的文件夹能写，没有积压。",
    )
    assert machine.journal(machine.Waiting(writable=False)).state is State.BAD
    assert machine.journal(machine.Waiting(writable=True, kept=2)).say == "有 2 条收下的消息还没有处理。"
    assert machine.journal(machine.Waiting(writable=True, kept=2, unreadable=1)).say.startswith(
        "暂存的消息里有 1 条"
    )


def test_left_overs_of_the_journal_are_found(tmp_path):
    for name in ("a.json", "b.json", "c.part"):
        (tmp_path / name).touch()

    assert machine.look_at_journal(tmp_path).say == "有 2 条收下的消息还没有处理。"
    assert machine.look_at_journal(tmp_path / "not" / "yet").state is State.GOOD


def test_a_key_is_long_and_not_to_be_guessed():
    assert machine.secret_key(None).state is State.BAD
    assert machine.secret_key("a" * 40).state is State.CAREFUL
    assert machine.secret_key("0123456789abcdef" * 2).say == "BOT_SECRET_KEY 有 32 个字符，够长。"


def test_the_holiday_table_is_asked_for_the_programme_and_for_this_year():
    assert machine.calendar(PLAN, date(2024, 5, 20)).state is State.GOOD
    assert machine.calendar(PLAN, date(2099, 5, 20)).say.startswith("没有 2099 年的放假和调休安排")
    november = date(max(PLAN.workdays.years), 11, 3)  # by then next year's has been published
    assert machine.calendar(PLAN, november).say.startswith(f"没有 {november.year + 1} 年的放假和调休安排")
    bare = replace(PLAN, workdays=replace(PLAN.workdays, years=frozenset()))
    years = sorted({day.year for day in PLAN.span})
    assert machine.calendar(bare, PLAN.span[0]).say.startswith(f"没有 {'、'.join(map(str, years))} 年的")


def test_a_folder_that_cannot_be_entered_is_a_fault_and_no_crash(monkeypatch, tmp_path):
    locked = tmp_path / "var"
    locked.mkdir()
    exists = Path.exists

    def refused(path, **more):
        if path.is_relative_to(locked) and path != locked:
            raise PermissionError
        return exists(path, **more)

    monkeypatch.setattr(Path, "exists", refused)

    (found,) = store.judge(store.opened(f"sqlite:///{locked}/bot.db"))
    assert (found.state, found.say) == (State.BAD, "数据库文件所在的目录进不去。")
    assert machine.look_at_disk(locked / "bot.db-waiting").name == "disk"


def test_the_font_draws_chinese_and_a_missing_character_is_named():
    assert machine.look_at_fonts().say == "字体能画中文。"
    assert machine._font_fault("研\ue000") == "缺少“\ue000”字"


def test_another_time_zone_only_matters_to_the_log():
    assert machine.time_zone(timedelta(hours=8)).state is State.GOOD
    assert machine.time_zone(timedelta(hours=-5.5)).say.startswith("服务器的时区是 UTC-5.5，")


def test_wrong_zone_data_are_a_fault():
    assert machine.look_at_zone_data().state is State.GOOD
    summer_time = machine.zone_data(timedelta(hours=8), timedelta(hours=9))
    assert said(summer_time) == (
        "bad",
        (
            "这台机器的时区数据不对，北京时间算不准。"
            "重新安装 tzdata：python -m pip install --force-reinstall tzdata。"
        ),
    )


def test_too_few_open_files_are_told_with_the_number_to_set():
    assert [one.state for most in (1_024, None) for one in machine.open_files(most)] == [State.GOOD] * 2
    (few,) = machine.open_files(256)
    assert said(few) == (
        "careful",
        (
            "同时最多只能打开 256 个文件和连接，人多的时候不够。"
            "运行 serve 之前先 ulimit -n 1024，或在 systemd 里写 LimitNOFILE=1024。"
        ),
    )


def test_the_disk_of_backups_is_looked_at_where_it_is_another_one(tmp_path):
    assert machine.look_at_backup_disk(tmp_path / "backups", tmp_path) == []
    assert said(machine.disk(100 << 20, name="backup-disk", what="放备份的磁盘")) == (
        "bad",
        "放备份的磁盘只剩 100 MB，马上写不进去了。清理磁盘，或换大一点的盘。",
    )


SERVER = engine.Server(
    version=160_004,
    encoding="UTF8",
    settings={"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"},
    skew_ms=0,
    doubt_ms=0,
)


def test_a_server_in_order_is_two_lines():
    assert [said(one) for one in engine.judge_server(SERVER)] == [
        ("good", "PostgreSQL 16，提交都落到盘上。"),
        ("good", "数据库的时间和这台服务器一致。"),
    ]


ask_server = engine.ask_server  # the real one: other tests pretend (conftest.py)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_is_asked_for_its_settings_and_its_time(database):
    with database.reading() as connection:
        server = ask_server(connection, SystemClock())

    assert server.version >= 140_000
    assert server.encoding == "UTF8"
    # The tests' own server is not to survive a power cut.
    assert server.settings == dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
    assert abs(server.skew_ms) <= server.doubt_ms + 1_000


def test_a_server_that_cannot_hold_chinese_is_a_fault():
    found, _ = engine.judge_server(replace(SERVER, encoding="SQL_ASCII"))
    assert said(found) == (
        "bad",
        (
            "数据库的编码是 SQL_ASCII，放不好中文，机器人不会启动。"
            "另建一个库：CREATE DATABASE 库名 OWNER 用户 ENCODING 'UTF8' TEMPLATE template0。"
        ),
    )


@pytest.mark.parametrize(
    ("name", "harm"),
    [
        ("fsync", "断电会损坏数据库"),
        ("full_page_writes", "断电会损坏数据库"),
        ("synchronous_commit", "断电会丢掉已经答应了老师的事"),
    ],
)
def test_a_server_that_may_lose_what_it_has_committed_is_a_fault(name, harm):
    unsafe = replace(SERVER, settings={**SERVER.settings, name: "off"})

    found, _ = engine.judge_server(unsafe)
    assert said(found) == (
        "bad",
        f"PostgreSQL 的 {name} 关着，{harm}。在 postgresql.conf 里写 {name} = on，再重新加载。",
    )


def test_a_server_that_nobody_mends_any_more_is_a_fault():
    assert [one.state for one in engine.judge_server(replace(SERVER, version=140_000))] == [State.GOOD] * 2
    old, _ = engine.judge_server(replace(SERVER, version=130_011))
    assert said(old) == ("bad", "PostgreSQL 13 太旧，没有人再修它的漏洞。升级到 14 或更新的版本。")


# The asking took 2 s, of which one may belong to it.
@pytest.mark.parametrize(
    ("skew_ms", "state", "span"),
    [
        (5_900, State.GOOD, ""),
        (6_000, State.CAREFUL, "快 5 秒"),
        (-31_000, State.BAD, "慢 30 秒"),
    ],
)
def test_the_databases_clock_is_the_machines(skew_ms, state, span):
    *_, found = engine.judge_server(replace(SERVER, skew_ms=skew_ms, doubt_ms=1_000))

    assert (found.name, found.state) == ("engine-clock", state)
    assert span in found.say


MOUNTS = """/dev/sda1 / ext4 rw 0 0
files:/export /srv/share nfs4 rw 0 0
//files/office /srv/the\\040office cifs rw 0 0
/dev/sdb1 /srv/share/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/bot.db", "ext4"),
        ("/srv/share/bot.db", "nfs4"),
        ("/srv/shared/bot.db", "ext4"),
        ("/srv/the office/bot.db", "cifs"),
        ("/srv/share/local/bot.db", "xfs"),
    ],
)
def test_the_nearest_mount_is_the_files(path, kind):
    assert engine.kind_in(MOUNTS, Path(path)) == kind


def test_sqlite_on_a_network_disk_is_a_fault_and_a_long_log_a_note():
    file = engine.File(version="3.45.1", filesystem="ext4", log_bytes=64 << 20)

    assert [said(one) for one in engine.judge_file(file)] == [("good", "SQLite 3.45.1，文件在本机的盘上。")]
    assert [
        said(one) for one in engine.judge_file(replace(file, filesystem="cifs", log_bytes=513 << 20))
    ] == [
        (
            "bad",
            (
                "数据库文件在网络盘上（cifs），SQLite 在那里会损坏。"
                "把它移到本机的硬盘上，或者改用 PostgreSQL。"
            ),
        ),
        (
            "careful",
            (
                "数据库的日志文件（-wal）有 513 MB，收不回去。"
                "看看有没有别的程序一直开着数据库文件，关掉它，再重启机器人。"
            ),
        ),
    ]


def test_the_length_of_the_log_is_that_of_the_file_beside(tmp_path):
    path = tmp_path / "bot.db"
    assert engine.look_at_file(path).log_bytes == 0
    path.with_name("bot.db-wal").write_bytes(b"x" * 1_000)
    assert engine.look_at_file(path).log_bytes == 1_000


HOUR_MS = 60 * MINUTE


@pytest.mark.parametrize(
    ("hours", "state", "say"),
    [
        (49, State.GOOD, "最近一份好的备份是 05月18日 11:00 的。"),
        (50, State.CAREFUL, "最近一份好的备份是 05月18日 10:00 的，过了 2 天。"),
        (8 * 24, State.BAD, "最近一份好的备份是 05月12日 12:00 的，过了 8 天。"),
    ],
)
def test_a_backup_is_one_day_old_or_somebody_should_look(hours, state, say):
    found = keeping.judge_backup(NOON - hours * HOUR_MS, NOON, Path("var/backups"))

    assert (found.state, found.say) == (state, say)


def test_without_a_backup_the_command_is_named():
    assert said(keeping.judge_backup(None, NOON, Path("var/backups"))) == (
        "careful",
        "var/backups 里还没有备份。马上做一份：python -m bot job backup；以后每天自动做。",
    )


def test_a_file_that_everybody_may_read_is_named_with_its_cure(tmp_path, monkeypatch):
    for folder in tmp_path.parents:
        monkeypatch.setitem(MODES, folder, 0o755)
    monkeypatch.setattr(Path, "stat", lambda path, **_: SimpleNamespace(st_mode=MODES[path]))
    env, database = tmp_path / ".env", tmp_path / "bot.db"
    MODES.update({tmp_path: 0o755, env: 0o644, database: 0o640})

    (found,) = keeping.look_at_secrets([env, database])
    assert said(found) == (
        "careful",
        f"这台机器上的别的用户也读得到：{env}。运行 chmod o-rwx {env}。",
    )
    MODES[tmp_path] = 0o700  # nobody else gets into the folder
    assert [one.state for one in keeping.look_at_secrets([env])] == [State.GOOD]


MODES: dict[Path, int] = {}


def test_messages_that_were_given_up_are_counted():
    assert work.judge_undelivered(0).state is State.GOOD
    assert said(work.judge_undelivered(3)) == (
        "careful",
        (
            "最近七天有 3 条消息没有送到，还没有人处理。"
            "在网页后台的“发件箱”里看原因，或运行 python -m bot outbox list。"
        ),
    )


def test_processes_of_different_versions_are_named():
    old, new, bare = Process("0.8.0", "one:12"), Process("0.9.0", "two:7"), Process("", "two:8")

    assert work.judge_processes([]) == []
    assert [said(one) for one in work.judge_processes([new, replace(new, host="three:1")])] == [
        ("good", "用这个数据库的 serve 有 2 个，都是 0.9.0 版。")
    ]
    assert [said(one) for one in work.judge_processes([old, new, bare])] == [
        (
            "careful",
            (
                "用这个数据库的 serve 版本不一样：one:12（0.8.0）、two:7（0.9.0）、two:8（版本不明）。"
                "正在升级的话等它做完；不是的话，把旧的升级后重启。"
            ),
        )
    ]


# 61 s is over the minute, but the call took 4 s, of which 2 may belong to it.
@pytest.mark.parametrize(
    ("seen", "state", "span"),
    [
        ([Skew(60_000, 0)], State.GOOD, ""),
        ([Skew(62_000, 2_000)], State.GOOD, ""),
        ([Skew(90_000, 0)], State.CAREFUL, "快 90 秒"),
        ([Skew(-600_000, 0)], State.CAREFUL, "慢 10 分钟"),
        ([Skew(3_100_000, 0)], State.BAD, "快 52 分钟"),
        ([Skew(3_100_000, 0), Skew(500, 0)], State.GOOD, ""),  # a cache in between has an old Date
    ],
)
def test_the_clock_is_judged_by_the_nearest_answer(seen, state, span):
    (found,) = clock_skew.judge(seen, asked=True)

    assert found.state is state
    assert span in found.say


def test_a_clock_that_nobody_was_asked_about_is_not_judged():
    assert clock_skew.judge([], asked=False) == []
    assert clock_skew.judge([], asked=True)[0].say == "没有一个平台回答，服务器的时间没法核对。"


def test_wecom_names_the_address_to_enter_and_the_page():
    refused = {
        "errcode": 60020,
        "errmsg": "not allow to access from your ip, from ip: 203.0.113.7, more info",
    }

    (found,) = wecom.judge_agent(Answered(200, refused), API)

    assert line(found) == (
        "✗ 机器人的出口 IP 不在应用的企业可信 IP 里（代码 60020）。在企业微信管理后台“应用管理”里打开这个应用，"
        "在“企业可信IP”里加上机器人的出口 IP，约一分钟后生效。要加的地址是 203.0.113.7。"
        "（企业微信管理后台 → 应用管理 → 自建 → 这个应用 → 企业可信IP）"
    )


def test_an_app_that_is_closed_or_seen_by_nobody_is_said():
    everybody = {"errcode": 0, "close": 0, "allow_partys": {"partyid": [1]}}

    def names(**more):
        return [one.name for one in wecom.judge_agent(Answered(200, {**everybody, **more}), API)]

    assert names() == ["agent"]
    assert names(close=1) == ["agent", "enabled"]
    assert names(allow_partys={"partyid": []}, allow_userinfos=None) == ["agent", "visible"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIELDS = (
    "errcode",
    "errmsg",
    "code",
    "message",
    "close",
    "allow_userinfos",
    "allow_partys",
    "accessToken",
    "ticket",
)


@given(st.integers(100, 599), st.none() | st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_no_answer_of_a_platform_stops_the_report(status, fields):
    answered = Answered(status, fields)

    found = [
        wecom.judge_token(answered, API),
        *wecom.judge_agent(answered, API),
        dingtalk.judge_token(answered, API),
        dingtalk.judge_stream(answered, API),
        dingtalk.judge_rights(answered, API),
    ]

    assert all(one.say.endswith("。") for one in found)


def test_dingtalk_refuses_for_a_right_or_only_for_the_message_that_is_not_there():
    def found(code, status=403):
        return dingtalk.judge_rights(Answered(status, {"code": code, "message": ""}), API)

    assert found("invalid.processQueryKey", 400).state is State.GOOD
    denied = found("Forbidden.AccessDenied.AccessTokenPermissionDenied")
    assert denied.say == "应用没有发消息的权限（代码 Forbidden.AccessDenied.AccessTokenPermissionDenied）。"
    assert denied.where.endswith("→ 权限管理")
    assert found("Forbidden.AccessDenied.IpNotInWhiteList").where.endswith("→ 服务器出口IP")
    assert found("invalidParameter.robotCode.notExsit", 400).where.endswith("→ 机器人")


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("dingexample", State.GOOD),
        ("example-secret", State.BAD),
        ("a" * 64, State.BAD),
        ("ding example", State.BAD),
        ("1234567890", State.CAREFUL),
    ],
)
def test_a_robot_code_is_not_what_stands_beside_it(code, state):
    robot = DingTalk(client_id="dingexample", client_secret=SecretStr("example-secret"), robot_code=code)

    found = dingtalk.judge_robot_code(robot)

    assert found.state is state
    assert "example-secret" not in found.say + found.do


def test_the_ai_bots_wrong_secret_is_said_with_its_page():
    assert said(aibot.judge_subscribed(0)) == ("good", "机器人 ID 和 Secret 是对的，长连接能打开。")
    assert aibot.judge_subscribed(853000).say == "机器人 ID 或 Secret 不对（代码 853000）。"
    assert aibot.judge_subscribed(None).state is State.BAD
    assert aibot.judge_subscribed(-1).say == "平台不接受订阅（代码 -1）。"


PROBE = Probe(name="x", what="示例", method="GET", path="/x", query={"a": "b"}, expects=b"plain")


@pytest.mark.parametrize(
    ("status", "body", "say"),
    [
        (200, b"plain", "示例的回调地址通。"),
        (200, b"<html>", "示例的回调地址有人回答，但不是机器人（/x）。"),
        (302, b"", "示例的回调地址被转到别处（HTTP 302），平台不会跟过去。"),
        (403, b"", "示例的回调地址通，但签名到这里就不对了（HTTP 403）。"),
        (404, b"", "示例的回调地址没有人接（HTTP 404，/x）。"),
        (502, b"", "示例的回调地址到了代理，代理连不上机器人（HTTP 502）。"),
        (500, b"", "示例的回调地址不通（HTTP 500，/x）。"),
    ],
)
def test_what_a_proxy_makes_of_a_callback_is_told_apart(status, body, say):
    assert judge(PROBE, Heard(status, body)).say == say


def test_the_cards_door_is_there_when_it_refuses_what_nobody_has_signed():
    settings = read_settings(environment(Installation(robot=ROBOT), "http://127.0.0.1:9"), Path("nowhere"))
    (cards,) = [one for one in probes(settings, 1, cards=True) if one.path == "/dingtalk/card"]

    assert [one.path for one in probes(settings, 1)] == ["/dingtalk/callback"] * 2
    assert judge(cards, Heard(403, b"forbidden\n")).say == "钉钉互动卡片的回调地址通。"
    assert judge(cards, Heard(404, b"")).say == "钉钉互动卡片的回调地址没有人接（HTTP 404，/dingtalk/card）。"


def test_the_verification_has_every_character_that_proxies_spoil():
    cipher = Cipher("e" * 43, "wwexample")

    for _ in range(20):
        sealed = echostr(cipher, b"doctor 0123456789")
        assert {"+", "/", "="} <= set(sealed)
        assert cipher.decrypt(sealed) == b"doctor 0123456789"


def test_a_certificate_is_renewed_before_it_ends():
    assert [reach.judge_certificate(days).state for days in (-1, 0, 13, 14)] == [
        State.BAD,
        State.CAREFUL,
        State.CAREFUL,
        State.GOOD,
    ]


def test_a_schema_is_migrated_by_itself_only_on_sqlite():
    def schema(revision, *, is_sqlite):
        found = {one.name: one for one in store.judge(store.Seen(is_sqlite=is_sqlite, revision=revision))}
        return found["schema"].state, found["schema"].say

    assert schema(HEAD, is_sqlite=True)[0] is State.GOOD
    assert schema("0001", is_sqlite=True) == (State.CAREFUL, f"数据库结构是 0001，程序要的是 {HEAD}。")
    assert schema(None, is_sqlite=False) == (State.BAD, f"数据库结构是空的，程序要的是 {HEAD}。")
    assert schema("9999", is_sqlite=False)[1] == f"数据库结构 9999 比程序新（程序到 {HEAD}）。"


def test_what_can_be_heard_and_sent_follows_from_the_doors():
    both = {one.name: one for one in abilities.judge([Way.APP, Way.AIBOT])}

    assert both["doors"].say == "开着的：企业微信自建应用、企业微信智能机器人（长连接）。"
    assert both["groups"].say == "听群里 @ 它的话：企业微信智能机器人（长连接）；做不到的：企业微信自建应用。"
    assert both["push-groups"].say == (
        "主动发到群：企业微信智能机器人（长连接）（群里要先有人 @ 过它）、群机器人 webhook（绑定的群）；"
        "做不到的：企业微信自建应用。"
    )
    alone = {one.name: one for one in abilities.judge([Way.AIBOT_CALLBACK])}
    assert said(alone["push-people"]) == (
        "careful",
        "主动发给个人：现在的设置做不到。要主动发给个人，企业微信设置自建应用，钉钉装企业机器人。",
    )
    assert abilities.judge([])[0].state is State.BAD


def test_one_account_alone_points_to_the_creator_only_trap():
    assert usage.judge_creator_only(0, groups_only=False).say == "智能机器人还没有听到过任何人。"
    assert usage.judge_creator_only(1, groups_only=True).say == (
        "智能机器人在群里只听到过一个账号；多给了权限的机器人只听得到创建人。"
    )
    assert usage.judge_creator_only(2, groups_only=False).state is State.GOOD


def test_people_and_office_without_accounts_are_counted():
    some = People(active=10, without_account=3, office=2, office_without_account=2)

    assert [one.say for one in usage.judge_people(some)] == [
        "项目办的人都没有绑定账号，出了问题没有人收到提醒。",
        "名册里 10 人，3 人没有绑定账号，收不到私聊消息。",
    ]


def test_the_months_quota_warns_at_four_fifths():
    assert usage.judge_quota(Traffic(heard=2_399, sent=3_999)).state is State.GOOD
    assert usage.judge_quota(Traffic(heard=2_400, sent=0)).state is State.CAREFUL
    assert usage.judge_quota(Traffic(heard=0, sent=4_000)).state is State.CAREFUL


def test_a_scheduler_stands_still_after_a_quarter_of_an_hour():
    assert work.judge_scheduler(NOON - 15 * MINUTE, NOON).state is State.GOOD
    assert work.judge_scheduler(NOON - 16 * MINUTE, NOON).say == "定时任务从 05月20日 11:44 起没有动过。"
    assert work.judge_scheduler(None, NOON).say == "定时任务还没有跑过。"


def test_jobs_that_did_not_run_are_named_with_the_command():
    wrong = [
        GoneWrong(job="daily-ranking", day=date(2024, 5, 17), outcome=Outcome.SKIPPED, detail=""),
        GoneWrong(job="reminders", day=date(2024, 5, 16), outcome=Outcome.FAILED, detail=""),
    ]

    assert said(work.judge_gone_wrong(wrong)) == (
        "careful",
        (
            "最近七天：2024-05-17 的每日排名错过了；2024-05-16 的提醒没有做成。"
            "要补做：python -m bot job daily-ranking --date 2024-05-17。"
        ),
    )


def test_people_may_wait_over_a_weekend_and_groups_two_hours():
    friday = NOON - 3 * 24 * 60 * MINUTE
    thursday = friday - 24 * 60 * MINUTE

    def found(to, at):
        return work.judge_waiting([Waiting(to=to, count=4, oldest_at=at)], NOON, PLAN)

    assert found("people", friday).say == "待发的消息有 4 条，都不算久。"
    assert found("people", thursday).say == "有 4 条消息该发没有发，最早的是 05月16日 12:00 的。"
    assert found("wecom.webhook", NOON - 119 * MINUTE).state is State.GOOD
    assert found("wecom.webhook", NOON - 121 * MINUTE).state is State.CAREFUL
