"""What is said about a spreadsheet that was sent."""

from datetime import date

import pytest

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from messages.commands import Arguments, Command
from messages.understanding.read import Reader


@pytest.fixture(scope="module")
def read():
    return Reader(load_catalogue(None), today=date(2024, 5, 21), programme=load_plan(None).span).read


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("导入表格", Arguments()),
        ("导入表格 名册", Arguments(filter="名册")),
        ("导入表格 教师名单", Arguments(filter="名册")),
        ("导入表格，在线学时", Arguments(filter="线上学时")),
        ("导入表格 线下学时", Arguments(filter="实践学时")),
        ("导入表格 学校表", Arguments(filter="学校")),
        ("导入表格 5月20日", Arguments(when="2024-05-20")),
        ("导入表格 截至 昨天", Arguments(when="2024-05-20")),
        ("导入表格 数据截至2024-05-20", Arguments(when="2024-05-20")),
        ("导入表格 线上学时 截至 5月20日 略过坏行", Arguments(filter="线上学时", when="2024-05-20", text="略过坏行")),
        ("导入表格 跳过坏行、接受变少", Arguments(text="略过坏行 接受变少")),
        ("导入表格 第二张工作表", Arguments(note="第二张工作表")),
    ],
)  # fmt: skip
def test_what_is_meant(read, said, arguments):
    understood = read(said, roles=frozenset({"office"}))
    assert (understood.command, understood.arguments) == (Command.IMPORT, arguments)


@pytest.mark.parametrize("said", ["怎么导入表格", "别导入表格", "导入表格吗", "导入", "课堂导入", "A5 导入"])
def test_what_is_not(read, said):
    assert read(said, roles=frozenset({"office"})).command is not Command.IMPORT
