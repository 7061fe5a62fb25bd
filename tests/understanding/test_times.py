"""Times as the office writes them behind 定时: a day, an hour, a part of the day, a span from now."""

from datetime import date, timedelta

import pytest

from messages.understanding.dates import Calendar, later

TUESDAY = Calendar(date(2024, 5, 21), (date(2024, 3, 1), date(2024, 6, 30)))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("明天下午三点", "2024-05-22T15:00"),
        ("后天上午9点", "2024-05-23T09:00"),
        ("6月14日 9:00", "2024-06-14T09:00"),
        ("6月14号早8点半", "2024-06-14T08:30"),
        ("6.14 9:00", "2024-06-14T09:00"),
        ("下周一", "2024-05-27"),
        ("下周一早上7点半", "2024-05-27T07:30"),
        ("周五下午两点半", "2024-05-24T14:30"),
        ("周一8点", "2024-05-27T08:00"),  # the next one: this week's is over
        ("本周一8点", "2024-05-20T08:00"),
        ("今晚8点", "2024-05-21T20:00"),
        ("今晚", "2024-05-21T19:00"),
        ("20:00", "2024-05-21T20:00"),
        ("中午", "2024-05-21T12:00"),
        ("中午1点", "2024-05-21T13:00"),
        ("明早", "2024-05-22T08:00"),
        ("明早7点半", "2024-05-22T07:30"),
        ("明天下午", "2024-05-22T14:00"),
        ("明天", "2024-05-22"),
        ("今晚12点", "今晚12点"),  # of which day?
        ("明天25点", "明天25点"),
        ("半小时后", "半小时后"),
    ],
)
def test_a_time_is_read_by_the_programmes_day(said, moment):
    assert TUESDAY.moment(said) == moment


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("半小时后", timedelta(minutes=30)),
        ("半个小时后", timedelta(minutes=30)),
        ("两小时后", timedelta(hours=2)),
        ("2 小时以后", timedelta(hours=2)),
        ("一个半小时后", timedelta(minutes=90)),
        ("90分钟后发", timedelta(minutes=90)),
        ("一刻钟后", timedelta(minutes=15)),
        ("三刻钟之后", timedelta(minutes=45)),
        ("0分钟后", None),
        ("明天", None),
        ("半天后", None),
        ("", None),
    ],
)
def test_a_span_counts_from_now(said, span):
    assert later(said) == span
