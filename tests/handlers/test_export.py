"""导出: a link for the office, and for nobody else."""

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.policy.plan import RankingMode
from messages.commands import Command
from storage.page_tables import entry_link
from storage.tables import audit
from tests.handlers.conftest import ADMIN, LEADER, OFFICE, OVERSEER, PRINCIPAL, TEACHER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("who", [OFFICE, OVERSEER])
def test_the_office_and_the_leading_group_get_a_link(county, who):
    said = county.ask(who, Command.EXPORT, filter="验收")

    code = re.search(r"/office/export/([0-9a-f]{48})", said)[1]
    assert said.replace(code, "…").splitlines() == [
        "下载验收表格（各校和每个人的全部验收数据）：/office/export/…",
        "打开链接的时候按那一刻的数据做表，第一页写着数据截至哪天、按什么规则算、谁没有计入。",
        "10 分钟内有效，只能用一次。里面有老师的名字，请不要转发。过期了再发“导出 验收”。",
    ]
    row = county.connection.execute(
        select(entry_link.c.person_id, entry_link.c.purpose, entry_link.c.content)
    ).one()
    assert (row.person_id, row.purpose) == (who, "export")
    assert json.loads(row.content) == {"kind": "acceptance", "ending": "xlsx", "school": None, "day": None}
    assert county.connection.scalar(select(audit.c.detail).where(audit.c.action == "entry_link.issued")) == {
        "purpose": "export",
        "kind": "acceptance",
    }


@pytest.mark.parametrize("who", [TEACHER, LEADER, ADMIN, PRINCIPAL])
def test_nobody_else_gets_one(county, who):
    assert "http" not in county.ask(who, Command.EXPORT, filter="验收")
    assert county.connection.scalar(select(entry_link.c.code_hash)) is None


@pytest.mark.parametrize("wanted", ["", "名册"])
def test_it_asks_which(county, wanted):
    assert county.ask(OFFICE, Command.EXPORT, filter=wanted).splitlines() == [
        "要导出哪一种？",
        "发“导出 验收”：各校和每个人的全部验收数据",
        "发“导出 未完成”：没达标的人，卡在哪一步，怎么帮",
        "发“导出 排名”：现在的学校排名",
        "某一天发过的排名：发“导出 排名 5月20日”，日期换成那一天。",
        "名册、审计记录、一所学校的表：发“后台”，在“导出表格”里选。",
    ]


def test_where_rankings_are_off_there_is_none_to_take(county):
    county.plan = replace(county.plan, ranking_mode=RankingMode.OFF)

    assert county.ask(OFFICE, Command.EXPORT, filter="排名").startswith("本县现在不发排名")


def test_it_is_understood_as_people_say_it(county, says):
    assert "下载未完成表格" in says("未完成名单导出来", OFFICE)
