"""Whom an announcement is for (rules, section 9): words such as 幼儿园、组长、没选点 as a rule that picks people or groups.

Words of one kind join, of different kinds narrow: 幼儿园、小学、没选点 are those of either who have not chosen. A
school's kind and its name are words of one kind: both say which schools.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Any, Final, TypeVar

from bot.policy.people import Role, SchoolKind
from bot.policy.school import OWN_STEPS, STEPS
from bot.policy.school_named import meant
from bot.policy.standing import Step

JOIN: Final = "、"
_GROUP: Final = "群"
Word = TypeVar("Word")

# A word is the 学段 as it stands in the list of schools; only 中学 takes several (中职 is not among them).
KINDS: Final[Mapping[str, frozenset[SchoolKind]]] = MappingProxyType(
    {
        "幼儿园": frozenset({SchoolKind.KINDERGARTEN}),
        "小学": frozenset({SchoolKind.PRIMARY}),
        "初中": frozenset({SchoolKind.JUNIOR}),
        "高中": frozenset({SchoolKind.SENIOR}),
        "中学": frozenset({SchoolKind.JUNIOR, SchoolKind.NINE_YEAR, SchoolKind.SENIOR, SchoolKind.COMPLETE}),
        "九年一贯制": frozenset({SchoolKind.NINE_YEAR}),
        "完全中学": frozenset({SchoolKind.COMPLETE}),
        "中职": frozenset({SchoolKind.VOCATIONAL}),
        "特教": frozenset({SchoolKind.SPECIAL}),
        "素质教育": frozenset({SchoolKind.QUALITY}),
    }
)
ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "老师": Role.TEACHER,
        "组长": Role.LEADER,
        "校长": Role.PRINCIPAL,
        "学校管理员": Role.SCHOOL_ADMIN,
        "项目办": Role.OFFICE,
        "领导小组": Role.OVERSIGHT,
    }
)
PROGRESS: Final[Mapping[str, frozenset[Step]]] = MappingProxyType(
    {
        "没账号": frozenset({Step.NO_ACCOUNT}),
        "没选点": frozenset({Step.NO_CHOICE}),
        "没交": frozenset({Step.NO_EVIDENCE}),
        "退回": frozenset({Step.RETURNED}),
        "待审": frozenset({Step.WAITING}),
        "学时不足": frozenset({Step.HOURS}),
        "落后": frozenset(OWN_STEPS),
        "未达标": frozenset(STEPS),
    }
)
ALL_GROUPS: Final = "所有群"
COUNTY_GROUPS: Final = "全市群"
SCHOOL_GROUPS: Final = "学校群"
_GROUP_WORDS: Final = (ALL_GROUPS, COUNTY_GROUPS, SCHOOL_GROUPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Nothing narrowed = all of them: every bound group, or everybody on the active roster."""

    words: str = ""  # as they are shown, joined by "、"; "" = every bound group
    to_groups: bool = True
    county: bool = False  # the county's groups, besides those of the schools that are named
    kinds: frozenset[SchoolKind] = frozenset()
    school_ids: frozenset[int] = frozenset()
    roles: frozenset[Role] = frozenset()
    steps: frozenset[Step] = frozenset()
    saw: int | None = (
        None  # 编号 of what this corrects: exactly those who have a copy, and nothing else counts
    )

    @property
    def of_schools(self) -> bool:
        """Whether only some schools are meant."""
        return bool(self.kinds or self.school_ids)


EVERY_GROUP: Final = Audience()


def dump_audience(audience: Audience) -> dict[str, Any]:
    """As JSON, only what narrows; the words are kept beside it."""
    found: dict[str, Any] = {
        "to_groups": audience.to_groups,
        "county": audience.county,
        "kinds": sorted(audience.kinds),
        "school_ids": sorted(audience.school_ids),
        "roles": sorted(audience.roles),
        "steps": sorted(audience.steps),
        "saw": audience.saw,
    }
    default = Audience()
    return {name: value for name, value in found.items() if value != getattr(default, name) and value != []}


