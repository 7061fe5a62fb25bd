"""What bulletins, summaries and cases are called, and what is said of each of them."""

from datetime import date

from bot.policy.paper import PaperKind, PaperState
from messages.texts.wording import day

CASE_NAMES = {
    PaperKind.SCHOOL_CASE: "整校推进",
    PaperKind.SUBJECT_CASE: "学科研修",
    PaperKind.WORK_CASE: "微能力作品",
}
STATES = {
    PaperState.HANDED_IN: "已收",
    PaperState.ASKED: "等作者同意",
    PaperState.AGREED: "作者已同意",
    PaperState.DECLINED: "作者不同意",
    PaperState.REPLACED: "已被新的替换",
}


def paper_name(kind: PaperKind, month: str = "") -> str:
    """`month` of a 简报, as "2024-04"."""
    match kind:
        case PaperKind.BULLETIN:
            return f"{month_name(month)}简报"
        case PaperKind.SUMMARY:
            return "总结"
        case case:
            return f"{CASE_NAMES[case]}案例"


def month_name(month: str) -> str:
    """Of "2024-04" it is 4月."""
    return f"{int(month.partition('-')[2])}月"


def late(due: date | None, today: date) -> tuple[str, ...]:
    """What comes late is taken all the same."""
    return (f"已过 {day(due)}，照样收下，会注明。",) if due is not None and today > due else ()
