"""Where the plan wants it, somebody else of the office has to approve what one of them has uploaded."""

from dataclasses import replace

import pytest

from storage.tables import role
from tests.pages.test_imports import HOURS, SQLITE, does, done_of, mark, path, send, xlsx

pytestmark = pytest.mark.one_database


@pytest.fixture
def parts(parts):
    return replace(parts, plan=replace(parts.plan, pages=replace(parts.plan.pages, second_person=True)))


@SQLITE
async def test_the_plan_may_want_a_second_person(tenant, county, enters):
    with county.database.writing() as connection:
        connection.execute(role.insert().values(person_id=3, role="office", source="roster", granted_at=1))
    proposer, other = await enters(4), await enters(3)

    page = await send(proposer, xlsx(HOURS))
    assert "要由另一位项目办人员确认：示例丙。" in page.main
    assert ">导入</button>" not in page.body
    refused = await proposer.post(path(page), {"mark": mark(page), "do": "approve"})
    assert refused.status == 403
    assert "你传的表，你自己不能确认" in refused.main
    asked = await tenant.on("wecom").somebody("T3").sees()
    assert asked.text == (
        "示例丁 在后台传了《线上学时.xlsx》，要另一位项目办的同事核对后才导入。发“后台”，在“导入”里看。"
    )

    theirs = await other.get(path(page))
    assert "已导入" in (await does(other, theirs, "approve")).main
    assert done_of(county)[1] == 2000
