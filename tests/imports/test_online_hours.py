"""Importing online hours: every trap of real exports by name."""

from datetime import date

import openpyxl
import pytest
import xlsxwriter

from bot.imports.kinds import ImportRefused
from bot.imports.printing import fault_line, report_text
from bot.imports.report import Skip
from bot.imports.running import State

AS_OF = ["统计时间：2024-05-20"]
HEADER = ["姓名", "人员编号", "获得学时"]


def hours(*rows, as_of="2024-05-20", header=HEADER):
    return [[f"统计时间：{as_of}"], header, *rows]


def listed(entries):
    return [(entry.row, entry.who, entry.text) for entry in entries]


def test_the_newest_as_of_counts(county):
    county.run("online-hours", hours(["赵一", "T001", 12.5]))
    outcome = county.run("online-hours", hours(["赵一", "T001", "25 学时"], as_of="2024-05-21"))

    assert listed(outcome.report.changed) == [(3, "赵一（示例县第一小学）", "12.5 学时 → 25 学时")]
    assert county.online()["赵一"] == (2500, "2024-05-21")
    assert county.rows("fact", "name", "value", order="name")[0] == ("online_as_of", "2024-05-21")


def test_the_same_file_twice_changes_nothing(county):
    file = hours(["赵一", "T001", 12.5], ["钱二", "T002", 0])
    county.run("online-hours", file)
    before = county.everything()

    assert county.run("online-hours", file).state is State.UNCHANGED
    assert county.everything() == before


def test_blank_dash_and_absent_are_no_data_and_never_zero(county):
    outcome = county.run(
        "online-hours", hours(["赵一", "T001", "-"], ["钱二", "T002", ""], ["孙三", "T003", 0])
    )

    assert county.online() == {
        "赵一": (None, None), "钱二": (None, None), "孙三": (0, "2024-05-20"), "李四": (None, None),
    }  # fmt: skip
    assert [(why.value, count) for why, count in outcome.report.skipped] == [("没有学时数据", 2)]


def test_people_who_are_missing_from_a_file_keep_their_hours(county):
    """Two look-alike exports, one without the failing people: absence is not zero."""
    county.run("online-hours", hours(["赵一", "T001", 12.5], ["钱二", "T002", 20]))
    county.run("online-hours", hours(["钱二", "T002", 25], as_of="2024-05-21"))

    assert county.online()["赵一"] == (1250, "2024-05-20")


def test_the_export_of_a_real_platform_is_read(county):
    header = [
        "培训",
        "工作单位",
        "姓名",
        "身份证号(手机号)",
        "总学时",
        "课程情况",
        "作业提交情况",
        "课程考核",
        "工作坊情况",
        "社区积分",
        "社区考核",
        "获得学时",
        "培训情况",
        "核心课分数",
    ]
    row = [
        "2.0",
        "示例县第一小学",
        "赵一",
        "13800001111",
        50,
        "5/6",
        "已提交",
        "合格",
        "1/1",
        "60/60",
        "合格",
        18,
        "合格",
        "-",
    ]
    outcome = county.run("online-hours", [header, row], as_of=date(2024, 5, 20))

    assert county.online()["赵一"] == (1800, "2024-05-20")
    assert county.rows("online_snapshot", "verdict") == [("合格",)]
    assert outcome.report.notes == ("“总学时”是应修的学时，没有使用。",)


def test_which_sheet_was_read_and_which_were_not_is_said(county, folder):
    rows = hours(["赵一", "T001", 5])
    sheets = {"三月": rows, "四月": hours(["赵一", "T001", 9], ["钱二", "T002", 9]), "空的": []}
    outcome = county.run("online-hours", folder.xlsx("按月.xlsx", None, sheets=sheets))

    assert outcome.report.notes == (f"只读了工作表“三月”，没有读“四月”（{len(rows) + 1} 行）。",)
    assert (county.online()["赵一"], county.online()["钱二"]) == ((500, "2024-05-20"), (None, None))
    assert f"注意：只读了工作表“三月”，没有读“四月”（{len(rows) + 1} 行）。" in report_text(outcome.report)


