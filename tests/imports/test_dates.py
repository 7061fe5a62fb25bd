"""As-of dates."""

from datetime import date, datetime

import pytest

from bot.imports.dates import NoDay, find_as_of, one_day, parse_day, settle_as_of
from bot.imports.kinds import AsOfWanted, ImportRefused

MAY_20 = date(2024, 5, 20)


@pytest.mark.parametrize(
    "written",
    [
        "2024-05-20", "2024/5/20", "2024.5.20", "2024年5月20日", "2024 年 5 月 20 日", "24年5月20日", "20240520",
        "2024-05-20 08:00:00", "2024-05-20 8:00", "２０２４年５月２０日", "2024年3月1日—5月20日",
        "2024-03-01 至 2024-05-20", "截至2024年5月20日18时00分",
    ],
)  # fmt: skip
def test_one_day_in_many_notations(written):
    assert parse_day(written) == MAY_20


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2024-02-30", "没有 2024 年 2 月 30 日这一天"),
        ("5月20日", "这里没有带年份的日期"),
        ("", "这里没有带年份的日期"),
    ],
)
def test_what_is_no_day_is_said(written, sentence):
    with pytest.raises(NoDay, match=sentence):
        parse_day(written)


@pytest.mark.parametrize(
    "row",
    [
        ["统计时间：2024-05-20"],
        ["", "数据截至", "2024年5月20日"],
        ["导出时间:2024/5/20 17:30"],
        ["截至", datetime.fromisoformat("2024-05-20T17:30")],
        ["统计日期", date(2024, 5, 20)],
        ["以上数据 2024年5月20日 截止"],
    ],
)
def test_the_line_with_the_date_is_found_above_and_below(row):
    assert find_as_of([["某县学时统计"], row], []) == MAY_20
    assert find_as_of([], [["赵一", 25.0], row]) == MAY_20


def test_other_dates_are_not_taken_for_it():
    assert find_as_of([["报名截止时间：2024-03-17"], ["第 3 期 2024 年"]], [["赵一", "2024-05-20"]]) is None


def test_an_impossible_date_in_the_file_is_said():
    with pytest.raises(ImportRefused, match="文件里写的数据日期“2024-02-30”不对"):
        find_as_of([["统计时间", "2024-02-30"]], [])


def test_the_command_line_wins_and_the_difference_is_said():
    assert settle_as_of(None, MAY_20, date(2024, 5, 21)) == (MAY_20, ())
    assert settle_as_of(date(2024, 5, 19), MAY_20, date(2024, 5, 21)) == (
        date(2024, 5, 19),
        ("文件里写的日期是 2024-05-20，这次按 --as-of 的 2024-05-19 登记。",),
    )


def test_without_a_date_and_with_a_future_one_the_file_is_refused():
    with pytest.raises(ImportRefused) as caught:
        settle_as_of(None, None, MAY_20)
    assert str(caught.value) == (
        "文件里没有数据的截止日期（“统计时间”或“截至”），请加上 --as-of，例如 --as-of 2024-05-20。"
    )
    with pytest.raises(ImportRefused, match="数据截至 2024-05-21 晚于今天（2024-05-20）"):
        settle_as_of(None, date(2024, 5, 21), MAY_20)


def test_a_column_of_one_day_counts_and_of_two_days_is_asked_about():
    assert one_day(["2024-05-20", "", datetime.fromisoformat("2024-05-20T08:00")]) == MAY_20
    assert one_day(["", "-"]) is None
    with pytest.raises(AsOfWanted) as caught:
        one_day(["2024-05-21", "2024-05-20"])
    assert str(caught.value) == (
        "文件里的日期不止一天（2024-05-20 到 2024-05-21），请加上 --as-of，说明数据截至哪一天。"
    )
