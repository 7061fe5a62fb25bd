"""退回: what was sent back and why, the usual reasons to choose from, and what the author hears."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.points import Catalogue
from messages.outgoing import Answer, Part, answer, text
from messages.texts.approve import decided, still_waiting
from messages.texts.evidence_words import REASONS, receipt, shortened
from messages.texts.review_words import Left, Subject, about, left
from messages.texts.wording import code_label

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A submission that was sent back just now."""

    subject: Subject
    piece: str  # "" where the reason names none
    on_behalf: bool  # 代审


def returned(  # noqa: PLR0913 - what an answer is made of
    done: Sequence[Returned],
    others: Sequence[Left],
    reason: str,
    *,
    waiting: int,
    catalogue: Catalogue,
    today: date,
) -> Answer:
    lines = [_line(one, reason, catalogue) for one in done]
    return decided(lines, [left(one, catalogue) for one in others], still_waiting(waiting), today=today)


def _line(one: Returned, reason: str, catalogue: Catalogue) -> tuple[Part, ...]:
    behalf = "（代审）" if one.on_behalf else ""
    piece = f"要改的是：{one.piece}。" if one.piece else ""
    return (
        *about(one.subject, catalogue),
        f"：退回{behalf}。{piece}原因：",
        shortened(reason, _LONGEST_REASON),
    )


def notice(one: Returned, reason: str, catalogue: Catalogue) -> str:
    """What the author hears."""
    code = one.subject.code
    piece = f"要改的是：{one.piece}。" if one.piece else ""
    because = shortened(reason, _LONGEST_REASON).text.rstrip("。")
    return (
        f"{receipt(one.subject.number)}（{code_label(code, catalogue)}）退回了。{piece}原因：{because}。"
        f"改好后发：提交 {code} 链接"
    )


def which_reason(
    subjects: Sequence[Subject], others: Sequence[Left], shortest: int, catalogue: Catalogue
) -> Answer:
    """Asks for the reason; the lines can be answered with their number."""
    named = (
        about(subjects[0], catalogue)
        if len(subjects) == 1
        else ("、".join(receipt(one.number) for one in subjects),)
    )
    numbers = " ".join(str(one.number) for one in subjects)
    return answer(
        *(text(*left(one, catalogue)) for one in others),
        text(*named, f"：还没有退回，先写原因（至少 {shortest} 个字）。"),
        *(f"{number}. {reason}" for number, reason in enumerate(REASONS, 1)),
        f"回复 1 到 {len(REASONS)} 就退回（5 分钟内有效），或发“退回 {numbers} 原因”。",
    )


def nothing_returned(others: Sequence[Left], catalogue: Catalogue) -> Answer:
    """Where not even the reason matters."""
    return answer(*(text(*left(one, catalogue)) for one in others))


def reason_or_item(said: Sequence[int], number: int) -> Answer:
    """退回 3 2, where 2 is both: one sentence."""
    items = " ".join(str(one) for one in said)
    return answer(
        f"“{number}”是原因 {number}（{REASONS[number - 1]}）还是另一份材料？"
        f"前者请发“退回 {items} 原因{number}”，后者请发“退回 {items}、{number} 原因”。"
    )