def load_audience(kept: Mapping[str, Any], words: str) -> Audience:
    return Audience(
        words=words,
        to_groups=kept.get("to_groups", True),
        county=kept.get("county", False),
        kinds=frozenset(map(SchoolKind, kept.get("kinds", ()))),
        school_ids=frozenset(kept.get("school_ids", ())),
        roles=frozenset(map(Role, kept.get("roles", ()))),
        steps=frozenset(map(Step, kept.get("steps", ()))),
        saw=kept.get("saw"),
    )


@unique
class Why(StrEnum):
    """Why words are no audience."""

    MIXED = "mixed"  # people and groups together
    NO_SUCH_GROUPS = "no_such_groups"  # 组长群: only schools and the county have groups
    AMBIGUOUS = "ambiguous"  # several schools are called so
    UNKNOWN = "unknown"  # no word of ours, and no school


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """What cannot be an audience; `candidates`: schools by full name that may be meant."""

    word: str
    why: Why
    candidates: tuple[str, ...] = ()


def read_audience(words: str, names: Mapping[int, tuple[str, ...]]) -> Audience | Unknown:
    """`words` as `messages.understanding.audience` keeps them; `names`: by school the full and the short name."""
    said = tuple(dict.fromkeys(word.strip() for word in words.split(JOIN) if word.strip()))
    said = _with_groups(said)
    groups = [word for word in said if _is_of_groups(word)]
    if groups and len(groups) < len(said):
        return Unknown(word=words, why=Why.MIXED)
    found = [_one(word, names) for word in said]
    unknown = next((one for one in found if isinstance(one, Unknown)), None)
    if unknown is not None:
        return unknown
    audience = _joined([one for one in found if isinstance(one, Audience)])
    return EVERY_GROUP if not said or ALL_GROUPS in said else audience


def _with_groups(said: tuple[str, ...]) -> tuple[str, ...]:
    """幼儿园、小学群: the 群 at the end is of all the units, where no people are named before it."""
    if not said or not _is_of_groups(said[-1]) or said[-1] in _GROUP_WORDS:
        return said
    if any(_is_of_groups(word) or word in ROLES or word in PROGRESS for word in said[:-1]):
        return said
    if said[-1].removesuffix(_GROUP) in ROLES.keys() | PROGRESS.keys():
        return said
    return (*(word + _GROUP for word in said[:-1]), said[-1])


def _is_of_groups(word: str) -> bool:
    return word.endswith(_GROUP)


def _one(word: str, names: Mapping[int, tuple[str, ...]]) -> Audience | Unknown:
    """The audience that one word is."""
    if word in _GROUP_WORDS:
        kinds = frozenset(SchoolKind) if word == SCHOOL_GROUPS else frozenset()
        return Audience(words=word, county=word == COUNTY_GROUPS, kinds=kinds)
    to_groups = _is_of_groups(word)
    bare = word.removesuffix(_GROUP)
    if bare in KINDS:
        return Audience(words=word, to_groups=to_groups, kinds=KINDS[bare])
    if bare in ROLES or bare in PROGRESS:
        if to_groups:
            return Unknown(word=word, why=Why.NO_SUCH_GROUPS)
        roles = frozenset({ROLES[bare]}) if bare in ROLES else frozenset()
        return Audience(words=word, to_groups=False, roles=roles, steps=PROGRESS.get(bare, frozenset()))
    return _school(word, names, to_groups=to_groups)


def _school(word: str, names: Mapping[int, tuple[str, ...]], *, to_groups: bool) -> Audience | Unknown:
    meaning = meant(word.removesuffix(_GROUP), names)
    if meaning.school_id is None:
        why = Why.AMBIGUOUS if meaning.ambiguous else Why.UNKNOWN
        return Unknown(word=word, why=why, candidates=meaning.candidates)
    full = names[meaning.school_id][0] + (_GROUP if to_groups else "")
    return Audience(words=full, to_groups=to_groups, school_ids=frozenset({meaning.school_id}))


def _joined(found: Collection[Audience]) -> Audience:
    return Audience(
        words=JOIN.join(dict.fromkeys(one.words for one in found)),
        to_groups=all(one.to_groups for one in found),
        county=any(one.county for one in found),
        kinds=_union(one.kinds for one in found),
        school_ids=_union(one.school_ids for one in found),
        roles=_union(one.roles for one in found),
        steps=_union(one.steps for one in found),
    )


def _union(sets: Iterable[frozenset[Word]]) -> frozenset[Word]:
    return frozenset().union(*sets)
