"""推荐选点: three choices that are right, each with what to hand in."""

from collections.abc import Sequence

from bot.policy.points import Catalogue
from messages.outgoing import Answer, Line, answer, heading, item, quote
from messages.texts.points import OfferedScope, coverage, evidence
from messages.texts.wording import code_labels


def recommended(
    choices: Sequence[tuple[str, ...]],
    keep: Sequence[str],
    scope: OfferedScope | None,
    subject: str,
    catalogue: Catalogue,
) -> Answer:
    """The choices can be answered with their number. `keep`: certified points, which are in each."""
    first = f"给你配了 {len(choices)} 组，都符合要求，回复编号就选定（5 分钟内有效）。"
    lines: list[Line | str] = [first]
    for number, codes in enumerate(choices, 1):
        lines.append(heading(f"{number}. 覆盖 {coverage(codes, catalogue)}"))
        lines += [item(f"{catalogue[code].label}：{evidence(catalogue[code])}") for code in codes]
    if keep:
        lines.append(f"{code_labels(keep, catalogue)} 已认证，每组都保留。")
    return answer(*lines, quote(_why(scope, subject)))


def none_fits(scope: OfferedScope | None) -> Answer:
    if scope is None:
        return answer("配不出符合要求的组合。下一步：问教研组长。")
    return answer("本校范围里配不出符合要求的组合。下一步：请本校学校管理员补充范围。")


def all_certified(keep: Sequence[str], catalogue: Catalogue) -> Answer:
    return answer(f"你选的 {code_labels(keep, catalogue)} 都已认证，不用再选点。下一步：发“还差什么”。")


def _why(scope: OfferedScope | None, subject: str) -> str:
    where = "全部微能力点" if scope is None else f"本校范围（{'已备案' if scope.filed else '还没备案'}）"
    return f"按{where}{'和你的学科' if subject else ''}推荐，也可以自己选：发“选点 编码 编码 编码”。"
