"""绑定码: given by the school's lead or the office, in private, to the right one of two."""

import re

import pytest
from sqlalchemy import select

from messages.commands import Command
from storage.notices import say
from storage.tables import audit, binding_code, person, role
from tests.handlers.conftest import (
    ADMIN,
    CHINESE,
    FIRST_SCHOOL,
    LEADER,
    NEWCOMER,
    OFFICE,
    OTHER_ADMIN,
    OVERSEER,
    PRINCIPAL,
    SECOND_SCHOOL,
    TEACHER,
)

CODE = re.compile(r"(?<=绑定码：)[A-Z2-9]{8}(?=，)")
NAMESAKE = 50


def ask(county, name, who=ADMIN):
    return county.ask(who, Command.CODE, name=name)


def add(county, person_id, name, **fields):
    defaults = {"staff_no": f"T{person_id:04}", "school_id": FIRST_SCHOOL}
    county.connection.execute(person.insert().values(id=person_id, name=name, **(defaults | fields)))


def test_a_code_is_given_and_binds(county):
    said = ask(county, "庚老师")
    code = CODE.search(said)[0]

    assert said == (
        f"绑定码：{code}，给庚老师（示例县第一小学）。\n"
        "有效 7 天，到 5月28日（周二），限用一次；以前没用的码已作废。\n"
        f"下一步：把码私下告诉本人，请本人私聊我发“绑定 庚老师 {code}”。"
    )
    assert county.ask("newcomer", Command.BIND, name="庚老师", text=code).startswith("绑定成功：庚老师")
    issued = county.connection.execute(
        select(audit.c.actor, audit.c.person_id, audit.c.detail).where(
            audit.c.action == "binding_code.issued"
        )
    ).one()
    assert issued == ("person:3", NEWCOMER, {})  # the code itself stands nowhere


def test_a_new_code_voids_the_old_one(county):
    first = CODE.search(ask(county, "庚老师"))[0]
    second = CODE.search(ask(county, "庚老师", PRINCIPAL))[0]

    assert county.ask("newcomer", Command.BIND, name="庚老师", text=first).startswith("姓名或绑定码不对")
    assert county.ask("newcomer", Command.BIND, name="庚老师", text=second).startswith("绑定成功")


def test_who_is_bound_already_hears_of_it(county):
    assert ask(county, "甲老师").splitlines()[-1] == (
        "这位老师已经绑定过账号；新码可以再绑一个账号，本人会收到通知。"
    )
    said, _ = say(county.connection, TEACHER, most=9, at=county.real_ms)
    assert [one.plain for one in said] == [
        "丙管理员给你发了一个新的绑定码。不是你要的，请马上告诉市教育局提升工程项目办。"
    ]


def test_a_lead_gives_codes_to_the_own_school_and_the_office_to_all(county):
    nobody = "本校名册里没有“辛管理员”，没有发码。请核对姓名；名册有误请项目办更正。"
    assert ask(county, "辛管理员") == nobody
    assert ask(county, "辛管理员", OFFICE).startswith("绑定码：")
    assert ask(county, "无此人", OFFICE) == "名册里没有“无此人”，没有发码。请核对姓名；名册有误请项目办更正。"
    assert ask(county, "庚老师", OTHER_ADMIN).startswith("本校名册里没有“庚老师”")


@pytest.mark.parametrize("who", [TEACHER, LEADER, OVERSEER])
def test_others_give_none(county, who):
    assert ask(county, "庚老师", who) == "“绑定码”只有学校管理员或校长、项目办可以用，没有执行。"


def test_in_a_group_none_is_given(county):
    assert county.ask(ADMIN, Command.CODE, name="庚老师", group=True) == (
        "绑定码请私聊办理，群里没有执行。点我的头像发起私聊，再发一次。"
    )
    assert county.connection.scalar(select(binding_code.c.id)) is None


def test_without_a_name_it_says_what_to_write(county):
    assert ask(county, "") == "要写姓名，例如“绑定码 王小明”。\n旧的没用的码随即作废，码不要发在群里。"


def test_two_of_one_name_are_told_apart(county):
    add(county, NAMESAKE, "甲老师", group_id=None)

    assert ask(county, "甲老师") == (
        "叫“甲老师”的有 2 位，给哪一位？\n"
        "1. 语文组，尾号 5678\n"
        "2. 没有教研组，人员编号 T0050\n"
        "回复 1 到 2（5 分钟内有效）。"
    )
    assert county.connection.scalar(select(binding_code.c.id)) is None
    county.ask(ADMIN, typed="2")
    assert county.connection.scalar(select(binding_code.c.person_id)) == NAMESAKE


def test_the_office_tells_them_apart_by_school(county):
    add(county, NAMESAKE, "甲老师", school_id=SECOND_SCHOOL, staff_no="hmac:00", staff_no_tail="123X")

    assert ask(county, "甲老师", OFFICE).splitlines()[1:3] == [
        "1. 示例县第一小学，语文组，尾号 5678",
        "2. 示例县第二小学，没有教研组，人员编号 ****123X",
    ]
    # The menu of the lead has nobody of another school, so there is no menu.
    assert ask(county, "甲老师").startswith("绑定码：")


def test_too_many_of_one_name_are_left_to_their_schools(county):
    for number in range(NAMESAKE, NAMESAKE + 9):
        add(county, number, "甲老师", group_id=CHINESE)

    assert ask(county, "甲老师", OFFICE) == "叫“甲老师”的有 10 位，没有发码。请让本人学校的管理员来发。"


@pytest.mark.parametrize(
    ("held", "school"), [("office", None), ("oversight", None), ("principal", SECOND_SCHOOL)]
)
def test_a_lead_opens_no_account_that_may_do_more_elsewhere(county, held, school):
    county.connection.execute(
        role.insert().values(person_id=NEWCOMER, role=held, school_id=school, source="grant", granted_at=0)
    )

    assert ask(county, "庚老师") == "庚老师还管着本校以外的事，绑定码由项目办来发，没有发码。"
    assert county.connection.scalar(select(binding_code.c.id)) is None
    assert ask(county, "庚老师", OFFICE).startswith("绑定码：")


def test_a_strange_name_is_shown_literally_and_short(county):
    said = ask(county, "很" * 300)

    assert said == f"本校名册里没有“{'很' * 19}…”，没有发码。请核对姓名；名册有误请项目办更正。"
