"""微能力清单: the points, grouped."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from bot.policy.points import Catalogue, Dimension, Environment, Point
from messages.outgoing import Answer, Line, answer, heading, item, quote
from messages.texts.points import OfferedScope
from messages.texts.wording import environment, listed

_DETAILS = "想看某个点要交什么，发“微能力 编码”，例如“微能力 A5”。"


def by_dimension(points: Iterable[Point]) -> Answer:
    shown = tuple(points)
    return answer(_count(shown), *_grouped(shown, Dimension, lambda p: p.dimension, str), quote(_DETAILS))


def by_environment(points: Iterable[Point]) -> Answer:
    shown = tuple(points)
    return answer(
        _count(shown), *_grouped(shown, Environment, lambda p: p.environment, environment), quote(_DETAILS)
    )


def of_dimension(dimension: Dimension, catalogue: Catalogue) -> Answer:
    points = tuple(point for point in catalogue if point.dimension is dimension)
    return answer(
        f"“{dimension}”维度有 {len(points)} 个微能力点。",
        *_grouped(points, Environment, lambda p: p.environment, environment),
        quote(_DETAILS),
    )


def of_environment(which: Environment, catalogue: Catalogue) -> Answer:
    points = tuple(point for point in catalogue if point.environment is which)
    return answer(
        f"{environment(which)}（{which} 类）有 {len(points)} 个微能力点。",
        *_grouped(points, Dimension, lambda p: p.dimension, str),
        quote(_DETAILS),
    )


def of_school(scope: OfferedScope | None, catalogue: Catalogue) -> Answer:
    if scope is None:
        return answer(
            f"本校还没有定微能力点范围，目前 {len(catalogue)} 个点都可以选。",
            "下一步：发“推荐选点”，或发“微能力清单 维度”看全部。",
        )
    points = tuple(point for point in catalogue if point.code in scope.codes)
    state = "已备案，只能在里面选" if scope.filed else "已交，还没备案，以备案为准"
    return answer(
        f"本校范围有 {len(points)} 个微能力点（{state}）。",
        *_grouped(points, Dimension, lambda p: p.dimension, str),
        quote(_DETAILS),
    )


def no_such_filter(wanted: str) -> Answer:
    return answer(
        f"没有“{wanted}”这一类。可以发：",
        item("微能力清单 维度"),
        item("微能力清单 环境"),
        item(f"微能力清单 {Dimension.ANALYSIS}（或{listed(list(Dimension)[1:])}）"),
    )


def _count(points: tuple[Point, ...]) -> str:
    return f"一共 {len(points)} 个微能力点。"


def _grouped(
    points: Iterable[Point],
    groups: Iterable[StrEnum],
    group_of: Callable[[Point], StrEnum],
    name: Callable[..., str],
) -> list[Line]:
    lines: list[Line] = []
    shown = tuple(points)
    for group in groups:
        members = [point for point in shown if group_of(point) is group]
        if members:
            lines.append(heading(f"{name(group)}（{len(members)} 个）"))
            lines += [item(point.label) for point in members]
    return lines
