"""What people do on the page, with and without its script."""

import asyncio
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Said, SaidKind
from bot.tenant.transcript import Author, Button, Does, Drawn
from tests.tenant.page.platforms import BOT, drawn
from tests.tenant.page.reading import seat
from tests.tenant.page.test_looking import said

APP = Chat(Platform.WECOM, Room.APP, "t1")
GROUP = Chat(Platform.WECOM, Room.GROUP, "wrGroup1")


def texts(tenant, chat=APP):
    return [shown.drawn.text for shown in tenant.transcript.of(chat)]


async def until(true):
    """Deliveries run beside the request."""
    for _ in range(10_000):
        if true():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came")


async def test_a_form_without_script_comes_back_with_the_answer(screen):
    status, page = await screen.post("/say", **seat(), text="我的学时", to_bot="1")

    assert status == 200
    assert said(page) == ["我的学时", "你有 18.5 学时。"]


async def test_the_way_back_leads_to_the_same_people_and_chats(http):
    back = "wecom=T1&wecom_chat=wecom%3Agroup%3AwrGroup1&dingtalk=T2&panel=wire"
    fields = {**seat(chat="wecom:group:wrGroup1"), "back": back, "text": "大家好"}

    answer = await http.post("/say", data=fields, allow_redirects=False)

    assert answer.status == 303
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == parse_qs(back)


async def test_the_way_back_never_leads_elsewhere(http):
    fields = {**seat(), "back": "https://evil.example/", "text": "在吗", "to_bot": "1"}

    answer = await http.post("/say", data=fields, allow_redirects=False)

    assert answer.headers["Location"] == "/"


async def test_saying_returns_before_the_bot_has_answered(screen, sides, tenant):
    sides.wecom.pause = asyncio.Event()

    status, told = await screen.live("/say", **seat(), text="我的学时", to_bot="1")

    assert (status, told) == (200, {"notice": "", "draft": ""})
    await until(lambda: texts(tenant) == ["我的学时"])
    assert "对方正在输入" in await screen.page()
    sides.wecom.pause.set()
    await until(lambda: texts(tenant) == ["我的学时", "你有 18.5 学时。"])


async def test_in_a_group_the_bot_hears_what_mentions_it(screen, sides):
    await screen.post("/say", **seat(chat="wecom:group:wrGroup1"), text="帮助", to_bot="1")
    await screen.post("/say", **seat(chat="wecom:group:wrGroup1"), text="大家好")

    assert [done[3] for done in sides.wecom.done] == [
        Said(text="帮助", to_bot=True),
        Said(text="大家好", to_bot=False),
    ]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image", "课堂照片（示例）.png"),
        ("file", "教学设计（示例）.txt"),
        ("voice", "voice.amr"),
        ("location", ""),
    ],
)
async def test_other_kinds_are_sent_with_a_sample(screen, sides, kind, name):
    await screen.post("/say", **seat(), kind=kind, text="", to_bot="1")

    sent = sides.wecom.done[0][3]
    assert (sent.kind, sent.file_name) == (SaidKind(kind), name)
    assert bool(sent.content) == bool(name)


async def test_a_spreadsheet_of_hours_is_sent_with_people_of_the_place(screen, sides):
    await screen.post("/say", **seat(), kind="spreadsheet", text="", to_bot="1")

    sent = sides.wecom.done[0][3]
    assert (sent.kind, sent.file_name) == (SaidKind.FILE, "线上学时（示例）.csv")
    title, day, header, first, *_ = sent.content.decode("utf-8-sig").splitlines()
    assert (title, header) == ("线上学时（示例）", "姓名,人员编号,获得学时")
    assert re.fullmatch(r"统计时间：20\d\d年\d{1,2}月\d{1,2}日", day)
    assert re.fullmatch(r"[^,]+,[^,]+,25", first)


async def test_a_voice_says_what_stands_in_the_entry(screen, sides):
    await screen.post("/say", **seat(), kind="voice", text="我还差啥", to_bot="1")
    await screen.post("/say", **seat(), kind="voice", text="", to_bot="1")

    assert [done[3].text for done in sides.wecom.done] == ["我还差啥", "我还差几个学时"]


