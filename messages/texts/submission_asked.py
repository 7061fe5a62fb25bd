"""What is asked back about a submission: which point, which link, which 提取码."""

from collections.abc import Sequence

from bot.policy.plan import ChoiceRule
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence
from bot.policy.submission import LINK_MINUTES
from messages.outgoing import Answer, Data, Line, answer, item, quote, text
from messages.texts import links as link_texts
from messages.texts.evidence_words import receipt
from messages.texts.submit import HOW_TO_SHARE
from messages.texts.wording import code_label, code_labels, listed

Option = tuple[str, Evidence]
"""A point of one's own that is not certified, and how far its evidence is."""

_HANDED_IN = {Evidence.WAITING: "（交过，待审，再交就是新的一版）", Evidence.RETURNED: "（退回，等你重交）"}


def no_choice(rule: ChoiceRule) -> Answer:
    return answer(
        "没有收：你还没有选微能力点。",
        f"下一步：发“推荐选点”选好 {rule.points} 个点，再交一次。",
    )


def all_certified(next_step: str) -> Answer:
    return answer("你选的点都已经认证，不用再交。", next_step)


def which_point(options: Sequence[Option], links: int, catalogue: Catalogue, extraction: str = "") -> Answer:
    """The lines can be answered with their number. `extraction`: a 提取码 that has just come for the links."""
    noted: tuple[Line, ...] = ()
    if extraction:
        noted = (text("提取码 ", Data(extraction), " 记下了。"),)
    kept = f"{LINK_MINUTES} 分钟内有效，链接我先记着"
    if len(options) == 1:
        code, evidence = options[0]
        label = f"{code_label(code, catalogue)}{_HANDED_IN.get(evidence, '')}"
        return answer(*noted, f"回复 1 就交到 {label}，现在还没有交（{kept}）。")
    these = "这个链接" if links == 1 else f"这 {links} 个链接"
    lines: list[Line | str] = [*noted, f"{these}交到哪个点？现在还没有交。"]
    for number, (code, evidence) in enumerate(options, 1):
        lines.append(f"{number}. {code_label(code, catalogue)}{_HANDED_IN.get(evidence, '')}")
    lines.append(f"回复 1 到 {len(options)}，或发编码，例如“{options[0][0]}”（{kept}）。")
    if links > 1:
        first, second = options[0][0], options[1][0]
        lines.append(quote(f"要分开交就写明编码，例如“提交 {first} 链接 {second} 链接”。"))
    return answer(*lines)


def which_points(choices: Sequence[Sequence[str]], catalogue: Catalogue) -> Answer:
    """Several points were named and one link: each line takes it for these points."""
    lines = []
    for number, codes in enumerate(choices, 1):
        if len(codes) > 1:
            lines.append(f"{number}. {len(codes)} 个点都用这个链接：{code_labels(codes, catalogue)}")
        else:
            lines.append(f"{number}. 只交 {code_label(codes[0], catalogue)}")
    numbers = f"1 到 {len(choices)}" if len(choices) > 1 else "1"
    return answer(
        "只有一个链接，交到哪些点？现在还没有交。",
        *lines,
        f"回复 {numbers}（{LINK_MINUTES} 分钟内有效，链接我先记着）。",
    )


def unequal(codes: int, links: int, example: str) -> Answer:
    return answer(
        f"没有交上：{codes} 个编码、{links} 个链接，分不清哪个链接是哪个点的。",
        f"下一步：一个点一个点地发，例如“提交 {example} 链接”。",
    )


def which_link(codes: Sequence[str], catalogue: Catalogue, scheme: str = "") -> Answer:
    """The points are kept until the links come. `scheme`: of what was meant as a link and is not taken."""
    labels = code_labels(codes, catalogue)
    if scheme:
        first = text(f"{labels} 没有交上：", *link_texts.foreign(scheme), "。")
        return answer(
            first, f"下一步：{HOW_TO_SHARE}发来，就交到 {listed(codes)}（{LINK_MINUTES} 分钟内有效）。"
        )
    if len(codes) > 1:
        return answer(
            f"{labels} 的链接呢？现在还没有交。",
            f"下一步：按这个顺序把 {len(codes)} 个链接一起发来（{LINK_MINUTES} 分钟内有效）。",
        )
    return answer(
        f"{labels} 的链接呢？现在还没有交。",
        f"下一步：把链接直接发来，就交到 {codes[0]}（{LINK_MINUTES} 分钟内有效）。",
    )


def how_to_submit(options: Sequence[Option], catalogue: Catalogue, scheme: str = "") -> Answer:
    """提交 and nothing else. `scheme`: as in `which_link`."""
    refused: tuple[Line, ...] = ()
    if scheme:
        refused = (text("没有交上：", *link_texts.foreign(scheme), "。"),)
    return answer(
        *refused,
        f"提交要写编码和链接，例如“提交 {options[0][0]} 链接”；只发链接也行，我会问交到哪个点。",
        "你还能交的点：",
        *(item(f"{code_label(code, catalogue)}{_HANDED_IN.get(evidence, '')}") for code, evidence in options),
    )


# ── 提取码 ──


def extraction_noted(number: int, code: str, extraction: str, catalogue: Catalogue) -> Line:
    where = f"{receipt(number)}（{code_label(code, catalogue)}）"
    return text("提取码 ", Data(extraction), f" 记到{where}了，还是原来那一版。")


def extraction_known(number: int, code: str, extraction: str, catalogue: Catalogue) -> Line:
    where = f"{receipt(number)}（{code_label(code, catalogue)}）"
    return text(f"{where}的提取码已经是 ", Data(extraction), "，没有变化。")


def no_link_for(extraction: str) -> Line:
    return text("提取码 ", Data(extraction), " 没有记下：你没有等着提取码的材料。")


def with_link(code: str, extraction: str) -> str:
    return f"下一步：连链接一起发，例如“提交 {code} 链接 提取码 {extraction}”。"


def would_be_overdue(waiting: Sequence[tuple[int, str]], minutes: int, catalogue: Catalogue) -> Answer:
    """`waiting`: 编号 and code of what came in time."""
    what = listed(f"{receipt(number)} {code_label(code, catalogue)}" for number, code in waiting)
    return answer(
        f"{what}是按时交的，正在待审。现在换成新的一版就成了逾期，要项目办重开才审、才算。",
        f"不换就不用管它；一定要换，回复“确认”（{minutes} 分钟内有效）。",
    )
