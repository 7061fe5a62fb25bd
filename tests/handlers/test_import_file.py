"""Files that people send, and what the office says about the last of them."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.policy.outgoing import Kind as Outgoing
from handlers.perform import perform
from messages.commands import Command
from messages.incoming import Door, Kind, Platform
from messages.outgoing import answer
from messages.understanding.read import Reader
from storage import received_files
from storage.connection_tables import received_file
from storage.outbox import Post, post
from storage.received_files import State, Way, Wishes
from storage.sealing import Sealing
from storage.tables import audit
from tests.handlers.conftest import ADMIN, LEADER, OFFICE, OVERSEER, SECRET, TEACHER, UNBOUND, account_of

WECOM = frozenset({Platform.WECOM})
GOT_IT = "收到《线上学时.xlsx》，正在看，结果马上发给你。"
NOTHING = "没有等着导入的表格。把 .xlsx、.xls 或 .csv 文件直接发给我，我先看会改什么，你确认了才导入。"
GONE = "《线上学时.xlsx》已经不用导入了：导过了、换了一次看法，或者超过了 24 小时。要导入就再发一次文件。"


@pytest.fixture
def sends(county):
    def send(who, name="线上学时.xlsx", *, group=False, key="m1", at="code-1", reaches=WECOM, **more):
        turn = county.turn(who, kind=Kind.FILE, group=group)
        message = replace(turn.message, file_name=name, file_at=at, key=key, **more)
        return perform(replace(turn, message=message, reaches=reaches)).plain

    return send


@pytest.fixture
def says(county):
    reader = Reader(county.catalogue, today=county.now.date(), programme=county.plan.span)

    def say(text, who=OFFICE, reaches=WECOM):
        turn = replace(county.turn(who, typed=text), reaches=reaches)
        return perform(replace(turn, understood=reader.read(text))).plain

    return say


def rows(county):
    columns = (received_file.c.person_id, received_file.c.name, received_file.c.state, received_file.c.folded)
    return [tuple(row) for row in county.connection.execute(select(*columns).order_by(received_file.c.id))]


def looked_at(county, state, *, kind="online-hours"):
    """As `bot.received_files` leaves it."""
    now = county.real_ms
    file = received_files.claim(county.connection, at=now, until=now + 1000)
    counts = {"rows": 2, "changed": 1}
    assert received_files.settle(county.connection, file, state, at=now, kind=kind, counts=counts)
    return received_files.find(county.connection, file.file_id)


def stands(county, file):
    return received_files.find(county.connection, file.file_id).state


@pytest.mark.parametrize("name", ["线上学时.xlsx", "线上学时.XLS", "线上学时.csv"])
def test_a_spreadsheet_of_the_office_is_taken_in(county, sends, name):
    assert sends(OFFICE, name) == f"收到《{name}》，正在看，结果马上发给你。"
    assert rows(county) == [(OFFICE, name, "waiting", account_of(OFFICE).lower())]


def test_the_way_to_it_is_sealed(county, sends):
    sends(OFFICE, at="a-download-code", file_key="a-key")
    (source,) = county.connection.scalars(select(received_file.c.source))
    file = received_files.newest_open(county.connection, OFFICE)

    assert "a-download-code" not in source
    assert received_files.way_to(county.connection, file, Sealing(SECRET)) == Way(
        at="a-download-code", key="a-key"
    )
    assert received_files.way_to(county.connection, file, Sealing("x" * 40)) is None


def test_the_same_message_twice_is_one_file(county, sends):
    assert sends(OFFICE) == GOT_IT
    assert sends(OFFICE) == GOT_IT
    assert len(rows(county)) == 1


@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN, OVERSEER, UNBOUND])
def test_nobody_else_s_file_is_taken_in(county, sends, who):
    assert "链接" in sends(who)
    assert rows(county) == []


def test_in_a_group_it_is_not_taken_in(county, sends):
    assert sends(OFFICE, group=True) == "表格里有老师的个人信息，群里不收，请私聊发给我。"
    assert rows(county) == []


@pytest.mark.parametrize("name", ["名册.pdf", "名册.xlsx.zip", "名册.docx", "名册"])
def test_another_ending_is_told_what_to_send(county, sends, name):
    assert sends(OFFICE, name) == (
        f"《{name}》不是我能导入的表格。请发 .xlsx、.xls 或 .csv 文件；图片和 PDF 里的表，请先转成 Excel。"
    )
    assert rows(county) == []


def test_the_ai_bot_does_not_tell_the_name_before_it_is_fetched(county, sends):
    assert sends(OFFICE, "Zm9vYmFy", door=Door.AIBOT) == "收到你发的表格，正在看，结果马上发给你。"
    assert rows(county) == [(OFFICE, "", "waiting", account_of(OFFICE).lower())]


def test_without_a_key_nothing_is_kept(county, sends):
    county.secret_key = ""
    assert sends(OFFICE).startswith("服务器没有设 BOT_SECRET_KEY")
    assert rows(county) == []


def test_there_may_be_nothing_to_import(says):
    assert says("导入表格") == NOTHING


def test_a_teacher_imports_nothing(county, says):
    assert says("导入表格", TEACHER).startswith("“导入表格”")
    assert "项目办" in says("导入表格", TEACHER)


def test_a_file_that_waits_is_waited_for(sends, says):
    sends(OFFICE)
    assert says("导入表格") == "还在看《线上学时.xlsx》，结果马上发给你。"


def test_what_is_said_about_it_is_kept_for_the_next_look(county, sends, says):
    sends(OFFICE)
    file = looked_at(county, State.ASKED, kind="")

    assert (
        says("导入表格 线上学时 截至 5月20日 略过坏行", OFFICE)
        == "好，再看一遍《线上学时.xlsx》，结果马上发给你。"
    )
    found = received_files.find(county.connection, file.file_id)
    assert found.wishes == Wishes(
        kind="online-hours", as_of=county.now.date().replace(day=20), skip_bad=True, accept_drops=False
    )
    assert (found.state, found.round, found.tries) == (State.WAITING, 2, 0)

    looked_at(county, State.SHOWN)
    says("导入表格 接受变少", OFFICE)
    found = received_files.find(county.connection, file.file_id)
    assert found.wishes.accept_drops
    assert found.wishes.skip_bad, "what was said before still holds"


def test_what_is_not_understood_changes_nothing(county, sends, says):
    sends(OFFICE)
    file = looked_at(county, State.ASKED)
    assert says("导入表格 第二张工作表", OFFICE).startswith("没看懂“第二张工作表”，什么都没有做。")
    assert stands(county, file) is State.ASKED


def confirm(county, *numbers, who=OFFICE):
    turn = county.turn(who, Command.IMPORT, numbers=numbers)
    return perform(replace(turn, confirmed=True, reaches=WECOM)).plain


def test_what_was_shown_is_confirmed_once(county, sends):
    sends(OFFICE)
    file = looked_at(county, State.SHOWN)

    assert confirm(county, file.file_id, 1) == "开始导入《线上学时.xlsx》，导完告诉你。"
    assert confirm(county, file.file_id, 1) == "《线上学时.xlsx》正在导入，导完告诉你。"
    assert stands(county, file) is State.CONFIRMED
    detail = county.connection.scalar(select(audit.c.detail).where(audit.c.action == "file.confirmed"))
    assert detail == {
        "file": file.file_id,
        "name": "线上学时.xlsx",
        "kind": "online-hours",
        "counts": {"rows": 2, "changed": 1},
    }


def test_what_was_shown_before_the_last_look_is_not_confirmed(county, sends, says):
    sends(OFFICE)
    file = looked_at(county, State.SHOWN)
    says("导入表格")
    looked_at(county, State.SHOWN)

    assert confirm(county, file.file_id, 1) == GONE
    assert stands(county, file) is State.SHOWN


def test_somebody_else_of_the_office_does_not_confirm_it(county, sends):
    sends(OFFICE)
    file = looked_at(county, State.SHOWN)
    county.connection.execute(
        received_file.update().values(person_id=ADMIN)  # it was another's
    )
    assert confirm(county, file.file_id, 1) == NOTHING
    assert stands(county, file) is State.SHOWN


def test_a_day_later_it_is_gone(county, sends, says):
    sends(OFFICE)
    looked_at(county, State.SHOWN)
    county.later(hours=24, seconds=1)
    assert received_files.forget_old(county.connection, county.real_ms) == 1
    assert says("导入表格") == NOTHING
    assert rows(county)[0][2] == "expired"


def test_who_cannot_be_written_to_asks_for_the_result(county, sends, says):
    nobody = frozenset()
    assert sends(OFFICE, reaches=nobody) == "收到《线上学时.xlsx》，正在看。过几秒发“导入表格”看结果。"
    assert says("导入表格", reaches=nobody) == "还在看《线上学时.xlsx》。过几秒发“导入表格”看结果。"
    looked_at(county, State.SHOWN)
    reply = Post(key="file/1", kind=Outgoing.REPLY, answer=answer("看过了。"), person_id=OFFICE)
    post(county.connection, [reply], at=county.real_ms)

    said = says("导入表格", reaches=nobody)
    assert said.splitlines()[0] == "结果附在后面；没有看到的话，过几秒再发一次“导入表格”。"
    assert "看过了。" in said
    assert says("导入表格", reaches=nobody) == "好，再看一遍《线上学时.xlsx》。过几秒发“导入表格”看结果。"
