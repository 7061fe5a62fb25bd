"""What the AI bot is told, field by field."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import DECLARED, OWN_MESSAGE, UNDOCUMENTED, Ignored, Unreadable
from bot.platforms.wecom.aibot.messages import (
    Disconnected,
    Entered,
    Refresh,
    read_callback,
    tap_of,
    without_name,
)
from bot.platforms.wecom.cards import Tapped
from messages.incoming import Door, IncomingMessage, Kind, Platform

NOW = 1_767_225_601_000
URL = "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC1"
HEAD = {
    "msgid": "CAIQexample001",
    "aibotid": "AIBOT01",
    "chattype": "single",
    "from": {"userid": "T1"},
    "response_url": URL,
}
GROUP = HEAD | {"chatid": "wrEXAMPLEcHaTiD", "chattype": "group"}
TEXT = {"msgtype": "text", "text": {"content": "我的学时"}}
PLAIN = IncomingMessage(
    platform=Platform.WECOM,
    key="aibot/CAIQexample001",
    account="T1",
    chat="",
    kind=Kind.TEXT,
    text="我的学时",
    sent_at=NOW,
    door=Door.AIBOT,
    reply_to="r-1",
)


def read(body, *, name="研修助手", door=Door.AIBOT):
    return read_callback(body, name=name, now_ms=NOW, door=door, req_id="r-1")


def event(kind, **details):
    return HEAD | {"msgtype": "event", "event": {"eventtype": kind, **details}}


def tap(key='["确认〔K7Q2〕","确认换点？"]', **more):
    details = {"card_type": "button_interaction", "event_key": key, "task_id": "t-1", **more}
    return event("template_card_event", template_card_event=details)


def test_a_private_text_is_a_message_of_its_sender():
    assert read(HEAD | TEXT) == PLAIN


def test_in_callback_mode_a_message_may_be_answered_for_an_hour():
    said = read(HEAD | TEXT, door=Door.AIBOT_CALLBACK)
    assert (said.door, said.reply_url, said.reply_url_expires) == (Door.AIBOT_CALLBACK, URL, NOW + 3_600_000)


def test_a_groups_id_keeps_its_case_and_the_text_loses_the_name():
    said = read(GROUP | {"msgtype": "text", "text": {"content": "@研修助手 本校进度"}})
    assert (said.chat, said.text) == ("wrEXAMPLEcHaTiD", "本校进度")


def test_what_is_not_marked_as_single_is_a_group():
    for body in (HEAD | {"chattype": None}, HEAD | {"chattype": "group"}, HEAD | {"chattype": "blackboard"}):
        assert read(body | TEXT).chat == "unnamed"


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("@研修 助手 我的学时", "研修 助手", "我的学时"),
        ("@研修 助手\u00a0我的学时", "研修 助手", "我的学时"),
        ("@研修 助手\u2005我的学时", "研修 助手", "我的学时"),
        (" @研修助手\u2009\u3000我的学时 ", "研修助手", "我的学时"),
        ("@研修助手我的学时", "研修助手", "我的学时"),
        ("@研修助手", "研修助手", ""),
        ("我的学时 @研修助手", "研修助手", "我的学时"),
        ("@旧名字 我的学时", "研修助手", "我的学时"),
        ("@研修助手 我的学时", "", "我的学时"),
        ("@研修助手\u2005我的学时", "", "我的学时"),
        ("@研修助手", "", ""),
        ("我的学时 @张三", "", "我的学时 @张三"),
        ("发到 a@b 了", "研修助手", "发到 a@b 了"),
    ],
)
def test_the_bots_name_is_no_part_of_what_was_said(text, name, said):
    assert without_name(text, name) == said


def test_in_private_an_at_stays():
    assert read(HEAD | {"msgtype": "text", "text": {"content": "@研修助手 你好"}}).text == "@研修助手 你好"


def test_a_quote_is_not_what_the_sender_says():
    quote = {"quote": {"msgtype": "text", "text": {"content": "全部通过"}}}
    assert read(HEAD | TEXT | quote) == PLAIN


def test_mixed_is_its_text():
    items = [
        {"msgtype": "text", "text": {"content": "@研修助手 提交 A5"}},
        {"msgtype": "image", "image": {"url": "https://x/1"}},
        {"msgtype": "text", "text": {"content": "第二段"}},
    ]
    said = read(GROUP | {"msgtype": "mixed", "mixed": {"msg_item": items}})
    assert (said.kind, said.text) == (Kind.TEXT, "提交 A5\n第二段")
    only = read(GROUP | {"msgtype": "mixed", "mixed": {"msg_item": items[1:2]}})
    assert (only.kind, only.text) == (Kind.IMAGE, "")


def test_a_voice_is_what_was_recognised():
    said = read(HEAD | {"msgtype": "voice", "voice": {"content": "我的学时。"}})
    assert (said.kind, said.text, said.spoken) == (Kind.TEXT, "我的学时。", True)
    silent = read(HEAD | {"msgtype": "voice", "voice": {"content": " "}})
    assert (silent.kind, silent.text, silent.spoken) == (Kind.VOICE, "", False)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ({"url": "https://f/a/%E5%AD%A6%E6%97%B6.xlsx?sign=1", "aeskey": "k"}, "学时.xlsx"),
        ({"url": "https://f/d?x=1", "aeskey": "k", "name": "C:\\表\\学时.xlsx"}, "学时.xlsx"),
        ({"url": "https://[bad/", "aeskey": "k"}, ""),
    ],
)
def test_a_file_says_what_it_is_called_and_how_it_is_fetched(part, name):
    said = read(HEAD | {"msgtype": "file", "file": part})
    assert (said.kind, said.text, said.file_name) == (Kind.FILE, "", name)
    assert (said.file_at, said.file_key) == (part["url"], "k")


@pytest.mark.parametrize(
    ("msgtype", "kind"), [("image", Kind.IMAGE), ("video", Kind.VIDEO), ("new", Kind.OTHER)]
)
def test_other_kinds(msgtype, kind):
    said = read(HEAD | {"msgtype": msgtype, msgtype: {"url": "https://f/1"}})
    assert (said.kind, said.text) == (kind, "")


def test_events_have_their_own_types():
    joined = replace(PLAIN, kind=Kind.JOINED, text="")
    assert read(event("enter_chat")) == Entered(account="T1", chat="", req_id="r-1", message=joined)
    assert read({"msgtype": "event", "event": {"eventtype": "disconnected_event"}}) == Disconnected()
    assert read(event("feedback_event", feedback_event={"id": "f"})) == Ignored(DECLARED, "feedback_event")
    assert read(event("brand_new\n")) == Ignored(UNDOCUMENTED, "brand_new")
    assert read({"msgid": "m", "msgtype": "stream", "stream": {"id": "s-1"}}) == Refresh(stream_id="s-1")


def test_a_tap_says_its_words_and_knows_its_card():
    said = read(tap())
    assert (said.text, said.tapped, said.card, said.kind) == ("确认〔K7Q2〕", True, "t-1", Kind.TEXT)
    assert tap_of(tap()) == Tapped(says="确认〔K7Q2〕", about="确认换点？")


def test_a_vote_says_what_was_picked():
    items = [{"question_key": "picked", "option_ids": {"option_id": ["A5", "B2"]}}]
    assert read(tap('["选点","选三个点",1]', selected_items={"selected_item": items})).text == "选点 A5 B2"


def test_a_tap_on_a_card_that_is_none_of_ours_is_left_alone():
    assert read(tap("swap_ok")) == Ignored(DECLARED, "template_card_event")


def test_the_bot_does_not_hear_itself():
    assert read(HEAD | TEXT | {"from": {"userid": "AIBOT01"}}) == Ignored(OWN_MESSAGE)


@pytest.mark.parametrize(
    "body",
    [
        HEAD | TEXT | {"from": {"userid": "x" * 65}},
        GROUP | TEXT | {"chatid": "x" * 129},
        tap()
        | {
            "event": tap()["event"]
            | {"template_card_event": tap(task_id="x" * 129)["event"]["template_card_event"]}
        },
        HEAD | TEXT | {"from": None},
        HEAD,
    ],
    ids=["account", "chat", "card", "nobody", "no type"],
)
def test_what_no_column_holds_is_unreadable(body):
    with pytest.raises(Unreadable):
        read(body)


def test_without_an_id_the_content_tells_messages_apart():
    bare = {name: value for name, value in (HEAD | TEXT).items() if name != "msgid"}
    first, second = read(bare), read(bare | {"text": {"content": "别的"}})
    assert first.key == read(bare).key != second.key
    assert len(read(HEAD | TEXT | {"msgid": "x" * 5000}).key) == len("aibot/") + 64


def test_the_platforms_own_time_counts():
    assert read(HEAD | TEXT | {"create_time": 1_767_225_600}).sent_at == 1_767_225_600_000
    for odd in (True, "1", -1, 10**20, None, 1.5):
        assert read(HEAD | TEXT | {"create_time": odd}).sent_at == NOW


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_BODIES = [
    HEAD | TEXT,
    GROUP | TEXT,
    tap(),
    event("enter_chat"),
    HEAD | {"msgtype": "file", "file": {"url": "u"}},
]


def _spoilt(body, path, odd):
    if not path or not isinstance(body, dict) or not body:
        return odd
    name = sorted(body)[path[0] % len(body)]
    return {**body, name: _spoilt(body[name], path[1:], odd)}


@given(st.sampled_from(_BODIES), st.lists(st.integers(0, 9), min_size=1, max_size=4), _ANYTHING)
def test_any_field_may_be_of_any_type(body, path, odd):
    try:
        said = read(_spoilt(body, path, odd))
    except Unreadable:
        return
    if isinstance(said, IncomingMessage):
        assert 0 < len(said.account) <= 64
        assert len(said.chat) <= 128
        f"{said.key}{said.text}{said.chat}{said.account}".encode()


@given(
    st.dictionaries(
        st.sampled_from([*HEAD, "msgtype", "text", "event", "mixed", "file", "chatid"]), _ANYTHING
    )
)
def test_nothing_is_a_surprise(body):
    with suppress(Unreadable):
        read(body)
