"""Numbers of items: 12, #12, 12号, 第1、3、5个, 三号, 1-3."""

import re
import unicodedata

from messages.understanding.expression import expression

RINGED = "[\u2460-\u2473\u3251-\u325f\u32b1-\u32bf]"  # ① … ㊿
_CHINESE = "一二三四五六七八九"
_ONES = "[一二三四五六七八九]"
WORD = rf"(?:{_ONES}?百(?:零?{_ONES}?十{_ONES}?|零?{_ONES})?|{_ONES}?十{_ONES}?|{_ONES}|{RINGED})"
ONE = (
    rf"(?:(?:编号|[Nn][Oo]\.?|#|第)\s*:?\s*(?:\d{{1,6}}|{WORD})\s*(?:号|条|个|份|项)?"
    rf"|\d{{1,6}}(?!\d|\s*[月年日点天人%])\s*(?:号|条|份|项|#)?|{WORD}号|{RINGED}\s*(?:号|条|份|项)?)"
)
# A list of numbers; a single '3个' is a count and not meant, '1、3个' and '第3个' are.
# Behind a blank alone, '13号的材料' and '2023版' open what is said about the items before.
_SAID = r"(?<=\s)(?=\d{1,6}\s*(?:号\s*的|版))"
MANY = rf"{ONE}(?:\s*(?:[、,和及跟与;.]|-|~|到|至)\s*{ONE}|\s*(?!{_SAID}){ONE})*+(?:\s*(?:这)?[几两三]?个(?!人))?"
# As MANY, but a list that does not begin with 第 does not go on with it: 退回 19 第2个视频打不开 is about one item.
ITEMS = rf"(?:(?=第){MANY}|(?!第){MANY.replace('|第)', ')')})"
_RANGE = expression(r"(?P<first>\d{1,6})\s*[号条份]?\s*(?:-|~|到|至)\s*(?:第|#)?(?P<last>\d{1,6})")
_EACH = expression(rf"\d+|{WORD}")
_MOST_IN_RANGE = 50


def read_numbers(text: str) -> tuple[int, ...]:
    """Every number of a text that MANY matched, in order, each once."""
    numbers: list[int] = []
    text = re.sub(r"[这那]?(?:(?<!第)[几两三])?个$", "", text)  # the 三 of 第三个 counts nothing
    at = 0
    while match := _EACH.search(text, at):
        span = _RANGE.match(text, match.start())
        if span and 0 <= int(span["last"]) - int(span["first"]) < _MOST_IN_RANGE:
            numbers.extend(range(int(span["first"]), int(span["last"]) + 1))
            at = span.end()
        else:
            numbers.append(_value(match.group()))
            at = match.end()
    return tuple(dict.fromkeys(numbers))


def _value(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if re.fullmatch(RINGED, word):
        return int(unicodedata.numeric(word))
    hundreds, hundred, word = word.rpartition("百")
    value = 100 * _digit(hundreds, default=1) if hundred else 0
    tens, ten, ones = word.lstrip("零").rpartition("十")
    if ten:
        value += 10 * _digit(tens, default=1)
    return value + _digit(ones, default=0)


def _digit(word: str, *, default: int) -> int:
    return _CHINESE.index(word) + 1 if word else default
