"""Samples of how hours, days, shares and numbers are written everywhere."""

from collections.abc import Iterator
from datetime import time

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.points import Environment
from messages.texts import wording


def words(given: Given) -> Iterator[Sample]:
    today = example.TODAY
    yield sample(wording.number, "有小数", 1850)
    yield sample(wording.number, "整数", 2500)
    yield sample(wording.hours, "学时", 1850)
    yield sample(wording.practice_rule, "实践学时怎么记", given.plan)
    yield sample(wording.day, "日子", today)
    yield sample(wording.clock_time, "钟点", time(7, 5))
    yield sample(wording.weekday, "周几", today)
    yield sample(wording.full_day, "日子和周几", today)
    yield sample(wording.as_of, "数据截至，线上旧一些", example.LAST_WEEK, today)
    yield sample(wording.as_of, "数据截至，同一天", today, today)
    yield sample(wording.as_of, "数据截至，没有线上数据", None, today)
    yield sample(wording.live, "数据截至", today)
    yield sample(wording.percent, "百分比", 1, 3)
    yield sample(wording.tail, "手机号", "0000")
    yield sample(wording.masked, "账号", "exampleid")
    yield sample(wording.listed, "几个词", ["一", "二", "三"])
    yield sample(wording.labels, "几个点", [given.catalogue[code] for code in example.CHOSEN])
    yield sample(wording.code_labels, "几个点，按编码", example.CHOSEN, given.catalogue)
    yield sample(wording.code_label, "一个点", A5, given.catalogue)
    yield sample(wording.code_label, "清单里没有的点", "A99", given.catalogue)
    for which in Environment:
        yield sample(wording.environment, f"环境 {which.value}", which)


SAMPLES = (words,)
