"""Codes of points in every notation: A5, a05, Ａ-５, A五, 诶五, 必二, A1a5b2, A1、3、5, A1-A3."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.policy.points import Catalogue, Environment
from messages.understanding.expression import expression
from messages.understanding.numbers import RINGED

_SCANNED = 2000  # characters; nobody names points further down
_MOST = 64

_CHINESE = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_SPOKEN = {"诶": "A", "欸": "A", "哎": "A", "唉": "A", "ei": "A", "必": "B", "比": "B", "毕": "B", "bi": "B",
           "西": "C", "吸": "C", "see": "C", "si": "C"}  # fmt: skip
_NUMERAL = r"十[一二三四五六七八九]|[一二三四五六七八九十]"
_CODE = expression(
    rf"(?P<letter>[ABCabc])(?P<gap>[ \t]?[-_·.]?[ \t]?|类第?|第)(?P<digits>[0-9lIoO]{{1,3}}|{RINGED}|{_NUMERAL})"
    rf"|(?P<spoken>诶|欸|哎|唉|ei|必|比|毕|bi|西|吸|see|si)(?P<said>\d{{1,2}}|{_NUMERAL})"
)
_NEXT = expression(
    rf"[ \t]*(?P<mark>[、,/和及跟]|到|至|-|~|(?={RINGED}))[ \t]*(?P<digits>\d{{1,2}}|{RINGED}|{_NUMERAL})(?![0-9A-Za-z])"
)
_SPACED = expression(r"(?:[ \t]+\d{1,2})+[ \t]*$")
_TO = expression(r"[ \t]*(?:-|~|到|至)[ \t]*$")
# What makes 'A4' paper, 'B2' a floor and 'a1' a classroom.
_THING = expression(
    r"\s*(?:的?纸|教室|班(?!主任)|楼|层|栋|座|号楼|打印|复印|双面|彩打|大小|尺寸|高速|驾照|驾驶证|本驾|出口|机房|包间|包厢|厅|病房|考场|路|区|封面|胶)"
)
_AFTER_THING = expression(
    r"(?:维生素|教室|考场|打印|复印|尺寸|座位|机房|停车场|车位|纸张|出口|驾照|高速|奥迪|宝马|地铁|航班)\s*$"
)
_COUNTED = expression(
    r"\s*(?:个|份|次|张|篇|节|分|年|月|日|号|点[钟半\d]|%|学时|课时|班|:|人|天|遍|页|期|字|元|块)"
)
_NOT_NUMBER = expression(r"[下个些起样点般直定切律]")
_BEFORE_SPOKEN = expression(r"(?:^|[\s,、和与跟及点选交改换成把要是看查:])$")
_AFTER_SPOKEN = expression(r"$|[\s,、和与跟及了的是啥吗呢那行可点怎要都材中诶欸哎必比毕西ABCabc?。!换改]")


@dataclass(frozen=True, slots=True)
class Codes:
    """What was found: canonical codes in the order said, each once, and where."""

    codes: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()  # codes that look right and do not exist: "A14"
    spans: tuple[tuple[int, int], ...] = ()
    said: tuple[str, ...] = ()  # one for each span, with repetitions and what does not exist


@dataclass(slots=True)
class _Scan:
    catalogue: Catalogue
    text: str
    said: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def add(self, letter: str, number: int, start: int, end: int) -> None:
        code = f"{letter}{number}"
        self.said.append(code)
        self.spans.append((start, end))


def find_codes(text: str, catalogue: Catalogue) -> Codes:
    """`text` is in comparable form, with links taken out."""
    scan = _Scan(catalogue, text[:_SCANNED])
    at = 0
    while len(scan.spans) < _MOST and (match := _CODE.search(scan.text, at)):
        at = _take(scan, match)
    return codes_said(scan.said, scan.spans, catalogue)


def codes_said(said: Sequence[str], spans: Sequence[tuple[int, int]], catalogue: Catalogue) -> Codes:
    each = tuple(dict.fromkeys(said))
    known = tuple(code for code in each if code in catalogue)
    return Codes(known, tuple(code for code in each if code not in catalogue), tuple(spans), tuple(said))


def _take(scan: _Scan, match: re.Match[str]) -> int:
    """Judges one candidate; returns where to go on."""
    read = _spoken(scan, match) if match["spoken"] else _written(scan, match)
    if read is None:
        return match.start() + 1
    letter, number = read
    previous = (
        scan.said[-1] if scan.said and _TO.fullmatch(scan.text, scan.spans[-1][1], match.start()) else ""
    )
    if previous.startswith(letter) and number <= scan.catalogue.last_number(Environment(letter)):
        for between in range(int(previous[1:]) + 1, number):
            scan.add(letter, between, match.start(), match.start())
    scan.add(letter, number, match.start(), match.end())
    return _continued(scan, letter, number, match.end())


def _written(scan: _Scan, match: re.Match[str]) -> tuple[str, int] | None:
    text, start, end = scan.text, match.start(), match.end()
    glued = bool(scan.spans) and scan.spans[-1][1] == start
    if start and not glued and text[start - 1].isascii() and text[start - 1].isalnum():
        return None
    number = _number(match["digits"], spaced=match["gap"].isspace(), letter=match["letter"])
    if number is None or number > 99 or not _ends_well(text, end):
        return None
    if match["digits"] in _CHINESE and _NOT_NUMBER.match(text, end):
        return None  # 'A一个', 'A一下'
    if match["gap"] and _COUNTED.match(text, end):
        return None  # '方案A 5月交'
    if _THING.match(text, end) or _AFTER_THING.search(text, max(0, start - 8), start):
        return None
    return match["letter"].upper(), number


def _ends_well(text: str, end: int) -> bool:
    following = text[end : end + 1]
    if not (following.isascii() and following.isalnum()):
        return True
    glued = _CODE.match(text, end)
    return glued is not None and not glued["gap"]


def _spoken(scan: _Scan, match: re.Match[str]) -> tuple[str, int] | None:
    text, start, end = scan.text, match.start(), match.end()
    glued = bool(scan.spans) and scan.spans[-1][1] == start
    if not glued and not _BEFORE_SPOKEN.search(text, max(0, start - 1), start):
        return None
    if not _AFTER_SPOKEN.match(text, end) or _COUNTED.match(text, end) or _THING.match(text, end):
        return None
    number = _number(match["said"], spaced=False, letter="")
    return None if number is None else (_SPOKEN[match["spoken"]], number)


def _number(digits: str, *, spaced: bool, letter: str) -> int | None:
    if digits[0] in "一二三四五六七八九十":
        return 10 + _CHINESE[digits[1]] if len(digits) == 2 else _CHINESE[digits]
    if re.fullmatch(RINGED, digits):
        return int(unicodedata.numeric(digits))
    if not digits.isdecimal():
        # l, I and O stand for 1 and 0 beside a digit; alone only 'Al', for AI is a word.
        alone = digits == "l" and letter.isupper()
        if spaced or not (alone or any(c.isdecimal() for c in digits) or digits in ("lO", "lo")):
            return None
        digits = digits.translate({ord("l"): "1", ord("I"): "1", ord("o"): "0", ord("O"): "0"})
    return int(digits)


def _continued(scan: _Scan, letter: str, number: int, at: int) -> int:
    """Bare numbers after a code take its letter: 'A1、3、5', 'A1-3', 'A1 3 5'."""
    while match := _NEXT.match(scan.text, at):
        digits = match["digits"]
        following = int(digits) if digits.isdecimal() else _number(digits, spaced=False, letter="")
        if (
            following is None
            or _COUNTED.match(scan.text, match.end())
            or _THING.match(scan.text, match.end())
        ):
            return at
        if not digits.isdecimal() and _NOT_NUMBER.match(scan.text, match.end()):
            return at
        if match["mark"] and match["mark"] in "到至-~":
            if not number < following <= scan.catalogue.last_number(Environment(letter)):
                return at
            for between in range(number + 1, following):
                scan.add(letter, between, match.start(), match.start())
        scan.add(letter, following, match.start(), match.end())
        number, at = following, match.end()
        if len(scan.spans) >= _MOST:
            return at
    if tail := _SPACED.match(scan.text, at):
        for digits in tail.group().split():
            scan.add(letter, int(digits), at, tail.end())
            at = tail.end()
    return at
