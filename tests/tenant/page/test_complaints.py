"""Below the tenant's address everybody is answered in Chinese, whatever goes wrong; bots are answered as ever."""

import pytest
from aiohttp import web

from bot.calm import calm
from bot.tenant.faults import Effect, Fault
from bot.tenant.page.answers import SECURITY
from tests.tenant.page.platforms import application
from tests.tenant.page.reading import seat

NOT_THERE = "这里没有这个页面。"
NO_FORM = "这个网址不能直接打开，请在练习场的页面上操作。"
BROKEN = "练习场刚才出了点问题，这一步没有做成。请再试一次。"
IN_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(params=["", "/tenant"], ids=["alone", "mounted"])
async def http(request, aiohttp_client, sides, programme):
    app = application(sides, programme)
    if request.param:
        outer = web.Application(middlewares=[calm])
        outer.add_subapp(request.param, app)
        app = outer
    client = await aiohttp_client(app)
    client.prefix = request.param
    return client


async def told(answer):
    text = await answer.text()
    for name, value in SECURITY.items():
        assert answer.headers[name] == value
    assert "回到练习场" in text
    assert "Not Found" not in text
    assert "Not Allowed" not in text
    return answer.status, text


@pytest.mark.parametrize("path", ["/nothere", "/wire/", "/wire/x", "/static/nothere.js", "/say/more"])
async def test_a_page_that_does_not_exist_is_told(http, path):
    status, text = await told(await http.get(http.prefix + path))

    assert status == 404
    assert NOT_THERE in text


@pytest.mark.parametrize(("method", "path"), [("GET", "/say"), ("PUT", "/"), ("DELETE", "/people")])
async def test_a_wrong_method_is_told(http, method, path):
    answer = await http.request(method, http.prefix + path)
    status, text = await told(answer)

    assert status == 405
    assert NO_FORM in text
    assert method not in answer.headers["Allow"].split(",")


@pytest.fixture
def crashing(sides):
    def crash(_member):
        raise RuntimeError("a secret of the inside")

    sides.wecom.chats_of = crash


async def test_a_crash_is_told_without_its_cause(http, crashing):
    answer = await http.get(http.prefix + "/")
    status, text = await told(answer)

    # Alone aiohttp catches it, mounted the bot's own border.
    assert status == (503 if http.prefix else 500)
    assert BROKEN in text
    assert text.endswith("</html>")
    assert "secret" not in text
    assert answer.content_type == "text/html"


async def test_the_pages_script_is_told_a_crash_in_its_own_way(http, crashing):
    answer = await http.post(http.prefix + "/say", data=seat(), headers={"X-Live": "1"})

    assert answer.status == (503 if http.prefix else 500)
    assert await answer.json() == {"notice": BROKEN, "wrong": True}


async def test_a_fault_that_is_switched_on_keeps_the_platforms_words(http, tenant):
    tenant.faults.switch_on(Fault(call="wecom.*", effect=Effect.HTTP_500))
    answer = await http.post(http.prefix + "/wecom/cgi-bin/webhook/send", json={}, headers=IN_A_BROWSER)

    assert (answer.status, await answer.text()) == (500, "Internal Server Error")


async def test_a_bot_is_answered_as_before_and_a_browser_in_chinese(http):
    address = http.prefix + "/wecom/cgi-bin/nothere"

    plain = await http.get(address)
    opened = await http.get(address, headers=IN_A_BROWSER)

    assert (plain.status, await plain.text()) == (404, "404: Not Found")
    assert NOT_THERE in (await told(opened))[1]


async def test_what_is_no_complaint_passes(http):
    page = await http.get(http.prefix + "/")
    picture = await http.get(http.prefix + "/static/assistant.svg")
    again = await http.get(
        http.prefix + "/static/assistant.svg", headers={"If-None-Match": picture.headers["ETag"]}
    )

    assert (page.status, picture.status, again.status) == (200, 200, 304)
