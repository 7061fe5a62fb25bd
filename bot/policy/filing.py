"""What a school hands in for filing (备案), and how far it is (rules, section 6)."""

from enum import StrEnum, unique


@unique
class Slot(StrEnum):
    """What a filing is about; the scope stands beside the four papers."""

    SCOPE = "scope"  # 本校范围
    DEVELOPMENT = "development"  # 发展规划
    RESEARCH = "research"  # 研修方案
    ASSESSMENT = "assessment"  # 考核方案
    IMPLEMENTATION = "implementation"  # 实施方案


@unique
class FilingState(StrEnum):
    """未交 has no row."""

    HANDED_IN = "handed_in"  # 已交
    FILED = "filed"  # 已备案
    RETURNED = "returned"  # 退回
