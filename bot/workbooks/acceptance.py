"""验收表: schools with all that acceptance looks at, and everybody with every condition of 学习合格."""

from collections.abc import Iterator, Sequence

from bot.policy.acceptance import SchoolResult
from bot.policy.plan import Hours
from bot.policy.school import SchoolRate, together
from bot.policy.standing import Facts, Gaps, Grade, completion_unit, gaps, known_points
from bot.workbooks.commission import Commission
from bot.workbooks.cover import acceptance_data, cover, figure_rules
from bot.workbooks.people import WHO, excluded, left_out, who
from bot.workbooks.sheet import Book, Cell, Column, Kind, Row, Share, Sheet
from handlers.acceptance_results import results, stand
from handlers.viewpoint import day_of
from messages.texts.acceptance import CASES, owed_words
from messages.texts.unit_words import BANDS, STEP_NAMES, completion, rate
from messages.texts.unit_words import excluded as excluded_words
from messages.texts.wording import code_label, listed
from storage.export_people import Certificate, Line, SchoolPeople, by_school
from storage.freezes import Freeze, active_freeze

TITLE = "验收表"
MOST_SHEETS = 30  # schools that get a sheet of their own; of more nobody finds the right one
_GRADES = {Grade.PASS: "合格", Grade.EXCELLENT: "优秀"}
_YES, _NO = "是", "否"

_SCHOOLS = (
    Column("学段", width=8),
    Column("学校", width=26),
    Column("参与排名", width=9),
    Column("在册", Kind.NUMBER, 8),
    Column("合格", Kind.NUMBER, 8),
    Column("没达标", Kind.NUMBER, 8),
    Column("合格率", Kind.SHARE, 9),
    Column("平均完成度", Kind.SHARE, 11),
    Column("应认证（个）", Kind.NUMBER, 11),
    Column("已认证（个）", Kind.NUMBER, 11),
    Column("优秀（个）", Kind.NUMBER, 10),
    Column("优秀名额（个）", Kind.NUMBER, 13),
    Column("优秀率（按应认证）", Kind.SHARE, 17),
    Column("优秀率（按已认证）", Kind.SHARE, 17),
    Column("缺的材料", width=36),
    Column("交了的案例", width=26),
    Column("没有计入", width=22),
    Column("没有线上数据（人）", Kind.NUMBER, 17),
    Column("线上数据截至", Kind.DAY, 13),
)


def acceptance(wanted: Commission) -> Book:
    freeze = active_freeze(wanted.connection)
    schools = wanted.schools()
    every = results(wanted, schools, freeze)
    everybody = _people(wanted, "人员", freeze, wanted.order.school_id)
    people = [everybody]
    if 1 < len(every) <= MOST_SHEETS:
        people = [_people(wanted, one.name, freeze, one.school_id) for one in every]
    return Book(
        title=TITLE,
        cover=cover(
            wanted,
            TITLE,
            data=_data(wanted, every, freeze),
            rules=figure_rules,
            left_out=left_out(wanted, freeze),
        ),
        sheets=(
            Sheet("学校", _SCHOOLS, map(_school, every)),
            *people,
            excluded(wanted, freeze),
        ),
        main=everybody,
    )


def _data(
    wanted: Commission, every: Sequence[SchoolResult], freeze: Freeze | None
) -> Iterator[tuple[str, str]]:
    school_id = wanted.order.school_id
    total = (
        together(one.progress for one in every)
        if school_id is None
        else next((one.progress for one in every), None)
    )
    yield from acceptance_data(None if total is None else total.as_of, stand(wanted, freeze, school_id))
    if total is not None:
        yield "合计", f"{rate(total.rate)}，{completion(total.rate)}。"


def _school(one: SchoolResult) -> Row:
    progress, quota = one.progress, one.quota
    of: SchoolRate = progress.rate
    certified = progress.certified
    return (
        BANDS[one.band],
        one.name,
        _YES if one.ranked else _NO,
        of.active,
        of.done,
        progress.missing,
        Share(of.done, of.active),
        Share(of.completion, of.active * of.unit),
        quota.base,
        certified,
        quota.used,
        quota.total,
        Share(quota.used, quota.base),
        Share(quota.used, certified) if certified else None,
        listed(owed_words(one.owed)),
        listed(word for kind, word in CASES.items() if kind in one.cases),
        excluded_words(of),
        progress.without_online,
        progress.as_of,
    )


def _people(wanted: Commission, title: str, freeze: Freeze | None, school_id: int | None) -> Sheet:
    points = wanted.plan.requirement.points
    columns = (
        *WHO,
        Column("学习合格", width=9),
        Column("完成度", Kind.SHARE, 8),
        Column("线上学时", Kind.HOURS, 9),
        Column("线上截至", Kind.DAY, 12),
        Column("实践学时", Kind.HOURS, 9),
        Column("合计学时", Kind.HOURS, 9),
        Column("认证点数", Kind.NUMBER, 9),
        Column("覆盖维度", Kind.NUMBER, 9),
        *(Column(f"第 {number} 个认证点", width=40) for number in range(1, points + 1)),
        Column("其余的认证点", width=20),
        Column("线上还差（学时）", Kind.HOURS, 15),
        Column("实践还差（学时）", Kind.HOURS, 15),
        Column("合计还差（学时）", Kind.HOURS, 15),
        Column("认证点还差", Kind.NUMBER, 11),
        Column("维度还差", Kind.NUMBER, 9),
        Column("卡在哪一步", width=11),
    )
    return Sheet(title, columns, _rows(wanted, freeze, school_id))


def _rows(wanted: Commission, freeze: Freeze | None, school_id: int | None) -> Iterator[Row]:
    for school in by_school(wanted.connection, freeze=freeze, school_id=school_id):
        for line in school.people:
            yield _person(wanted, school, line)


def _person(wanted: Commission, school: SchoolPeople, line: Line) -> Row:
    requirement, catalogue = wanted.plan.requirement, wanted.catalogue
    missing: Gaps = gaps(_facts(line), requirement, catalogue)
    known = known_points(line.certified, catalogue)
    first, others = line.certified[: requirement.points], line.certified[requirement.points :]
    held = {one.code: one for one in school.certificates.get(line.person_id, ())}
    cells: list[Cell] = [_point(wanted, code, held.get(code)) for code in first]
    cells += [None] * (requirement.points - len(first))
    return (
        *who(line),
        _YES if line.done else _NO,
        Share(line.completion, completion_unit(requirement)),
        line.online,
        line.online_as_of,
        line.practice,
        (line.online or 0) + line.practice,
        len(known),
        len(catalogue.dimensions(known)),
        *cells,
        listed(_point(wanted, code, held.get(code)) for code in others),
        missing.online,
        missing.practice,
        missing.together,
        missing.points,
        missing.dimensions,
        STEP_NAMES.get(line.step, ""),
    )


def _facts(line: Line) -> Facts:
    """As far as what is missing needs them."""
    return Facts(
        state=line.state,
        has_study_account=True,
        online=None if line.online is None else Hours(line.online),
        online_as_of=line.online_as_of,
        practice=Hours(line.practice),
        chosen=(),
        certified=line.certified,
    )


def _point(wanted: Commission, code: str, held: Certificate | None) -> str:
    """'A5 技术支持的课堂导入（优秀，2024-05-18）'."""
    label = code_label(code, wanted.catalogue)
    if held is None:
        return label
    return f"{label}（{_GRADES[held.grade]}，{day_of(wanted, held.at).isoformat()}）"
