"""A roster that we have exported ourselves can be imported again, and changes nothing but what was changed in it."""

import csv
import io

import pytest

from bot.policy.export import Ending, ExportKind, Order
from bot.workbooks.making import make
from storage import tables

ROSTER = [
    ["姓名", "人员编号", "学校", "教研组", "学段", "学科", "职务", "学习账号", "手机号", "企业微信账号", "钉钉账号", "状态"],
    ["赵一", "0012", "示例县第一小学", "语文组", "小学", "语文", "教研组长、学校管理员", "007", "13800001111", "ZhaoYi", "", ""],
    ["钱二", "11010119900307123X", "示例县第一小学", "", "", "", "", "13800003333", "13800002222", "", "qian", "暂缓"],
    ["阿依古丽·买买提", "1E5", "示例县第二高级中学", "数学组", "高中", "数学", "项目办", "", "", "", "", "在册"],
    ["=孙", "-5", "示例县第二高级中学", "+组", "", "@科", "校长", "", "", "", "", "退休"],
]  # fmt: skip


@pytest.fixture
def filled(office):
    office.run("schools", office.schools)
    office.run("roster", ROSTER)
    with office.database.writing() as connection:
        connection.execute(
            tables.role.insert().values(person_id=1, role="oversight", source="grant", granted_at=1)
        )
    return office


def exported(office, ending):
    target = io.BytesIO()
    order = Order(kind=ExportKind.ROSTER, ending=Ending(ending))
    make(office.database, office.plan, office.catalogue, order, target, now=office.now, maker="示例")
    return target.getvalue()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_as_it_is_it_changes_nothing(filled, ending):
    before = filled.everything()

    outcome = filled.run("roster", filled.folder.raw(f"again.{ending}", exported(filled, ending)))

    assert (outcome.report.unchanged, outcome.report.added, outcome.report.changed) == (4, (), ())
    assert (outcome.report.faults, outcome.report.suspicious) == ((), ())
    assert filled.everything() == before


def test_what_was_changed_in_it_changes_and_nothing_else(filled):
    rows = list(csv.reader(io.StringIO(exported(filled, "csv").decode("utf-8-sig"), newline="")))
    rows[2][rows[0].index("学科")] = "音乐"

    filled.run("roster", filled.folder.csv("again.csv", rows))

    found = filled.rows("person", "name", "staff_no_tail", "subject", "mobile_tail", "stage")
    assert found[1] == ("钱二", "123X", "音乐", "2222", "")
    assert found[0] == ("赵一", "", "语文", "1111", "小学")


def test_no_number_of_a_telephone_or_an_identity_card_leaves_the_house(filled):
    text = exported(filled, "csv").decode("utf-8-sig")

    for number in ("13800001111", "13800002222", "13800003333", "11010119900307123X"):
        assert number not in text
    assert "尾号 1111" in text
