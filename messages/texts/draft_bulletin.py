"""生成简报: a draft that is copied, mended by hand and handed in as a link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from messages.outgoing import Answer, Data, Line, answer, heading, text
from messages.texts.activity import Done, activity_line
from messages.texts.paper_words import month_name
from messages.texts.wording import live


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the group's active people."""

    people: int
    done: int
    points: int  # certified
    waiting: int  # submissions


def draft(  # noqa: PLR0913 - a bulletin has that many parts
    school: str,
    group: str,
    month: str,
    *,
    theme: str,
    activities: Sequence[Done],
    figures: Figures,
    today: date,
) -> Answer:
    """`theme`: "" = none."""
    name = month_name(month)
    return answer(
        heading("草稿：", Data(school), Data(group), f" {name}研修简报"),
        text("一、研修主题：", Data(theme) if theme else "（还没有定，发“研修主题 内容”补上）"),
        *_activities(name, activities),
        text(
            f"三、进度：本组 {figures.people} 人，学习合格 {figures.done}/{figures.people} 人，"
            f"认证微能力点 {figures.points} 个，待审材料 {figures.waiting} 份。"
        ),
        live(today),
        f"下一步：复制出去改好，放到在线文档，发“简报 {name} 链接”。",
    )


def _activities(month: str, activities: Sequence[Done]) -> tuple[Line, ...]:
    if not activities:
        return (text(f"二、{month}活动：（还没有记，发“活动 日期 内容”补上）"),)
    return (
        text(f"二、{month}活动 {len(activities)} 次："),
        *(text(f"{number}. ", *activity_line(one)) for number, one in enumerate(activities, 1)),
    )
