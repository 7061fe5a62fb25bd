"""What the DingTalk door lets in, what it turns away, and what it answers."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.errors import Forged, Ignored, Unreadable
from messages.incoming import IncomingMessage, Kind, Platform
from messages.outgoing import NOTHING, Reply

SENT_AT = 1_767_225_600_000


@pytest.fixture(scope="session")
def sample(samples):
    return lambda name: json.loads((samples / "dingtalk" / f"{name}.json").read_bytes())


@pytest.fixture(scope="session")
def parse(dingtalk, now_ms):
    return lambda fields: dingtalk.parse(json.dumps(fields).encode(), now_ms)


def test_group_message_is_read_with_every_field(dingtalk, dingtalk_signed, samples, now_ms):
    body = (samples / "dingtalk" / "text_group.json").read_bytes()
    assert dingtalk.read(*dingtalk_signed(), body, now_ms) == IncomingMessage(
        platform=Platform.DINGTALK,
        key="dingrobot1/msgT1+a/b==",
        account="User001",
        chat="cidEXAMPLE0001==",
        kind=Kind.TEXT,
        text="提交 A5 https://pan.example.cn/s/1",
        sent_at=SENT_AT,
        sender_name="示例老师",
        chat_title="示例群",
        reply_url="https://oapi.dingtalk.com/robot/sendBySession?session=0123abcd",
        reply_url_expires=SENT_AT + 5_400_060,
    )


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("text_private", Kind.TEXT, "我的学时"),
        ("text_reply", Kind.TEXT, "为什么"),
        ("text_string_content", Kind.TEXT, "帮助"),
        ("text_create_at_string", Kind.TEXT, "帮助"),
        ("rich_text", Kind.TEXT, "提交 A5 https://pan.example.cn/s/1"),
        ("rich_text_picture_only", Kind.IMAGE, ""),
        ("picture", Kind.IMAGE, ""),
        ("audio_heard", Kind.TEXT, "我的学时"),
        ("audio_not_heard", Kind.VOICE, ""),
        ("video", Kind.VIDEO, ""),
        ("file", Kind.FILE, ""),
        ("unknown_type", Kind.OTHER, ""),
    ],
)
def test_each_type_has_its_kind(parse, sample, name, kind, text):
    message = parse(sample(name))
    assert (message.kind, message.text, message.account) == (kind, text, "User001")
    assert message.spoken == (name == "audio_heard")
    assert message.sent_at == SENT_AT


@pytest.mark.parametrize(
    ("name", "reason"),
    [("quota", "quota-exhausted"), ("quota_other_names", "quota-exhausted"), ("own_message", "own-message")],
)
def test_what_nobody_said_is_ignored(parse, sample, name, reason):
    assert parse(sample(name)) == Ignored(reason)


def test_every_sample_is_read_or_ignored(parse, sample, samples):
    names = [path.stem for path in (samples / "dingtalk").glob("*.json")]
    assert len(names) == 18
    for name in names:
        assert isinstance(parse(sample(name)), (IncomingMessage, Ignored))


def test_outsider_has_no_account(parse, sample):
    message = parse(sample("text_outsider"))
    assert (message.account, message.text, message.sender_name) == ("", "你好", "示例老师")
    assert parse(sample("text_group") | {"senderStaffId": None}).account == ""


def test_private_chat_has_no_chat_id(parse, sample):
    assert parse(sample("text_private")).chat == ""


@pytest.mark.parametrize("sort", [None, "", "3", 2, True, []])
def test_chat_that_is_not_marked_as_private_is_a_group(parse, sample, sort):
    assert parse(sample("text_private") | {"conversationType": sort}).chat == "cidEXAMPLE0001=="


def test_group_without_its_id_is_a_group_all_the_same(parse, sample):
    assert parse(sample("text_group") | {"conversationId": None}).in_group


def test_key_names_the_robot_because_two_can_get_the_same_message(parse, sample):
    fields = sample("text_group")
    assert parse(fields | {"robotCode": "dingrobot2"}).key == "dingrobot2/msgT1+a/b=="
    assert parse(sample("text_no_robot_code")).key == "$:LWCP_v1:$B1/msgT1+a/b=="
    assert parse(fields | {"robotCode": None, "chatbotUserId": ""}).key == "dingrobot-setting/msgT1+a/b=="


@pytest.mark.parametrize("message_id", [None, "", [], "m" * 500])
def test_message_without_a_usable_id_gets_a_key_that_stays(parse, sample, message_id):
    fields = sample("text_group") | {"msgId": message_id}
    key = parse(fields).key
    assert key == parse(dict(reversed(fields.items()))).key
    for change in (
        {"conversationId": "cidOTHER"},
        {"senderId": "$:LWCP_v1:$S2"},
        {"createAt": SENT_AT + 1},
        {"text": {"content": "别的"}},
    ):
        assert parse(fields | change).key != key


def test_missing_fields_are_no_reason_to_stumble(parse, sample, now_ms):
    fields = sample("text_group")
    for name in fields:
        assert isinstance(parse({k: v for k, v in fields.items() if k != name}), IncomingMessage)
    assert parse({"msgtype": "text"}) == IncomingMessage(
        platform=Platform.DINGTALK,
        key=hashlib.sha256(b"dingrobot-setting/\0\0\0\0text\0").hexdigest(),
        account="",
        chat="unnamed",  # only what is marked as private is shown personal figures
        kind=Kind.TEXT,
        text="",
        sent_at=now_ms,
    )


@pytest.mark.parametrize("marked", [None, "3", "", "1 ", 2, [], True])
def test_only_what_is_marked_as_private_is_private(parse, sample, marked):
    said = parse(sample("text_group") | {"conversationType": marked, "conversationId": None})

    assert said.in_group
    assert not parse(sample("text_group") | {"conversationType": "1"}).in_group


@pytest.mark.parametrize("value", [None, 7, 7.5, True, [], {}, [[]], {"content": []}, "x"])
def test_wrongly_typed_fields_are_no_reason_to_stumble(parse, sample, value):
    for name in ("text_group", "rich_text", "audio_heard", "video"):
        fields = sample(name)
        for field in fields:
            assert isinstance(parse(fields | {field: value}), IncomingMessage)


@pytest.mark.parametrize("moment", [-1, 1e300, 10**30, "soon", "1" * 5000, True, 253_402_300_800_000])
def test_odd_moments_count_as_unknown(parse, sample, now_ms, moment):
    message = parse(sample("text_group") | {"createAt": moment, "sessionWebhookExpiredTime": moment})
    assert (message.sent_at, message.reply_url_expires) == (now_ms, 0)


def test_half_an_emoji_in_a_nickname_is_dropped_and_the_message_kept(dingtalk, samples, now_ms):
    body = (samples / "dingtalk" / "text_group.json").read_text(encoding="utf-8")
    cut = body.replace('"示例老师"', '"示例老师\\ud83d"').replace(" 提交", " \\u0000提交\\uD83D\\uDE00")
    message = dingtalk.parse(cut.encode(), now_ms)
    assert (message.sender_name, message.text) == ("示例老师", "提交😀 A5 https://pan.example.cn/s/1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "json"),
        (b"{", "json"),
        (b"\xff", "json"),
        (b'{"a":NaN}', "json"),
        (b'{"a":"\xed\xa0\x80"}', "json"),
        (b'{"a":"\\ud8', "json"),
        (b'{"a":' * 10_000, "json"),
        (b'["\\ud800",' + b"[" * 60_000, "json"),
        (b'{"a":' + b"9" * 60_000 + b"}", "json"),
        (b"[]", "not-an-object"),
        (b"null", "not-an-object"),
        (b'"text"', "not-an-object"),
        (b"1e999", "not-an-object"),
        (b'{"senderStaffId":"' + b"u" * 65 + b'"}', "id-too-long"),
        (b'{"conversationId":"' + b"c" * 129 + b'"}', "id-too-long"),
    ],
)
def test_body_that_is_no_message_is_unreadable(dingtalk, dingtalk_signed, now_ms, body, reason):
    with pytest.raises(Unreadable, match=rf"^{reason}$"):
        dingtalk.read(*dingtalk_signed(), body, now_ms)


# ── who is turned away ──────────────────────────────────────────────────────────────────────────────


def test_published_signature_is_accepted():
    door = DingTalkDoor("this is secret")
    door.verify("1577262236757", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=", 1_577_262_236_757)


@pytest.mark.parametrize(
    ("timestamp", "sign"),
    [
        ("1577262236757", "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"),  # URL-encoded
        ("1577262236757", "hmPWwU 7lVdm3ZZz0r9tSfx0L4Q26jWOZr9 Gs6EZQM="),  # unquoted once too often
        ("1577262236757", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM"),
        ("1577262236757", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=\n"),
        ("1577262236758", "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="),
        ("1577262236757", "签名"),
        ("1577262236757", "\ud800"),
    ],
)
def test_any_other_signature_is_forged(timestamp, sign):
    with pytest.raises(Forged, match=r"^signature$"):
        DingTalkDoor("this is secret").verify(timestamp, sign, 1_577_262_236_757)


@pytest.mark.parametrize(
    ("timestamp", "sign"), [(None, "x"), ("1", None), ("", "x"), ("1", ""), (None, None)]
)
def test_missing_header_is_forged(dingtalk, now_ms, timestamp, sign):
    with pytest.raises(Forged, match=r"^unsigned$"):
        dingtalk.read(timestamp, sign, b"{}", now_ms)


@pytest.mark.parametrize(
    "timestamp", ["now", "1e12", "-1", " 1767225601000", "１７６７２２５６０１０００", "9" * 5000]
)
def test_time_that_is_no_number_is_forged(dingtalk, dingtalk_signed, now_ms, timestamp):
    with pytest.raises(Forged, match=r"^timestamp$"):
        dingtalk.read(*dingtalk_signed(timestamp), b"{}", now_ms)


@pytest.mark.parametrize("skew_ms", [-3_599_999, -60_000, 0, 60_000, 3_599_999])
def test_time_within_an_hour_either_way_is_accepted(dingtalk, dingtalk_signed, now_ms, skew_ms):
    dingtalk.verify(*dingtalk_signed(str(now_ms - skew_ms)), now_ms)


@pytest.mark.parametrize(
    ("skew_ms", "skew_s"), [(3_600_000, 3600), (-3_600_000, -3600), (90_000_000, 90_000)]
)
def test_time_an_hour_or_more_away_is_stale_and_says_by_how_much(
    dingtalk, dingtalk_signed, now_ms, skew_ms, skew_s
):
    with pytest.raises(Forged) as refusal:
        dingtalk.verify(*dingtalk_signed(str(now_ms - skew_ms)), now_ms)
    assert (refusal.value.reason, refusal.value.skew_s) == ("stale", skew_s)


def test_signature_is_checked_before_the_body_is_read(dingtalk, dingtalk_signed, now_ms):
    with pytest.raises(Forged, match=r"^signature$"):
        dingtalk.read(*dingtalk_signed(secret="another secret"), b"no json", now_ms)


def test_door_shows_no_secret(dingtalk):
    assert repr(dingtalk) == "DingTalkDoor(robot_code='dingrobot-setting')"


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────


def test_silence_is_the_empty_type(dingtalk):
    assert dingtalk.seal(NOTHING) == b'{"msgtype":"empty"}'


def test_text_answer(dingtalk):
    body = dingtalk.seal(Reply(body="你有 18.5 学时。"))
    assert body == '{"msgtype":"text","text":{"content":"你有 18.5 学时。"}}'.encode()


def test_markdown_answer_has_a_title(dingtalk):
    body = dingtalk.seal(Reply(body="### 学时\n\n- 线上", markdown=True, title="学时"))
    assert json.loads(body) == {
        "msgtype": "markdown",
        "markdown": {"title": "学时", "text": "### 学时\n\n- 线上"},
    }


@given(st.text(min_size=1, max_size=200))
def test_any_text_arrives_as_it_is(dingtalk, text):
    assert json.loads(dingtalk.seal(Reply(body=text)))["text"]["content"] == text
