"""重开: what is open again, what that does to the author's hours, and what people hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.evidence import EvidenceState
from bot.policy.plan import Hours
from bot.policy.points import Catalogue
from messages.outgoing import Answer, Part, answer, item, text
from messages.texts.evidence_words import STATES, receipt, shortened
from messages.texts.review_words import Subject, about
from messages.texts.wording import code_label, hours, live

KINDS = {
    "filing": "备案材料",
    "paper": "简报、总结或案例",
    "appeal": "申诉",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """A submission that waits again."""

    subject: Subject
    was: EvidenceState
    before: Hours  # practice of the author
    after: Hours
    whose: str  # whose turn it is now


def reopened(
    done: Sequence[Reopened], others: Sequence[tuple[Part, ...]], catalogue: Catalogue, today: date
) -> Answer:
    lines = [(*about(one.subject, catalogue), f"：{_result(one)}") for one in done]
    if len(lines) + len(others) == 1:
        body = [text(*line) for line in (*lines, *others)]
    else:
        body = [item(*line) for line in (*lines, *others)]
    return answer(*body, *_told(done), live(today))


def _told(done: Sequence[Reopened]) -> tuple[str, ...]:
    """What was overdue nobody had reviewed."""
    if not done:
        return ()
    decided = any(one.was is not EvidenceState.WAITING for one in done)
    return (f"下一步：等重新审核；作者{'和原来的审核人' if decided else ''}会收到通知。",)


def _result(one: Reopened) -> str:
    was = "逾期" if one.was is EvidenceState.WAITING else STATES[one.was]
    changed = (
        f"作者的实践学时 {hours(one.before)} → {hours(one.after)}"
        if one.before != one.after
        else f"作者的实践学时不变，共 {hours(one.after)}"
    )
    return f"重开了（原来是{was}），回到待审，由{one.whose}审。{changed}。"


def how_to_reopen(number: int, shortest: int) -> Answer:
    return answer(f"重开要写原因（至少 {shortest} 个字），例如“重开 {number} 审核时看错了”。")


def which_one() -> Answer:
    return answer("没有说重开哪一份：请写编号和原因，例如“重开 12 审核时看错了”。")


def unknown(number: int) -> tuple[Part, ...]:
    return (f"没有{receipt(number)}。",)


def other_kind(number: int, kind: str) -> tuple[Part, ...]:
    what = KINDS.get(kind, "别的事项")
    return (f"{receipt(number)} 是{what}，“重开”只用于老师交的微能力点材料。",)


def own(subject: Subject, catalogue: Catalogue) -> tuple[Part, ...]:
    return (
        f"{receipt(subject.number)} {code_label(subject.code, catalogue)}是你自己的，请项目办别的同事重开。",
    )


def not_needed(subject: Subject, state: EvidenceState, catalogue: Catalogue) -> tuple[Part, ...]:
    if state is EvidenceState.WITHDRAWN:
        return (*about(subject, catalogue), "：作者已撤回，不能重开；作者可以重新提交。")
    return (*about(subject, catalogue), "：本来就在待审，不用重开。")


def author_notice(one: Reopened, reason: str, catalogue: Catalogue) -> str:
    subject = one.subject
    changed = f"实践学时 {hours(one.before)} → {hours(one.after)}。" if one.before != one.after else ""
    return (
        f"项目办重开了{receipt(subject.number)}（{code_label(subject.code, catalogue)}），回到待审。{changed}"
        f"原因：{_because(reason)}。你暂时不用做什么，想改材料可以发“提交 {subject.code} 链接”。"
    )


def reviewer_notice(one: Reopened, reason: str, catalogue: Catalogue) -> str:
    subject = one.subject
    return (
        f"项目办重开了你审过的{receipt(subject.number)}（{code_label(subject.code, catalogue)}，{subject.author}）。"
        f"原因：{_because(reason)}。下一步：发“查看 {subject.number}”再看一遍。"
    )


def waiting_notice(one: Reopened, catalogue: Catalogue) -> str:
    """For the group's leaders, of what was overdue and may be reviewed from now on."""
    subject = one.subject
    return (
        f"项目办放行了逾期的{receipt(subject.number)}（{code_label(subject.code, catalogue)}，{subject.author}），"
        f"等你审核。下一步：发“查看 {subject.number}”。"
    )


def _because(reason: str) -> str:
    return shortened(reason, 200).text.rstrip("。")
