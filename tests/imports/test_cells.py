"""From a cell to a value."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.imports.cells import CellFault, hours, identifier, name, text
from bot.imports.words import ROLES, SCHOOL_KINDS, STATES, point_code, roles, school_kind, state, yes_or_no
from bot.policy.people import PersonState, Role, SchoolKind

LOST = "16 位以上的编号存成了数字，Excel 只保留前 15 位，后面的已经丢失"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (" T001 ", "T001"),
        ("'0012", "0012"),
        ("’0012", "0012"),
        ('="0012"', "0012"),
        ("\t0012\t", "0012"),
        ("１２３４", "1234"),
        ("10012.0", "10012"),
        (10012.0, "10012"),
        (13800001111.0, "13800001111"),
        ("138 0000 1111", "13800001111"),
        ("+86 138-0000-1111", "13800001111"),
        ("8613800001111", "13800001111"),
        (8613800001111.0, "13800001111"),
        ("11010519491231002x", "11010519491231002X"),
        ("110105 19491231 002x", "11010519491231002X"),
        ("zhangx", "zhangx"),
        ("21E0012", "21E0012"),
        ("", ""),
        ("-", ""),
        ("—", ""),
        ("无", ""),
    ],
)
def test_identifiers_are_text(cell, expected):
    assert identifier(cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2.11282E+17", "编号成了科学计数法，后面的数字已经丢失"),
        ("2E+17", "编号成了科学计数法，后面的数字已经丢失"),
        ("2.11282E17", "编号成了科学计数法，后面的数字已经丢失"),
        ("1.38e10", "编号成了科学计数法，后面的数字已经丢失"),
        (211282199001011234.0, LOST),
        (1e15, LOST),
        (12.5, "这里应是编号，不是小数"),
        (-3.0, "这里应是编号，不是小数"),
        (True, "这里应是编号，不是“是/否”"),
        (date(2024, 5, 6), "编号被 Excel 变成了日期"),
        (datetime.fromisoformat("2024-05-06T08:00"), "编号被 Excel 变成了日期"),
        ("2024-05-06", "编号被 Excel 变成了日期"),
        ("#N/A", "公式没有算出结果"),
    ],
)
def test_identifiers_that_a_spreadsheet_destroyed_are_refused(cell, reason):
    with pytest.raises(CellFault) as caught:
        identifier(cell)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("25", 2500),
        ("25.0", 2500),
        ("25学时", 2500),
        ("25个学时", 2500),
        ("25h", 2500),
        ("25H", 2500),
        ("２５", 2500),
        ("18.5 学时", 1850),
        ("'18.25", 1825),
        ("18.500", 1850),
        (25, 2500),
        (18.1, 1810),  # 18.1 × 100 = 1810.0000000000002
        (0.0, 0),
        ("0", 0),
        (9999.0, 999900),
        *((blank, None) for blank in ("", " ", "-", "--", "—", "——", "/", "无", "暂无", "NULL", "N/A")),
    ],
)
def test_hours_are_whole_hundredths_and_a_blank_is_no_data(cell, expected):
    assert hours(cell) == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("5/6", "像是“合格数/选课数”，不是学时"),
        (date(2024, 5, 6), "学时被 Excel 变成了日期或时间"),
        (datetime.fromisoformat("2024-05-06T00:00"), "学时被 Excel 变成了日期或时间"),
        (time(5, 6), "学时被 Excel 变成了日期或时间"),
        ("5月6日", "像是日期，不是学时"),
        ("2024-05-06", "像是日期，不是学时"),
        ("-1", "学时不会小于 0"),
        (-0.5, "学时不会小于 0"),
        (10000.0, "学时大得不合理（超过 9999）"),
        (1.7e308, "学时大得不合理（超过 9999）"),
        (-1.7e308, "学时不会小于 0"),
        ("9999.01", "学时大得不合理（超过 9999）"),
        ("18.333", "学时最多两位小数"),
        (55 / 3, "学时最多两位小数"),
        ("1125分钟", "单位不是学时"),
        ("80%", "单位不是学时"),
        ("#DIV/0!", "公式没有算出结果"),
        ("合格", "看不懂的学时"),
        (True, "学时应是数字，不是“是/否”"),
        (float("nan"), "看不懂的学时"),
    ],
)
def test_hours_that_are_something_else_are_refused_with_the_reason(cell, reason):
    with pytest.raises(CellFault) as caught:
        hours(cell)
    assert caught.value.reason == reason


@given(st.integers(0, 9999_00))
def test_every_number_of_hundredths_survives_text_and_double(hundredths):
    written = str(Decimal(hundredths) / 100)
    assert hours(written) == hundredths
    assert hours(float(written)) == hundredths
    assert hours(f" {written} 学时") == hundredths


@given(st.text(max_size=30) | st.floats() | st.booleans() | st.dates() | st.times() | st.datetimes())
def test_no_cell_breaks_a_normaliser(cell):
    for normalise in (hours, identifier, name, text, roles, state, school_kind):
        faults = []
        try:
            normalise(cell)
        except CellFault as fault:
            faults = [fault.reason, fault.cure]
        assert all(faults)


@given(st.from_regex(r"[1-9][0-9]{0,14}", fullmatch=True))
def test_a_short_number_is_the_same_identifier_as_number_and_as_text(digits):
    assert (
        identifier(float(digits))
        == identifier(digits)
        == identifier(f"'{digits}")
        == identifier(f"{digits}.0")
    )


def test_names_are_compared_without_blanks_and_with_one_kind_of_dot():
    assert name(" 张　三 ") == name("张 三") == "张三"
    assert name("阿依古丽•买买提") == name("阿依古丽·买买提")
    assert name("张\u200b三") == "张三"
    assert name("Mary Ann") == "Mary Ann"


def test_words_of_state_school_and_yes():
    assert state("") is PersonState.ACTIVE
    assert state(" 退　休 ") is PersonState.RETIRED
    assert state("停用") is PersonState.DEFERRED
    assert school_kind("九年一贯制学校") is SchoolKind.NINE_YEAR
    assert yes_or_no("", default=True)
    assert not yes_or_no("否", default=True)
    assert yes_or_no("-", default=True)
    assert not yes_or_no("不参与排名", default=True)
    with pytest.raises(CellFault, match="不认识的状态“放假”") as caught:
        state("放假")
    assert caught.value.cure == "请改为 在册、暂缓、调出、退休、免训 之一"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", set()),
        ("教师", set()),
        ("园长", {Role.PRINCIPAL}),
        ("组长", {Role.LEADER}),
        ("教师、教研组长，校长/项目办", {Role.LEADER, Role.PRINCIPAL, Role.OFFICE}),
        ("校长兼书记", {Role.PRINCIPAL}),
        ("副校长", set()),
    ],
)
def test_several_roles_in_one_cell(cell, expected):
    assert roles(cell)[0] == expected


def test_a_vice_principal_does_not_lead_the_school_and_is_remarked():
    assert roles("副校长、教研组长") == ({Role.LEADER}, {"副校长"})
    with pytest.raises(CellFault, match="不认识的职务“班长”"):
        roles("教师、班长")


def test_no_word_stands_for_two_things():
    for words in (ROLES, STATES, SCHOOL_KINDS):
        every = [word for listed in words.values() for word in listed.split()]
        assert len(every) == len(set(every))


@pytest.mark.parametrize(
    "written", ["A5", "a5", "Ａ５", "A05", "A5 技术支持的课堂导入", "技术支持的课堂导入", "课堂导入"]
)
def test_a_point_by_code_or_name(written, catalogue):
    assert point_code(written, catalogue) == "A5"


def test_a_point_that_does_not_exist_is_named(catalogue):
    with pytest.raises(CellFault, match="没有 A14 这个微能力点"):
        point_code("A14", catalogue)
    with pytest.raises(CellFault) as caught:
        point_code("技术支持的课堂导人", catalogue)
    assert caught.value.cure == "是不是“技术支持的课堂导入”？"
