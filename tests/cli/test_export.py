"""`python -m bot export …`."""

import json

import openpyxl
from sqlalchemy import select

from storage import tables

SETTINGS = {"BOT_CLOCK_START": "2024-05-21T09:30:00+08:00"}


def test_a_workbook_is_written_and_noted(bot, county, stored, tmp_path):
    done = bot("export", "acceptance", "验收.xlsx", BOT_DATABASE_URL=county, **SETTINGS)

    assert (done.returncode, done.stderr) == (0, "")
    # schools with nobody active are left out
    assert done.stdout == (
        "已导出到 验收.xlsx：学校 2 行、示例县第一小学 3 行、示例县第二小学 1 行、没有计入 0 行。\n"
    )
    assert openpyxl.load_workbook(tmp_path / "验收.xlsx").sheetnames[:2] == ["说明", "学校"]
    made = select(tables.audit.c.actor, tables.audit.c.detail).where(tables.audit.c.action == "export.made")
    assert stored(made) == [
        ("operator", {"kind": "acceptance", "ending": "xlsx", "school": None, "day": None, "rows": 6})
    ]


def test_one_school_as_csv_and_as_json_for_a_program(bot, sqlite_county, tmp_path):
    done = bot(
        "export",
        "roster",
        "r.csv",
        "--school",
        "示例一小",
        "--json",
        BOT_DATABASE_URL=sqlite_county,
        **SETTINGS,
    )

    assert json.loads(done.stdout) == {"file": "r.csv", "rows": {"名册": 3}}
    assert len((tmp_path / "r.csv").read_text(encoding="utf-8-sig").splitlines()) == 4


def test_wrong_usage(bot, sqlite_county):
    for arguments, said in (
        (("roster", "r.pdf"), "FILE：r.pdf 要以 .xlsx 或 .csv 结尾"),
        (("audit", "r.csv", "--school", "示例一小"), "--school：audit 没有单个学校的"),
        (("roster", "r.csv", "--date", "2024-05-20"), "--date：只有 ranking 可以选日期"),
        (("ranking", "r.csv", "--date", "昨天"), "--date：看不懂日期 '昨天'，要写成 2024-05-20 这样"),
    ):
        done = bot("export", *arguments, BOT_DATABASE_URL=sqlite_county)
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, said)


def test_what_can_be_mended_is_said_and_a_file_that_is_there_stays(bot, sqlite_county, tmp_path):
    (tmp_path / "r.csv").write_text("mine")
    for arguments, said in (
        (
            ("roster", "r.csv", "--school", "示例小学"),
            "“示例小学”可以指 2 所学校，请写全名：示例县第二小学、示例县第三小学",
        ),
        (("ranking", "r.csv", "--date", "2024-05-20"), "5月20日（周一）没有发过排名。"),
        (
            ("roster", "nowhere/r.csv"),
            "写不进 nowhere/r.csv（No such file or directory），请检查目录、权限和磁盘空间",
        ),
    ):
        done = bot("export", *arguments, BOT_DATABASE_URL=sqlite_county)
        assert (done.returncode, done.stderr) == (1, said + "\n")

    assert [(path.name, path.read_text()) for path in tmp_path.glob("*r.csv*")] == [("r.csv", "mine")]
