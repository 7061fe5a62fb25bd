"""Whatever is changed in a request, the doors refuse it or read it: no other exception ever comes out."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.errors import Forged, Ignored, Unreadable
from messages.incoming import IncomingMessage
from messages.outgoing import Reply

edits = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(min_size=1, max_size=8)),
    min_size=1,
    max_size=6,
)
# queries and headers may hold any code point, half surrogate pairs included
any_text = st.none() | st.text(alphabet=st.characters(), max_size=50)
any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(alphabet=st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def mutated(data, changes):
    """`data` with pieces replaced, removed or put in at these places (modulo its length)."""
    for place, length, new in changes:
        at = place % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


def assert_storable(message):
    """What both databases and every encoder take."""
    for text in (
        message.key,
        message.account,
        message.chat,
        message.text,
        message.sender_name,
        message.reply_url,
    ):
        assert "\0" not in text
        assert text.encode().decode() == text
    assert 0 < len(message.key) <= 200
    assert len(message.account) <= 64
    assert len(message.chat) <= 128
    assert 0 <= message.sent_at < 2**63
    assert 0 <= message.reply_url_expires < 2**63


@given(edits)
def test_mutated_wecom_envelope_is_refused_or_read(wecom, wecom_request, samples, now_ms, changes):
    *query, body = wecom_request((samples / "wecom" / "text.xml").read_bytes())
    with suppress(Forged, Unreadable):
        # let in only when what was changed is neither signed nor used
        assert wecom.read(*query, mutated(body, changes), now_ms).account == "Teacher_Li.01"


@given(
    st.tuples(edits, st.sampled_from(["text", "text_no_cdata", "link", "event_click", "event_template_card"]))
)
def test_mutated_wecom_document_is_read_or_unreadable(wecom, wecom_request, samples, now_ms, mutation):
    changes, name = mutation
    document = mutated((samples / "wecom" / f"{name}.xml").read_bytes(), changes)
    with suppress(Unreadable):
        result = wecom.read(*wecom_request(document), now_ms)
        if isinstance(result, IncomingMessage):
            assert_storable(result)
            assert wecom.seal(Reply(body="好"), result, now_ms)


@given(edits)
def test_mutated_wecom_ciphertext_is_read_or_unreadable(wecom, wecom_signed, samples, now_ms, changes):
    document = (samples / "wecom" / "text.xml").read_bytes()
    encrypt = mutated(wecom.cipher.encrypt(document).encode(), changes).decode("ascii", "replace")
    body = f"<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>".encode()
    # XML reads a carriage return as a new line, so the two signatures would differ
    signed = wecom_signed(encrypt.replace("\r\n", "\n").replace("\r", "\n"))
    with suppress(Unreadable):
        assert isinstance(wecom.read(*signed, body, now_ms), (IncomingMessage, Ignored))


@given(st.tuples(any_text, any_text, any_text), st.binary(max_size=300))
def test_anything_at_all_is_turned_away_by_wecom(wecom, now_ms, query, body):
    with pytest.raises((Forged, Unreadable)):
        wecom.read(*query, body, now_ms)


@given(st.tuples(any_text, any_text), st.binary(max_size=300))
def test_anything_at_all_is_turned_away_by_dingtalk(dingtalk, now_ms, headers, body):
    with pytest.raises(Forged):
        dingtalk.read(*headers, body, now_ms)


@given(st.tuples(edits, st.sampled_from(["text_group", "rich_text", "audio_heard", "quota", "text_reply"])))
def test_mutated_dingtalk_body_is_read_or_unreadable(dingtalk, dingtalk_signed, samples, now_ms, mutation):
    changes, name = mutation
    body = mutated((samples / "dingtalk" / f"{name}.json").read_bytes(), changes)
    with suppress(Unreadable):
        result = dingtalk.read(*dingtalk_signed(), body, now_ms)
        if isinstance(result, IncomingMessage):
            assert_storable(result)


@given(st.data())
def test_dingtalk_fields_of_any_type_are_read_or_unreadable(dingtalk, samples, now_ms, data):
    name = data.draw(st.sampled_from(["text_group", "rich_text", "audio_heard", "file"]))
    fields = json.loads((samples / "dingtalk" / f"{name}.json").read_bytes())
    for field in data.draw(st.lists(st.sampled_from([*fields, "content", "text", "errCode"]), max_size=4)):
        fields[field] = data.draw(any_json)
    with suppress(Unreadable):
        result = dingtalk.parse(json.dumps(fields).encode(), now_ms)
        if isinstance(result, IncomingMessage):
            assert_storable(result)


@given(st.lists(any_json, max_size=4))
def test_dingtalk_rich_text_of_any_type_is_read(dingtalk, samples, now_ms, runs):
    fields = json.loads((samples / "dingtalk" / "rich_text.json").read_bytes())
    fields["content"]["richText"] = [*runs, {"text": "提交"}]
    with suppress(Unreadable):  # a number beyond what JSON readers take
        assert dingtalk.parse(json.dumps(fields).encode(), now_ms).text.endswith("提交")
