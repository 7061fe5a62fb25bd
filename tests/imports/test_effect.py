"""What an import would do to totals and places is what it then does."""

from dataclasses import replace
from datetime import date

import pytest

from bot.imports.effect import effect_of
from bot.imports.kinds import Kind
from bot.policy.plan import Hours
from storage import ledger
from storage.school_counts import Count, by_school
from storage.standings import rewrite
from storage.tables import certification


def effect(office, kind, rows, **options):
    outcome = office.run(kind, rows, yes=False, dry_run=True, **options)
    with office.database.reading() as connection:
        return effect_of(
            connection, office.plan, office.catalogue, Kind(kind), outcome.work.changes, outcome.report.as_of
        )


def counts(office):
    with office.database.reading() as connection:
        return by_school(connection)


ROSTER = [
    *[["姓名", "人员编号", "学校", "状态"]],
    ["赵一", "T001", "示例县第二高级中学", "在册"],  # moves
    ["钱二", "T002", "示例县第一小学", "调出"],  # leaves
    ["孙三", "T003", "示例县第二高级中学", "在册"],  # stays
    ["周五", "T005", "示例县第一小学", "在册"],  # is new
]
HOURS = [["姓名", "人员编号", "获得学时"], ["赵一", "T001", 10], ["李四", "T004", 25], ["孙三", "T003", 40]]
PRACTICE = [
    ["姓名", "人员编号", "学时", "依据"],
    ["赵一", "T001", 4, "研讨课"],
    ["赵一", "T001", 3, "公开课"],
]


@pytest.mark.parametrize(
    ("kind", "rows", "options"),
    [
        ("online-hours", HOURS, {"as_of": date(2024, 5, 20)}),
        ("practice-hours", PRACTICE, {}),
        ("roster", ROSTER, {}),
    ],
)
def test_what_is_foretold_is_what_comes(county, kind, rows, options):
    county.use_imported_practice()
    foretold = effect(county, kind, rows, **options)
    before = counts(county)

    county.run(kind, rows, **options)

    after = counts(county)
    names = dict(county.rows("school", "name", "id"))
    touched = {names[one.name]: one for one in foretold.schools}
    assert touched
    for school_id in names.values():
        was, will = before.get(school_id, Count()), after.get(school_id, Count())
        if school_id in touched:
            assert (touched[school_id].before, touched[school_id].after) == (was, will)
        else:
            assert was == will
    assert foretold.before == Count(*map(sum, zip(*before.values(), strict=True)))
    assert foretold.after == Count(*map(sum, zip(*after.values(), strict=True)))


def test_places_are_those_of_the_ranking(county):
    """Two schools of one band with five people each: the one that is behind overtakes the other."""
    people = [
        [f"示例{letter}{number}", f"{letter}{number}", school]
        for letter, school in (("A", "示例县第一小学"), ("B", "示例县第三小学"))
        for number in range(5)
    ]
    county.run("schools", [*county.schools, ["示例县第三小学", "X03", "小学", ""]])
    county.run("roster", [["姓名", "人员编号", "学校"], *people])
    first = [["姓名", "人员编号", "获得学时"], ["示例A0", "A0", 20]]
    county.run("online-hours", first, as_of=date(2024, 5, 10))

    foretold = effect(
        county, "online-hours", [*first, ["示例B0", "B0", 20], ["示例B1", "B1", 5]], as_of=date(2024, 5, 20)
    )

    assert [(one.name, one.place_before, one.place_after, one.moves) for one in foretold.schools] == [
        ("示例县第三小学", 2, 1, True),
        ("示例县第一小学", 1, 2, True),
    ]
    assert foretold.newly_done == 0


def test_a_school_that_leaves_the_ranking_has_no_place_then(county):
    rows = [["学校名称", "学段", "参与排名"], ["示例县第一小学", "小学", "否"]]

    foretold = effect(county, "schools", rows)

    # Of four people two are in the school that no longer takes part.
    assert (foretold.before.active, foretold.after.active) == (4, 2)


def test_whoever_becomes_done_outside_the_ranking_is_said_apart(county):
    """One certified point and 10 学时 are enough here; one of the two who get there is in a school that takes no part."""
    rule = replace(
        county.plan.requirement, online=Hours(1000), practice=Hours(800), together=Hours(1800), points=1, dimensions=1
    )  # fmt: skip
    county.plan = replace(county.plan, requirement=rule)
    county.run("schools", [["学校名称", "学段", "参与排名"], ["示例县第二高级中学", "高中", "否"]])
    with county.database.writing() as connection:
        for person_id in (1, 3):
            passed = {"person_id": person_id, "code": "A5", "grade": "pass", "certified_at": 1}
            connection.execute(certification.insert().values(passed))
        ledger.derive(connection, [1, 3], county.plan, 1)
        rewrite(connection, [1, 3], county.plan, county.catalogue)
    rows = [["姓名", "人员编号", "获得学时"], ["赵一", "T001", 10], ["孙三", "T003", 10]]

    foretold = effect(county, "online-hours", rows, as_of=date(2024, 5, 20))

    assert (foretold.newly_done, foretold.newly_unranked) == (2, 1)
    assert (foretold.before.done, foretold.after.done) == (0, 1)
