"""Frames as they go over the wire, and whatever comes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom.aibot import frames
from bot.platforms.wecom.aibot.frames import Ack, Callback, ChatType, Cmd, frame, read_frame
from messages.outgoing import Reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_a_push_as_the_document_has_it():
    page = Reply(body="**明日代课**")
    body = frames.push("wrEXAMPLEcHaTiD", ChatType.GROUP, frames.markdown(page))

    assert json.loads(frame(Cmd.PUSH, "push_1", body)) == {
        "cmd": "aibot_send_msg",
        "headers": {"req_id": "push_1"},
        "body": {
            "chatid": "wrEXAMPLEcHaTiD",
            "chat_type": 2,
            "msgtype": "markdown",
            "markdown": {"content": "**明日代课**"},
        },
    }


def test_a_ping_has_no_body():
    assert json.loads(frame(Cmd.PING, "ping_1")) == {"cmd": "ping", "headers": {"req_id": "ping_1"}}


def test_half_a_character_does_not_end_the_connection():
    whole = frame(Cmd.RESPOND, "r", frames.stream("s", "学\ud800时", finish=True))

    assert json.loads(whole)["body"]["stream"]["content"] == "学?时"
    whole.encode()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{"headers":{"req_id":"a"},"errcode":0,"errmsg":"ok"}', Ack("a", 0, {})),
        ('{"headers":{"req_id":"a"},"errcode":0,"body":{"x":1}}', Ack("a", 0, {"x": 1})),
        ('{"cmd":"aibot_msg_callback","headers":{"req_id":"a"}}', Callback("aibot_msg_callback", "a", {})),
        ('{"cmd":"what","headers":null,"body":[]}', Callback("what", "", {})),
        ('{"headers":{"req_id":"a"}}', None),
        ('{"headers":{"req_id":"a"},"errcode":true}', None),
        ('{"errcode":0}', None),
        ("<html>", None),
        ("[]", None),
        ("", None),
        ("[" * 100_000, None),
    ],
)
def test_what_comes_is_read(text, read):
    assert read_frame(text) == read


@given(st.text() | JSON.map(json.dumps))
def test_nothing_that_comes_raises(text):
    read_frame(text)


@given(st.fixed_dictionaries({}, optional={"cmd": JSON, "headers": JSON, "errcode": JSON, "body": JSON}))
def test_no_frame_of_another_form_raises(whole):
    read_frame(json.dumps(whole))


def test_a_stream_has_one_name_for_one_message():
    assert frames.name_for("wecom:1") == frames.name_for("wecom:1") != frames.name_for("wecom:2")
    assert len(frames.name_for("x" * 1000)) == 32
