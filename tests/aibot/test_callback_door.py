"""The AI bot's callback address: the whole of what is read and of what is answered."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import Forged, Unreadable
from bot.platforms.wecom.aibot import callback
from bot.platforms.wecom.aibot.callback import AibotDoor, Sealing
from bot.platforms.wecom.cards import Tapped, settled_card
from bot.platforms.wecom.crypto import Cipher, signature
from messages.outgoing import Buttons, Choice, Reply
from tests.kit.aibot import AES, TOKEN

NOW = 1_767_225_601_000
DOOR = AibotDoor("研修助手", TOKEN, AES)
CIPHER = Cipher(AES, "")
REPLY = Reply(
    body="### 学时\n\n18.5",
    markdown=True,
    buttons=Buttons(about="下一步", choices=(Choice(label="推荐选点", says="推荐选点"),)),
)
CARD = {
    "card_type": "button_interaction",
    "main_title": {"title": "下一步"},
    "task_id": "t-1",
    "button_list": [{"text": "推荐选点", "style": 2, "key": '["推荐选点","下一步"]'}],
}


def signed(encrypt, stamp=str(NOW // 1000), nonce="n"):
    return {
        "msg_signature": signature(TOKEN, stamp, nonce, encrypt),
        "timestamp": stamp,
        "nonce": nonce,
    }


def request(plain):
    encrypt = CIPHER.encrypt(plain)
    return signed(encrypt), json.dumps({"encrypt": encrypt}).encode()


def test_the_url_check_is_answered_with_the_bare_text():
    echo = CIPHER.encrypt(b"1616140317555161061")
    assert DOOR.verify_url({**signed(echo), "echostr": echo}, NOW) == b"1616140317555161061"
    with pytest.raises(Forged):
        DOOR.verify_url({**signed(echo), "echostr": echo, "nonce": "other"}, NOW)
    with pytest.raises(Forged):
        DOOR.verify_url({}, NOW)


def test_an_answer_is_sealed_with_the_nonce_of_the_request():
    sealed = json.loads(DOOR.seal({"a": "学"}, Sealing(nonce="n-7", now_ms=NOW)))
    encrypt = sealed.pop("encrypt")
    assert json.loads(CIPHER.decrypt(encrypt)) == {"a": "学"}
    assert sealed == {
        "msgsignature": signature(TOKEN, "1767225601", "n-7", encrypt),
        "timestamp": 1767225601,
        "nonce": "n-7",
    }


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        (
            callback.growing("s", "正在查，请稍等。"),
            {"msgtype": "stream", "stream": {"id": "s", "finish": False, "content": "正在查，请稍等。"}},
        ),
        (
            callback.whole("s", REPLY),
            {"msgtype": "stream", "stream": {"id": "s", "finish": True, "content": "### 学时\n\n18.5"}},
        ),
        (
            callback.whole_with_card("s", REPLY, "t-1"),
            {
                "msgtype": "stream_with_template_card",
                "stream": {"id": "s", "finish": True, "content": "### 学时\n\n18.5"},
                "template_card": CARD,
            },
        ),
        (
            callback.whole_with_card("s", Reply(body="好"), "t-1"),
            {"msgtype": "stream", "stream": {"id": "s", "finish": True, "content": "好"}},
        ),
        (callback.greeting(Reply(body="你好")), {"msgtype": "text", "text": {"content": "你好"}}),
        (
            callback.update(settled_card(Tapped(says="确认", about="换点？"), "t-1", "换好了。")),
            {
                "response_type": "update_template_card",
                "template_card": {
                    "card_type": "button_interaction",
                    "main_title": {"title": "换点？"},
                    "task_id": "t-1",
                    "sub_title_text": "换好了。",
                    "button_list": [{"text": "已点过", "style": 2, "key": "spent"}],
                    "replace_text": "已点过",
                },
            },
        ),
        (callback.later(REPLY), {"msgtype": "markdown", "markdown": {"content": "### 学时\n\n18.5"}}),
        (callback.later_card(CARD), {"msgtype": "template_card", "template_card": CARD}),
    ],
    ids=["growing", "whole", "with card", "no card", "greeting", "update", "later", "later card"],
)
def test_what_is_said(plain, expected):
    assert plain == expected


@given(st.binary(max_size=300))
def test_no_body_is_a_surprise(body):
    for query, sent in (({}, body), (signed("x"), body), request(body)):
        with pytest.raises((Forged, Unreadable)):
            DOOR.read(query, sent, NOW)
