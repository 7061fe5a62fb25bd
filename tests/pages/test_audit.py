"""审计: read by actor, person, action and day; every action of the code has a Chinese word."""

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.pages.office.sought import span
from messages.texts.audit_words import ACTIONS, actor_word, detail_line, detail_words
from storage import audit, audit_pages
from storage.audit_pages import Sought, lines
from storage.tables import audit as table

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROOT = Path(__file__).parents[2]
HOUR = 3_600_000


def actions_of_the_code():
    """Whatever is written down as an action somewhere, as far as it is a plain word."""
    for package in ("bot", "handlers", "storage"):
        for path in (ROOT / package).rglob("*.py"):
            if "tenant" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                named = [one.value for one in node.keywords if one.arg == "action"]
                name = getattr(node.func, "attr", "")
                said = named + (node.args[:1] if name == "record" else [])
                yield from (
                    part.value
                    for one in said
                    for part in ast.walk(one)
                    if isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and re.fullmatch(r"[a-z_]+\.[a-z_]+|[a-z]+( [a-z]+)+", part.value)
                )


def test_every_action_has_a_chinese_word():
    found = set(actions_of_the_code())

    assert {"page.entered", "group.bound", "evidence.returned"} <= found
    assert sorted(found - ACTIONS.keys()) == []


def keys_of_the_code():
    """What the details of the log are called, where a call that records writes them down."""
    for folder in ("bot", "handlers", "storage"):
        for path in Path(folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
                    details = (part for part in ast.walk(node) if isinstance(part, ast.Dict))
                    yield from (
                        key.value for one in details for key in one.keys if isinstance(key, ast.Constant)
                    )


def test_every_detail_has_a_chinese_word():
    found = set(keys_of_the_code())

    assert {"number", "reason", "left_out"} <= found
    assert sorted(key for key in found if detail_words({key: 1}).startswith(key)) == []


def test_a_page_cuts_what_is_long():
    said = detail_line({"reason": "长" * 400})
    assert (len(said), said[:4], said[-1]) == (300, "原因 长", "…")


def test_actors_are_named_and_accounts_of_strangers_are_masked():
    assert actor_word("person:4", {4: "示例丁"}) == "示例丁"
    assert actor_word("person:9", {}) == "已不在的人（9）"
    assert actor_word("operator", {}) == "管服务器的人"
    assert actor_word("wecom:zhangsan", {}) == "企业微信没绑定的账号 z…n"


def test_details_are_said_in_chinese_and_hours_as_hours():
    assert detail_words({"import": 5, "hours": [600, None]}) == "导入序号 5；学时 6 学时 → 没有数据"
    assert detail_words({"hours": 2550, "reason": "看错了"}) == "学时 25.5 学时；原因 看错了"
    assert detail_words({"kind": "online-hours", "counts": {"rows": 2, "faults": 1}}) == (
        "种类 线上学时；核对结果 行 2、读不懂 1"
    )
    assert detail_words({"school": "示例县第一小学"}) == "学校 示例县第一小学"
    assert detail_words({"school": 7}) == "学校序号 7"


@ONE_DATABASE
async def test_the_log_is_read_by_actor_person_action_and_day(county, enters):
    first, after = span(date(2024, 5, 20))
    with county.database.writing() as connection:
        for at, actor, action, person_id in (
            (first - 1, "person:2", "evidence.passed", 1),
            (first, "person:2", "evidence.returned", 1),
            (after - 1, "person:3", "evidence.returned", 2),
            (after, "operator", "group.bound", None),
        ):
            detail = {"number": 12, "reason": "<b>缺体会</b>"}
            audit.record(connection, at=at, actor=actor, action=action, person_id=person_id, detail=detail)
    office = await enters(4)

    everything = await office.get("/office/audit")
    assert everything.status == 200
    assert "编号 12；原因 <b>缺体会</b>" in everything.main  # as text
    assert "<b>缺体会" not in everything.body

    day = (await office.get("/office/audit?day=2024-05-20")).body.partition("<tbody>")[2]
    assert (day.count("退回了材料"), day.count("定为合格"), day.count("绑定了群")) == (2, 0, 0)
    by = (await office.get("/office/audit?by=示例乙")).body.partition("<tbody>")[2]
    assert (by.count("退回了材料"), by.count("定为合格")) == (1, 1)
    about = (await office.get("/office/audit?about=T2&action=evidence.returned")).body.partition("<tbody>")[2]
    assert about.count("<tr>") == 1
    operator = (await office.get("/office/audit?by=管服务器的人")).body.partition("<tbody>")[2]
    assert (operator.count("<tr>"), operator.count("绑定了群")) == (1, 1)
    nobody = await office.get("/office/audit?by=示例壬")
    assert "没有找到“示例壬”，请写完整的人员编号或姓名。" in nobody.main
    # Looking somebody up is itself in the log.
    assert "看了审计记录" in (await office.get("/office/audit")).body.partition("<tbody>")[2]


def test_a_rare_line_is_found_stretch_by_stretch_and_a_day_at_once(database, monkeypatch):
    monkeypatch.setattr(audit_pages, "LOOKED_THROUGH", 1_000)
    monkeypatch.setattr(audit_pages, "_SLACK", 10)
    with database.writing() as connection:
        rows = [
            {
                "at": n * HOUR,
                "actor": "operator" if n % 1_500 == 0 else "person:1",
                "action": "x",
                "detail": {},
            }
            for n in range(1, 3_001)
        ]
        connection.execute(insert(table), rows)
    with database.reading() as connection:
        page = lines(connection, Sought(actor="operator"), most=50)
        assert [one.id for one in page.lines] == [3_000]
        assert page.before == 2_001
        page = lines(connection, Sought(actor="operator", before=page.before), most=50)
        assert [one.id for one in page.lines] == [1_500]
        assert lines(connection, Sought(actor="operator", before=page.before), most=50).before is None
        # A day far back is not searched for from the newest line on: 24 hours are 24 lines.
        day = Sought(since=100 * HOUR, until=124 * HOUR)
        found = lines(connection, day, most=50)
        assert [one.id for one in found.lines] == list(range(123, 99, -1))
        assert found.before is None
