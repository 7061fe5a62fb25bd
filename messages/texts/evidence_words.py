"""What submissions, their states and numbers are called, everywhere."""

from bot.policy.evidence import EvidenceState
from messages.outgoing import Data

STATES = {
    EvidenceState.WAITING: "待审",
    EvidenceState.PASSED: "合格",
    EvidenceState.EXCELLENT: "优秀",
    EvidenceState.RETURNED: "退回",
    EvidenceState.WITHDRAWN: "已撤回",
}

# What one may say to 退回 with a number instead of words (domain facts, 2.3).
REASONS = (
    "链接打不开",
    "没有访问权限",
    "缺学生体会",
    "视频与本点无关",
    "与他人材料雷同",
)


def receipt(number: int) -> str:
    """编号, as it is shown everywhere."""
    return f"编号 {number}"


def waited(workdays: int) -> str:
    return "今天交的" if workdays <= 0 else f"等了 {workdays} 个工作日"


def shortened(text: str, most: int = 100) -> Data:
    """What somebody wrote, on one line and not longer than that."""
    line = " ".join(text.split())
    return Data(line if len(line) <= most else f"{line[: most - 1]}…")
