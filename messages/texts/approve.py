"""通过: what was decided, item by item, and what the authors hear."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.policy.plan import Hours
from bot.policy.points import Catalogue
from bot.policy.standing import Evidence, Facts, Gaps, Grade, Step
from messages.outgoing import Answer, Data, Line, Part, answer, item, text
from messages.texts.evidence_words import receipt, shortened
from messages.texts.review_words import Left, Subject, about, left
from messages.texts.wording import code_label, code_labels, hours, listed, live

GRADES = {Grade.PASS: "合格", Grade.EXCELLENT: "优秀"}
_MOST_PEOPLE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A submission that was certified just now."""

    subject: Subject
    grade: Grade
    hours: Hours  # that this point brought
    total: Hours  # practice of the author
    on_behalf: bool  # 代审


def approved(  # noqa: PLR0913 - what an answer is made of
    passed: Sequence[Passed],
    others: Sequence[Left],
    *,
    quotas: Sequence[Line],
    waiting: int,
    catalogue: Catalogue,
    today: date,
) -> Answer:
    lines = [(*about(one.subject, catalogue), f"：{_result(one)}。") for one in passed]
    return decided(
        lines,
        [left(one, catalogue) for one in others],
        [*quotas, *still_waiting(waiting)],
        today=today,
    )


def decided(
    done: Sequence[tuple[Part, ...]],
    others: Sequence[tuple[Part, ...]],
    after: Sequence[Line],
    *,
    today: date,
) -> Answer:
    """One line stands by itself; several are a list under their count."""
    if len(done) + len(others) == 1:
        (only,) = (*done, *others)
        return answer(text(*only), *after, live(today))
    counts = [f"定了 {len(done)} 份"] if done else []
    counts += [f"{len(others)} 份没有定"] if others else []
    return answer(
        f"{'，'.join(counts)}：",
        *(item(*line) for line in done),
        *(item(*line) for line in others),
        *after,
        live(today),
    )


def _result(one: Passed) -> str:
    behalf = "（代审）" if one.on_behalf else ""
    return f"{GRADES[one.grade]}{behalf}，{_hours(one.hours, one.total)}"


def _hours(brought: Hours, total: Hours) -> str:
    if not brought:
        return f"实践学时不变，共 {hours(total)}"
    return f"记 {hours(brought)}，实践共 {hours(total)}"


def still_waiting(count: int) -> tuple[Line, ...]:
    """The next step of a reviewer."""
    if not count:
        return (text("等你审的都审完了。"),)
    return (text(f"下一步：还有 {count} 份等你审，发“待审”。"),)


def notice(one: Passed, remark: str, next_action: str, catalogue: Catalogue) -> str:
    """What the author hears."""
    label = code_label(one.subject.code, catalogue)
    said = f"评语：{_ended(shortened(remark, 200).text)}" if remark else ""
    return (
        f"{receipt(one.subject.number)}（{label}）定为{GRADES[one.grade]}，{_hours(one.hours, one.total)}。"
        f"{said}{next_action}"
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "!", "…", "？")) else f"{sentence}。"


_NEXT = {
    Step.NONE: "你已经学习合格，不用再做什么。",
    Step.NO_ACCOUNT: "下一步：向本校学校管理员要学习账号，开始线上学习。",
    Step.NO_CHOICE: "下一步：发“推荐选点”，选定微能力点。",
}


def next_of_author(facts: Facts, gaps: Gaps, step: Step, catalogue: Catalogue) -> str:
    """The author's next single action, as a sentence."""
    states = dict(facts.evidence)
    open_codes = [code for code in facts.chosen if code not in facts.certified]
    match step:
        case Step.NO_EVIDENCE:
            code = next(code for code in open_codes if code not in states)
            return f"下一步：交 {code_label(code, catalogue)} 的材料，发“提交 {code} 链接”。"
        case Step.RETURNED:
            code = next(code for code in open_codes if states.get(code) is Evidence.RETURNED)
            return f"下一步：改好 {code_label(code, catalogue)} 的材料，发“提交 {code} 链接”。"
        case Step.WAITING:
            return f"{code_labels(open_codes, catalogue)} 还在审，你暂时不用做什么。"
        case Step.HOURS if gaps.online:
            return f"下一步：继续线上学习，还差 {hours(gaps.online)}。"
        case other:
            return _NEXT.get(other, "下一步：发“还差什么”看还差哪些。")


def preview(people: Sequence[tuple[str, Sequence[str]]], total: int, left_over: int, minutes: int) -> Answer:
    """全部通过. `people`: each author with the labels of the points."""
    lines = [item(Data(name), f"：{listed(labels)}") for name, labels in people[:_MOST_PEOPLE]]
    more = f"等 {len(people)} 人。" if len(people) > _MOST_PEOPLE else ""
    rest = f"一次最多定 {total} 份，其余 {left_over} 份再发一次“全部通过”。" if left_over else ""
    return answer(
        f"要把等你审的{'最早的' if left_over else '全部'} {total} 份都定为合格：",
        *lines,
        *((more,) if more else ()),
        *((rest,) if rest else ()),
        f"确定就回复“确认”（{minutes} 分钟内有效）；要给优秀或退回的，请先单独定。",
    )


def nothing_to_approve() -> Answer:
    return answer("没有等你审的材料，不用通过。")
