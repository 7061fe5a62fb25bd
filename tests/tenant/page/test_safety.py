"""Nobody acts through another site, and what people type is never markup."""

import html
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.tenant.calls import Upload
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Deed
from bot.tenant.transcript import Author, Button, Choice, Does, Drawn
from bot.tenant.wire import Exchange, Towards
from tests.tenant.page.platforms import both, drawn
from tests.tenant.page.reading import seat

MARKUP = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>{{7*7}}"
APP = Chat(Platform.WECOM, Room.APP, "t1")
POSTS = (
    "say press repeat join code preset fault mend skew deed switch clock".split()  # noqa: SIM905
)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:1"},
    ],
)
async def test_another_site_cannot_act(screen, sides, tenant, programme, path, headers):
    before = programme.moment

    status, page = await screen.post(
        f"/{path}", headers=headers, **seat(), text="在吗", step="day", preset="slow", scope="both"
    )

    assert status == 403
    assert "这个请求来自别的网站，没有执行。请在练习场的页面上操作。" in page
    assert sides.wecom.done == []
    assert list(tenant.faults.on()) == []
    assert programme.moment == before


@pytest.mark.parametrize("with_origin", [True, False])
async def test_the_page_itself_may_act(screen, sides, http, with_origin):
    headers = {"Sec-Fetch-Site": "same-origin"}
    if with_origin:
        headers["Origin"] = str(http.make_url("/")).rstrip("/")

    assert (await screen.post("/join", headers=headers, **seat()))[0] == 200
    assert sides.wecom.done == [("joins", "T1")]


async def test_a_body_is_not_taken_without_end(http):
    answer = await http.post("/say", data={"text": "x" * 70_000})

    assert answer.status == 413
    assert "内容太长了，请分几次发送。" in await answer.text()


async def test_a_body_that_is_no_form_is_refused(http):
    assert (await http.post("/say", json={"text": "hallo"})).status == 415


async def test_a_form_with_endless_fields_is_refused(http):
    answer = await http.post("/say", data={f"f{number}": "1" for number in range(300)})

    assert answer.status == 400
    assert "表单里的项目太多了" in await answer.text()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.binary(max_size=200), path=st.sampled_from(POSTS))
async def test_no_form_whatsoever_breaks_the_page(http, data, path):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    assert (await http.post(f"/{path}", data=data, headers=kind)).status in (303, 400, 404)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.dictionaries(
        st.sampled_from(["wecom", "wecom_chat", "show", "panel", "notice"]), st.text(max_size=20)
    )
)
async def test_no_address_whatsoever_breaks_the_page(http, query):
    async with http.get("/", params=query) as answer:
        assert answer.status in (200, 404)


async def test_what_a_person_types_is_shown_literally(screen):
    _, page = await screen.post("/say", **seat(), text=MARKUP, to_bot="1")

    assert html.escape(MARKUP) in page
    assert "<img src=x" not in page
    assert "<script>" not in page


async def test_everything_that_others_wrote_is_shown_literally(screen, tenant, sides):
    tenant.directory.members["T1"] = Member(
        key="T1", name=MARKUP, unit=MARKUP, team=MARKUP, roles=(MARKUP,), accounts=both("t1")
    )
    card = Drawn(
        kind=MARKUP,
        text=MARKUP,
        html=f"<p>{html.escape(MARKUP)}</p>",
        wire={},
        buttons=(Button(MARKUP, Does.PRESS, MARKUP, MARKUP), Button(MARKUP, Does.OPEN, f"https://{MARKUP}")),
        choices=(
            Choice(MARKUP, MARKUP, ((MARKUP, MARKUP),), several=True),
            Choice(MARKUP, MARKUP, ((MARKUP, MARKUP),)),
        ),
        links=(Button(MARKUP, Does.OPEN, f"https://example.com/{MARKUP}"),),
        file_name=MARKUP,
    )
    shown = tenant.transcript.post(APP, card, Author(MARKUP), at_ms=0)
    tenant.transcript.remark(shown, MARKUP)
    tenant.transcript.recall(tenant.transcript.post(APP, drawn("x"), Author(MARKUP), at_ms=0))
    sides.wecom.deeds = lambda: [Deed(MARKUP, MARKUP, None)]
    exchange = tenant.wire.record(
        Exchange(
            at_ms=0,
            towards=Towards.BOT,
            name=MARKUP,
            method=MARKUP,
            url=MARKUP,
            headers={MARKUP: MARKUP},
            body=MARKUP,
            opened=MARKUP,
            fault=MARKUP,
        )
    )
    tenant.wire.finish(exchange, 200, MARKUP, 1.0)
    await screen.post("/fault", call="wecom.*", effect="code", code=MARKUP, target=MARKUP)

    for page in (
        await screen.page(),
        await screen.page(panel="wire"),
        await screen.read(f"/wire/{exchange.number}"),
        await screen.read("/people", platform="wecom"),
    ):
        assert "&lt;script&gt;" in page
        assert "<img src=x" not in page
        assert "<script>" not in page
        assert not re.search(r"<[^>]*\sonerror=[^>]*>", re.sub(r'"[^"]*"', '""', page))


async def test_what_comes_live_is_shown_literally_too(screen, events):
    feed = await events()
    await feed.next("changed")

    await screen.live("/say", **seat(), text=MARKUP, to_bot="1")

    fragment = (await feed.next("message"))["html"]
    assert html.escape(MARKUP) in fragment
    assert "<script>" not in fragment


async def test_a_notice_only_shows_what_the_server_has_said(screen):
    assert "中奖" not in await screen.page(notice="恭喜中奖")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff...", "image/jpeg"),
        (b"<html><script>alert(1)</script>", "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream"),
    ],
)
async def test_an_upload_is_a_picture_or_something_to_save(http, tenant, content, kind):
    upload = Upload("a.html", "text/html", content)
    stored = tenant.media.store("image", upload, owner="T1", prefix="@")

    answer = await http.get(f"/media/{stored.media_id}")

    assert answer.content_type == kind
    assert ("Content-Disposition" in answer.headers) == (kind == "application/octet-stream")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
