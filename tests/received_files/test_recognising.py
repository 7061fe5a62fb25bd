"""Which kind of table this is, by the headers that real ones have."""

import pytest

from bot.imports.files import Sheet
from bot.imports.kinds import Kind
from bot.received_files.recognising import likely_kinds
from handlers.import_file import KINDS

SCHOOLS, ROSTER, ONLINE, PRACTICE = Kind


def test_kinds_are_called_as_importing_calls_them():
    assert {kind.word: kind.value for kind in Kind} == KINDS


@pytest.mark.parametrize(
    ("headers", "kinds"),
    [
        ("学校名称 学校编码 学段", (SCHOOLS,)),
        ("姓名 人员编号 学校 教研组 学段 手机号", (ROSTER,)),
        ("姓名 学校 学段 人员编号", (ROSTER,)),
        ("姓名 身份证号(手机号) 工作单位 总学时 获得学时 培训情况", (ONLINE,)),
        ("姓名 人员编号 学校 获得学时", (ONLINE,)),
        ("姓名 人员编号 学校 教研组 获得学时", (ROSTER, ONLINE)),
        ("姓名 人员编号 学校 总学时", ()),
        ("姓名 人员编号 学校 学习时长", ()),
        ("姓名 人员编号 学时", ()),
        ("姓名 人员编号 微能力点 学时", (PRACTICE,)),
        ("姓名 人员编号 微能力点 获得学时", (PRACTICE,)),
        ("姓名 人员编号 认定学时", (ONLINE,)),
        ("姓名 电话", ()),
        ("日期 地点", ()),
    ],
)
def test_where_practice_comes_from_certification(headers, kinds):
    assert likely_kinds([Sheet("Sheet1", [headers.split()])], practice_imported=False) == kinds


@pytest.mark.parametrize(
    ("headers", "kinds"),
    [
        ("姓名 人员编号 学时", (PRACTICE,)),
        ("姓名 人员编号 获得学时", (ONLINE,)),
        ("姓名 人员编号 认定学时", (ONLINE, PRACTICE)),
        ("姓名 人员编号 微能力点 学时 依据", (PRACTICE,)),
    ],
)
def test_where_schools_keep_ledgers_of_their_own(headers, kinds):
    assert likely_kinds([Sheet("Sheet1", [headers.split()])], practice_imported=True) == kinds