async def test_a_picture_is_shown_as_a_picture(screen, http):
    _, page = await screen.post("/say", **seat(), kind="image", to_bot="1")

    address = re.search(r'<img class="photo" src="([^"]*)"', page)[1]
    answer = await http.get(address)
    assert answer.content_type == "image/png"
    assert (await answer.read()).startswith(b"\x89PNG\r\n\x1a\n")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


async def test_an_empty_message_is_not_sent(screen, sides):
    status, told = await screen.live("/say", **seat(), text="  \n ", to_bot="1")

    assert (status, told["notice"]) == (400, "先写一句话，再发送。")
    assert sides.wecom.done == []


async def test_a_message_that_is_too_long_is_not_sent(screen, sides):
    status, page = await screen.post("/say", **seat(), text="学" * 5001, to_bot="1")

    assert status == 400
    assert "一次最多发 5000 个字，请分几次发送。" in page
    assert sides.wecom.done == []


@pytest.mark.parametrize(
    ("heard", "note"),
    [
        (Heard(Outcome.UNHEARD, "五秒里没有应答。"), "五秒里没有应答。"),
        (Heard(Outcome.UNHEARD), "机器人没有及时应答，平台已经不再重发。"),
        (Heard(Outcome.REFUSED), "机器人收到了，但每次都回了错误。"),
        (Heard(Outcome.NO_BOT), ""),  # nobody was spoken to
        (Heard(Outcome.ACKNOWLEDGED, "好"), ""),
    ],
)
async def test_a_message_that_nobody_heard_says_why(screen, sides, tenant, heard, note):
    sides.wecom.heard = heard

    await screen.post("/say", **seat(), text="在吗", to_bot="1")

    assert tenant.transcript.of(APP)[0].note == note


async def test_what_the_platform_has_remarked_itself_stays(screen, sides, tenant):
    sides.wecom.heard, sides.wecom.note = Heard(Outcome.UNHEARD, "另一句"), "平台自己的话"

    await screen.post("/say", **seat(), text="在吗", to_bot="1")

    assert tenant.transcript.of(APP)[0].note == "平台自己的话"


async def test_a_button_is_pressed_with_what_was_chosen(screen, sides, tenant):
    card = Drawn(kind="card", text="", html="", wire={}, buttons=(Button("通过", Does.PRESS, "pass"),))
    shown = tenant.transcript.post(APP, card, BOT, at_ms=0)

    fields = [*seat().items(), ("number", str(shown.number)), ("choice.grade", "2")]
    fields += [("choice.why", "a"), ("choice.why", "b"), ("key", "pass")]
    async with screen.http.post("/press", data=fields) as answer:
        assert answer.status == 200

    assert sides.wecom.done == [("presses", "T1", shown.number, "pass", {"grade": ("2",), "why": ("a", "b")})]


@pytest.mark.parametrize("place", ["buttons", "links"])
async def test_a_link_that_says_something_lets_the_person_say_it(screen, sides, tenant, place):
    card = Drawn(kind="card", text="", html="", wire={}, **{place: (Button("选", Does.SAY, "选点 A5"),)})
    shown = tenant.transcript.post(APP, card, BOT, at_ms=0)

    await screen.live("/press", **seat(), number=str(shown.number), key="选点 A5")
    await until(lambda: sides.wecom.done)

    assert sides.wecom.done[0][3] == Said(text="选点 A5", tapped=True)


@pytest.mark.parametrize(
    ("button", "sentence"),
    [
        (Button("通过", Does.PRESS, "pass", spent=True), "这个按钮已经点过了。"),
        (Button("通过", Does.PRESS, "other"), "这个按钮已经不在了，请看最新的消息。"),
        (Button("打开", Does.OPEN, "pass"), "这个按钮已经不在了，请看最新的消息。"),
    ],
)
async def test_a_button_that_is_gone_is_not_pressed(screen, sides, tenant, button, sentence):
    card = Drawn(kind="card", text="", html="", wire={}, buttons=(button,))
    shown = tenant.transcript.post(APP, card, BOT, at_ms=0)

    status, told = await screen.live("/press", **seat(), number=str(shown.number), key="pass")

    assert (status, told) == (400, {"notice": sentence, "wrong": True})
    assert sides.wecom.done == []