def test_fractions_that_became_dates_are_refused(county):
    outcome = county.run("online-hours", hours(["赵一", "T001", date(2024, 5, 6)], ["钱二", "T002", "5/6"]))

    assert [(f.row, f.column, f.value, f.reason) for f in outcome.report.faults] == [
        (3, "获得学时", "2024-05-06", "学时被 Excel 变成了日期或时间"),
        (4, "获得学时", "5/6", "像是“合格数/选课数”，不是学时"),
    ]


def test_scientific_notation_refuses_the_file_and_is_shown_masked(county):
    outcome = county.run("online-hours", hours(["赵一", "2.11282E+17", 25]))

    assert outcome.state is State.REFUSED
    fault = outcome.report.faults[0]
    assert (fault.row, fault.column, fault.value) == (3, "人员编号", "****E+17")
    assert fault.reason == "编号成了科学计数法，后面的数字已经丢失"


def test_matching_goes_from_number_to_account_to_mobile_to_name_and_school(county):
    header = ["姓名", "人员编号", "学习账号", "手机号", "学校", "获得学时"]
    outcome = county.run(
        "online-hours",
        hours(
            ["赵一", "T001", "", "", "", 1],
            ["钱二", "", "xy002", "", "", 2],
            ["赵 一", "", "", "138 0000 1111", "", 1],
            ["孙三", "", "", "", "二高", 3],
            ["李四", "NOBODY", "", "", "第二高级中学附属幼儿园", 4],
            header=header,
        ),
    )

    assert outcome.report.unmatched == ()
    assert {name: found and found[0] for name, found in county.online().items()} == {
        "赵一": 100, "钱二": 200, "孙三": 300, "李四": 400,
    }  # fmt: skip


def test_people_who_cannot_be_matched_are_listed_and_the_rest_is_imported(county):
    header = ["姓名", "人员编号", "学校", "获得学时"]
    outcome = county.run(
        "online-hours",
        hours(
            ["赵一", "T001", "", 5],
            ["周五", "T999", "", 5],
            ["周五", "", "一小", 5],
            ["周五", "", "没有的学校", 5],
            header=header,
        ),
    )

    assert listed(outcome.report.unmatched) == [
        (4, "周五", "名册里没有这个编号或账号"),
        (5, "周五（一小）", "示例县第一小学的名册里没有这个人"),
        (6, "周五（没有的学校）", "学校表里没有“没有的学校”"),
    ]
    assert county.online()["赵一"] == (500, "2024-05-20")


def test_two_people_of_one_name_and_school_are_never_guessed(county):
    county.run("roster", [["姓名", "人员编号", "学校"], ["赵一", "T009", "一小"]])
    outcome = county.run("online-hours", hours(["赵一", "一小", 5], header=["姓名", "学校", "获得学时"]))

    assert listed(outcome.report.unmatched) == [
        (3, "赵一（一小）", "赵一（示例县第一小学）有 2 个同名的人，不猜")
    ]


def test_a_number_of_somebody_with_another_name_is_left_out(county):
    outcome = county.run("online-hours", hours(["钱二", "T001", 5]))

    assert listed(outcome.report.suspicious) == [
        (3, "钱二", "编号或账号是赵一（示例县第一小学）的，姓名却是“钱二”，没有导入")
    ]
    assert county.online()["赵一"] == (None, None)


def test_courses_are_summed_only_with_a_column_for_them(county):
    header = ["姓名", "人员编号", "课程名称", "获得学时"]
    county.run(
        "online-hours",
        hours(
            ["赵一", "T001", "课一", 5], ["赵一", "T001", "课二", "7.5"], ["赵一", "T001", "课二", "7.5"],
            ["赵一", "T001", "课三", "-"], header=header,
        ),
    )  # fmt: skip
    assert county.online()["赵一"] == (1250, "2024-05-20")  # 5 + 7.5; a row that stands twice counts once

    outcome = county.run(
        "online-hours",
        hours(["钱二", "T002", 5], ["钱二", "T002", 5], ["孙三", "T003", 5], ["孙三", "T003", 6]),
    )
    assert [(fault.row, fault.reason) for fault in outcome.report.faults] == [
        (6, "与第 5 行是同一个人，学时却不同")
    ]


