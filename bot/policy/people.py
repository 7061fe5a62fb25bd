"""People, their states and roles, and who sees what (rules, section 11)."""

from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class SchoolKind(StrEnum):
    """学段 of a unit."""

    KINDERGARTEN = "kindergarten"  # 幼儿园
    PRIMARY = "primary"  # 小学
    JUNIOR = "junior"  # 初中
    SENIOR = "senior"  # 高中
    NINE_YEAR = "nine_year"  # 九年一贯制
    COMPLETE = "complete"  # 完全中学
    VOCATIONAL = "vocational"  # 中职
    SPECIAL = "special"  # 特教
    QUALITY = "quality"  # 素质教育
    OTHER = "other"  # 其他


@unique
class PersonState(StrEnum):
    """Only ACTIVE people count in their school's rate."""

    ACTIVE = "active"  # 在册
    DEFERRED = "deferred"  # 暂缓
    TRANSFERRED = "transferred"  # 调出
    RETIRED = "retired"  # 退休
    EXEMPT = "exempt"  # 免训


@unique
class Role(StrEnum):
    """Everybody on the roster is a teacher, whatever else they are."""

    TEACHER = "teacher"  # 教师
    LEADER = "leader"  # 教研组长
    SCHOOL_ADMIN = "school_admin"  # 学校管理员
    PRINCIPAL = "principal"  # 校长, 园长
    OFFICE = "office"  # 项目办
    OVERSIGHT = "oversight"  # 领导小组: everything, read only


LEADS = frozenset({Role.PRINCIPAL, Role.SCHOOL_ADMIN})
"""Who leads a school; nothing tells the two apart but the word."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role with its scope. No school = the whole county."""

    role: Role
    school_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a person belongs; what visibility is decided by."""

    person_id: int
    school_id: int
    group_id: int | None


def may_see(viewer: Whereabouts, grants: frozenset[Grant], other: Whereabouts) -> bool:
    """Own data always; a leader the own group; a lead the own school; office and oversight everything."""
    if viewer.person_id == other.person_id:
        return True
    return any(_covers(grant, other) for grant in grants)


def _covers(grant: Grant, other: Whereabouts) -> bool:
    match grant.role:
        case Role.OFFICE | Role.OVERSIGHT:
            return True
        case Role.PRINCIPAL | Role.SCHOOL_ADMIN:
            return grant.school_id == other.school_id
        case Role.LEADER:
            return grant.group_id is not None and grant.group_id == other.group_id
        case Role.TEACHER:
            return False