async def test_an_own_message_can_be_delivered_once_more(screen, sides, tenant):
    own = tenant.transcript.post(APP, drawn("我的学时"), Author("示例甲", "T1"), at_ms=0)
    theirs = tenant.transcript.post(APP, drawn("18.5 学时"), BOT, at_ms=0)

    status, _ = await screen.post("/repeat", **seat(), number=str(own.number))
    other_status, _ = await screen.post("/repeat", **seat(), number=str(theirs.number))

    assert (status, other_status) == (200, 404)
    assert sides.wecom.done == [("repeats", own.number)]


async def test_joining_is_told_to_the_platform(screen, sides):
    await screen.post("/join", **seat())

    assert sides.wecom.done == [("joins", "T1")]


async def test_a_binding_code_is_filled_in(screen):
    status, told = await screen.live("/code", **seat())

    assert status == 200
    assert told == {
        "notice": "绑定码领好了，发送“绑定 示例甲 7K3M9QXD”就行。",
        "draft": "绑定 示例甲 7K3M9QXD",
    }


async def test_without_script_the_code_stands_in_the_entry_once(screen):
    _, page = await screen.post("/code", **seat())

    assert page.count(">绑定 示例甲 7K3M9QXD</textarea>") == 1
    assert "7K3M9QXD" not in await screen.page()


async def test_who_gets_no_code_is_told_why(screen):
    status, told = await screen.live("/code", **seat(member="T2", chat="wecom:app:t2"))

    assert (status, told["notice"]) == (200, "花名册里没有这个人，领不到绑定码。")
    assert told["draft"] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"platform": "telegram"},
        {"member": "nobody"},
        {"chat": "wecom:app:t2"},  # somebody else's
        {"chat": ""},
    ],
)
async def test_nobody_speaks_for_others_or_from_nowhere(screen, sides, wrong):
    status, page = await screen.post("/say", **{**seat(), **wrong}, text="在吗", to_bot="1")

    assert status == 404
    assert "这里没有你要找的人或消息。" in page
    assert sides.wecom.done == []


@pytest.mark.parametrize("number", ["", "x", "-1", "²", "9" * 30, "12345"])
async def test_a_number_that_is_none_is_not_found(screen, number):
    assert (await screen.post("/press", **seat(), number=number, key="pass"))[0] == 404


async def test_a_message_of_another_chat_is_not_found(screen, tenant):
    shown = tenant.transcript.post(GROUP, drawn("你好"), Author("示例甲", "T1"), at_ms=0)

    assert (await screen.post("/repeat", **seat(), number=str(shown.number)))[0] == 404


async def test_a_delivery_that_breaks_is_reported_and_ends(screen, sides, tenant):
    reported = []
    asyncio.get_running_loop().set_exception_handler(
        lambda _loop, context: reported.append(context["message"])
    )

    async def broken(*_args):
        raise RuntimeError("broken")

    sides.wecom.joins = broken
    status, _ = await screen.post("/join", **seat())

    assert status == 200
    assert reported == ["a delivery has failed"]
    assert 'role="status" hidden>' in await screen.page()


async def test_a_second_message_is_waited_for_while_the_first_is_only_to_be_sent_again(screen, sides, tenant):
    sides.wecom.pause = asyncio.Event()
    await screen.live("/say", **seat(), text="第一句", to_bot="1")
    await until(lambda: texts(tenant) == ["第一句"])
    tenant.transcript.remark(tenant.transcript.of(APP)[0], "60 秒后再送一次。")
    waiting = 'role="status" hidden>'

    quiet = await screen.page()
    await screen.live("/say", **seat(), text="第二句", to_bot="1")
    await until(lambda: texts(tenant) == ["第一句", "第二句"])
    busy = await screen.page()

    assert (quiet.count(waiting), busy.count(waiting)) == (2, 1)  # of two phones
    sides.wecom.pause.set()
