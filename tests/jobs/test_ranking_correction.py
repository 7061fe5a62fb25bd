"""ranking-correction: one quiet note to whoever was shown a wrong row, and none because somebody has finished."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.jobs.daily_ranking import daily_ranking
from bot.jobs.job import Ran
from bot.jobs.ranking_correction import ranking_correction
from bot.policy.plan import RankingMode
from bot.policy.timetable import Outcome
from storage import rankings
from storage.delivery_tables import ranking_snapshot
from storage.tables import audit, import_run, online_snapshot, school, standing
from tests.jobs.conftest import DAY, FIRST, SECOND, THIRD

NOTHING = Ran(outcome=Outcome.NOTHING, detail="5月21日（周二）的排名没有要更正的。")


@pytest.fixture
def posted(town):
    """A county group, and groups of the first and the third school, have today's ranking."""
    town.groups = [town.group(school_id) for school_id in (None, FIRST, THIRD)]
    daily_ranking(town.parts, town.slot())
    return town


def corrects(town, school_id, done, *, as_of=date(2024, 5, 20)):
    """A file of online hours after which so many of the school's ten are done."""
    run = {"kind": "online-hours", "file_name": "x", "file_hash": "x", "state": "applied", "counts": {}}
    town.write(import_run.insert().values(as_of=as_of, started_at=1, finished_at=2, **run))
    number = len(town.read(select(import_run.c.id)))
    town.write(
        online_snapshot.insert().values(
            person_id=school_id * 100, as_of=as_of, online_hours=1, import_id=number
        )
    )
    town.done(school_id, done)


def notes(town):
    return [one for one in town.said() if one.kind == "correction"]


def versions(town):
    return len(town.read(select(ranking_snapshot)))


def test_nothing_is_corrected_on_a_day_without_a_ranking(town):
    assert ranking_correction(town.parts, town.slot()) == NOTHING


def test_who_has_finished_since_is_no_reason_for_a_note(posted):
    posted.done(THIRD, 10)

    assert ranking_correction(posted.parts, posted.slot()) == NOTHING
    assert versions(posted) == 1


def test_an_import_that_corrects_is_said_to_each_group_that_saw_it(posted):
    corrects(posted, FIRST, 3)

    assert ranking_correction(posted.parts, posted.slot()) == Ran(
        outcome=Outcome.DONE,
        detail="5月21日（周二）的排名有更正（导入更正），等着发出的说明 3 条。",
        messages=3,
    )
    said = notes(posted)
    assert [(one.key, one.group_id) for one in said] == [
        (f"ranking-correction/2024-05-21/g{group}", group) for group in posted.groups
    ]
    (text,) = {one.text for one in said}
    assert text == (
        "示例县 5月21日（周二）学校排名有更正（导入更正）\n"
        "示例县第一小学：原来第 1 名，合格 6/10（60.0%），平均完成度 60.0%，现在第 2 名，合格 3/10（30.0%），平均完成度 30.0%\n"
        "示例县第二小学：原来第 2 名，合格 4/10（40.0%），平均完成度 40.0%，现在第 1 名，合格 4/10（40.0%），平均完成度 40.0%\n"
        "更正后的排名，发“排名 5月21日”看。\n"
        "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
    )
    assert versions(posted) == 2
    with posted.parts.database.reading() as connection:
        corrected = rankings.of_day(connection, DAY, smallest=5)
    assert [(row.school_id, row.place, row.done) for row in corrected.board] == [
        (SECOND, 1, 4),
        (FIRST, 2, 3),
        (THIRD, 3, 2),
    ]


def test_the_same_correction_is_made_once(posted):
    corrects(posted, FIRST, 3)
    ranking_correction(posted.parts, posted.slot())

    assert ranking_correction(posted.parts, posted.slot()) == NOTHING
    assert (versions(posted), len(notes(posted))) == (2, 3)


def test_a_group_is_told_once_a_day_and_the_last_version_is_kept(posted):
    corrects(posted, FIRST, 3)
    ranking_correction(posted.parts, posted.slot())
    corrects(posted, FIRST, 1)

    ran = ranking_correction(posted.parts, posted.slot())

    assert (ran.outcome, ran.messages) == (Outcome.DONE, 0)
    assert (versions(posted), len(notes(posted))) == (3, 3)


