"""The panel: faults, the platforms' clock, switches, the programme's clock and the wire."""

import json
import re
from dataclasses import fields
from datetime import datetime, timedelta

import pytest

from bot.clock import SHANGHAI
from bot.tenant.faults import Effect, Fault
from bot.tenant.page.exchanges import parts_of, pretty, row_of
from bot.tenant.page.presets import PRESETS
from bot.tenant.switches import Switches
from bot.tenant.wire import Exchange, Towards
from tests.tenant.page.platforms import MONDAY
from tests.tenant.page.reading import seat


def on(tenant):
    return [(fault.call, fault.effect, fault.code, fault.left) for fault in tenant.faults.on()]


async def test_a_preset_strikes_the_webhooks_with_each_platforms_own_code(screen, tenant):
    status, page = await screen.post("/preset", preset="webhook-gone", scope="both", times="3", back="")

    assert status == 200
    assert "打开了：群 webhook 已失效（93000 / 400101）" in page
    assert on(tenant) == [
        ("wecom.webhook.send", Effect.CODE, 93000, 3),
        ("dingtalk.webhook.send", Effect.CODE, 400101, 3),
    ]
    async with screen.http.post("/wecom/cgi-bin/webhook/send", json={}) as answer:
        assert (await answer.json())["errcode"] == 93000
    assert "还有 2 次" in await screen.page()


@pytest.mark.parametrize(
    ("preset", "scope", "expected"),
    [
        ("slow", "wecom", [("wecom.*", Effect.SLOW, -1, None)]),
        ("html", "dingtalk", [("dingtalk.*", Effect.HTML, -1, None)]),
        (
            "twice",
            "wecom",
            [
                ("wecom.callback", Effect.TWICE, -1, None),
                ("wecom.aibot.msg_callback", Effect.TWICE, -1, None),
            ],
        ),
        (
            "unheard",
            "dingtalk",
            [("dingtalk.callback", Effect.UNHEARD, -1, None)],  # this robot has no stream
        ),
    ],
)
async def test_a_preset_is_aimed_as_its_words_say(screen, tenant, preset, scope, expected):
    await screen.post("/preset", preset=preset, scope=scope, times="", back="")

    assert on(tenant) == expected


async def test_a_preset_without_anything_to_strike_says_so(screen):
    # These small platforms have no call that takes a token.
    status, told = await screen.live("/preset", preset="token-expired", scope="both", times="1")

    assert (status, told["notice"]) == (400, "这里没有这个故障能碰到的请求。")


@pytest.mark.parametrize("wrong", [{"preset": "none"}, {"scope": "none"}, {"times": "x"}])
async def test_a_preset_that_does_not_exist_is_not_found(screen, wrong):
    fields = {"preset": "slow", "scope": "both", "times": "1", **wrong}

    assert (await screen.post("/preset", **fields))[0] == 404


def test_every_preset_says_what_it_does():
    assert len({preset.name for preset in PRESETS}) == len(PRESETS) == 9
    for preset in PRESETS:
        assert preset.title
        assert preset.explanation.endswith("。")


async def test_faults_are_switched_off_one_by_one_or_all_at_once(screen, tenant):
    for call in ("wecom.a", "wecom.b", "wecom.c"):
        tenant.faults.switch_on(Fault(call=call, effect=Effect.HTML))

    await screen.post("/mend", number="2")
    assert [fault.call for fault in tenant.faults.on()] == ["wecom.a", "wecom.c"]
    _, page = await screen.post("/mend", number="all")
    assert on(tenant) == []
    assert "现在一切正常。" in page


async def test_a_fault_of_ones_own(screen, tenant):
    status, told = await screen.live(
        "/fault", call="wecom.*", effect="code", code="45009", seconds="", times="2", target="wrGroup1"
    )

    assert (status, told["notice"]) == (200, "打开了：wecom.* 返回错误码 45009")
    (fault,) = tenant.faults.on()
    assert (fault.call, fault.code, fault.left, fault.target) == ("wecom.*", 45009, 2, "wrGroup1")


