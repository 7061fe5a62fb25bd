"""总结: that a school has handed it in, or how."""

from collections.abc import Sequence
from datetime import date

from messages.outgoing import Answer, Data, answer, quote, text
from messages.texts.bulletin import replaced_line
from messages.texts.evidence_words import receipt
from messages.texts.handed_link import FORM, advice
from messages.texts.paper_words import late
from messages.texts.wording import day, full_day


def handed_in(  # noqa: PLR0913, PLR0917 - a receipt has that many parts
    number: int, school: str, replaced: Sequence[int], link: str, due: date, today: date
) -> Answer:
    return answer(
        text(f"已收，{receipt(number)}：", Data(school), "的总结。"),
        *late(due, today),
        *replaced_line(replaced),
        *advice(link),
    )


def same_as_before(school: str, number: int) -> Answer:
    return answer(text(f"和{receipt(number)} 一样（", Data(school), "的总结），不用再交。"))


def missing(school: str, due: date, today: date) -> Answer:
    when = f"（{full_day(due)}前）" if today <= due else f"（已过 {day(due)}，仍然可以交）"
    return answer(text(Data(school), "还没有交总结。"), f"下一步：发“总结 链接”{when}。", quote(FORM))


def shown(school: str, number: int, when: date) -> Answer:
    return answer(
        text(Data(school), f"的总结 {day(when)}已交（{receipt(number)}）。"),
        "要换就再发一次“总结 链接”。",
    )
