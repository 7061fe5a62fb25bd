"""The passive reply, opened again as WeCom would open it."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto

from messages.outgoing import NOTHING, Reply


@pytest.fixture(scope="session")
def message(wecom, wecom_request, samples, now_ms):
    return wecom.read(*wecom_request((samples / "wecom" / "text.xml").read_bytes()), now_ms)


def opened(wecom, body):
    """The inner document as WeCom would read it, by another implementation."""
    envelope = {child.tag: child.text for child in ET.fromstring(body)}
    assert list(envelope) == ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
    crypto = WeChatCrypto(wecom.token, wecom.encoding_aes_key, wecom.corp_id)
    document = crypto.decrypt_message(
        body, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"]
    )
    return {child.tag: child.text or "" for child in ET.fromstring(document)}


def test_reply_goes_back_to_the_sender_as_text(wecom, message, now_ms):
    body = wecom.seal(Reply(body="你有 18.5 学时。\n数据截至 2024-05-20"), message, now_ms)
    assert opened(wecom, body) == {
        "ToUserName": "Teacher_Li.01",
        "FromUserName": "wwEXAMPLE000000000",
        "CreateTime": "1767225601",
        "MsgType": "text",
        "Content": "你有 18.5 学时。\n数据截至 2024-05-20",
    }
    assert re.search(rb"<TimeStamp>1767225601</TimeStamp>", body)


def test_silence_is_an_empty_body(wecom, message, now_ms):
    assert wecom.seal(NOTHING, message, now_ms) == b""


@pytest.mark.parametrize(
    "text", ["]]>", "]]]]>>", "<b>&amp;</b>", "]]><MsgType>news</MsgType><![CDATA[", "👩‍🏫"]
)
def test_text_cannot_break_out_of_the_reply(wecom, message, now_ms, text):
    content = opened(wecom, wecom.seal(Reply(body=text), message, now_ms))
    assert content["Content"] == text
    assert content["MsgType"] == "text"


@given(st.text(min_size=1, max_size=300))
def test_any_text_arrives_but_for_what_xml_forbids(wecom, message, now_ms, text):
    content = opened(wecom, wecom.seal(Reply(body=text), message, now_ms))["Content"]
    allowed = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
    assert content == allowed.replace("\r\n", "\n").replace("\r", "\n")  # XML 1.0, section 2.11
