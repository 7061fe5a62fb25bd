"""What hostile bots, clients and operators do to the page, the faults and the files, and what they do not achieve."""

import asyncio
import gc
import warnings

import pytest
from aiohttp import FormData

from bot.clock import SystemClock
from bot.tenant.calls import Dialect, Upload
from bot.tenant.clock import PlatformClock
from bot.tenant.courier import Courier, Letter
from bot.tenant.dispatch import _as_refused
from bot.tenant.faults import Effect, Fault, Faults
from bot.tenant.installation import Installation
from bot.tenant.markup import anchor, is_web_address
from bot.tenant.media import Media
from bot.tenant.page.exchanges import pretty
from bot.tenant.page.phone import is_page
from bot.tenant.page.routes import add_page
from bot.tenant.page.signals import Signals
from bot.tenant.page.state import Sending
from bot.tenant.people import Chat, Directory, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Tenant
from bot.tenant.transcript import Author, Button, Does
from bot.tenant.wire import Exchange, Towards
from tests.kit.patience import PATIENCE_SECONDS
from tests.tenant.page.platforms import drawn
from tests.tenant.page.reading import seat

APP = Chat(Platform.WECOM, Room.APP, "t1")
BROKEN = ("https://[", "http://[::1", "http://exa℀mple.com/")
TRAPS = (
    "javascript:alert(1)",
    "data:text/html,<script>",
    "JaVaScRiPt:1",
    "vbscript:x",
    "file:///etc/passwd",
    "",
)


@pytest.mark.parametrize("address", [*BROKEN, *TRAPS, "https:"])
def test_only_web_addresses_are_opened(address):
    assert not is_web_address(address)
    assert not is_page(Button("详情", Does.OPEN, address))
    assert anchor(address) == "<a>"


def test_a_web_address_is_opened_elsewhere_and_quoted():
    assert anchor('https://example.com/?a="&b') == (
        '<a href="https://example.com/?a=&quot;&amp;b" target="_blank" rel="noopener noreferrer">'
    )


@pytest.mark.parametrize("address", BROKEN)
async def test_a_broken_address_in_a_card_does_not_break_the_page(screen, tenant, address):
    card = drawn(
        "通知", buttons=(Button("详情", Does.OPEN, address),), links=(Button("全文", Does.OPEN, address),)
    )
    tenant.transcript.post(APP, card, Author("研修助手"), at_ms=1)

    page = await screen.page(wecom="T1")

    assert "disabled>详情</button>" in page
    assert "全文" not in page


@pytest.mark.parametrize(
    "body",
    ["[" * 7000, '{"a":' * 5000, "<xml>" + "<a>" * 1000 + "</a>" * 1000 + "</xml>"],
)
async def test_a_body_of_any_depth_can_be_looked_at(screen, tenant, body):
    assert pretty(body) == body
    exchange = Exchange(at_ms=1, towards=Towards.PLATFORM, name="x", method="POST", url="/x", body=body)
    number = tenant.wire.record(exchange).number

    assert "<h3>正文</h3>" in await screen.read(f"/wire/{number}")


async def test_half_a_character_in_a_body_can_be_looked_at(screen, tenant):
    body = '{"msgtype":"\\ud800"}'
    exchange = Exchange(at_ms=1, towards=Towards.PLATFORM, name="x", method="POST", url="/x", body=body)
    number = tenant.wire.record(exchange).number

    assert "&#34;msgtype&#34;: &#34;?&#34;" in await screen.read(f"/wire/{number}")


@pytest.mark.parametrize("origin", ["http://[", "http://exa\u2100mple.com"])
async def test_an_origin_that_is_no_address_is_foreign(screen, sides, origin):
    status, page = await screen.post("/join", headers={"Origin": origin}, **seat())

    assert status == 403
    assert "这个请求来自别的网站，没有执行。" in page
    assert sides.wecom.done == []


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "[bad", "a.b@c.d"]
)
async def test_a_foreign_name_that_leads_here_is_refused(http, sides, host):
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}

    for path in ("/", "/events", "/people?platform=wecom", "/wire/1", "/media/x"):
        assert (await http.get(path, headers=headers)).status == 421
    answer = await http.post("/join", data=seat(), headers=headers)

    assert answer.status == 421
    assert "练习场不认这个网址，请用 IP 地址或 localhost 打开" in await answer.text()
    assert sides.wecom.done == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8080", "[::1]:8080", "localhost", "LOCALHOST:80", "192.168.1.7", "training-pc", "pc.local"],
)
async def test_addresses_and_names_of_the_own_network_are_good(http, host):
    assert (await http.get("/", headers={"Host": host})).status == 200


async def test_the_name_that_the_operator_has_set_is_good(aiohttp_client, sides, programme):
    add_page(sides, programme, ["demo.example.cn"])
    http = await aiohttp_client(sides.web)

    assert (await http.get("/", headers={"Host": "demo.example.cn"})).status == 200
    assert (await http.get("/", headers={"Host": "other.example.cn"})).status == 421


