"""The file of the 30 points."""

from collections import Counter

import pytest

from bot.points_file import PointsFault, load_catalogue
from bot.policy.points import Dimension, Environment


def test_the_thirty_points_stand_in_the_standards_order(catalogue):
    codes = [point.code for point in catalogue]
    assert codes == [f"{e}{n}" for e, last in (("A", 13), ("B", 10), ("C", 7)) for n in range(1, last + 1)]


def test_dimensions_are_two_seven_fourteen_seven(catalogue):
    assert Counter(point.dimension for point in catalogue) == {
        Dimension.ANALYSIS: 2,
        Dimension.DESIGN: 7,
        Dimension.GUIDANCE: 14,
        Dimension.ASSESSMENT: 7,
    }
    assert [p.code for p in catalogue if p.dimension is Dimension.ANALYSIS] == ["A1", "B1"]
    assert catalogue.last_number(Environment.SMART) == 7


def test_only_a3_has_confirmed_evidence(catalogue):
    assert [p.code for p in catalogue if p.evidence_confirmed] == ["A3"]
    assert catalogue["A3"].evidence == ("主题说明", "演示文稿", "演示文稿制作说明视频")
    assert all(len(p.evidence) >= 2 for p in catalogue)


def test_a_name_that_two_points_share_is_asked_back(reader, catalogue):
    shared = Counter(alias for point in catalogue for alias in point.aliases)
    assert [alias for alias, points in shared.items() if points > 1] == ["解决问题"]
    assert reader.read("解决问题").suggestions == ("微能力 B4", "微能力 C3")


def test_every_fault_is_named_at_once_with_its_key(tmp_path):
    file = tmp_path / "points.toml"
    file.write_text(
        '[[points]]\ncode = "A01"\nname = "导入"\ndimension = "教学法"\n'
        '[[points]]\ncode = "B1"\ndimension = "教学设计"\nalias = ["微课"]\n',
        encoding="utf-8",
    )
    with pytest.raises(PointsFault) as caught:
        load_catalogue(file)
    assert caught.value.faults == (
        "points.0.code: 应为 A1 这样的编码：字母 A、B、C 加数字",
        "points.0.dimension: 应为 学情分析、教学设计、学法指导、学业评价 之一",
        "points.1.name: 缺少这一项",
        "points.1.alias: 没有这一项，请检查拼写",
    )


def test_repeated_and_skipped_codes_are_faults(tmp_path):
    file = tmp_path / "points.toml"
    entry = '[[points]]\ncode = "{}"\nname = "示例"\ndimension = "教学设计"\n'
    file.write_text("".join(map(entry.format, ("A1", "A1", "A3", "B1", "C1"))), encoding="utf-8")
    with pytest.raises(PointsFault) as caught:
        load_catalogue(file)
    assert caught.value.faults == (
        "points.0.code: 编码 A1 出现了 2 次",
        "points.1.code: 编码 A1 出现了 2 次",
        "points: 缺少 A2",
    )


def test_what_is_no_toml_is_said_in_one_sentence(tmp_path):
    file = tmp_path / "points.toml"
    file.write_bytes("[[points]]\nname = “导入”".encode())
    with pytest.raises(PointsFault, match="不是有效的 TOML"):
        load_catalogue(file)
    file.write_bytes("编码".encode("gb18030"))
    with pytest.raises(PointsFault, match="文件应存为 UTF-8"):
        load_catalogue(file)
