"""Announcements in the operator's hands: listed with counts, shown copy by copy, written as a table."""

import csv
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select, update

from bot.cli.announcement import harmless
from bot.policy.announcement import AnnouncementState
from bot.policy.audience import Audience
from messages.outgoing import answer
from storage import announcements
from storage.announcement_tables import acknowledgement
from storage.database import Database
from storage.delivery_tables import outbox
from storage.tables import audit, person
from tests.kit.patience import PATIENCE_SECONDS

AT = 1_716_200_000_000  # 20 May 2024, 18:13:20 in Shanghai


@pytest.fixture
def announcement(bot, county):
    def run(*arguments):
        return bot("announcement", *arguments, BOT_DATABASE_URL=county)

    return run


@pytest.fixture
def posted(county):
    """To four people: 赵 has answered it, 钱 was refused, 孙 has no account, of 李 nobody knows."""
    database = Database(county)
    with database.writing() as connection:
        ids = dict(connection.execute(select(person.c.staff_no, person.c.id)).all())
        connection.execute(
            update(person).where(person.c.id == ids["SL2"]).values(name="=钱示例", staff_no="0002")
        )
        audience = Audience(words="老师", to_groups=False)
        number = announcements.put(
            connection,
            author_id=ids["SL4"],
            audience=audience,
            body="请回复收到：\n周五答疑",
            wants_receipt=True,
            state=AnnouncementState.POSTED,
            at=AT,
        )
        one = announcements.find_announcement(connection, number)
        announcements.post_copies(connection, one, audience, answer("请回复收到"), at=AT)
        for who, values in (
            ("SL1", {"state": "sent", "outlet": "dingtalk.robot", "done_at": AT}),
            ("SL2", {"state": "failed", "outlet": "wecom.app", "reason": "81013"}),
            ("SL4", {"state": "uncertain", "outlet": "wecom.app", "reason": "doubt", "done_at": AT}),
        ):
            connection.execute(update(outbox).where(outbox.c.person_id == ids[who]).values(**values))
        connection.execute(insert(acknowledgement).values(announcement=number, person_id=ids["SL1"], at=AT))
    database.close()
    return number


def test_where_there_are_none_it_says_so(announcement):
    assert announcement("list").stdout == "还没有公告。\n"
    missing = announcement("show", "7")
    assert (missing.returncode, missing.stderr) == (1, "没有编号 7 的公告；用 announcement list 查看\n")


def test_the_list_has_a_line_each_with_counts(announcement, posted):
    assert announcement("list").stdout == (
        f"{posted}  2024-05-20 18:13，已发，4 人里 1 已送达，2 失败或不确定：请回复收到： 周五答疑\n"
    )
    assert json.loads(announcement("list", "--json").stdout) == {
        "number": posted,
        "state": "posted",
        "audience": "老师",
        "corrects": None,
        "wants_receipt": True,
        "confirmed_at": "2024-05-20T18:13:20+08:00",
        "people": {"failed": 1, "sent": 1, "unbound": 1, "uncertain": 1},
        "groups": {},
    }


def test_every_copy_is_shown_and_the_look_is_on_record(announcement, posted, stored):
    assert announcement("show", str(posted)).stdout.splitlines()[1:] == [
        "  赵示例（示例县第一小学）  已送达：回了“收到”",
        "  =钱示例（示例县第一小学）  失败：平台拒收（错误码 81013）；本人下次找我时会听到",
        "  孙示例（示例县第一小学）  没绑定账号",
        "  李示例（示例县第二小学）  不确定：平台没有回答，可能已经收到，不会自动再发",
    ]
    first, *copies = announcement("show", str(posted), "--json").stdout.splitlines()
    assert json.loads(first)["body"] == "请回复收到：\n周五答疑"
    assert [(one["staff_no"], one["fate"], one["receipt"]) for one in map(json.loads, copies)] == [
        ("SL1", "sent", True),
        ("0002", "failed", False),
        ("SL3", "unbound", False),
        ("SL4", "uncertain", False),
    ]
    assert (
        stored(select(audit.c.actor, audit.c.action, audit.c.detail))
        == [("operator", "announcement.listed", {"number": posted, "file": False})] * 2
    )


def test_a_table_and_json_are_not_written_at_once(announcement, posted, stored, tmp_path):
    path = tmp_path / "送达.csv"
    said = announcement("show", str(posted), "--csv", str(path), "--json")

    assert (said.returncode, said.stdout, path.exists()) == (2, "", False)
    assert said.stderr == (
        "--json：不能和 --csv 一起用，请只写一个\n用法见 python -m bot announcement show --help\n"
    )
    assert stored(select(audit.c.action)) == []


def test_the_table_opens_in_a_spreadsheet_as_it_is(announcement, posted, tmp_path):
    path = tmp_path / "送达.csv"
    said = announcement("show", str(posted), "--csv", str(path))

    assert said.stdout == f"写好了：{path}（4 行）。\n"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [
        "收的人或群",
        "人员编号",
        "学校",
        "结果",
        "原因",
        "怎样发的",
        "时间",
        "回“收到”",
        "撤回",
    ]
    assert rows[0] == [
        "赵示例",
        "SL1",
        "示例县第一小学",
        "已送达",
        "",
        "钉钉机器人",
        "2024-05-20 18:13",
        "是",
        "",
    ]
    assert rows[1][:2] == ["'=钱示例", "\t0002"]
    assert "8000" not in path.read_text(encoding="utf-8-sig")  # the end of somebody's number


def test_whoever_reads_slowly_keeps_nobody_from_writing(announcement, posted, stored, tmp_path):
    pipe = tmp_path / "slow.csv"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        said = pool.submit(announcement, "show", str(posted), "--csv", str(pipe))
        try:
            # It stands before the pipe, and what it had to write down is written.
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not stored(select(audit.c.id)) and time.monotonic() < deadline:
                time.sleep(0.05)
            assert stored(select(audit.c.action)) == [("announcement.listed",)]
        finally:
            pipe.read_bytes()
    assert said.result().stdout.endswith("（4 行）。\n")


def test_a_file_that_cannot_be_written_is_a_fault(announcement, posted, tmp_path):
    said = announcement("show", str(posted), "--csv", str(tmp_path / "no" / "such.csv"))

    assert said.returncode == 1
    assert said.stderr.startswith("写不了 ")


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("00123", "\t00123"),
        ("示例甲", "示例甲"),
        ("", ""),
    ],
)
def test_cells_are_harmless(cell, written):
    assert harmless(cell) == written
