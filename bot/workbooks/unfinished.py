"""未完成: who is not done, school by school, with the first step that is missing and what helps."""

from collections.abc import Iterator, Sequence

from bot.policy.school import STEPS, Progress, together
from bot.policy.standing import completion_unit, known_points
from bot.workbooks.commission import Commission
from bot.workbooks.cover import cover, figure_rules, live_data
from bot.workbooks.people import WHO, excluded, left_out, who
from bot.workbooks.sheet import Book, Column, Kind, Row, Share, Sheet
from handlers.unit_figures import progress
from messages.texts.unit_words import HELP, STEP_NAMES
from storage import unit_standings
from storage.export_people import by_school
from storage.schools import School

TITLE = "未完成名单"
_PEOPLE = (
    *WHO,
    Column("卡在哪一步", width=11),
    Column("怎么帮", width=40),
    Column("线上学时", Kind.HOURS, 9),
    Column("实践学时", Kind.HOURS, 9),
    Column("认证点数", Kind.NUMBER, 9),
    Column("完成度", Kind.SHARE, 8),
)
_SCHOOLS = (
    Column("学校", width=26),
    Column("在册", Kind.NUMBER, 8),
    Column("合格", Kind.NUMBER, 8),
    Column("没达标", Kind.NUMBER, 8),
    Column("落后", Kind.NUMBER, 8),
    *(Column(STEP_NAMES[step], Kind.NUMBER, 9) for step in STEPS),
)


def unfinished(wanted: Commission) -> Book:
    """Always as it is now: what people still do counts, frozen or not."""
    found = _schools(wanted)
    everybody = Sheet("未完成", _PEOPLE, _rows(wanted))
    if wanted.order.school_id is None:
        total = together(of for _, of in found)
    else:
        total = found[0][1] if found else None
    online = None if total is None else total.as_of
    return Book(
        title=TITLE,
        cover=cover(
            wanted,
            TITLE,
            data=live_data(online, wanted.today),
            rules=figure_rules,
            left_out=left_out(wanted),
            remarks=[
                (
                    "卡在哪一步",
                    "每人只列在最先缺的一步：" + "、".join(STEP_NAMES[step] for step in STEPS) + "。",
                )
            ],
        ),
        sheets=(Sheet("各校", _SCHOOLS, map(_school, found)), everybody, excluded(wanted)),
        main=everybody,
    )


def _schools(wanted: Commission) -> Sequence[tuple[School, Progress]]:
    schools, only = wanted.schools(), wanted.order.school_id
    tallies = unit_standings.by_school(wanted.connection, None if only is None else [only])
    found = [
        (school, progress(wanted, tallies.get(school.school_id, ()), ranked=school.ranked))
        for school in schools
    ]
    return [(school, of) for school, of in found if of is not None]


def _school(found: tuple[School, Progress]) -> Row:
    school, of = found
    return (
        school.name,
        of.rate.active,
        of.rate.done,
        of.missing,
        of.behind,
        *(of.at(step) for step in STEPS),
    )


def _rows(wanted: Commission) -> Iterator[Row]:
    unit = completion_unit(wanted.plan.requirement)
    order = {step: number for number, step in enumerate(STEPS)}
    for school in by_school(wanted.connection, school_id=wanted.order.school_id):
        missing = [line for line in school.people if not line.done]
        for line in sorted(missing, key=lambda one: order.get(one.step, len(order))):
            yield (
                *who(line),
                STEP_NAMES.get(line.step, ""),
                HELP.get(line.step, ""),
                line.online,
                line.practice,
                len(known_points(line.certified, wanted.catalogue)),
                Share(line.completion, unit),
            )
