"""案例 微能力作品: handed in by the author, or asked for by a leader."""

from collections.abc import Sequence
from datetime import date

from messages.outgoing import Answer, Data, answer, quote, text
from messages.texts.bulletin import replaced_line
from messages.texts.evidence_words import receipt
from messages.texts.handed_link import advice
from messages.texts.paper_words import late

_NAMING = "例如“案例 微能力作品 链接 编号 12”，或者写作者姓名"


def own(  # noqa: PLR0913 - a receipt has that many parts
    number: int,
    author: str,
    link: str,
    *,
    work: int | None,
    replaced: Sequence[int],
    due: date,
    today: date,
    leads: bool,
) -> Answer:
    """`work`: the number of the evidence; `leads`: a leader may have meant somebody else's work."""
    which = "" if work is None else f"（材料{receipt(work)}）"
    hint = (quote(f"是组里老师的作品就写明作者，{_NAMING}。"),) if leads else ()
    return answer(
        text(f"已收，{receipt(number)}：", Data(author), f"的微能力作品案例{which}。"),
        *late(due, today),
        *replaced_line(replaced),
        *advice(link),
        f"不想报了就发“不同意 {number}”。",
        *hint,
    )


def asked(  # noqa: PLR0913, PLR0917 - a receipt has that many parts
    number: int, author: str, link: str, replaced: Sequence[int], due: date, today: date
) -> Answer:
    return answer(
        text(f"已收，{receipt(number)}，等", Data(author), "同意；同意之后才算。"),
        *late(due, today),
        *replaced_line(replaced),
        *advice(link),
        "已私信作者，回复以后会告诉你，你暂时不用做什么。",
    )


def question(number: int, leader: str) -> str:
    """What the author is asked."""
    return (
        f"{leader}想把你的作品报为微能力作品案例（{receipt(number)}）。"
        f"同意发“同意 {number}”，不同意发“不同意 {number}”；先看内容发“查看 {number}”。"
    )


def asked_before(number: int, author: str) -> Answer:
    return answer(text(f"和{receipt(number)} 一样，还在等", Data(author), "同意，不用再交。"))


def declined_before(number: int, author: str) -> Answer:
    return answer(
        text("没有收：", Data(author), f"不同意报这件作品（{receipt(number)}）。"),
        "本人改了主意，可以自己发“案例 微能力作品 链接”。",
    )


def no_such(number: int) -> Answer:
    return answer(f"没有收：没有你能看的{receipt(number)}。请核对材料的编号。")


def several(name: str) -> Answer:
    return answer(
        text("没有收：作者不止一位（", Data(name), f"等），请写材料的编号，{_NAMING.partition('，')[0]}。")
    )


def unknown_author() -> Answer:
    return answer(f"没有收：没认出作者是组里哪位老师，请写明，{_NAMING}；自己的作品写自己的姓名。")
