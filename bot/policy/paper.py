"""Bulletins, summaries and cases (简报, 总结, 案例): which there are, when they count, what an author may answer."""

from datetime import date
from enum import StrEnum, unique
from urllib.parse import urlsplit

from bot.policy.links import Drive, carried_extraction, drive_of, fingerprint
from bot.policy.plan import Plan

RESEARCH_STAGE = 2  # 简报: one per group and month of it (rules, section 6)


@unique
class PaperKind(StrEnum):
    """What groups and schools hand in besides filings."""

    BULLETIN = "bulletin"  # 简报
    SUMMARY = "summary"  # 总结
    SCHOOL_CASE = "school_case"  # 案例 整校推进
    SUBJECT_CASE = "subject_case"  # 案例 学科研修
    WORK_CASE = "work_case"  # 案例 微能力作品


CASES = (PaperKind.SCHOOL_CASE, PaperKind.SUBJECT_CASE, PaperKind.WORK_CASE)


@unique
class PaperState(StrEnum):
    """A work that somebody else hands in counts once its author has agreed."""

    HANDED_IN = "handed_in"
    ASKED = "asked"  # the author has not answered yet
    AGREED = "agreed"
    DECLINED = "declined"  # by the author: counts no more
    REPLACED = "replaced"  # by a newer one

    @property
    def counts(self) -> bool:
        return self in {PaperState.HANDED_IN, PaperState.AGREED}


def paper_due(kind: PaperKind, plan: Plan) -> date | None:
    """Bulletins have a month, and no day on which they are due."""
    return None if kind is PaperKind.BULLETIN else plan.deadlines.summary


def bulletin_months(plan: Plan) -> tuple[str, ...]:
    """As "2024-03", in order."""
    stage = next((one for one in plan.stages if one.number == RESEARCH_STAGE), plan.stages[-1])
    first, last = (day.year * 12 + day.month - 1 for day in (stage.first, stage.last))
    return tuple(f"{number // 12}-{number % 12 + 1:02}" for number in range(first, last + 1))


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def may_answer(state: PaperState, answer: PaperState, today: date, due: date) -> bool:
    """`answer` is AGREED or DECLINED.

    An author answers once. A yes, and what the author handed in, may be taken back until the due date;
    a no stands.
    """
    if state is PaperState.ASKED:
        return True
    return state.counts and answer is PaperState.DECLINED and today <= due


# ── one link, with its 提取码 ───────────────────────────────────────────────────────────────────────

_BESIDE = " 提取码 "


def with_extraction(link: str, code: str) -> str:
    """The link so that whoever reads it can open it: 百度网盘 takes the code in the link, others want it typed."""
    if not code or carried_extraction(link) or _BESIDE in link:
        return link
    if drive_of(link) is not Drive.BAIDU:
        return f"{link}{_BESIDE}{code}"
    parts = urlsplit(link)
    query = f"{parts.query}&pwd={code}" if parts.query else f"pwd={code}"
    return parts._replace(query=query).geturl()


def bare_link(stored: str) -> str:
    """The link itself of what `with_extraction` has made."""
    return stored.partition(_BESIDE)[0]


def same_document(new: str, stored: str) -> bool:
    """Whether a link brings nothing new: the same document, and no 提取码 that was not known yet."""
    if fingerprint(bare_link(new)) != fingerprint(bare_link(stored)):
        return False
    code = extraction_of(new)
    return not code or code == extraction_of(stored)


def extraction_of(stored: str) -> str:
    """The 提取码 of what `with_extraction` has made; "" without one."""
    return carried_extraction(bare_link(stored)) or stored.partition(_BESIDE)[2]
