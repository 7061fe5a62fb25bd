"""Names are found by their pinyin initials; surnames as people read them, not as a dictionary does."""

import pytest

from storage.initials import LONGEST, initials, other_readings


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("示例", "sl"),
        ("曾甲", "zj"),
        ("单甲", "sj"),
        ("解甲", "xj"),
        ("仇甲", "qj"),
        ("查甲", "zj"),
        ("翟甲", "zj"),
        ("区甲", "oj"),
        ("覃甲", "qj"),
        ("尉迟甲", "ycj"),
        ("万俟甲", "mqj"),
        ("单于甲", "cyj"),
        ("长孙甲", "zsj"),
        ("欧阳甲", "oyj"),
        ("阿依示例·Ali", "aysla"),
        ("李Anna", "la"),
        ("Ann Lee", "al"),
        ("示例2", "sl"),
        ("", ""),
        ("？", ""),
    ],
)
def test_a_name_has_its_initials(name, letters):
    assert initials(name) == letters


def test_a_surname_inside_a_given_name_is_read_like_any_other_character():
    # 单 alone is dān in the dictionary; only in front it is the surname Shàn.
    assert initials("王单") == "wd"


def test_initials_fit_their_column():
    assert len(initials("示" * 50)) == LONGEST


def test_a_surname_with_two_readings_is_found_by_the_other_one_too():
    assert other_readings("tj") == (("qj", "覃"),)
    assert ("q", "覃") in other_readings("t")
    assert ("yc", "尉迟") in other_readings("w")
    assert other_readings("slj") == (("clj", "谌"),)
    assert other_readings("xx") == ()
