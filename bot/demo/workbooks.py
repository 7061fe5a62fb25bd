"""The county's files as an office would send them: title rows, a line with the date, a sum at the end."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random

import xlsxwriter

from bot.demo.county import DemoPerson
from bot.demo.units import UNITS

AS_OF = date(2024, 5, 19)
_SEED = 5
_NO_DATA_EVERY = 31
# Strangers in an export: somebody moved here last week and stands in no roster yet.
_STRANGERS = (("欧阳示例", "yx9001", "邻县第一小学", 12), ("司马演练", "yx9002", "邻县第二小学", 25))

_Cell = str | float


def write_files(folder: Path, people: Sequence[DemoPerson]) -> tuple[Path, Path, Path]:
    """schools, roster and online hours."""
    folder.mkdir(parents=True, exist_ok=True)
    return (
        _write(folder / "示例县学校一览.xlsx", "学校", _schools()),
        _write(folder / "示例县教师花名册.xlsx", "花名册", _roster(people)),
        _write(folder / "示例县线上学时.xlsx", "学员学情", _online_hours(people)),
    )


def _schools() -> Iterable[Sequence[_Cell]]:
    yield ["学校名称", "学校编码", "学段", "上级单位", "简称", "参与排名"]
    for number, unit in enumerate(UNITS, start=1):
        ranked = "是" if unit.ranked else "否"
        yield [unit.name, f"SLX{number:03}", unit.kind, unit.parent, unit.short_name, ranked]


def _roster(people: Sequence[DemoPerson]) -> Iterable[Sequence[_Cell]]:
    yield ["示例县教师信息技术应用能力提升工程 2.0 参训教师花名册（演示数据，人名均为虚构）"]
    yield []
    yield [
        "序号", "姓名", "人员编号", "学校", "教研组", "学段", "学科", "职务/角色",
        "手机号", "企业微信账号", "钉钉账号", "学习账号", "状态",
    ]  # fmt: skip
    for number, person in enumerate(people, start=1):
        yield [
            number, _as_typed(person.name, number), person.staff_no, person.school, person.group, person.stage,
            person.subject, person.role, person.mobile, person.wecom, person.dingtalk, person.study_account,
            person.state,
        ]  # fmt: skip


def _online_hours(people: Sequence[DemoPerson]) -> Iterable[Sequence[_Cell]]:
    """As learning platforms export it: hours as numbers, as text, or a dash where nobody has logged in."""
    yield ["示例县网络研修学情统计表"]
    yield [f"统计时间：{AS_OF.isoformat()} 23:59:59", "", "", "", "", "单位：学时"]
    yield ["序号", "姓名", "学习账号", "工作单位", "总学时", "获得学时", "是否合格"]
    random = Random(_SEED)
    total = 0
    number = 0
    for person in people:
        if not person.study_account:
            continue
        number += 1
        hundredths = _earned(random)
        row: list[_Cell] = [number, person.name, person.study_account, person.school, 25]
        if number % _NO_DATA_EVERY == 0:
            yield [*row, "-", ""]
            continue
        total += hundredths
        shown: _Cell = hundredths / 100 if number % 7 else f"{hundredths / 100:g}学时"
        yield [*row, shown, "合格" if hundredths >= 2500 else "不合格"]
    for name, account, school, hours in _STRANGERS:
        number += 1
        total += hours * 100
        yield [number, name, account, school, 25, hours, "合格" if hours >= 25 else "不合格"]
    yield ["合计", "", "", "", "", total / 100, ""]


def _earned(random: Random) -> int:
    """Hundredths of 学时: about half are through, the others somewhere on the way."""
    if random.random() < 0.55:
        return random.choice((2500, 2500, 2600, 2750, 3000, 3250))
    return random.randrange(0, 2500, 50)


def _as_typed(name: str, number: int) -> str:
    """People put blanks into names of two characters, to make them as long as the others."""
    return f"{name[0]} {name[1]}" if len(name) == 2 and number % 3 == 0 else name


def _write(path: Path, sheet: str, rows: Iterable[Sequence[_Cell]]) -> Path:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path
