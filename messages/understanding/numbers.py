"""Numbers of items: 12, #12, 12号, 第1、3、5个, 三号, 1-3."""

import re

_CHINESE = "一二三四五六七八九"
_WORD = r"(?:二?十[一二三四五六七八九]?|[一二三四五六七八九])"
ONE = (
    rf"(?:(?:编号|[Nn][Oo]\.?|#|第)\s*:?\s*(?:\d{{1,6}}|{_WORD})\s*(?:号|条|个|份|项)?"
    rf"|\d{{1,6}}(?!\d|\s*[月年日点天人%])\s*(?:号|条|份|项|#)?|{_WORD}号)"
)
# A list of numbers; a single '3个' is a count and not meant, '1、3个' and '第3个' are.
MANY = rf"{ONE}(?:\s*(?:[、,和及跟与;.]|-|~|到|至)?\s*{ONE})*+(?:\s*(?:这)?[几两三]?个(?!人))?"
_RANGE = re.compile(r"(?P<first>\d{1,6})\s*[号条份]?\s*(?:-|~|到|至)\s*(?:第|#)?(?P<last>\d{1,6})")
_EACH = re.compile(rf"\d+|{_WORD}")
_MOST_IN_RANGE = 50


def read_numbers(text: str) -> tuple[int, ...]:
    """Every number of a text that MANY matched, in order, each once."""
    numbers: list[int] = []
    text = re.sub(r"[这那]?[几两三]?个$", "", text)
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
    tens, ten, ones = word.rpartition("十")
    if not ten:
        return _CHINESE.index(word) + 1
    return 10 * (_CHINESE.index(tens) + 1 if tens else 1) + (_CHINESE.index(ones) + 1 if ones else 0)
