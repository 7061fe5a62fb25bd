"""How numbers were said: 第3个 is a line of the last list, #3 and 3号 are a 编号, a bare 3 may be either."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.policy.decision import Said
from messages.understanding.cleaning import plain_form
from messages.understanding.numbers import RINGED, WORD, read_numbers

_NUMBER = re.compile(
    r"(?P<mark>第|编号\s*:?|#|[Nn][Oo]\.?\s*:?)?\s*"
    rf"(?P<value>(?<!\d)\d{{1,6}}(?!\d)|{WORD})\s*(?P<measure>号|个|条|份|项)?"
)
_JOINED = re.compile(r"[\s、,和及跟与;.]*")
_RANGE = re.compile(r"\s*(?:-|~|到|至)\s*")
_LAST_AFTER_A_BLANK = re.compile(r"\d\s*[号个条份项]?\s+([1-9])$")
_MOST_IN_RANGE = 50


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    value: int
    said: Said | None  # None: nothing beside it says how
    onward: bool  # 第, 编号 and # hold for the numbers behind them, too
    backward: bool  # 号 holds for the numbers before it, too


def how_said(text: str, numbers: Iterable[int]) -> Mapping[int, Said]:
    """Each of `numbers` as it was said first in `text`; what does not stand there was said bare."""
    found: dict[int, Said] = {}
    for run in _runs(plain_form(text)):
        for value, said in _meanings(run):
            found.setdefault(value, said)
    return {number: found.get(number, Said.BARE) for number in numbers}


def last_after_a_blank(text: str) -> int | None:
    """The 2 of 退回 3 2: the last digit, where nothing but a blank parts it from another number."""
    found = _LAST_AFTER_A_BLANK.search(plain_form(text).rstrip(" 。.!"))
    return int(found[1]) if found else None


def _runs(plain: str) -> Iterator[list[_Token]]:
    """Numbers that stand together."""
    run: list[_Token] = []
    for token in _tokens(plain):
        gap = plain[run[-1].end : token.start] if run else ""
        if run and not (_JOINED.fullmatch(gap) or _RANGE.fullmatch(gap)):
            yield run
            run = []
        elif run and _RANGE.fullmatch(gap):
            run += _between(run[-1], token)
        run.append(token)
    if run:
        yield run


def _tokens(plain: str) -> Iterator[_Token]:
    for match in _NUMBER.finditer(plain):
        mark, word, measure = match["mark"] or "", match["value"], match["measure"] or ""
        if not (word.isdecimal() or mark or measure == "号" or re.match(RINGED, word)):
            continue  # the 一 of 看一下 is no number
        (value,) = read_numbers(word) or (0,)
        said = None
        if measure == "号" or (mark and mark != "第"):
            said = Said.RECEIPT
        elif mark:
            said = Said.LINE
        yield _Token(match.start(), match.end(), value, said, onward=bool(mark), backward=measure == "号")


def _between(first: _Token, last: _Token) -> list[_Token]:
    """The numbers that 3到6 leaves out."""
    values = range(first.value + 1, min(last.value, first.value + _MOST_IN_RANGE))
    return [_Token(first.start, first.end, value, None, onward=False, backward=False) for value in values]


def _meanings(run: list[_Token]) -> Iterator[tuple[int, Said]]:
    said: list[Said | None] = []
    carried: Said | None = None
    for token in run:
        if token.said is not None:
            carried = token.said if token.onward else None
        said.append(token.said or carried)
    following: Said | None = None
    for place in range(len(run) - 1, -1, -1):
        if run[place].said is not None:
            following = run[place].said if run[place].backward and not run[place].onward else None
        elif said[place] is None:
            said[place] = following
    return ((token.value, one or Said.BARE) for token, one in zip(run, said, strict=True))