async def test_a_code_that_is_a_word_stays_one(screen, tenant):
    await screen.live("/fault", call="dingtalk.*", effect="code", code="Forbidden.AccessDenied", target="")

    assert tenant.faults.on()[0].code == "Forbidden.AccessDenied"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"call": " "}, "请先选一个请求。"),
        ({"effect": "none"}, "秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。"),
        ({"seconds": "601"}, "秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。"),
        ({"seconds": "nan"}, "秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。"),
        ({"times": "0"}, "秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。"),
        ({"times": "许多"}, "秒数要在 0 到 600 之间，次数要在 1 到 1000 之间。"),
    ],
)
async def test_a_fault_that_cannot_be_read_is_told(screen, tenant, wrong, sentence):
    status, told = await screen.live(
        "/fault", **{"call": "wecom.*", "effect": "slow", "seconds": "1", **wrong}
    )

    assert (status, told["notice"]) == (400, sentence)
    assert on(tenant) == []


async def test_the_platforms_clock_goes_wrong_and_right_again(screen, tenant):
    _, page = await screen.post("/skew", skew="fast", back="")
    assert tenant.clock.skew_ms == 70 * 60 * 1000
    assert re.findall(r'name="skew" value="([a-z]*)" aria-pressed="true"', page) == ["fast"]
    await screen.post("/skew", skew="slow")
    assert tenant.clock.skew_ms == -70 * 60 * 1000
    await screen.post("/skew", skew="right")
    assert tenant.clock.skew_ms == 0
    assert (await screen.post("/skew", skew="sideways"))[0] == 404


async def test_a_deed_is_done_and_said(screen, sides):
    assert (await screen.live("/deed", deed="wecom.tokens.expire"))[1]["notice"] == "令牌都过期了。"
    assert sides.wecom.done == ["tokens.expire"]
    assert (await screen.post("/deed", deed="none"))[0] == 404


async def test_every_switch_is_on_the_page(screen):
    page = await screen.page(panel="switches")

    assert set(re.findall(r'name="switch" value="([a-z_]*)"', page)) == {f.name for f in fields(Switches)}
    for field in fields(Switches):
        assert str(field.metadata["title"]).partition("：")[2] in page


async def test_a_switch_is_saved_at_once(screen, tenant):
    _, told = await screen.live("/switch", switch="aibot_encrypted_ids", choice="1")
    assert told["notice"] == "智能机器人：发来加密的 userid（wo…）：是"
    assert tenant.switches.aibot_encrypted_ids is True

    _, page = await screen.post("/switch", switch="dingtalk_unknown_token", choice="2", back="panel=switches")
    assert tenant.switches.dingtalk_unknown_token == 300005
    assert '<option value="2" selected>300005</option>' in page


@pytest.mark.parametrize(("name", "choice"), [("none", "0"), ("wecom_same_token", "2"), ("__class__", "0")])
async def test_a_switch_that_does_not_exist_is_not_found(screen, name, choice):
    assert (await screen.post("/switch", switch=name, choice=choice))[0] == 404


async def test_the_programmes_clock_is_shown(screen):
    page = await screen.page()

    assert "2024年5月20日 星期一" in page
    assert ">09:00:00</time>" in page
    # What the wall shows, as if it were UTC: 2024-05-20T09:00:00Z.
    assert 'data-wall="1716195600000"' in page


@pytest.mark.parametrize(
    ("fields", "moment", "notice"),
    [
        ({"step": "hour"}, MONDAY + timedelta(hours=1), "现在是 2024年5月20日 10:00。"),
        ({"step": "day"}, MONDAY + timedelta(days=1), "现在是 2024年5月21日 09:00。"),
        (
            {"moment": "2024-05-30T08:00:00+08:00"},
            datetime(2024, 5, 30, 8, tzinfo=SHANGHAI),
            "现在是 2024年5月30日 08:00。",
        ),
        (
            {"moment": "2024-07-01T07:30"},
            datetime(2024, 7, 1, 7, 30, tzinfo=SHANGHAI),
            "现在是 2024年7月1日 07:30。",
        ),
        (
            {"moment": "2024-05-19T23:00:00+00:00"},
            datetime(2024, 5, 20, 7, tzinfo=SHANGHAI),
            "现在是 2024年5月20日 07:00。时间拨回去了：已经发生的事不会消失，只是日期按新的算。",
        ),
    ],
)
async def test_the_programme_jumps_to_another_day(screen, programme, fields, moment, notice):
    status, told = await screen.live("/clock", **fields)

    assert (status, told["notice"]) == (200, notice)
    assert programme.moment == moment
    assert programme.moment.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("", "请选一个日期和时间。"),
        ("明天", "请选一个日期和时间。"),
        ("1999-12-31T00:00", "请选 2000 年到 2099 年之间的时间。"),
        ("9999-12-31T23:59", "请选 2000 年到 2099 年之间的时间。"),
    ],
)
async def test_a_moment_that_is_none_is_told(screen, programme, moment, sentence):
    assert (await screen.live("/clock", moment=moment)) == (400, {"notice": sentence, "wrong": True})
    assert programme.moment == MONDAY


