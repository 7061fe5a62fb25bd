"""daily-ranking: once a day and group, the same figures for all, and nothing where there is nothing to say."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from bot.clock import SHANGHAI
from bot.jobs import daily_ranking as job
from bot.jobs.daily_ranking import daily_ranking
from bot.jobs.job import Ran
from bot.pictures.fonts import MissingGlyph
from bot.policy.outgoing import Way
from bot.policy.plan import RankingMode
from bot.policy.timetable import Outcome
from storage.delivery_tables import picture, ranking_row, ranking_snapshot
from storage.tables import fact, import_run
from tests.jobs.conftest import BUREAU, FIRST, OFFICE, SECOND, THIRD

COUNTY = (
    "示例县 5月21日（周二）学校排名\n"
    "示例县合格 12/30（40.0%），平均完成度 40.0%。\n"
    "离 5月30日 交材料还有 9 天，离 6月30日 全部完成还有 40 天。\n"
    "小学 3 所\n"
    "1 示例县第一小学 6/10 60.0% 60.0% 新\n"
    "2 示例县第二小学 4/10 40.0% 40.0% 新\n"
    "3 示例县第三小学 2/10 20.0% 20.0% 新\n"
    "每行：名次、学校、合格/在册、合格率、平均完成度、比上次（新：上次没有名次）。\n"
    "怎么排：先比合格率，再比平均完成度，都相同就并列，不比学时多少。\n"
    "线上数据截至 5月20日（周一），实践和认证数据截至 5月21日（周二）"
)


def test_county_groups_get_all_bands_and_schools_their_view(town):
    county, school = town.group(None), town.group(SECOND)

    ran = daily_ranking(town.parts, town.slot())

    assert ran == Ran(
        outcome=Outcome.DONE,
        detail="5月21日（周二）的排名发给 2 个群，等着发出的消息 2 条。",
        messages=2,
    )
    said = town.said()
    assert [(one.key, one.kind, one.group_id) for one in said] == [
        (f"ranking/2024-05-21/g{county}", "ranking", county),
        (f"ranking/2024-05-21/g{school}", "ranking", school),
    ]
    assert said[0].text == COUNTY
    assert said[1].text.splitlines()[1] == (
        "示例县第二小学在小学 3 所里排第 2 名，合格 4/10（40.0%），平均完成度 40.0%，上次没有名次。"
    )


def test_a_group_of_a_unit_that_does_not_take_part_gets_the_total(town):
    town.group(BUREAU)
    daily_ranking(town.parts, town.slot())

    assert town.said()[0].text.splitlines()[:2] == [
        "示例县教育局不参与排名，所以不在排名里。",
        "示例县合格 12/30（40.0%），平均完成度 40.0%。",
    ]


def test_a_second_run_says_nothing_twice_and_tells_a_new_group_the_same(town):
    town.group(None)
    daily_ranking(town.parts, town.slot())

    again = daily_ranking(town.parts, town.slot())
    assert again == Ran(outcome=Outcome.NOTHING, detail="5月21日（周二）的排名各群都有了，没有发。")

    town.done(THIRD, 10)
    late = town.group(None)
    assert daily_ranking(town.parts, town.slot()).messages == 1
    assert [(one.group_id, one.text) for one in town.said()][1:] == [(late, COUNTY)]
    assert len(town.read(select(ranking_snapshot))) == 1
    assert len(town.read(select(ranking_row))) == 3


def test_the_next_day_shows_movement(town):
    town.group(None)
    daily_ranking(town.parts, town.slot())
    town.done(THIRD, 5)
    daily_ranking(town.parts, town.slot(date(2024, 5, 22)))

    assert town.said()[1].text.splitlines()[4:7] == [
        "1 示例县第一小学 6/10 60.0% 60.0% –",
        "2 示例县第三小学 5/10 50.0% 50.0% ↑1",
        "3 示例县第二小学 4/10 40.0% 40.0% ↓1",
    ]


def test_a_past_day_that_was_posted_is_told_from_its_snapshot(town):
    town.group(None)
    daily_ranking(town.parts, town.slot())
    daily_ranking(town.parts, town.slot(date(2024, 5, 22)))
    town.done(THIRD, 10)
    late = town.group(None)

    daily_ranking(town.parts, town.slot(at=datetime(2024, 5, 23, 9, 0, tzinfo=SHANGHAI)))

    assert [one.text for one in town.said() if one.group_id == late] == [COUNTY]


def test_a_past_day_that_was_not_posted_says_from_when_its_figures_are(town):
    town.group(None)
    daily_ranking(town.parts, town.slot(at=datetime(2024, 5, 23, 9, 0, tzinfo=SHANGHAI)))

    said = town.said()[0].text.splitlines()
    assert said[0] == "示例县 5月21日（周二）学校排名（5月23日补发）"
    assert said[-1] == "线上数据截至 5月20日（周一），实践和认证数据截至 5月23日（周四）"


@pytest.mark.parametrize(("age", "posted"), [(7, True), (8, False)])
def test_data_of_seven_days_are_posted_and_of_eight_are_not(town, age, posted):
    town.group(None)
    day = date(2024, 5, 20 + age)

    ran = daily_ranking(town.parts, town.slot(day))

    assert (ran.outcome is Outcome.DONE) == posted
    assert [one.kind for one in town.said()] == (["ranking"] if posted else ["alarm"])
    assert len(town.read(select(ranking_snapshot))) == posted


def test_the_office_is_told_once_why_nothing_was_posted(town):
    town.group(None)
    for _ in range(2):
        ran = daily_ranking(town.parts, town.slot(date(2024, 5, 29)))

    assert ran.detail == (
        "5月29日（周三）的排名没有发到群里：线上数据截至 5月20日（周一），已经过了 9 天，超过 7 天。"
    )
    (said,) = town.said()
    assert (said.key, said.person_id) == (f"alarm/ranking-stale/2024-05-29/{OFFICE}", OFFICE)


def test_without_any_online_data_nothing_is_posted(town):
    town.group(None)
    town.write(fact.delete())

    assert daily_ranking(town.parts, town.slot()).outcome is Outcome.NOTHING
    assert "还没有导入过线上学时" in town.said()[0].text


def test_without_groups_nothing_is_kept(town):
    assert daily_ranking(town.parts, town.slot()) == Ran(
        outcome=Outcome.NOTHING, detail="还没有绑定群，没有发。"
    )
    assert town.read(select(ranking_snapshot)) == []


def test_rankings_that_are_off_are_not_posted(town):
    town.group(None)
    town.changed(ranking_mode=RankingMode.OFF)

    assert daily_ranking(town.parts, town.slot()) == Ran(
        outcome=Outcome.NOTHING, detail="排名是关着的（ranking.mode = off），没有发。"
    )
    assert town.said() == []


def test_progress_is_posted_without_places(town):
    town.group(None)
    town.changed(ranking_mode=RankingMode.PROGRESS)
    daily_ranking(town.parts, town.slot())

    assert town.said()[0].text.splitlines()[3:7] == [
        "小学 3 所",
        "示例县第一小学 6/10",
        "示例县第三小学 2/10",
        "示例县第二小学 4/10",
    ]


def test_while_an_import_is_under_way_nothing_is_posted_and_it_is_tried_again(town):
    town.group(None)
    run = {"kind": "roster", "file_name": "x", "file_hash": "x", "counts": {}, "started_at": 1}
    town.write(import_run.insert().values(state="applying", **run))

    assert daily_ranking(town.parts, town.slot()) == Ran(
        outcome=Outcome.FAILED, detail="正在导入数据，数字还不全，没有发；导入完了再发。"
    )
    assert town.read(select(ranking_snapshot)) == []

    town.write(import_run.update().values(state="applied", finished_at=2))
    assert daily_ranking(town.parts, town.slot()).outcome is Outcome.DONE


# ── pictures ──


def test_where_pictures_are_taken_one_follows_the_words(town):
    plain = town.group(SECOND)
    both = [town.group(SECOND, way) for way in (Way.WECOM_WEBHOOK, Way.DINGTALK_GROUP)]

    assert daily_ranking(town.parts, town.slot()).messages == 5

    said = town.said()
    assert [(one.group_id, one.picture_id is not None) for one in said] == [
        (plain, False),
        (both[0], False),
        (both[0], True),
        (both[1], False),
        (both[1], True),
    ]
    assert said[2].key == f"ranking/2024-05-21/g{both[0]}/picture"
    assert len({one.text for one in said}) == 1
    (kept,) = town.read(select(picture.c.id, picture.c.png))
    assert {one.picture_id for one in said} == {None, kept.id}
    assert Image.open(BytesIO(kept.png)).format == "PNG"


def test_each_view_is_drawn_once(town, monkeypatch):
    tables = []
    monkeypatch.setattr(job, "png", lambda table: tables.append(table) or repr(table).encode())
    for school_id in (None, None, FIRST, FIRST, SECOND):
        town.group(school_id, Way.WECOM_WEBHOOK)

    daily_ranking(town.parts, town.slot())

    assert len(tables) == 3
    own = [[row.cells[1] for row in table.sections[0].rows if row.own] for table in tables]
    assert own == [[], ["示例县第一小学"], ["示例县第二小学"]]


def test_the_first_ranking_of_a_week_brings_the_trend_where_there_is_one(town):
    pictured, plain = town.group(SECOND, Way.WECOM_WEBHOOK), town.group(SECOND)
    town.group(BUREAU, Way.WECOM_WEBHOOK)  # does not take part: neither table nor trend
    for day in (date(2024, 5, 21), date(2024, 5, 22)):
        daily_ranking(town.parts, town.slot(day))
    assert not [one for one in town.said() if one.key.endswith("/trend")]  # one ranking alone is no course

    town.done(SECOND, 9)
    for day in (date(2024, 5, 27), date(2024, 5, 28)):
        daily_ranking(town.parts, town.slot(day))

    (trend,) = [one for one in town.said() if one.key.endswith("/trend")]
    assert (trend.key, trend.group_id) == (f"ranking/2024-05-27/g{pictured}/trend", pictured)
    # 4 of 10 on the 21st and 22nd, 9 of 10 on the 27th; all three schools: 12 of 30, then 17 of 30.
    assert trend.text == (
        "示例县第二小学合格率走势\n"
        "示例县第二小学合格率从 2024年5月21日 40.0%（4/10）到 2024年5月27日 90.0%（9/10），共 3 次排名；"
        "全部参与排名的学校合格率从 2024年5月21日 40.0%（12/30）到 2024年5月27日 56.7%（17/30），共 3 次排名。"
        "按每次发出的排名，最近一次是 5月27日，线上数据截至 5月20日。"
    )
    (kept,) = town.read(select(picture.c.png).where(picture.c.id == trend.picture_id))
    assert Image.open(BytesIO(kept.png)).width == 1080
    assert plain not in {one.group_id for one in town.said() if one.picture_id is not None}


def test_a_picture_that_cannot_be_drawn_keeps_no_words_back(town, monkeypatch):
    def fails(table):
        raise MissingGlyph("\ue000")

    monkeypatch.setattr(job, "png", fails)
    town.group(None, Way.WECOM_WEBHOOK)

    ran = daily_ranking(town.parts, town.slot())

    assert ran.outcome is Outcome.DONE
    assert ran.detail.endswith("有图没有画成，文字照发（MissingGlyph U+E000）。")
    assert [(one.text, one.picture_id) for one in town.said()] == [(COUNTY, None)]


def test_a_day_that_another_process_has_posted_meanwhile_is_told_as_it_did(town, monkeypatch):
    group = town.group(None, Way.WECOM_WEBHOOK)
    draw = job.png

    def slowly(table):
        monkeypatch.setattr(job, "png", draw)
        daily_ranking(town.parts, town.slot())  # the other one
        town.done(FIRST, 0)
        return draw(table)

    monkeypatch.setattr(job, "png", slowly)

    ran = daily_ranking(town.parts, replace(town.slot(), real_ms=1))

    assert (ran.outcome, ran.messages) == (Outcome.NOTHING, 0)
    assert [(one.group_id, one.text) for one in town.said() if one.picture_id is None] == [(group, COUNTY)]
    assert len(town.read(select(ranking_snapshot))) == 1
