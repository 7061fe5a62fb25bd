"""How a ranking reads: the county's board, a school's view, units without a place, days left, corrections."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.policy import ranking as rules
from bot.policy.calendar import SHANGHAI
from bot.policy.ranking import Change, Counted, Lift, Row
from bot.policy.school import Band
from messages.texts import ranking as texts
from messages.texts.ranking_correction import IMPORTED, REOPENED, correction
from messages.texts.ranking_stale import stale

UNIT = 22_500
BEFORE = {(1, Band.PRIMARY): 3, (2, Band.PRIMARY): 2, (3, Band.PRIMARY): 1}


@pytest.fixture
def head(plan):
    return texts.Head(
        county="示例县",
        day=date(2024, 5, 21),
        taken_on=date(2024, 5, 21),
        online_as_of=date(2024, 5, 20),
        deadlines=plan.deadlines,
        smallest=5,
        places=True,
    )


def unit(number, active, done, *, half=0, band=Band.PRIMARY):
    """`half`: how many of the others are half-way."""
    return Counted(number, f"示例{number}校", band, active, done, done * UNIT + half * UNIT // 2)


UNITS = (
    unit(1, 8, 7),
    unit(2, 8, 4, half=1),
    unit(3, 16, 8, half=2),
    unit(4, 6, 1),
    unit(5, 4, 4),
    unit(6, 2, 1),
    unit(7, 9, 3, band=Band.KINDERGARTEN),
)


def board(units=UNITS):
    return rules.ranked(units, UNIT, smallest=5, before=BEFORE)


HOW = (
    "每行：名次、学校、合格/在册、合格率、平均完成度、比上次（新：上次没有名次）。\n"
    "怎么排：先比合格率，再比平均完成度，都相同就并列，不比学时多少。\n"
    "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
)


def test_the_county_sees_all_bands_and_the_small_units_below(head):
    # done 28 of 53: 52.83 %; completion (28 + 1.5) / 53: 55.66 %; school 2: 4.5/8 = 56.25 %, as school 3: 9/16
    assert texts.county_board(head, board()).plain == (
        "示例县 5月21日（周二）学校排名\n"
        "示例县合格 28/53（52.8%），平均完成度 55.7%。\n"
        "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。\n"
        "幼儿园 1 所\n"
        "1 示例7校 3/9 33.3% 33.3% 新\n"
        "小学 6 所，排名次的 4 所\n"
        "1 示例1校 7/8 87.5% 87.5% ↑2\n"
        "2 示例2校 4/8 50.0% 56.3% –\n"
        "2 示例3校 8/16 50.0% 56.3% ↓1\n"
        "4 示例4校 1/6 16.7% 16.7% 新\n"
        f"不足 5 人，不排名次：示例5校 已全部完成、示例6校 还差 1 人\n{HOW}"
    )


def test_a_school_reads_its_own_row_first(head):
    view = rules.school_view(board(), 4)

    assert texts.school_board(head, board(), view).plain == (
        "示例县 5月21日（周二）学校排名\n"
        "示例4校在小学 4 所里排第 4 名，合格 1/6（16.7%），平均完成度 16.7%，上次没有名次。\n"
        "示例县合格 28/53（52.8%），平均完成度 55.7%。\n"
        "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。\n"
        "小学 6 所，排名次的 4 所\n"
        "1 示例1校 7/8 87.5% 87.5% ↑2\n"
        "2 示例2校 4/8 50.0% 56.3% –\n"
        "2 示例3校 8/16 50.0% 56.3% ↓1\n"
        f"4 示例4校 1/6 16.7% 16.7% 新（本校）\n{HOW}"
    )


@pytest.mark.parametrize(
    ("school", "words"),
    [(1, "比上次升 2 名。"), (2, "名次和上次一样。"), (3, "比上次降 1 名。"), (4, "上次没有名次。")],
)
def test_movement_is_said_in_words_of_the_own_school(head, school, words):
    said = texts.school_board(head, board(), rules.school_view(board(), school))

    assert said.lines[1].plain.endswith(words)


def test_rows_that_are_left_out_are_a_gap(head):
    units = [unit(n, 40, 40 - n) for n in range(1, 10)]
    said = texts.school_board(head, board(units), rules.school_view(board(units), 8)).plain.splitlines()

    assert said[5:12] == [
        "1 示例1校 39/40 97.5% 97.5% ↑2",
        "2 示例2校 38/40 95.0% 95.0% –",
        "3 示例3校 37/40 92.5% 92.5% ↓2",
        "…",
        "6 示例6校 34/40 85.0% 85.0% 新",
        "7 示例7校 33/40 82.5% 82.5% 新",
        "8 示例8校 32/40 80.0% 80.0% 新（本校）",
    ]


def live(head, school, lifted=None):
    now = replace(head, live_at=datetime(2024, 5, 21, 10, 30, tzinfo=SHANGHAI))
    return texts.school_board(now, board(), rules.school_view(board(), school), lifted=lifted).plain


def test_live_figures_say_that_they_are(head):
    now = replace(head, live_at=datetime(2024, 5, 21, 9, 5, tzinfo=SHANGHAI))

    assert texts.county_board(now, board()).lines[0].plain == "示例县学校排名（实时，5月21日 09:05）"
    assert "\n实时，5月21日 10:30。\n" in live(head, 4)


@pytest.mark.parametrize(
    ("lifted", "said"),
    [
        (Lift(2, 2, 2, None), "再有 2 人合格，就到第 2 名。"),
        (Lift(4, 1, 2, None), "再有 1 人合格，就到第 2 名。"),
        (
            Lift(2, 1, 2, 4),
            "合格率和第 2 名相同：平均完成度再高 0.4 个百分点，或者再有 1 人合格，就到第 2 名。",
        ),
        (
            Lift(3, 1, 1, 4),
            "合格率和第 3 名相同：平均完成度再高 0.4 个百分点，就到第 3 名；再有 1 人合格，就到第 1 名。",
        ),
    ],
)
def test_what_lifts_the_school_stands_below_its_row(head, lifted, said):
    assert live(head, 4, lifted).splitlines()[1] == said


def test_the_same_day_of_another_year_is_told_apart():
    said = texts.none_that_day(date(2023, 5, 20), [date(2024, 5, 20)], today=False, order="排名")

    assert said.plain == (
        "2023年5月20日（周六）没有发过排名，最近发过的是 2024年5月20日（周一）。下一步：发“排名 2024-05-20”。"
    )


def test_the_first_reads_what_is_left_to_the_goal(head):
    assert live(head, 1).splitlines()[1] == "再有 1 人合格，就全部合格。"


@pytest.mark.parametrize(
    ("school", "said"),
    [
        (5, "实时：示例5校已全部完成。在册不足 5 人的单位不排名次。"),
        (6, "实时：示例6校还差 1 人。在册不足 5 人的单位不排名次。"),
    ],
)
def test_a_small_unit_reads_no_place_and_no_share(head, school, said):
    assert live(head, school).splitlines()[0] == said


def test_without_places_there_are_only_shares_by_name(head):
    shown = replace(head, places=False)
    plain = rules.progress(UNITS[3:], UNIT, smallest=5)

    assert texts.county_board(shown, plain).plain == (
        "示例县 5月21日（周二）学校进度\n"
        "示例县合格 9/21（42.9%），平均完成度 42.9%。\n"
        "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。\n"
        "幼儿园 1 所\n"
        "示例7校 3/9\n"
        "小学 3 所\n"
        "示例4校 1/6\n"
        "不足 5 人，不排名次：示例5校 已全部完成、示例6校 还差 1 人\n"
        "每行：学校、合格/在册。\n"
        "按校名排列，不分名次。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert texts.school_board(shown, plain, rules.school_view(plain, 4)).plain == (
        "示例县 5月21日（周二）学校进度\n"
        "示例4校合格 1/6（16.7%），平均完成度 16.7%。\n"
        "示例县合格 9/21（42.9%），平均完成度 42.9%。\n"
        "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 5, 30), ["今天是交材料的最后一天，离 6月30日 全部完成还有 31 天。"]),
        (date(2024, 5, 31), ["离 6月30日 全部完成还有 30 天。"]),
        (date(2024, 6, 30), ["今天是全部完成的最后一天。"]),
        (date(2024, 7, 1), []),
    ],
)
def test_days_are_counted_to_what_is_still_ahead(head, day, said):
    assert texts.countdown(replace(head, day=day)) == said


def test_a_county_without_anybody_has_no_ranking(head):
    assert texts.county_board(head, board([])).plain == (
        "还没有可以排名的学校：没有在册的人。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_a_name_is_never_markup(head):
    odd = Counted(1, "示例[校](x)", Band.PRIMARY, 8, 4, 4 * UNIT)
    said = texts.county_board(head, rules.ranked([odd], UNIT, smallest=5))

    assert "示例[校](x)" not in "".join(
        part for line in said.lines for part in line.parts if isinstance(part, str)
    )


# ── corrections ──


def row(number, place, done, active=10):
    return Row(number, f"示例{number}校", Band.PRIMARY, active, done, done * UNIT, place, None)


def test_a_correction_says_what_was_what_is_and_why(head):
    changes = [
        Change(row(1, 1, 8), row(1, 2, 6)),
        Change(row(2, None, 1, active=4), row(2, 3, 1, active=5)),
        Change(None, row(3, 4, 1)),
        Change(row(4, 5, 1), None),
    ]

    assert correction(head, changes, UNIT, [IMPORTED, REOPENED], read_on=head.day).plain == (
        "示例县 5月21日（周二）学校排名有更正（导入更正、材料重开）\n"
        "示例1校：原来第 1 名，合格 8/10（80.0%），平均完成度 80.0%，现在第 2 名，合格 6/10（60.0%），平均完成度 60.0%\n"
        "示例2校：原来还差 3 人，现在第 3 名，合格 1/5（20.0%），平均完成度 20.0%\n"
        "示例3校：原来没有列入，现在第 4 名，合格 1/10（10.0%），平均完成度 10.0%\n"
        "示例4校：原来第 5 名，合格 1/10（10.0%），平均完成度 10.0%，现在没有列入\n"
        "更正后的排名，发“排名 5月21日”看。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )


def test_many_changes_are_counted(head):
    changes = [Change(row(n, n, 8), row(n, n, 7)) for n in range(1, 16)]
    said = correction(head, changes, UNIT, [IMPORTED], read_on=head.day).plain.splitlines()

    assert said[13] == "还有 3 所学校也有变化"
    assert len(said) == 16


def test_without_places_a_correction_names_shares(head):
    change = Change(row(1, None, 8), row(1, None, 6))
    said = correction(replace(head, places=False), [change], UNIT, [IMPORTED], read_on=head.day)

    assert said.lines[1].plain == "示例1校：原来合格 8/10，现在合格 6/10"


@pytest.mark.parametrize(
    ("as_of", "why"),
    [
        (None, "还没有导入过线上学时"),
        (date(2024, 5, 13), "线上数据截至 5月13日（周一），已经过了 8 天，超过 7 天"),
    ],
)
def test_the_office_reads_why_nothing_was_posted_and_what_to_do(as_of, why):
    assert stale(date(2024, 5, 21), as_of, 7).plain == (
        f"5月21日（周二）的排名没有发到群里：{why}。\n"
        "下一步：导入最新的线上学时，再请管理员运行 python -m bot job daily-ranking --date 2024-05-21 补发。"
    )
