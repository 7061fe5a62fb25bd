"""案例: what was handed in, of which kind, and by whom which kind may be."""

from collections.abc import Sequence
from datetime import date

from bot.policy.paper import PaperKind, PaperState
from messages.outgoing import Answer, Data, Part, answer, item, quote, text
from messages.texts.bulletin import replaced_line
from messages.texts.evidence_words import receipt
from messages.texts.handed_link import FORM, advice
from messages.texts.paper_words import CASE_NAMES, STATES, late, paper_name
from messages.texts.wording import day, full_day

MOST_SHOWN = 9
_WHO = {
    PaperKind.SCHOOL_CASE: "学校管理员或校长",
    PaperKind.SUBJECT_CASE: "教研组长、学校管理员或校长",
    PaperKind.WORK_CASE: "作者本人，或者教研组长经作者同意",
}


def handed_in(  # noqa: PLR0913 - a receipt has that many parts
    number: int,
    kind: PaperKind,
    whose: str,
    link: str,
    *,
    replaced: Sequence[int],
    due: date,
    today: date,
) -> Answer:
    return answer(
        text(f"已收，{receipt(number)}：", Data(whose), f"的{paper_name(kind)}。"),
        *late(due, today),
        *replaced_line(replaced),
        *advice(link),
    )


def same_as_before(number: int, kind: PaperKind, whose: str) -> Answer:
    return answer(text(f"和{receipt(number)} 一样（", Data(whose), f"的{paper_name(kind)}），不用再交。"))


def not_yours(kind: PaperKind) -> Answer:
    return answer(f"{paper_name(kind)}由{_WHO[kind]}来交，没有收。")


def which(kinds: Sequence[PaperKind]) -> Answer:
    """A link without saying of which kind it is."""
    how = "回复 1 就交" if len(kinds) == 1 else f"回复 1 到 {len(kinds)}"
    return answer(
        "这个链接是哪一种案例？",
        *(f"{number}. {CASE_NAMES[kind]}" for number, kind in enumerate(kinds, 1)),
        f"{how}（5 分钟内有效，链接我先记着）。",
    )


def how(
    kinds: Sequence[PaperKind],
    rows: Sequence[tuple[int, PaperKind, str, PaperState]],
    due: date,
    today: date,
) -> Answer:
    """Without a link. `rows`: what the asker has handed in: number, kind, author, state; newest first."""
    when = f"（{full_day(due)}前）" if today <= due else f"（已过 {day(due)}，仍然可以交）"
    first = f"你交过 {len(rows)} 份案例：" if rows else "你还没有交过案例。"
    forms = "或".join(f"“案例 {CASE_NAMES[kind]} 链接”" for kind in kinds)
    return answer(
        first,
        *(item(*_row(row)) for row in rows[:MOST_SHOWN]),
        f"下一步：发{forms}{when}。",
        quote(FORM),
    )


def _row(row: tuple[int, PaperKind, str, PaperState]) -> tuple[Part, ...]:
    number, kind, author, state = row
    whose: tuple[Part, ...] = ("（", Data(author), "）") if author else ()
    return (f"{receipt(number)} {paper_name(kind)}", *whose, f"：{STATES[state]}")
