"""Samples of what is said about the ranking itself: how it comes about, and whether it was posted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.ranking import board, head
from bot.cli.text_samples.sample import Sample, sample
from bot.policy import ranking as rules
from bot.policy.ranking import Lift
from messages.texts import ranking_questions as texts
from messages.texts.ranking_questions import Own, Times

_TIMES = Times(at=time(18), until=time(20))
_SATURDAY, _MONDAY = date(2024, 5, 25), date(2024, 5, 27)


def how(given: Given) -> Iterator[Sample]:
    live, places = replace(head(given), live_at=example.NOW), board(given)
    yield sample(texts.how_ranked, "项目办问", live, places, None)
    for situation, school, lifted in (
        ("第一名问", 1, None),
        ("合格率相同，差在完成度", 2, Lift(place=1, people=1, reached=1, tenths=12)),
        ("差在合格率", 3, Lift(place=2, people=6, reached=1, tenths=None)),
        ("人太少，没有名次", 4, None),
        ("同类只有一所", 5, None),
    ):
        view = rules.school_view(places, school)
        assert view is not None, "each of these schools is on the board"
        yield sample(texts.how_ranked, situation, live, places, Own(view=view, lifted=lifted))
    out = texts.left_out("示例县教师进修学校", takes_part=False)
    yield sample(texts.how_ranked, "不参与排名的单位问", live, places, out)
    yield sample(texts.left_out, "现在没有人", "示例村小学", takes_part=True)
    yield sample(texts.without_places, "不分名次的县", live)


def whether_posted(_given: Given) -> Iterator[Sample]:
    at, today = time(18, 2), example.TODAY
    for situation, why in (
        ("今天已经发了", None),
        ("本校没有群", texts.no_group(example.SCHOOL)),
        ("本校的群停发了", texts.groups_stopped(example.SCHOOL)),
    ):
        yield sample(texts.sent, situation, today, at, today=True, why_not_here=why)
    yield sample(texts.sent, "那天发了", example.LAST_WEEK, at, today=False, why_not_here=None)
    yield sample(texts.not_time_yet, "还没到时间", _TIMES)
    yield sample(texts.due_now, "到了时间，还没有发", _TIMES)
    yield sample(texts.due_now, "到了时间，不补发", replace(_TIMES, until=None))
    yield sample(texts.no_workday, "今天休息", _SATURDAY, _MONDAY, _TIMES, today=True)
    yield sample(texts.no_workday, "那天休息", _SATURDAY, None, _TIMES, today=False)
    yield sample(texts.not_sent, "知道原因", today, "还没有绑定群，没有发。", today=True)
    yield sample(texts.not_sent, "问的人不用管原因", example.LAST_WEEK, "", today=False)
    yield sample(texts.never_posted, "本县不定时发")
    yield sample(texts.no_group, "没有群", example.SCHOOL)
    yield sample(texts.groups_stopped, "群停发", example.SCHOOL)


SAMPLES = (how, whether_posted)