def test_merged_names_stand_for_all_their_rows(county, folder):
    import xlsxwriter

    path = folder.path / "merged.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "人员编号", "课程名称", "获得学时"])
        sheet.merge_range("A2:A3", "赵一")
        sheet.merge_range("B2:B3", "T001")
        sheet.write_row(1, 2, ["课一", 5])
        sheet.write_row(2, 2, ["课二", 6])
    county.run("online-hours", path, as_of=date(2024, 5, 20))

    assert county.online()["赵一"] == (1100, "2024-05-20")


def test_sums_remarks_blank_rows_and_repeated_headers_are_passed_over(county):
    outcome = county.run(
        "online-hours",
        hours(
            ["赵一", "T001", 5], [], HEADER, ["小 计", "", 5], ["", "合计：", 5], ["", "T001", ""],
            ["说明：数据来自平台", "", ""],
        ),
    )  # fmt: skip

    assert outcome.report.rows == 1
    assert [(why.value, count) for why, count in outcome.report.skipped] == [
        ("空行", 2), ("合计或说明", 3), ("重复的表头", 1),
    ]  # fmt: skip


def test_an_older_file_is_refused_and_forced_fills_only_gaps(county):
    county.run("online-hours", hours(["赵一", "T001", 20]))
    older = hours(["赵一", "T001", 5], ["钱二", "T002", 6], as_of="2024-05-10")

    with pytest.raises(ImportRefused) as caught:
        county.run("online-hours", older)
    assert str(caught.value) == (
        "文件的数据截至 2024-05-10，比系统里最新的 2024-05-20 早，没有导入。"
        "确要补录，加 --force：只用在没有更新数据的人身上。"
    )

    outcome = county.run("online-hours", older, force=True)
    assert [(why.value, count) for why, count in outcome.report.skipped] == [("已有更新的数据", 1)]
    assert county.online()["赵一"] == (2000, "2024-05-20")
    assert county.online()["钱二"] == (600, "2024-05-10")
    assert ("online_as_of", "2024-05-20") in county.rows("fact", "name", "value", order="name")


def test_a_drop_is_flagged_once_and_left_until_it_is_accepted(county):
    county.run("online-hours", hours(["赵一", "T001", 20]))
    drop = hours(["赵一", "T001", 5], as_of="2024-05-21")

    outcome = county.run("online-hours", drop)
    assert listed(outcome.report.suspicious) == [
        (3, "赵一（示例县第一小学）", "20 学时 → 5 学时，学时变少，保留原来的")
    ]
    assert county.online()["赵一"] == (2000, "2024-05-20")
    assert county.rows("online_snapshot", "online_hours", "counts") == [(2000, True), (500, False)]

    assert county.run("online-hours", drop).state is State.UNCHANGED

    accepted = county.run("online-hours", drop, accept_drops=True)
    assert listed(accepted.report.changed) == [(3, "赵一（示例县第一小学）", "20 学时 → 5 学时")]
    assert county.online()["赵一"] == (500, "2024-05-21")


def test_a_correction_of_the_same_day_replaces_it(county):
    county.run("online-hours", hours(["赵一", "T001", 20]))
    county.run("online-hours", hours(["赵一", "T001", 22]))

    assert county.online()["赵一"] == (2200, "2024-05-20")


def test_equal_hours_of_a_newer_day_move_the_day_on(county):
    county.run("online-hours", hours(["赵一", "T001", 20]))
    outcome = county.run("online-hours", hours(["赵一", "T001", 20], as_of="2024-05-21"))

    assert (outcome.state, outcome.report.unchanged, outcome.report.refreshed) == (State.APPLIED, 1, 1)
    assert county.online()["赵一"] == (2000, "2024-05-21")


def test_far_too_many_hours_are_left_out_until_forced(county):
    minutes = hours(["赵一", "T001", 1125])  # 25 hours of 45 minutes; more than ten times the required 25
    outcome = county.run("online-hours", minutes)

    assert listed(outcome.report.suspicious) == [
        (3, "赵一（示例县第一小学）", "1125 学时，多得不像学时，没有导入")
    ]
    assert county.run("online-hours", minutes, force=True).state is State.APPLIED