@pytest.mark.parametrize(
    ("code", "answered"),
    [("45009", 45009), ("-1", -1), ("²", -1), ("--5", -1), ("٣", -1), ("-", -1), ("Forbidden", -1)],
)
def test_a_code_that_is_no_number_is_refused_as_minus_one(code, answered):
    assert _as_refused(Dialect.QYAPI, code).code == answered


def test_a_fault_of_callbacks_is_not_used_up_by_calls_of_the_bot():
    faults = Faults()
    faults.switch_on(Fault(call="wecom.*", effect=Effect.TWICE, left=1))

    assert faults.strike("wecom.gettoken", only=frozenset({Effect.CODE, Effect.SLOW})) is None
    assert len(faults.on()) == 1
    assert faults.strike("wecom.callback", only=Effect.TWICE) is not None
    assert list(faults.on()) == []


async def test_a_call_of_the_bot_leaves_faults_of_callbacks_alone(http, tenant):
    for effect in (Effect.TWICE, Effect.UNHEARD):
        tenant.faults.switch_on(Fault(call="wecom.*", effect=effect, left=1))

    assert (await http.post("/wecom/cgi-bin/webhook/send", json={})).status == 200
    assert [fault.effect for fault in tenant.faults.on()] == [Effect.TWICE, Effect.UNHEARD]


@pytest.mark.parametrize(
    ("call", "effect", "sentence"),
    [
        ("wecom.webhook.send", "twice", "这个故障只发生在平台发给机器人的消息上。"),
        ("dingtalk.callback", "hang", "平台发给机器人的请求只能变慢、来两次，或者没收到应答。"),
        ("wecom.callback", "code", "平台发给机器人的请求只能变慢、来两次，或者没收到应答。"),
    ],
)
async def test_a_fault_that_could_never_strike_is_not_switched_on(screen, tenant, call, effect, sentence):
    assert await screen.live("/fault", call=call, effect=effect) == (400, {"notice": sentence, "wrong": True})
    assert list(tenant.faults.on()) == []


@pytest.mark.parametrize(
    "fields", [{"moment": "2099-12-31T23:59-12:00"}, {"moment": "2000-01-01T00:00+14:00"}]
)
async def test_the_years_are_those_of_the_programme(screen, programme, fields):
    before = programme.moment

    status, told = await screen.live("/clock", **fields)

    assert (status, told["notice"]) == (400, "请选 2000 年到 2099 年之间的时间。")
    assert programme.moment == before


async def test_a_step_does_not_lead_out_of_the_years(screen, programme):
    assert (await screen.live("/clock", moment="2099-12-31T12:00"))[0] == 200
    assert (await screen.live("/clock", step="day"))[0] == 400
    assert (programme.moment.year, programme.moment.day) == (2099, 31)


def test_files_that_nobody_can_use_any_more_are_forgotten(monkeypatch):
    monkeypatch.setattr("bot.tenant.media._MOST_BYTES", 100)
    clock = PlatformClock(SystemClock())
    media = Media(clock)

    def store(size):
        return media.store("file", Upload("a.pdf", "application/pdf", b"x" * size), owner="app").media_id

    first, second = store(60), store(30)
    assert media.find(first) is not None
    third = store(30)  # 60 + 30 + 30 = 120 bytes are too many
    assert [media.find(one) is not None for one in (first, second, third)] == [False, True, True]
    clock.run_ahead(3 * 24 * 3600 + 1)
    fourth = store(500)  # a single one may be larger than all of them together should be
    assert list(media._stored) == [fourth]


async def test_many_small_parts_are_too_much_together(http):
    form = FormData()
    for number in range(12):
        form.add_field(f"f{number}", b"x" * 100_000, filename="a.bin")

    answer = await http.post("/wecom/cgi-bin/webhook/send", data=form)  # one megabyte at most

    assert answer.status == 413


async def test_a_slow_letter_is_not_delivered_to_a_bot_that_stops():
    tenant = Tenant(
        installation=Installation(),
        directory=Directory([]),
        clock=PlatformClock(SystemClock()),
        bot_url="http://127.0.0.1:9",
    )
    tenant.faults.switch_on(Fault(call="wecom.callback", effect=Effect.SLOW, seconds=600))
    courier = Courier(tenant)
    letter = Letter(name="wecom.callback", method="POST", path_qs="/x", headers={}, body=b"")

    delivering = asyncio.create_task(courier.deliver(letter, 5))
    await asyncio.sleep(0)
    tenant.closing.set()

    assert await asyncio.wait_for(delivering, PATIENCE_SECONDS) is None
    assert list(tenant.wire.exchanges()) == []
    await courier.close()


async def test_a_delivery_that_is_stopped_before_it_began_is_no_complaint(tenant):
    async def heard():
        return Heard(Outcome.ANSWERED)

    sending = Sending(tenant, Signals())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sending.do(APP, heard())
        await sending.close()
        gc.collect()

    assert caught == []
