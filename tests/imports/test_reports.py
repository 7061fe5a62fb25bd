"""What an operator reads: whole texts, the workbook of problems, JSON."""

import json

import openpyxl

from bot.imports.printing import outcome_json, report_text

HEADER = ["姓名", "人员编号", "学校", "教研组", "职务", "手机号"]
FILE = [
    ["示例县教师名册"],
    HEADER,
    ["赵一", "T001", "示例县第二高级中学", "数学组", "教师", "13800001111"],
    ["钱二", "T002", "一小", "语文组", "教研组长", ""],
    ["周五", "T005", "一小", "语文组", "副校长", ""],
    ["王五", "T003", "二高", "", "校长", ""],
    ["合计", "", "4 人"],
]


def test_a_roster_report_as_a_whole(county):
    assert report_text(county.run("roster", FILE, dry_run=True).report) == (
        "名册：roster.xlsx，工作表“Sheet1”，4 行\n"
        "  新增    1\n"
        "  更改    1\n"
        "  未变    1\n"
        "  未匹配  0\n"
        "  可疑    1\n"
        "  读不懂  0\n"
        "  略过    合计或说明 1\n"
        "注意：1 人的职务（副校长）没有对应的权限，按教师登记。\n"
        "\n"
        "可疑（1）\n"
        "  第 6 行 王五（示例县第二高级中学）：系统里这个人员编号是“孙三”，姓名不同，没有导入。"
        "请核对编号；确是同一个人改了名字，加 --force\n"
        "\n"
        "更改（1）\n"
        "  第 3 行 赵一（示例县第二高级中学）：学校 示例县第一小学 → 示例县第二高级中学；教研组 语文组 → 数学组\n"
        "\n"
        "新增（1）\n"
        "  第 5 行 周五（示例县第一小学）"
    )


def test_a_report_of_hours_with_faults(county):
    file = [
        ["数据截至：2024年5月20日"],
        ["姓名", "人员编号", "获得学时"],
        ["赵一", "T001", 12],
        ["钱二", "2.1E+17", 5],
        ["孙三", "T003", "5/6"],
        ["郑七", "T777", 3],
        ["李四", "T004", "-"],
    ]
    assert report_text(county.run("online-hours", file).report) == (
        "线上学时：online-hours.xlsx，工作表“Sheet1”，5 行，数据截至 2024-05-20\n"
        "  新增    1\n"
        "  更改    0\n"
        "  未变    0\n"
        "  未匹配  1\n"
        "  可疑    0\n"
        "  读不懂  2\n"
        "  略过    没有学时数据 1\n"
        "\n"
        "读不懂（2）\n"
        "  第 4 行“人员编号” ****+17：编号成了科学计数法，后面的数字已经丢失。"
        "从原系统重新导出，或把这一列设为文本格式后重新填写\n"
        "  第 5 行“获得学时” 5/6：像是“合格数/选课数”，不是学时。请换成获得的学时\n"
        "\n"
        "未匹配，没有导入（1）\n"
        "  第 6 行 郑七：名册里没有这个编号或账号。请核对编号，或先把这个人加进名册\n"
        "\n"
        "新增（1）\n"
        "  第 3 行 赵一（示例县第一小学）：12 学时"
    )


def test_a_list_is_cut_after_twenty_lines(county):
    file = [HEADER[:3], *([f"周{number:02d}", f"N{number:03d}", "一小"] for number in range(25))]
    lines = report_text(county.run("roster", file, dry_run=True).report).split("\n")
    start = lines.index("新增（25）")

    assert lines[start + 20 : start + 22] == ["  第 21 行 周19（示例县第一小学）", "  还有 5 条"]


def test_the_problems_stand_in_a_workbook_beside_the_file(county, folder):
    path = folder.xlsx(
        "线上.xlsx",
        [
            ["统计时间：2024-05-20"],
            ["姓名", "人员编号", "获得学时"],
            ["=1+1", "T001", 5],
            ["钱二", 211282199001011234, 5],
            ["郑七", "T777", 3],
        ],
    )
    outcome = county.run("online-hours", path)

    target = folder.path / "线上.问题.xlsx"
    assert outcome.problem_file == str(target)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["问题", "可疑", "未匹配"]
    cure = "从原系统重新导出，或把这一列设为文本格式后重新填写"
    assert list(book["问题"].values) == [
        ("工作表", "行", "列", "值", "原因", "怎么办"),
        (
            "Sheet1",
            4,
            "人员编号",
            "****E+17",
            "16 位以上的编号存成了数字，Excel 只保留前 15 位，后面的已经丢失",
            cure,
        ),
    ]
    assert list(book["未匹配"].values)[1][:3] == ("Sheet1", 5, "郑七")
    cell = book["可疑"]["C2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=1+1", "s", "@")


def test_no_workbook_without_problems(county, folder):
    assert county.run("roster", county.roster).problem_file == ""
    assert [path.name for path in folder.path.iterdir()] == ["schools.xlsx", "roster.xlsx"]


def test_a_workbook_that_cannot_be_written_is_said_and_the_import_goes_on(county, folder):
    (folder.path / "roster.问题.xlsx").mkdir()
    outcome = county.run("roster", FILE)

    assert outcome.problem_file == (
        f"问题清单写不进“{folder.path}”（没有权限，或同名文件正打开着），这次只在这里列出。"
    )
    assert outcome.state == "applied"


def test_json_has_everything_and_no_identifiers(county):
    outcome = county.run("roster", FILE)
    found = json.loads(outcome_json(outcome))

    assert (found["state"], found["kind"], found["run"], found["sheet"]) == ("applied", "roster", 3, "Sheet1")
    assert found["counts"] == outcome.report.counts
    assert found["skipped"] == {"summary": 1}
    assert found["changed"][0]["row"] == 3
    assert found["sentence"] == "已导入。"
    assert "13800001111" not in outcome_json(outcome)
