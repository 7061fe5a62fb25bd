"""Samples of rankings, posted and live, and of what is said when one is wrong or missing."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy import ranking as rules
from bot.policy.ranking import Board, Change, Counted, Lift
from bot.policy.school import Band
from bot.policy.standing import completion_unit
from messages.commands import Command
from messages.texts import ranking, ranking_correction, ranking_stale, ranking_trend
from messages.texts.ranking import Head

# Number, name, 学段, people, done.
UNITS = (
    (1, example.SCHOOL, Band.PRIMARY, 20, 15),
    (2, example.SECOND_SCHOOL, Band.PRIMARY, 20, 15),
    (3, "示例县第三小学", Band.PRIMARY, 18, 9),
    (4, "示例村小学", Band.PRIMARY, 3, 2),
    (5, example.KINDERGARTEN, Band.KINDERGARTEN, 9, 9),
)
BEFORE = {(1, Band.PRIMARY): 2, (2, Band.PRIMARY): 1}


def head(given: Given) -> Head:
    return Head(
        county=example.COUNTY,
        day=example.TODAY,
        taken_on=example.TODAY,
        online_as_of=example.LAST_WEEK,
        deadlines=given.plan.deadlines,
        smallest=given.plan.ranking_smallest_unit,
        places=True,
    )


def counted(given: Given) -> list[Counted]:
    unit = completion_unit(given.plan.requirement)
    return [
        Counted(number, name, band, people, done, done * unit + (people - done) * unit // (number + 1))
        for number, name, band, people, done in UNITS
    ]


def board(given: Given, *, places: bool = True) -> Board:
    return rules.board(
        counted(given),
        completion_unit(given.plan.requirement),
        places=places,
        smallest=given.plan.ranking_smallest_unit,
        before=BEFORE,
    )


def of_county(given: Given) -> Iterator[Sample]:
    posted, places = head(given), board(given)
    plain = replace(posted, places=False)
    show = ranking.county_board
    yield sample(show, "每天发的", posted, places)
    yield sample(show, "实时的", replace(posted, live_at=example.NOW), places)
    yield sample(show, "更正过的", replace(posted, corrected=True), places)
    yield sample(show, "第二天补发的", replace(posted, day=example.YESTERDAY), places)
    yield sample(show, "不排名次的县", plain, board(given, places=False))
    yield sample(show, "没有学校", posted, Board((), places.unit))


def of_school(given: Given) -> Iterator[Sample]:
    posted, places = head(given), board(given)
    live = replace(posted, live_at=example.NOW)
    for situation, at, school, lifted in (
        ("每天发的", posted, 1, None),
        ("实时的，第一名", live, 1, None),
        ("实时的，再有几人", live, 3, Lift(place=2, people=5, reached=2, tenths=None)),
        ("实时的，合格率相同", live, 2, Lift(place=1, people=1, reached=1, tenths=12)),
        ("实时的，一人就过几所", live, 3, Lift(place=2, people=7, reached=1, tenths=12)),
        ("人太少，没有名次", live, 4, None),
    ):
        view = rules.school_view(places, school)
        assert view is not None, "each of these schools is on the board"
        yield sample(ranking.school_board, situation, at, places, view, lifted=lifted)
    other = "示例县教师进修学校"
    yield sample(ranking.not_ranked, "不参与排名", posted, places, other, takes_part=False)
    yield sample(ranking.not_ranked, "那天没有人", posted, places, "示例村小学", takes_part=True)
    yield sample(ranking.not_ranked, "实时的，没有人", live, places, "示例村小学", takes_part=True)


def without(given: Given) -> Iterator[Sample]:
    yield sample(ranking.switched_off, "本县不发排名", "本校进度")
    yield sample(ranking.which_day, "日子没看懂", Command.RANKING)
    yield sample(ranking.no_one_day, "说的不是一天", "五月", Command.RANKING)
    yield sample(ranking.not_yet, "日子还没到", example.GRACE, "导出 排名")
    near = [example.LAST_WEEK]
    yield sample(ranking.none_that_day, "今天还没发", example.TODAY, near, today=True, order=Command.RANKING)
    yield sample(ranking.none_that_day, "那天没发过", example.YESTERDAY, near, today=False, order="导出 排名")
    yield sample(
        ranking.none_that_day, "从来没发过", example.YESTERDAY, [], today=False, order=Command.RANKING
    )
    most = given.plan.ranking_stale_after_days
    yield sample(ranking_stale.stale, "数据太旧，没有发", example.JUNE, example.LAST_WEEK, most)
    yield sample(ranking_stale.stale, "没有数据，没有发", example.TODAY, None, most)
    course = (
        f"{example.SCHOOL}合格率从 2024年5月13日 40.0%（8/20）到 2024年5月20日 75.0%（15/20），共 6 次排名。"
    )
    yield sample(ranking_trend.trend, "一周一次的走势", f"{example.SCHOOL}合格率走势", course)


def corrections(given: Given) -> Iterator[Sample]:
    posted, places = head(given), board(given)
    rows = places.bands[-1].rows
    first = rows[0]
    fewer = first._replace(done=first.done - 1, completion=first.completion - places.unit // 3, place=2)
    some = [Change(was=first, now=fewer), Change(was=None, now=rows[1]), Change(was=rows[2], now=None)]
    reasons = [ranking_correction.IMPORTED, ranking_correction.REOPENED]
    for situation, changes in (("几所学校", some), ("很多学校", some[:1] * 14)):
        yield sample(
            ranking_correction.correction,
            situation,
            posted,
            changes,
            places.unit,
            reasons,
            read_on=example.TODAY,
        )


def pieces(given: Given) -> Iterator[Sample]:
    posted, places = head(given), board(given)
    rows = list(places)
    small = next(row for row in rows if row.place is None)
    yield sample(ranking.band_title, "学段，有没有名次的", places.bands[-1])
    yield sample(ranking.total_line, "全县", posted, places)
    yield sample(ranking.total_line, "全县没有人", posted, Board((), places.unit))
    yield sample(ranking.countdown, "还有几天", posted)
    yield sample(ranking.countdown, "提交日当天", replace(posted, day=given.plan.deadlines.soft))
    yield sample(ranking.countdown, "过了提交日", replace(posted, day=example.JUNE))
    yield sample(ranking.days_to_dates, "最后一天", given.plan.deadlines, given.plan.deadlines.hard)
    yield sample(ranking.not_among, "不参与排名", example.SCHOOL, takes_part=False, live=True)
    view = rules.school_view(places, 1)
    assert view is not None, "the first school is on the board"
    yield sample(ranking.own_line, "网页上，本校排第几", posted, places, view)
    yield sample(ranking.next_place, "再有几人", rows[-1], Lift(place=2, people=5, reached=2, tenths=None))
    yield sample(ranking.cells, "图片里的三格", rows[0], places.unit)
    yield sample(ranking.moved, "名次的变化", rows[1])
    yield sample(ranking.left_over, "人太少的学校，还差", small)
    yield sample(ranking.left_over, "人太少的学校，都合格", small._replace(done=small.active))
    yield sample(ranking.legend, "每行怎么看，怎么排", places=True)
    yield sample(ranking.legend, "不排名次", places=False)


SAMPLES = (of_county, of_school, without, corrections, pieces)
