"""Finding the header, and the column that is meant."""

import pytest

from bot.imports.columns import column_letter, find_table, not_read
from bot.imports.files import Sheet
from bot.imports.kinds import ImportRefused, Kind


def table(*rows, kind=Kind.ONLINE_HOURS, name="Sheet1"):
    return find_table([Sheet(name, rows)], kind)


def refusal(*rows, kind=Kind.ONLINE_HOURS):
    with pytest.raises(ImportRefused) as caught:
        table(*rows, kind=kind)
    return str(caught.value)


def test_title_rows_may_stand_above_the_header():
    found = table(
        ["示例县 2024 年学时统计表", "", ""],
        ["统计时间：2024-05-20"],
        [],
        ["姓 名*", "人员编号（必填）", "已获\n学时"],
    )
    assert (found.header_row, found.columns) == (3, {"name": 0, "staff_no": 1, "hours": 2})


def test_the_header_is_looked_for_in_ten_rows():
    header = ["姓名", "人员编号", "获得学时"]
    assert table(*[["说明"]] * 9, header).header_row == 9
    assert refusal(*[["说明"]] * 10, header).startswith("前 10 行里没有找到表头")


@pytest.mark.parametrize(
    "title",
    [
        "获得学时",
        "线上学时",
        "在线学时",
        "已获学时",
        "网络研修学时",
        "已修学时",
        "已完成学时",
        "认定学时",
        "获 得 学 时（学时）",
        "在线学习学时",
        "线上研修学时",
    ],
)
def test_earned_hours_by_their_aliases(title):
    assert table(["学员姓名", "用户名", title]).columns == {"name": 0, "study_account": 1, "hours": 2}


def test_required_hours_are_never_taken_for_earned_ones():
    found = table(["工作单位", "姓名", "身份证号(手机号)", "总学时", "获得学时", "培训情况"])
    assert found.columns == {"name": 1, "staff_no": 2, "school": 0, "hours": 4, "verdict": 5}
    assert found.notes == ("“总学时”是应修的学时，没有使用。",)


@pytest.mark.parametrize("title", ["总学时", "学时", "应修学时"])
def test_a_file_with_only_required_hours_is_asked_about(title):
    assert refusal(["姓名", "人员编号", title]) == (
        f"文件里只有“{title}”，没有“获得学时”。在不少平台上它是要求修满的学时，不是已经获得的。"
        "这一列是每个人已经获得的学时吗？是的话，请把表头改为“获得学时”再导入；"
        "不是的话，请从平台导出带“获得学时”的表。"
    )


def test_minutes_are_asked_about():
    assert refusal(["姓名", "人员编号", "在线时长(分钟)"]) == (
        "文件里只有“在线时长(分钟)”，没有“获得学时”。时长和分钟不能直接当作学时。"
        "请从平台导出带“获得学时”的表，或换算后把表头改为“获得学时”。"
    )


def test_the_same_header_twice_is_a_fault():
    assert refusal(["姓名", "人员编号", "获得学时", "获得学时"]) == (
        "工作表“Sheet1”有 2 列都叫“获得学时”（C、D 列），请只留一列再导入。"
    )


def test_two_columns_that_could_both_be_the_hours_are_a_fault():
    assert refusal(["姓名", "人员编号", "线上学时", "认定学时"]) == (
        "工作表“Sheet1”的“线上学时”和“认定学时”都像获得学时，请把要用的一列改名为“获得学时”再导入。"
    )


def test_of_two_identities_the_more_exact_one_is_used_and_that_is_said():
    found = table(["姓名", "身份证号", "人员编号", "获得学时"])
    assert found.columns["staff_no"] == 2
    assert found.notes == ("“人员编号”取自“人员编号”列，没有用“身份证号”。",)


def test_what_is_missing_and_what_was_seen_is_listed():
    assert refusal(["姓名", "学校", "年龄"], kind=Kind.ROSTER) == (
        "工作表“Sheet1”第 1 行的表头缺少：人员编号。看到的表头：姓名、学校、年龄。"
    )
    assert refusal(["甲", "乙"], kind=Kind.SCHOOLS) == (
        "前 10 行里没有找到表头。需要的列：学校名称、学段。看到的是：甲、乙。"
    )
    assert refusal([], kind=Kind.SCHOOLS) == "文件里没有数据。"


def test_names_alone_do_not_tell_who_is_meant():
    assert refusal(["姓名", "获得学时"]) == (
        "工作表“Sheet1”只有姓名，认不出人：还需要 人员编号、学习账号、手机号 或 学校 中的一列。"
    )


def test_the_first_sheet_with_a_header_wins_and_the_others_are_named_with_their_rows():
    sheets = [
        Sheet("说明", [["请勿改动"]]),
        Sheet("一小", [["姓名", "人员编号", "获得学时"]]),
        Sheet("二小", [["姓名", "人员编号", "获得学时"], ["赵一", "T001", 5], ["", "", ""]]),
        Sheet("Sheet4", [["", ""], []]),
    ]
    found = find_table(sheets, Kind.ONLINE_HOURS)
    assert found.sheet.name == "一小"
    assert not_read(sheets, found.sheet) == ("只读了工作表“一小”，没有读“说明”（1 行）、“二小”（2 行）。",)
    assert not_read([sheets[1], sheets[3]], sheets[1]) == ()


def test_a_header_over_two_rows():
    found = table(["姓名", "人员编号", "学时", ""], ["", "", "线上学时", "线下学时"])
    assert (found.header_row, found.columns) == (1, {"name": 0, "staff_no": 1, "hours": 2})


def test_columns_are_called_as_spreadsheets_call_them():
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize("title", ["职务/角色", "职务", "角色", "职务（角色）", "角色/职务", "职务\\角色"])
def test_the_column_of_roles_however_an_office_calls_it(title):
    found = table(["姓名", "人员编号", "学校", title], kind=Kind.ROSTER)
    assert found.columns["role"] == 3
