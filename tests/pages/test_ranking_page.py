"""学校排名: what the chat shows of it, as a page, by day, with its picture; and trends for whoever may see them."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.pages.office import ranking as page
from bot.policy import ranking as rules
from bot.policy.plan import RankingMode
from bot.policy.standing import completion_unit
from storage import rankings
from storage.rankings import Taken
from storage.tables import person, role, school, standing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OWN = 1  # 示例县第一小学, of persons 1 to 3


@pytest.fixture
def mode():
    return RankingMode.RANKED


@pytest.fixture
def parts(parts, mode):
    return replace(parts, plan=replace(parts.plan, ranking_mode=mode))


@pytest.fixture
def settled(county):
    """Two more primary schools, and enough people in the first one for a place."""
    unit = completion_unit(county.plan.requirement)
    with county.database.writing() as connection:
        connection.execute(school.update().where(school.c.id == 2).values(ranked=False))
        for school_id, name, done in (
            (11, "示例县第二小学", 8),
            (12, "示例县<第三>小学", 5),
            (OWN, "", 6),
        ):
            if name:
                connection.execute(school.insert().values(id=school_id, name=name, kind="primary"))
            numbers = range(school_id * 1000, school_id * 1000 + 10)
            people = [{"id": n, "staff_no": f"S{n}", "name": "示例", "school_id": school_id} for n in numbers]
            connection.execute(person.insert(), people)
            rows = [
                {
                    "person_id": n,
                    "school_id": school_id,
                    "active": True,
                    "practice_hours": 0,
                    "done": n % 1000 < done,
                    "completion": unit if n % 1000 < done else 0,
                    "next_step": "hours",
                    "rule_version": "x",
                }
                for n in numbers
            ]
            connection.execute(standing.insert(), rows)
    return county


def post_ranking(county, day, mode=RankingMode.RANKED):
    """As daily-ranking keeps it."""
    plan = county.plan
    with county.database.writing() as connection:
        board = rules.board(
            rankings.counted(connection),
            completion_unit(plan.requirement),
            places=mode is RankingMode.RANKED,
            smallest=plan.ranking_smallest_unit,
            before=rankings.places_before(connection, day),
        )
        taken = Taken(
            day=day, at=1, on=day, as_of=day, mode=mode, plan_version="x", last_import=0, last_audit=0
        )
        assert rankings.keep(connection, taken, 1, board) is not None


def day_before(county, days):
    return county.clock.now().date() - timedelta(days=days)


async def test_a_teacher_sees_their_school_among_its_like(settled, enters):
    shown = await (await enters(1)).get("/office/ranking")

    # Of 13 in the first school 6 are done (46.2 %), which is less than 5 of 10 (50 %) and 8 of 10.
    assert "示例县第一小学在小学 3 所里排第 3 名，合格 6/13（46.2%）" in shown.main
    assert "再有 1 人合格，就到第 2 名。" in shown.main  # 7 of 13 are 53.8 %
    cells = shown.main.partition("比上次\n")[2].splitlines()
    assert cells[:6] == ["1", "示例县第二小学", "8/10", "80.0%", "80.0%", "新"]
    assert cells[12:16] == ["3", "示例县第一小学", "本校", "6/13"]
    assert shown.body.count('class="own"') == 1


async def test_what_stands_in_a_name_stays_text(settled, enters):
    one = await enters(4)
    shown = await one.get("/office/ranking")
    picture = await one.get("/office/picture/ranking.svg")

    for body in (shown.body, picture.body):
        assert "示例县&lt;第三&gt;小学" in body
        assert "<第三>" not in body


async def test_the_office_sees_the_whole_county_and_nobodys_school_set_off(settled, enters):
    shown = await (await enters(4)).get("/office/ranking")

    assert "小学 3 所" in shown.main
    assert 'class="own"' not in shown.body
    assert "全部参与排名的学校" not in shown.main  # nothing was posted yet
    assert "还没有发过排名，所以还没有走势。" in shown.main


async def test_a_unit_that_does_not_take_part_reads_why(settled, enters):
    with settled.database.writing() as connection:
        connection.execute(role.delete().where(role.c.person_id == 4))

    shown = await (await enters(4)).get("/office/ranking")
    picture = await (await enters(4)).get("/office/picture/ranking.png")

    assert "示例县教育局不参与排名，所以不在排名里。" in shown.main
    assert "示例县第二小学" not in shown.main
    assert picture.status == 404


async def test_a_posted_day_stays_as_it_was_posted(settled, enters):
    day = day_before(settled, 3)
    post_ranking(settled, day)
    with settled.database.writing() as connection:
        connection.execute(standing.update().where(standing.c.school_id == OWN).values(done=True))
    one = await enters(1)

    then = await one.get(f"/office/ranking?day={day}")
    now = await one.get("/office/ranking")

    assert "排第 3 名，合格 6/13（46.2%）" in then.main
    assert "再有" not in then.main
    assert "排第 1 名，合格 13/13（100.0%），平均完成度" in now.main
    assert "比上次升 2 名" in now.main


async def test_a_day_without_a_ranking_names_its_neighbours(settled, enters):
    posted = [day_before(settled, days) for days in (9, 4)]
    for day in posted:
        post_ranking(settled, day)
    one = await enters(1)

    shown = await one.get(f"/office/ranking?day={day_before(settled, 6)}")
    future = await one.get(f"/office/ranking?day={day_before(settled, -1)}")
    nonsense = await one.get("/office/ranking?day=2024-13-01")

    assert "没有发过排名。" in shown.main
    assert all(f"?day={day}" in shown.body for day in posted)
    assert (future.status, nonsense.status) == (400, 400)
    assert (await one.get(f"/office/picture/ranking.png?day={day_before(settled, 6)}")).status == 404


async def test_without_places_schools_stand_by_name(settled, enters, bot):
    day = day_before(settled, 2)
    post_ranking(settled, day, RankingMode.PROGRESS)

    shown = await (await enters(4)).get(f"/office/ranking?day={day}")

    assert "名次\n" not in shown.main
    assert shown.main.index("示例县<第三>小学") < shown.main.index("示例县第一小学")


@pytest.mark.parametrize("mode", [RankingMode.PROGRESS])
async def test_where_the_plan_wants_no_places_a_school_reads_its_own_figures(settled, enters):
    one = await enters(1)
    shown = await one.get("/office/ranking")

    assert "示例县第一小学合格 6/13（46.2%）" in shown.main
    assert "示例县第二小学" not in shown.main
    assert "线上数据截至" in shown.main
    assert (await one.get("/office/picture/ranking.svg")).status == 404


@pytest.mark.parametrize("mode", [RankingMode.OFF])
async def test_where_rankings_are_off_there_is_nothing_to_see(settled, enters):
    for who, instead in ((1, "还差什么"), (3, "本校进度"), (4, "全市进度")):
        one = await enters(who)
        shown = await one.get("/office/ranking")
        assert shown.main.splitlines()[-1] == f"本县现在不发排名，也不显示名次。下一步：发“{instead}”。"
        assert (await one.get("/office/picture/ranking.png")).status == 404


async def test_in_a_large_county_one_band_is_shown_at_a_time(settled, enters, monkeypatch):
    monkeypatch.setattr(page, "MOST_ROWS", 2)
    one = await enters(4)

    first, second = await one.get("/office/ranking"), await one.get("/office/ranking?band=0&page=2")

    assert "第 1 页，共 2 页" in first.main
    assert "示例县第一小学" not in first.main
    assert "示例县第一小学" in second.main
    assert [(await one.get(f"/office/ranking?{query}")).status for query in ("page=3", "band=7")] == [
        404,
        404,
    ]


async def test_pictures_are_svg_and_png_and_say_what_the_table_says(settled, enters):
    one = await enters(1)

    vector = await one.get("/office/picture/ranking.svg")
    pixels = await one.get("/office/picture/ranking.png")

    assert vector.headers["Content-Type"].startswith("image/svg+xml")
    assert "名次 3，学校 示例县第一小学，合格/在册 6/13" in vector.body
    assert Image.open(BytesIO(pixels.raw)).size[0] == 1080
    assert (await one.get("/office/picture/ranking.gif")).status == 404


async def test_a_schools_trend_is_for_its_lead_and_the_office(settled, enters):
    post_ranking(settled, day_before(settled, 1))
    seen = {}
    for who in (1, 3, 4):
        one = await enters(who)
        paths = (f"school/{OWN}.svg", "school/11.svg", "school/999.svg", "county.png")
        seen[who] = [(await one.get(f"/office/picture/{path}")).status for path in paths]

    assert seen == {1: [403, 403, 403, 403], 3: [200, 404, 404, 403], 4: [200, 200, 404, 200]}


async def test_everybody_has_a_picture_of_their_own_points(settled, enters):
    one = await enters(1)

    coverage = await one.get("/me/picture/coverage.svg")
    requirement = await one.get("/me/picture/requirement.png")

    assert "已认证：没有；已选：没有；另外可选 30 个" in coverage.body
    assert Image.open(BytesIO(requirement.raw)).format == "PNG"


async def test_a_trend_has_as_many_days_as_were_posted(settled, enters):
    for days in (5, 4, 1):
        post_ranking(settled, day_before(settled, days))

    body = (await (await enters(3)).get("/office/ranking")).body

    assert (
        f"合格率从 {year_day(day_before(settled, 5))} 46.2%（6/13）到 {year_day(day_before(settled, 1))}"
        in body
    )
    assert "共 3 次排名" in body


def year_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
