"""Importing practice hours: the school's own ledger."""

import pytest

from bot.imports.kinds import ImportRefused
from bot.imports.running import State

HEADER = ["姓名", "人员编号", "微能力点", "学时", "依据"]


def ledger(office):
    return office.rows(
        "practice_entry", "person_id", "practice_hours", "reference", "note", "reverses_id", "import_id"
    )


def practice(office):
    return dict(office.rows("standing", "person_id", "practice_hours", order="person_id"))


def test_under_certification_the_file_is_refused_with_the_reason(county):
    with pytest.raises(ImportRefused) as caught:
        county.run("practice-hours", [HEADER, ["赵一", "T001", "A5", 8, "公开课"]])
    assert str(caught.value) == (
        '实践学时由微能力点认证得来（practice.source = "certification"），不能从文件导入。'
        '要用学校自己的台账，请在方案文件里改为 practice.source = "imported"。'
    )


def test_rows_are_entered_once_by_person_point_and_basis(county):
    county.use_imported_practice()
    file = [
        HEADER,
        ["赵一", "T001", "A5", 8, "公开课"],
        ["赵一", "T001", "", "2.5学时", "集中研讨"],
        ["钱二", "T002", "", "-", ""],
    ]
    county.run("practice-hours", file)

    assert ledger(county) == [
        (1, 800, "A5 公开课", "公开课", None, 3),
        (1, 250, "集中研讨", "集中研讨", None, 3),
    ]
    assert practice(county)[1] == 1050  # 8 + 2.5
    assert county.run("practice-hours", file).state is State.UNCHANGED


def test_changed_hours_are_reversed_and_entered_anew(county):
    county.use_imported_practice()
    county.run("practice-hours", [HEADER, ["赵一", "T001", "A5", 8, "公开课"]])
    outcome = county.run("practice-hours", [HEADER, ["赵一", "T001", "A5", 6, "公开课"]])

    assert outcome.report.changed[0].text == "8 学时 → 6 学时（A5 公开课）"
    assert ledger(county) == [
        (1, 800, "A5 公开课", "公开课", None, 3),
        (1, -800, "A5 公开课", "公开课", 1, 4),
        (1, 600, "A5 公开课", "公开课", None, 4),
    ]
    assert practice(county)[1] == 600

    county.run("practice-hours", [HEADER, ["赵一", "T001", "A5", 0, "公开课"]])
    assert [row[1] for row in ledger(county)] == [800, -800, 600, -600]
    assert practice(county)[1] == 0


def test_contradictions_and_unknown_points_are_faults(county):
    county.use_imported_practice()
    outcome = county.run(
        "practice-hours",
        [
            HEADER,
            ["赵一", "T001", "A5", 8, "公开课"],
            ["赵一", "T001", "A5", 8, "公开课"],
            ["赵一", "T001", "A5", 9, "公开课"],
            ["钱二", "T002", "A14", 8, ""],
        ],
    )

    assert [(fault.row, fault.column, fault.value, fault.reason) for fault in outcome.report.faults] == [
        (4, "学时", "9", "与第 2 行是同一个人、同一个微能力点和依据，学时却不同"),
        (5, "微能力点", "A14", "没有 A14 这个微能力点"),
    ]


def test_a_long_basis_still_has_a_key_of_its_own(county):
    county.use_imported_practice()
    long = "一" * 150
    county.run(
        "practice-hours",
        [HEADER, ["赵一", "T001", "A5", 1, long + "甲"], ["赵一", "T001", "A5", 2, long + "乙"]],
    )

    references = [row[2] for row in ledger(county)]
    assert len(set(references)) == 2
    assert max(map(len, references)) == 120