def test_without_a_date_the_file_is_refused_and_the_last_rows_may_have_it(county):
    with pytest.raises(ImportRefused, match="请加上 --as-of"):
        county.run("online-hours", [HEADER, ["赵一", "T001", 5]])
    county.run("online-hours", [HEADER, ["赵一", "T001", 5], ["导出时间：2024年5月19日 17:30"]])

    assert county.online()["赵一"] == (500, "2024-05-19")


def test_a_date_in_the_future_of_the_programme_is_refused(county):
    with pytest.raises(ImportRefused, match="数据截至 2024-05-22 晚于今天（2024-05-21）"):
        county.run("online-hours", hours(["赵一", "T001", 5], as_of="2024-05-22"))


def test_a_gb18030_csv_of_a_platform(county, folder):
    path = folder.csv("学时.csv", hours(["赵一", "\tT001", "18.5"]), encoding="gb18030")
    county.run("online-hours", path)

    assert county.online()["赵一"] == (1850, "2024-05-20")


def test_an_xls_that_is_html(county, folder):
    page = "<table><tr><td colspan=3>统计时间：2024-05-20</td></tr><tr><td>姓名</td><td>用户名</td><td>已获学时</td></tr>"
    path = folder.raw(
        "a.xls", f"{page}<tr><td>赵一</td><td>xy001</td><td>9</td></tr></table>".encode("gb18030")
    )
    county.run("online-hours", path)

    assert county.online()["赵一"] == (900, "2024-05-20")


def test_a_couple_with_one_mobile_number_is_told_apart_by_name(county):
    county.run("roster", [["姓名", "人员编号", "学校", "手机号"], ["周五", "T005", "一小", "13800001111"]])
    file = hours(
        ["周五", "13800001111", 5], ["吴六", "13800001111", 6], header=["姓名", "手机号", "获得学时"]
    )
    outcome = county.run("online-hours", file)

    assert county.online()["周五"] == (500, "2024-05-20")
    assert listed(outcome.report.unmatched) == [(4, "吴六", "名册里没有这个编号或账号")]


def test_a_formula_that_nobody_has_saved_is_no_missing_figure(county):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["姓名", "人员编号", "获得学时"], ["赵一", "T001", "=10+8.5"], ["钱二", "T002", None]):
        sheet.append(row)
    book.create_sheet("别的").append(["=1+1"])
    path = county.folder.path / "hours.xlsx"
    book.save(path)

    outcome = county.run("online-hours", path, as_of=date(2024, 5, 20))

    assert outcome.state is State.REFUSED
    assert [fault_line(fault) for fault in outcome.report.faults] == [
        "第 2 行“获得学时” [公式]：公式还没有算出结果。请用 Excel 或 WPS 打开这份表，保存一次再导入"
    ]
    assert outcome.report.skipped == ((Skip.NO_DATA, 1),)  # a cell that is empty is no fault


def test_a_formula_with_a_result_is_a_figure(county):
    path = county.folder.path / "hours.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "人员编号", "获得学时", "备注"])
        sheet.write_row(1, 0, ["赵一", "T001"])
        sheet.write_formula(1, 2, "=10+8.5", None, 18.5)
        sheet.write_formula(1, 3, '=""', None, "")

    assert county.run("online-hours", path, as_of=date(2024, 5, 20)).state is State.APPLIED
    assert county.online()["赵一"] == (1850, "2024-05-20")


def test_an_error_of_a_formula_refuses_the_file_and_rows_of_nothing_else_are_blank(county, folder):
    with xlsxwriter.Workbook(folder.path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["统计时间：2024-05-20"])
        sheet.write_row(1, 0, ["序号", "姓名", "人员编号", "获得学时"])
        sheet.write_row(2, 0, [1, "赵一", "T001"])
        sheet.write_formula(2, 3, "=VLOOKUP(C3,F:G,2,0)", None, "#N/A")
        sheet.write(3, 0, 2)
        for column in (1, 2, 3):
            sheet.write_formula(3, column, "=VLOOKUP(A4,F:G,2,0)", None, "#N/A")
    outcome = county.run("online-hours", folder.path / "a.xlsx")

    assert outcome.state is State.REFUSED
    assert [(fault.row, fault.column, fault.reason) for fault in outcome.report.faults] == [
        (3, "获得学时", "公式算出的是错误（例如 #N/A）")
    ]
    assert outcome.report.rows == 1
