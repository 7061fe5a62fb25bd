"""Sessions from their first cookie to their end: proxies, other people's browsers, lost roles, accounts that move."""

import re
from dataclasses import replace

import pytest
from aiohttp import web
from sqlalchemy import select, update
from yarl import URL

from bot.pages import login, sending
from bot.pages.visit import Download
from storage import entry_links
from storage.entry_links import Purpose
from storage.page_sessions import open_ones
from storage.roster import apply_changes
from storage.tables import account, role
from tests.kit.servers import Bot

pytestmark = pytest.mark.one_database

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0 Safari/537.36 Edg/125.0"


def issued(county, person_id, purpose=Purpose.ME):
    with county.database.writing() as connection:
        return entry_links.issue(connection, person_id, purpose, at=county.clock.real_ms(), minutes=10)


@ONE_DATABASE
@pytest.mark.parametrize("at", ["", "/study"])
async def test_behind_a_proxy_with_https_and_a_prefix_which_it_leaves_on_or_takes_off(county, browser, at):
    public = county.settings.model_copy(update={"public_url": "https://bot.example.cn/study"})
    behind = Bot(replace(county, settings=public))
    await behind.start()
    one = browser()
    one.base = behind.url + at

    entered = await one.session.get(f"{one.base}/me/enter/{issued(county, 1)}", allow_redirects=False)
    cookie = entered.headers["Set-Cookie"]
    token = re.search(r"__Secure-bot_session=([^;]+)", cookie)[1]
    cookies = {"Cookie": f"__Secure-bot_session={token}"}
    home = await one.get("/me", headers=cookies)

    assert entered.headers["Location"] == "/study/me"
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        "HttpOnly",
        "Max-Age=43200",  # 12 hours
        "Path=/study",
        "SameSite=Lax",
        "Secure",
    }
    assert home.status == 200
    assert set(re.findall(r'(?:href|src|action)="(/[a-z]+)', home.body)) == {"/study"}
    origin = {"Origin": "https://bot.example.cn", **cookies}
    assert (await one.post("/me/leave", headers=origin)).status == 200
    gone = await one.get("/me", headers=cookies)
    assert gone.status == 401
    assert "Path=/study" in gone.headers["Set-Cookie"]
    assert "Max-Age=0" in gone.headers["Set-Cookie"]
    await behind.stop()


@ONE_DATABASE
async def test_whoever_is_somebody_else_all_of_a_sudden_is_told(county, enters):
    office = await enters(4)
    former = await office.get("/me")

    tricked = await office.get(f"/me/enter/{issued(county, 1)}")

    assert "示例丁" in former.text
    assert tricked.main.splitlines()[1:3] == [
        "现在是以示例甲的身份登录的。这个浏览器里原来登录的是示例丁，已经退出。",
        "如果这个链接不是你自己取的，请点“退出”，不要在这里填任何内容。",
    ]
    assert "已经退出" not in (await office.get("/me")).text  # it is said once
    with county.database.reading() as connection:
        assert open_ones(connection, 4, at=county.clock.real_ms(), idle_minutes=120) == ()


@ONE_DATABASE
async def test_a_token_that_was_there_before_is_not_taken_over(county, browser):
    one = browser()
    one.session.cookie_jar.update_cookies({"bot_session": "a" * 43}, URL(one.base))

    await one.get(f"/me/enter/{issued(county, 1)}")

    (cookie,) = list(one.session.cookie_jar)
    assert cookie.value != "a" * 43


