"""同意 and 不同意: what the author has answered, for the author and for whoever asked."""

from collections.abc import Sequence
from datetime import date

from bot.policy.paper import PaperState
from messages.outgoing import Answer, Data, answer, item, text
from messages.texts.evidence_words import receipt
from messages.texts.wording import day

_WORDS = {PaperState.AGREED: "同意", PaperState.DECLINED: "不同意"}


def which(waiting: Sequence[tuple[int, str]], wanted: PaperState) -> Answer:
    """Without a number. `waiting`: each question with who asks."""
    if not waiting:
        return answer("现在没有等你同意的作品。")
    first, _ = waiting[0]
    return answer(
        "等你答复的：",
        *(item(f"{receipt(number)}，", Data(leader), "想报为微能力作品案例") for number, leader in waiting),
        f"下一步：写上编号，例如“{_WORDS[wanted]} {first}”。",
    )


def not_asked(number: int) -> Answer:
    return answer(f"没有等你答复的{receipt(number)}。发“同意”看有哪些在等你。")


def answered(number: int, leader: str, given: PaperState, today: date, due: date) -> Answer:
    if given is PaperState.DECLINED:
        return answer(text(f"记下了，{receipt(number)} 不报为案例，已告诉", Data(leader), "。"))
    change = (f"改了主意，{day(due)}前可以发“不同意 {number}”。",) if today <= due else ()
    return answer(text(f"已同意，{receipt(number)} 报为微能力作品案例，已告诉", Data(leader), "。"), *change)


def taken_back(number: int) -> Answer:
    return answer(f"记下了，{receipt(number)} 不报为案例。要再报就发“案例 微能力作品 链接”。")


def too_late(number: int, state: PaperState, wanted: PaperState, *, own: bool, due: date) -> Answer:
    """An answer that changes nothing; `own`: handed in by the author."""
    if state is PaperState.REPLACED:
        return answer(f"{receipt(number)} 已被新的换下，不用答复。")
    if state is PaperState.DECLINED:
        again = "" if wanted is PaperState.DECLINED else "改了主意就自己发“案例 微能力作品 链接”。"
        return answer(f"{receipt(number)} 你已经答复不同意。{again}")
    if wanted is PaperState.AGREED:
        said = "是你自己交的，不用再同意" if own else "你已经同意，不用再发"
        return answer(f"{receipt(number)} {said}。")
    return answer(f"{day(due)}已过，{receipt(number)} 不能再改。要撤下请联系项目办。")


def notice(number: int, author: str, given: PaperState) -> str:
    """For whoever asked."""
    if given is PaperState.AGREED:
        return f"{author}同意了，微能力作品案例（{receipt(number)}）已收。"
    return f"{author}不同意把作品报为案例（{receipt(number)}），没有上报，不用再催。"
