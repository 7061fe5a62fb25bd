"""Which school is meant by what people write: the full name, the short name, 二高 for 第二高级中学."""

import re
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from bot.imports.cells import label
from storage.schools import School

_PROVINCE = re.compile(r"^[^省]{2,3}省")
_UPPER = re.compile(r"[^市州盟]{2,6}[市州盟]")  # 铁岭市开原市第二高级中学
_ABBREVIATIONS = (
    (re.compile(r"第?([一二三四五六七八九十]{1,3})高级中学$"), (r"\1高", r"\1高中", r"第\1高中")),
    (re.compile(r"第?([一二三四五六七八九十]{1,3})初级中学$"), (r"\1初", r"\1初中", r"第\1初中")),
    (re.compile(r"第?([一二三四五六七八九十]{1,3})中学$"), (r"\1中", r"第\1中")),
    (re.compile(r"第?([一二三四五六七八九十]{1,3})小学$"), (r"\1小", r"\1小学")),
    (re.compile(r"第?([一二三四五六七八九十]{1,3})幼儿园$"), (r"\1幼", r"\1幼儿园")),
    (re.compile(r"高级中学$"), (r"高中",)),
    (re.compile(r"初级中学$"), (r"初中",)),
    (re.compile(r"实验小学$"), (r"实小",)),
    (re.compile(r"中心小学$"), (r"中心校",)),
    (re.compile(r"中心幼儿园$"), (r"中心园",)),
    (re.compile(r"九年一贯制学校$"), (r"九年制学校", r"学校")),
    (re.compile(r"特殊教育学校$"), (r"特教学校",)),
    (re.compile(r"(中等)?职业教育中心(学校)?$"), (r"职教中心",)),
)
_LEAST = 2  # 二高; shorter is nobody's name
_LEAST_PLAIN = 3  # of a name without a number: 高中 alone is no school's name
_NUMBER = re.compile(r"[一二三四五六七八九十]")


class SchoolNames:
    """Finds a school by name; what could be two schools is nobody's."""

    def __init__(self, schools: Iterable[School], county: str) -> None:
        self._prefixes = _prefixes(county)
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._derived: dict[str, set[int]] = defaultdict(set)
        self._names: list[str] = []
        self._known: dict[str, int | None] = {}
        for school in schools:
            self.add(school.school_id, school.name, school.short_name)

    def add(self, school_id: int, name: str, short_name: str) -> None:
        self._names.append(name)
        self._exact[_plain(name)].add(school_id)
        if short_name:
            self._exact[_plain(short_name)].add(school_id)
        for form in (*self._forms(name), *(self._forms(short_name) if short_name else ())):
            self._derived[form].add(school_id)
        self._known.clear()

    def find(self, written: str) -> int | None:
        """None when no school is meant, or more than one."""
        if written not in self._known:
            candidates = self.candidates(written)
            self._known[written] = next(iter(candidates)) if len(candidates) == 1 else None
        return self._known[written]

    def candidates(self, written: str) -> frozenset[int]:
        plain = _plain(written)
        if exact := self._exact.get(plain):
            return frozenset(exact)
        # A part is never enough: 第二高级中学附属幼儿园 must not become 第二高级中学.
        found = {school_id for form in self._forms(written) for school_id in self._derived.get(form, ())}
        return frozenset(found | self._exact.get(self._without_prefix(plain), set()))  # 开原实小: called 实小

    def nearest(self, written: str) -> list[str]:
        """Up to three names to suggest."""
        found = process.extract(_plain(written), self._names, scorer=fuzz.ratio, limit=3, score_cutoff=50)
        return [name for name, _, _ in found]

    def _forms(self, written: str) -> frozenset[str]:
        stem = self._without_prefix(_plain(written))
        forms = {stem}
        for pattern, shorts in _ABBREVIATIONS:
            if pattern.search(stem):
                forms |= {pattern.sub(short, stem) for short in shorts}
        return frozenset(form for form in forms if _long_enough(form))

    def _without_prefix(self, plain: str) -> str:
        rest = _PROVINCE.sub("", plain)
        for prefix in self._prefixes:
            before, found, after = rest.partition(prefix)
            if found and len(after) >= _LEAST and (not before or _UPPER.fullmatch(before)):
                return after
        return rest


def _prefixes(county: str) -> tuple[str, ...]:
    """示例县 → 示例县, 示例; the longest first."""
    full = _PROVINCE.sub("", _plain(county))
    stem = re.sub(r"(自治)?[市县区旗]$", "", full)
    # 铁岭市开原市: schools leave out the upper one, and the suffix.
    lower = re.split(r"(?<=[市州盟])(?=.)", full)[-1]
    lower_stem = re.sub(r"(自治)?[市县区旗]$", "", lower)
    found = {part for part in (full, stem, lower, lower_stem) if len(part) >= _LEAST}
    return tuple(sorted(found, key=lambda part: (-len(part), part)))


def _plain(written: str) -> str:
    return label(written).replace("(", "").replace(")", "").replace("·", "")


def _long_enough(form: str) -> bool:
    return len(form) >= (_LEAST if _NUMBER.search(form) else _LEAST_PLAIN)
