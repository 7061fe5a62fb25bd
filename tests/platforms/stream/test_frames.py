"""The frames of DingTalk's stream, read as if any field might be missing, and how long is waited for a new one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.dingtalk.stream.connection import Delays, End, Pace
from bot.platforms.dingtalk.stream.frames import (
    TAKEN,
    Ack,
    Code,
    Frame,
    address_in,
    echo,
    read_frame,
    written,
)
from bot.tenant.dingtalk.frames import read_ack

FRAME = {
    "specVersion": "1.0",
    "type": "CALLBACK",
    "headers": {"messageId": "m1", "topic": "/v1.0/im/bot/messages/get", "contentType": "application/json"},
    "data": '{"msgId":"x"}',
}
READ = Frame(kind="CALLBACK", topic="/v1.0/im/bot/messages/get", message_id="m1", data='{"msgId":"x"}')


def test_a_frame_is_read():
    assert read_frame(json.dumps(FRAME)) == READ


def test_one_official_sample_calls_the_headers_header():
    said = {**FRAME, "header": FRAME["headers"]}
    del said["headers"]
    assert read_frame(json.dumps(said)) == READ


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "1", '{"headers": 3}', '{"type": "SYSTEM"}'])
def test_what_is_no_frame_is_none(text):
    assert read_frame(text) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.sampled_from(["type", "headers", "data", "specVersion"]), json_values)
def test_no_field_of_another_type_is_ever_an_error(name, value):
    frame = read_frame(json.dumps({**FRAME, name: value}))
    if frame is not None:
        assert read_ack(written(frame, TAKEN)).message_id == frame.message_id


@given(st.text())
def test_no_text_is_ever_an_error(text):
    read_frame(text)


def test_an_acknowledgement_as_it_goes_over_the_wire():
    assert json.loads(written(READ, TAKEN)) == {
        "code": 200,
        "message": "OK",
        "headers": {"messageId": "m1", "contentType": "application/json"},
        "data": '{"response":null}',
    }
    assert json.loads(written(READ, Ack(code=Code.NOT_FOUND)))["code"] == 404


def test_a_ping_comes_back_as_it_was():
    ping = Frame(kind="SYSTEM", topic="ping", message_id="m2", data='{"opaque": "a b"}')
    assert json.loads(echo(ping))["data"] == '{"opaque": "a b"}'


def test_the_ticket_is_encoded_once():
    address = address_in({"endpoint": "wss://example.com:443/connect", "ticket": "a+b/c=="})
    assert (str(address), address.query["ticket"]) == (
        "wss://example.com/connect?ticket=a%2Bb/c%3D%3D",
        "a+b/c==",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"endpoint": "wss://example.com/connect"},
        {"endpoint": "https://example.com/connect", "ticket": "t"},
        {"endpoint": "wss://[", "ticket": "t"},
        {"endpoint": 3, "ticket": "t"},
        {"endpoint": "wss://example.com/connect", "ticket": ""},
    ],
)
def test_without_an_address_or_a_ticket_there_is_nowhere_to_go(fields):
    assert address_in(fields) is None


def test_a_frame_shows_no_words_in_a_log():
    assert repr(READ) == "Frame(kind='CALLBACK', topic='/v1.0/im/bot/messages/get')"


class TestDelays:
    @pytest.fixture
    def delays(self):
        return Delays(Pace())

    def test_asked_to_leave_it_goes_at_once(self, delays):
        assert delays.after(End.ASKED, 3_600) == 0

    def test_asked_to_leave_again_and_again_it_slows_down(self, delays):
        assert [delays.after(End.ASKED, 0.1) for _ in range(4)] == [1, 2, 4, 5]

    def test_a_cut_costs_little_and_a_refusal_up_to_a_minute(self, delays):
        assert [delays.after(End.CUT, 2) for _ in range(5)] == [1, 2, 4, 5, 5]
        assert [delays.after(End.REFUSED, 0) for _ in range(3)] == [32, 60, 60]

    def test_wrong_credentials_are_tried_every_ten_minutes(self, delays):
        assert [delays.after(End.CREDENTIALS, 0) for _ in range(6)] == [60, 120, 240, 480, 600, 600]

    def test_a_steady_minute_forgives_everything(self, delays):
        for _ in range(20):
            delays.after(End.REFUSED, 0)
        assert delays.after(End.CUT, 60) == 1
