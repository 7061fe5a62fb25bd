"""Interactive cards: what is on one, what a tap says, and that nothing that a stranger sends is an error."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.dingtalk.cards import change, params_of, read_tap, settled, track_id, verify
from bot.platforms.errors import Forged, Ignored, Unreadable
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Buttons, Choice, Style

NOW = 1_700_000_000_000
TRACK = track_id("2fb99e90577d5f32", "", "T1")
IN_GROUP = track_id("2fb99e90577d5f32", "cidEXAMPLE==", "T1")
BUTTONS = Buttons(
    about="确认换点？",
    choices=(
        Choice(label="确认", says="确认〔K7Q2〕", style=Style.MAIN),
        Choice(label="取消", says="取消〔K7Q2〕"),
    ),
)


def said(track=TRACK, **changes):
    content = {"cardPrivateData": {"actionIds": ["1"], "params": {"says": "确认〔K7Q2〕"}}}
    body = {
        "type": "actionCallback",
        "outTrackId": track,
        "userId": "T1",
        "userIdType": 1,
        "spaceId": "cidEXAMPLE==",
        "spaceType": "IM",
        "content": json.dumps(content),
        **changes,
    }
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()


def test_the_variables_of_a_new_card():
    assert params_of(BUTTONS) == {
        "title": "确认换点？",
        "text": "",
        "buttons": '[{"text":"确认","actionId":"1","params":{"says":"确认〔K7Q2〕"},"style":"primary"},'
        '{"text":"取消","actionId":"2","params":{"says":"取消〔K7Q2〕"},"style":"default"}]',
    }


def test_what_has_no_room_on_a_card_is_none():
    assert params_of(Buttons(about="?", choices=(Choice(label="确认", says="确" * 340),))) is None
    assert params_of(Buttons(about="?")) is None


def test_a_tap_in_private_is_a_message():
    tap = read_tap(said(), NOW)
    assert tap.own
    assert tap.message == IncomingMessage(
        platform=Platform.DINGTALK,
        key=f"card/{TRACK}/T1/1",
        account="T1",
        chat="",
        kind=Kind.TEXT,
        text="确认〔K7Q2〕",
        sent_at=NOW,
        door=Door.DINGTALK_STREAM,
        tapped=True,
        card=TRACK,
    )


def test_a_tap_in_a_group_belongs_to_the_group_and_perhaps_to_somebody_else():
    tap = read_tap(said(IN_GROUP, userId="T2"), NOW)
    assert (tap.message.chat, tap.message.account, tap.own) == ("cidEXAMPLE==", "T2", False)


def test_the_other_page_names_the_parts_differently():
    value = {"cardPrivateData": {"actionIds": ["1"]}, "params": {"says": "确认〔K7Q2〕"}}
    other = read_tap(said(content=None, value=json.dumps(value)), NOW)
    assert other == read_tap(said(), NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"outTrackId": "somebody-elses-card"},
        {"outTrackId": None},
        {"userId": None},
        {"userIdType": 2},
        {"content": "{"},
        {"content": '{"cardPrivateData":{"actionIds":["1"],"params":{}}}'},
        {"outTrackId": IN_GROUP, "spaceId": None},
    ],
)
def test_what_is_no_button_of_ours_is_ignored(changes):
    assert isinstance(read_tap(said(**changes), NOW), Ignored)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
def test_what_is_no_callback_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_tap(body, NOW)


def test_an_id_that_no_table_takes_is_unreadable():
    with pytest.raises(Unreadable):
        read_tap(said(userId="x" * 65), NOW)


values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.text())
)


@given(
    st.dictionaries(
        st.sampled_from(["outTrackId", "userId", "userIdType", "spaceId", "content", "value"]), values
    )
)
def test_no_field_of_another_type_is_ever_an_error(changes):
    body = {**json.loads(said()), **changes}
    with contextlib.suppress(Unreadable):
        read_tap(json.dumps(body).encode(), NOW)


def test_an_outcome_is_its_first_line_and_never_markup():
    assert settled("### 已换成 [A7](x)\n\n- 下一步") == {"text": "已换成 ［A7］(x)", "buttons": "[]"}
    assert len(settled("𠀀" * 500)["text"].encode()) <= 1024
    assert change({"buttons": "[]"}) == {
        "cardData": {"cardParamMap": {"buttons": "[]"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }


def test_the_published_signature_is_taken_and_no_other():
    sign = "w5yasVoE0C5W/x7zrNW8ReAk8FfqvWC8eTrZdsewFR4="
    verify("card-api-secret", "1700000000000", sign, NOW)
    for wrong in (
        (None, sign),
        ("1700000000000", None),
        ("x", sign),
        ("1700000000001", sign),
        ("1700000000000", "é"),
    ):
        with pytest.raises(Forged):
            verify("card-api-secret", *wrong, NOW)
    with pytest.raises(Forged) as stale:
        verify("card-api-secret", "1700000000000", sign, NOW + 3_600_000)
    assert stale.value.skew_s == 3_600