@ONE_DATABASE
async def test_one_sees_where_one_is_logged_in_and_ends_it_there(county, enters, browser):
    here, other = await enters(1), await enters(2)
    there = browser()
    await there.get(f"/me/enter/{issued(county, 1)}", headers={"User-Agent": WINDOWS})

    page = await here.get("/me/sessions")
    lines = page.main.splitlines()
    assert page.body.count('name="which"') == 1
    assert "Edge，Windows 电脑" in lines
    assert lines.count("这个浏览器") == 1
    which = re.search(r'name="which" value="([0-9a-f]{16})"', page.body)[1]
    stolen = await other.post("/me/sessions/end", {"which": which}, csrf=(await other.get("/me")).csrf)
    assert stolen.status == 404
    assert (await there.get("/me")).status == 200

    await here.get("/me/sessions")
    ended = await here.post("/me/sessions/end", {"which": which})

    assert "那个浏览器里的登录已退出。" in ended.main
    assert (await there.get("/me")).status == 401
    assert (await here.get("/me")).status == 200


@ONE_DATABASE
async def test_out_everywhere_also_spoils_links_that_wait(county, enters, browser):
    one = await enters(1)
    code = issued(county, 1)
    await one.get("/me")
    await one.post("/me/leave-everywhere")

    late = await browser().get(f"/me/enter/{code}")

    assert late.status == 403
    assert "这个链接过期了" in late.text


@ONE_DATABASE
async def test_who_loses_a_role_loses_its_pages_with_the_next_click(county, enters):
    office = await enters(4, Purpose.OFFICE)
    assert (await office.get("/office")).status == 200
    with county.database.writing() as connection:
        connection.execute(update(role).where(role.c.person_id == 4).values(ended_at=1))

    assert (await office.get("/office")).status == 403
    home = await office.get("/me")
    assert home.status == 200
    assert 'href="/office"' not in home.body


async def test_when_an_account_is_taken_from_somebody_their_browsers_are_out(county, enters, browser):
    one, other = await enters(1), await enters(2)
    code = issued(county, 1)
    with county.database.writing() as connection:
        (first, *_) = connection.scalars(select(account.c.id).where(account.c.person_id == 1))
        apply_changes(connection, [{"id": 1, "unbind": [first]}], county.clock.real_ms())

    assert (await one.get("/me")).status == 401
    assert (await browser().get(f"/me/enter/{code}")).status == 403
    assert (await other.get("/me")).status == 200


@ONE_DATABASE
async def test_a_link_that_the_database_could_not_use_up_stands_in_no_log(
    county, browser, monkeypatch, capsys
):
    code = issued(county, 1)

    def fails(connection, *_args, **_options):
        connection.exec_driver_sql("SELECT * FROM nothing")

    monkeypatch.setattr(login.entry_links, "use", fails)
    seen = await browser().get(f"/me/enter/{code}")

    assert (seen.status, seen.main.splitlines()[1]) == (
        503,
        "数据库暂时没有回应，请过一会儿刷新。交上来的都在，没有丢。",
    )
    said = capsys.readouterr()
    assert "nobody gets in" in said.err
    assert code not in said.err + said.out


@ONE_DATABASE
async def test_however_many_wrong_links_are_tried_the_right_one_works(county, browser):
    one = browser()
    code = issued(county, 1)
    tried = [(await one.get(f"/me/enter/{number:048x}")).status for number in range(32)]

    assert tried[-1] == 429
    assert (await one.get(f"/me/enter/{code}")).url == one.base + "/me"


@pytest.mark.parametrize("name", ["验收 2024.xlsx", 'a"; b=c\r\nX: y', "../../etc/passwd"])
async def test_a_file_has_a_name_that_is_one_header_and_leaves_nothing_behind(aiohttp_client, tmp_path, name):
    made = tmp_path / "made.xlsx"
    made.write_bytes(b"x" * 200_000)

    async def handler(request):
        async def now(work):
            return work()

        return await sending.sent(request, Download(name, "text/plain", made), now)

    app = web.Application()
    app.router.add_get("/", handler)
    client = await aiohttp_client(app)
    answered = await client.get("/")

    assert await answered.read() == b"x" * 200_000
    assert re.fullmatch(
        r"attachment; filename\*=UTF-8''[A-Za-z0-9%._-]+", answered.headers["Content-Disposition"]
    )
    assert "X" not in answered.headers
    assert not made.exists()
