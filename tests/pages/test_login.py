"""In by a one-time link out of the chat; nobody else gets in, and nobody with it twice."""

import re

import pytest
from sqlalchemy import func, select

from bot.pages.guard import COOKIE
from storage.page_tables import page_session
from storage.tables import audit

pytestmark = pytest.mark.one_database


async def link(person, word):
    return re.search(r"https?://\S+", await person.says(word))[0].rstrip("。")


def path_of(url):
    return "/" + url.split("/", 3)[3]


async def test_the_office_gets_in_by_a_link_that_works_once(tenant, county, browser):
    office = tenant.on("wecom").somebody("T4")
    said = await office.says("后台")
    url = re.search(r"https?://[^\s]+", said)[0]

    assert said.splitlines()[-1] == "10 分钟内有效，只能用一次，只给你本人，请不要转发。过期了再发“后台”。"
    first, second = browser(), browser()
    entered = await first.get(path_of(url))
    assert (entered.status, entered.url) == (200, first.base + "/office")
    again = await second.get(path_of(url))
    assert again.status == 403
    assert again.main == "研修助手\n这个链接用过了，每个链接只能用一次。\n私聊机器人发“后台”，再取一个。"
    assert (await second.get("/office")).status == 401


async def test_a_link_is_good_for_ten_minutes(tenant, county, browser):
    url = await link(tenant.on("dingtalk").somebody("T1"), "我的主页")
    county.clock.waits(601)

    late = await browser().get(path_of(url))

    assert late.status == 403
    assert late.main == "研修助手\n这个链接过期了，有效 10 分钟。\n私聊机器人发“我的主页”，再取一个。"


async def test_the_link_itself_is_kept_nowhere(tenant, county, bot):
    url = await link(tenant.on("wecom").somebody("T1"), "我的主页")
    code = url.rsplit("/", 1)[1]

    with county.database.reading() as connection:
        for table in ("inbox", "entry_link", "audit", "conversation"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
            assert code not in str(rows), table


async def test_the_cookie_is_for_this_site_and_no_script(county, bot, browser, enters):
    one = await enters(1)

    (cookie,) = list(one.session.cookie_jar)
    assert cookie.key == COOKIE
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (
        True,
        "Lax",
        "/",
        "",
    )


async def test_who_only_looks_at_a_link_uses_nothing_up(tenant, county, browser):
    path = path_of(await link(tenant.on("wecom").somebody("T1"), "我的主页"))
    one = browser()

    seen = await one.get(path, headers={"User-Agent": "SomePreviewer/1.0 (link preview)"})
    assert "请在浏览器里打开" in seen.text
    async with one.session.head(one.base + path) as headed:
        assert headed.status in {200, 405}
    assert (await one.get(path)).url == one.base + "/me"


async def test_a_teacher_gets_no_link_to_the_office_and_no_page_of_it(tenant, county, enters):
    said = await tenant.on("wecom").somebody("T1").says("后台")
    one = await enters(1)
    refused = await one.get("/office")

    assert "http" not in said
    assert refused.status == 403
    assert refused.main.splitlines()[-1] == "这一页给项目办、领导小组用。"


async def test_out_in_this_browser_or_in_all(county, enters):
    first, second = await enters(1), await enters(1)
    assert (await first.post("/me/leave")).status == 200
    assert (await first.get("/me")).status == 401
    third = await enters(1)
    assert (await second.get("/me")).status == 200

    assert (await third.post("/me/leave-everywhere")).status == 200

    assert [(await one.get("/me")).status for one in (first, second, third)] == [401, 401, 401]
    with county.database.reading() as connection:
        ended = select(func.count()).where(page_session.c.ended_at.is_not(None))
        assert connection.scalar(ended) == 3
        left = select(audit.c.detail).where(audit.c.action == "page.left").order_by(audit.c.id)
        assert list(connection.scalars(left)) == [{}, {"everywhere": 2}]


async def test_a_form_without_the_token_changes_nothing(county, enters):
    one = await enters(1)
    await one.get("/me")

    for csrf in ("", "0" * 64, "ä"):
        refused = await one.post("/me/leave", csrf=csrf)
        assert refused.status == 403
        assert "没有执行" in refused.text
    foreign = await one.post("/me/leave", headers={"Sec-Fetch-Site": "cross-site"})
    other = await one.post("/me/leave", headers={"Origin": "https://elsewhere.example"})

    assert (foreign.status, other.status) == (403, 403)
    assert (await one.get("/me")).status == 200


async def test_a_session_ends_by_itself(county, enters):
    one = await enters(1)
    county.clock.waits(119 * 60)
    assert (await one.get("/me")).status == 200
    county.clock.waits(119 * 60)
    assert (await one.get("/me")).status == 200
    county.clock.waits(121 * 60)

    gone = await one.get("/me")

    assert gone.status == 401
    assert gone.main.splitlines()[1] == "还没有登录，或者登录过期了。"


async def test_whoever_tries_links_is_slowed_down(county, browser):
    one = browser()

    tried = [(await one.get(f"/me/enter/{number:048x}")).status for number in range(31)]

    assert tried == [403] * 30 + [429]


async def test_every_page_forbids_what_it_does_not_need(county, browser, enters):
    inside = await enters(1)
    for page in (await browser().get("/me"), await inside.get("/me"), await inside.get("/office")):
        policy = page.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cache-Control"] == "no-store"
        assert "<script>" not in page.body
        assert " style=" not in page.body
        assert re.search(r"\son[a-z]+=", page.body) is None