async def test_the_moments_of_the_programme_can_be_chosen(screen):
    page = await screen.page()

    assert '<button name="moment" value="2024-05-30T08:00:00+08:00">5月30日 8:00（软截止日）</button>' in page


async def test_the_wire_lists_the_newest_first_and_shows_everything_about_one(screen):
    await screen.post("/say", **seat(), text="我的学时", to_bot="1")
    await screen.post("/say", **seat(), text="还差什么", to_bot="1")

    page = await screen.page(panel="wire")
    rows = re.search(r'<ol class="wire".*?</ol>', page, re.DOTALL)[0]
    detail = await screen.read("/wire/1")

    assert re.findall(r'<li data-number="(\d+)"', rows) == ["2", "1"]
    assert "POST /wecom/callback?nonce=1" in detail
    assert "平台发给机器人" in detail
    assert "{&#34;encrypt&#34;:&#34;c2VhbGVk&#34;}" in detail
    assert "{\n  &#34;text&#34;: &#34;我的学时&#34;\n}" in detail
    assert "{\n  &#34;ok&#34;: true\n}" in detail


def exchange(**more):
    return Exchange(
        at_ms=1_716_166_800_000, towards=Towards.BOT, name="wecom.callback", method="POST", url="/x", **more
    )


def test_a_row_says_how_it_went():
    good, bad, open_ = exchange(status=200, took_ms=12.3), exchange(), exchange(fault="slow", status=502)

    assert (row_of(good).mood, row_of(good).status, row_of(good).took) == ("good", "200", "12 ms")
    assert (row_of(bad).mood, row_of(bad).status, row_of(bad).took) == ("bad", "没有应答", "")
    assert (row_of(open_).mood, row_of(open_).fault, row_of(open_).time) == ("bad", "变慢", "09:00:00")


def test_a_frame_of_a_connection_has_no_answer_to_wait_for():
    frame = exchange()
    frame.method = "WS"

    assert (row_of(frame).mood, row_of(frame).status) == ("open", "已送出")


def test_what_is_already_readable_stands_there_once():
    parts = parts_of(exchange(body="plain words", answer="{}"))

    assert [(part.title, part.text, part.folded) for part in parts] == [
        ("正文", "plain words", False),
        ("应答", "{}", False),
    ]


def test_the_raw_form_is_folded_below_the_readable_one():
    sealed = exchange(
        body="<xml><Encrypt>c2VhbGVk</Encrypt></xml>", opened="<xml><Content>好</Content></xml>"
    )

    assert [(part.title, part.folded) for part in parts_of(sealed)] == [
        ("正文（解密以后）", False),
        ("正文（线上的原样）", True),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a":{"b":"学时"}}', json.dumps({"a": {"b": "学时"}}, ensure_ascii=False, indent=2)),
        ("<xml><A><![CDATA[1<2]]></A></xml>", "<xml>\n  <A><![CDATA[1<2]]></A>\n</xml>"),
        ("<xml><A>broken", "<xml><A>broken"),
        ('<xml><!DOCTYPE a [<!ENTITY e "x">]></xml>', '<xml><!DOCTYPE a [<!ENTITY e "x">]></xml>'),
        ("{not json", "{not json"),
        ("", ""),
        ("（12 字节，不是文字）", "（12 字节，不是文字）"),
    ],
)
def test_bodies_are_indented_where_they_can_be_read(text, shown):
    assert pretty(text) == shown
