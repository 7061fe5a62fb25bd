"""The link of a filing or a paper: why it is not taken, and what others need to open it."""

from bot.policy.links import LinkFault, drive_of
from bot.policy.paper import bare_link, extraction_of
from bot.policy.plan import ReviewRule
from bot.policy.submission import Advice, advise
from messages.outgoing import Answer, Line, answer, quote, text
from messages.texts import links as words

FORM = "链接要以 http:// 或 https:// 开头，并设成“获得链接的人可查看”。"
_STEP = "下一步：换一个别人也能打开的链接，再发一次。"


def not_taken(fault: LinkFault, link: str, rule: ReviewRule) -> Answer:
    return answer(text("没有收：这个链接", *words.fault(fault, link, rule), "。"), _STEP)


def foreign_link(scheme: str) -> Answer:
    return answer(text("没有收：", *words.foreign(scheme), "。"), _STEP)


def only_one(links: int) -> Answer:
    return answer(f"没有收：这里一次收一个链接，你发了 {links} 个。请留下一个再发一次。")


def advice(link: str) -> tuple[Line, ...]:
    """Never a reason to refuse."""
    bare, extraction = bare_link(link), extraction_of(link)
    found = advise(bare, extraction, said="", period="")
    lines: list[Line] = []
    if Advice.EXTRACTION in found:
        lines.append(quote(f"提醒：{drive_of(bare)}的链接没有带提取码，别人打不开；请连提取码一起再发一次。"))
    if said := words.advised(found - {Advice.EXTRACTION}, [bare]):
        lines.append(quote(said))
    return tuple(lines)
