"""验收 提醒: schools with few people missing get the names, the others how many, not again for some workdays."""

from collections.abc import Sequence

from bot.policy.acceptance import FEW
from bot.policy.school import Listed
from messages.outgoing import Answer, Data, Line, answer, item, text
from messages.texts.unit_words import ALL, name_with_step
from messages.texts.wording import listed

Named = Sequence[tuple[str, int]]
"""Schools, each with how many people it has who are not done."""


def preview(few: Named, many: Named, *, unreachable: Sequence[str], done: int, minutes: int) -> Answer:
    """`unreachable`: schools that nobody leads. `done`: schools that were reminded lately."""
    lines: list[Line | str] = [f"要提醒 {len(few) + len(many)} 所学校的学校管理员和校长："]
    if few:
        lines.append(
            item(f"还差 1 到 {FEW} 人、私下收到名单的 {len(few)} 所：", Data(listed(map(_named, few))))
        )
    if many:
        lines.append(
            item(f"还差超过 {FEW} 人、只收到人数的 {len(many)} 所：", Data(listed(map(_named, many))))
        )
    return answer(*lines, *_left_out(unreachable, done), f"确定就回复“确认”（{minutes} 分钟内有效）。")


def office_only() -> Answer:
    return answer("“验收 提醒”只有项目办可以用，没有执行。看结果发“验收”。")


def nothing(*, unreachable: Sequence[str], done: int) -> Answer:
    return answer("现在没有要提醒的学校，什么都没有发。", *_left_out(unreachable, done))


def reminded(schools: int, people: int, *, unreachable: Sequence[str], done: int) -> Answer:
    return answer(
        f"已提醒 {schools} 所学校的 {people} 位负责人。",
        *_left_out(unreachable, done),
        "下一步：明天发“验收”看变化。",
    )


def notice(school: str, missing: int, people: Sequence[Listed]) -> str:
    """What a school's lead hears; no `people` where they are too many to be named."""
    if not people:
        return f"{school}还有 {missing} 人没达标，发“本校名单 {ALL}”看是谁、卡在哪一步。"
    named = listed(map(name_with_step, people))
    return f"{school}还有 {missing} 人没达标：{named}。请提醒他们，怎么帮发“本校名单 {ALL}”看。"


def _left_out(unreachable: Sequence[str], done: int) -> tuple[Line, ...]:
    lines = []
    if unreachable:
        names = Data(listed(unreachable))
        lines.append(text(f"没有学校管理员和校长、发不到的 {len(unreachable)} 所：", names, "。"))
    if done:
        lines.append(text(f"最近几个工作日提醒过的 {done} 所，这次不发。"))
    return tuple(lines)


def _named(school: tuple[str, int]) -> str:
    name, people = school
    return f"{name} {people} 人"