def test_newer_hours_make_the_ranking_old_and_not_wrong(posted):
    corrects(posted, FIRST, 9, as_of=date(2024, 5, 21))

    assert ranking_correction(posted.parts, posted.slot()) == NOTHING


def test_a_correction_that_changes_nothing_that_was_shown_is_none(posted):
    corrects(posted, FIRST, 6)

    assert ranking_correction(posted.parts, posted.slot()) == NOTHING


def test_a_correction_waits_for_the_import_that_is_under_way(posted):
    corrects(posted, FIRST, 3)
    run = {"kind": "roster", "file_name": "x", "file_hash": "x", "counts": {}, "started_at": 1}
    posted.write(import_run.insert().values(state="applying", **run))
    assert ranking_correction(posted.parts, posted.slot()) == NOTHING

    posted.write(import_run.update().values(state="applied", finished_at=2))
    assert ranking_correction(posted.parts, posted.slot()).messages == 3


def test_where_rankings_have_been_switched_off_nothing_is_said_of_them(posted):
    corrects(posted, FIRST, 3)
    posted.changed(ranking_mode=RankingMode.OFF)

    assert ranking_correction(posted.parts, posted.slot()) == NOTHING


def test_what_was_reopened_is_a_reason(posted):
    posted.write(
        audit.insert().values(
            at=1, actor="person:1", action="evidence.reopened", person_id=THIRD * 100, detail={}
        )
    )
    posted.done(THIRD, 1)

    ranking_correction(posted.parts, posted.slot())

    assert notes(posted)[0].text.splitlines()[:2] == [
        "示例县 5月21日（周二）学校排名有更正（材料重开）",
        "示例县第三小学：原来第 3 名，合格 2/10（20.0%），平均完成度 20.0%，现在第 3 名，合格 1/10（10.0%），平均完成度 10.0%",
    ]


def test_a_school_that_was_taken_out_is_corrected(posted):
    run = {"kind": "schools", "file_name": "x", "file_hash": "x", "state": "applied", "counts": {}}
    posted.write(
        import_run.insert().values(started_at=1, finished_at=2, **run),
        school.update().where(school.c.id == THIRD).values(ranked=False),
        standing.update().where(standing.c.person_id == SECOND * 100).values(active=False),
    )

    ranking_correction(posted.parts, posted.slot())

    # The second loses one of its four who are done: 3/9.
    assert notes(posted)[0].text.splitlines()[1:3] == [
        "示例县第二小学：原来第 2 名，合格 4/10（40.0%），平均完成度 40.0%，现在第 2 名，合格 3/9（33.3%），平均完成度 33.3%",
        "示例县第三小学：原来第 3 名，合格 2/10（20.0%），平均完成度 20.0%，现在没有列入",
    ]


def test_a_school_that_did_not_see_the_row_is_not_disturbed(town):
    """Of twenty schools the last does not see the tenth."""
    for number in range(10, 30):
        town.write(school.insert().values(id=number, name=f"示例县{number}小学", kind="primary"))
        town.staff(number, done=9 - (number - 10) // 2)  # two by two they share a place: 9/10, 9/10, 8/10, …
    far, near = town.group(29), town.group(20)
    daily_ranking(town.parts, town.slot())
    corrects(town, 20, 3)

    ranking_correction(town.parts, town.slot())

    assert [one.group_id for one in notes(town)] == [near]
    assert far != near


def test_a_group_that_has_not_got_the_ranking_gets_no_note(posted):
    late = posted.group(None)
    corrects(posted, FIRST, 3)
    ranking_correction(posted.parts, posted.slot())

    assert late not in [one.group_id for one in notes(posted)]


def test_a_group_that_is_told_after_a_correction_is_told_the_corrected_one(posted):
    corrects(posted, FIRST, 3)
    ranking_correction(posted.parts, posted.slot())
    late = posted.group(None)
    daily_ranking(posted.parts, posted.slot())

    (said,) = (one for one in posted.said() if one.group_id == late)
    assert said.text.splitlines()[0] == "示例县 5月21日（周二）学校排名（已更正）"
    assert "2 示例县第一小学 3/10 30.0% 30.0% 新" in said.text
