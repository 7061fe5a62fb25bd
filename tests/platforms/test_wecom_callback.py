"""What the WeCom door lets in and what it turns away."""

import pytest

from bot.platforms.errors import Forged, Ignored, Unreadable
from bot.platforms.wecom.callback import IGNORED_EVENTS, WeComDoor
from messages.incoming import IncomingMessage, Kind, Platform

SENT_AT = 1_767_225_600_000


def inner(samples, name):
    return (samples / "wecom" / f"{name}.xml").read_bytes()


@pytest.fixture(scope="session")
def deliver(wecom, wecom_request, now_ms):
    """What the door makes of this inner document in a genuine envelope."""
    return lambda document: wecom.read(*wecom_request(document), now_ms)


@pytest.fixture(scope="session")
def read(deliver, samples):
    return lambda name: deliver(inner(samples, name))


def test_text_message_is_read_with_every_field(read):
    assert read("text") == IncomingMessage(
        platform=Platform.WECOM,
        key="7012345678901234567",
        account="Teacher_Li.01",
        chat="",
        kind=Kind.TEXT,
        text="提交 A5 https://pan.example.cn/s/1?a=1&b=2",
        sent_at=SENT_AT,
    )


def test_order_of_elements_and_cdata_do_not_matter(read):
    message = read("text_no_cdata")
    assert (message.account, message.text) == ("Teacher_Li.01", "提交 <A5> & 说明")


@pytest.mark.parametrize(
    ("name", "kind", "text"),
    [
        ("image", Kind.IMAGE, ""),
        ("voice", Kind.VOICE, ""),
        ("video", Kind.VIDEO, ""),
        ("location", Kind.LOCATION, ""),
        ("link", Kind.TEXT, "技术支持的课堂导入 https://v.example.cn/lesson/7"),
        ("unknown_type", Kind.OTHER, ""),
        ("event_subscribe", Kind.JOINED, ""),
        ("event_click", Kind.TEXT, "我的学时"),
    ],
)
def test_each_type_has_its_kind(read, name, kind, text):
    message = read(name)
    assert (message.kind, message.text, message.account) == (kind, text, "Teacher_Li.01")


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("event_enter_agent", Ignored("declared", "enter_agent")),
        ("event_template_card", Ignored("declared", "template_card_event")),
        ("event_change_contact", Ignored("declared", "change_contact")),
        ("event_unknown", Ignored("undocumented", "moon_landing")),
    ],
)
def test_events_without_use_are_acknowledged_and_told_apart(read, name, ignored):
    assert read(name) == ignored


def test_every_sample_is_read_or_ignored(read, samples):
    names = [path.stem for path in (samples / "wecom").glob("*.xml")]
    assert len(names) == 14
    for name in names:
        assert isinstance(read(name), (IncomingMessage, Ignored))


@pytest.mark.parametrize("event", sorted(IGNORED_EVENTS))
def test_declared_event_is_ignored(deliver, samples, event):
    document = inner(samples, "event_enter_agent").replace(b"enter_agent", event.encode())
    assert deliver(document) == Ignored("declared", event)


def test_name_of_an_unknown_event_cannot_write_a_second_log_line(deliver, samples):
    document = inner(samples, "event_unknown").replace(b"moon_landing", b"x\nlevel=error " + b"y" * 200)
    ignored = deliver(document)
    assert "\n" not in ignored.name
    assert len(ignored.name) == 64


def test_redelivery_in_a_new_envelope_has_the_same_key(wecom, wecom_request, samples, now_ms):
    for name in ("text", "event_click"):
        first = wecom_request(inner(samples, name), timestamp=str(now_ms // 1000))
        second = wecom_request(inner(samples, name), timestamp=str(now_ms // 1000 + 5))
        assert first != second
        assert wecom.read(*first, now_ms).key == wecom.read(*second, now_ms).key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[我的学时]", "[我的微能力]"),
        ("<AgentID>1000002", "<AgentID>1000003"),
        ("<CreateTime>1767225600", "<CreateTime>1767225601"),
        ("[Teacher_Li.01]", "[teacher_wang]"),
        ("<Event>", "<TaskId>t</TaskId><Event>"),
    ],
)
def test_two_events_within_one_second_have_two_keys(deliver, samples, old, new):
    document = inner(samples, "event_click").decode()
    changed = document.replace(old, new)
    assert changed != document
    keys = {deliver(text.encode()).key for text in (document, changed)}
    assert len(keys) == 2


def test_message_without_id_gets_a_key_that_stays(deliver, samples):
    document = inner(samples, "text").replace(b"<MsgId>7012345678901234567</MsgId>", b"")
    keys = {deliver(document).key for _ in range(2)}
    other = deliver(document.replace(b"A5", b"A6")).key
    assert len(keys) == 1
    assert other not in keys


def test_foreign_agent_is_let_in(deliver, samples):
    document = inner(samples, "text").replace(b"1000002", b"")
    assert deliver(document).text.startswith("提交")


@pytest.mark.parametrize("time", [b"", b"soon", b"-1", b"1e9", b"9" * 5000])
def test_odd_creation_time_falls_back_to_the_clock(deliver, samples, now_ms, time):
    document = inner(samples, "text").replace(b"1767225600", time)
    assert deliver(document).sent_at == now_ms


# ── who is turned away ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_missing_parameter_is_forged(wecom, wecom_request, samples, now_ms, missing):
    request = list(wecom_request(inner(samples, "text")))
    request[missing] = None
    with pytest.raises(Forged, match=r"^unsigned$"):
        wecom.read(*request, now_ms)
    request[missing] = ""
    with pytest.raises(Forged, match=r"^unsigned$"):
        wecom.read(*request, now_ms)


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_changed_parameter_is_forged(wecom, wecom_request, samples, now_ms, changed):
    request = list(wecom_request(inner(samples, "text")))
    request[changed] = request[changed][:-1] + ("0" if request[changed][-1] != "0" else "1")
    with pytest.raises(Forged, match=r"^signature$"):
        wecom.read(*request, now_ms)


def test_signature_is_checked_before_anything_is_decrypted(wecom, wecom_signed, now_ms):
    body = b"<xml><Encrypt>not base64 at all</Encrypt></xml>"
    with pytest.raises(Forged, match=r"^signature$"):
        wecom.read("0" * 40, str(now_ms // 1000), "n", body, now_ms)
    with pytest.raises(Unreadable, match=r"^base64$"):
        wecom.read(*wecom_signed("not base64 at all"), body, now_ms)


@pytest.mark.parametrize("seconds", [-3599, -60, 0, 60, 3599])
def test_time_within_an_hour_either_way_is_accepted(wecom, wecom_request, samples, now_ms, seconds):
    request = wecom_request(inner(samples, "text"), timestamp=str(now_ms // 1000 - seconds))
    assert wecom.read(*request, now_ms).text.startswith("提交")


@pytest.mark.parametrize("seconds", [-86_400, -3600, 3600, 86_400])
def test_time_an_hour_or_more_away_is_stale_and_says_by_how_much(
    wecom, wecom_request, samples, now_ms, seconds
):
    request = wecom_request(inner(samples, "text"), timestamp=str(now_ms // 1000 - seconds))
    with pytest.raises(Forged) as refusal:
        wecom.read(*request, now_ms)
    assert (refusal.value.reason, refusal.value.skew_s) == ("stale", seconds)
    assert str(refusal.value) == f"stale ({seconds:+d} s)"


@pytest.mark.parametrize("timestamp", ["now", "1e9", "-5", "１７６７２２５６００", "9" * 5000, "\ud800"])
def test_time_that_is_no_number_is_forged(wecom, wecom_signed, now_ms, timestamp):
    signed = "0" * 40 if timestamp == "\ud800" else wecom_signed("AAAA", timestamp)[0]
    with pytest.raises(Forged):
        wecom.read(signed, timestamp, "n0nce", b"<xml><Encrypt>AAAA</Encrypt></xml>", now_ms)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<xml>",
        b"<xml><Encrypt>AAAA</xml>",
        b"<xml><Encrypt>&bomb;</Encrypt></xml>",
        b"\xff\xfe<xml/>",
        b"<xml>" * 10_000,
        b"<!DOCTYPE xml><xml><Encrypt>AAAA</Encrypt></xml>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>',
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><xml><Encrypt>&a;</Encrypt></xml>',
        b'<?xml version="1.0" encoding="no-such"?><xml><Encrypt>\xff</Encrypt></xml>',
    ],
)
def test_envelope_that_is_no_plain_xml_is_unreadable(wecom, now_ms, body):
    with pytest.raises(Unreadable, match=r"^xml$"):
        wecom.read("0" * 40, str(now_ms // 1000), "n", body, now_ms)


@pytest.mark.parametrize(
    "body", [b"<xml/>", b"<xml><Encrypt/></xml>", b"<xml><a><Encrypt>AAAA</Encrypt></a></xml>"]
)
def test_envelope_without_anything_encrypted_is_forged(wecom, now_ms, body):
    with pytest.raises(Forged, match=r"^unsigned$"):
        wecom.read("0" * 40, str(now_ms // 1000), "n", body, now_ms)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "xml"),
        (b"{}", "xml"),
        (b"<xml><MsgType>text</xml>", "xml"),
        (b"<xml><MsgType>\xff</MsgType></xml>", "xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>', "xml"),
        (b"<xml/>", "no-type"),
        (b"<xml><MsgType>text</MsgType></xml>", "no-sender"),
        (
            b"<xml><MsgType>text</MsgType><FromUserName>" + b"u" * 65 + b"</FromUserName></xml>",
            "sender-too-long",
        ),
    ],
)
def test_genuine_envelope_around_nonsense_is_unreadable(deliver, document, reason):
    with pytest.raises(Unreadable, match=rf"^{reason}$"):
        deliver(document)


def test_deep_nesting_is_no_burden(deliver):
    deep = b"<a>" * 6000 + b"</a>" * 6000
    document = b"<xml>" + deep + b"<MsgType>text</MsgType><FromUserName>u</FromUserName></xml>"
    assert deliver(document).account == "u"


# ── URL verification ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["V1", "V3"])
def test_url_verification_answers_the_bare_plaintext(vectors, name):
    v = vectors[name]
    door = WeComDoor(v["receiveid"], v["token"], v["aes_key"])
    now = int(v["timestamp"]) * 1000
    answer = door.verify_url(v["msg_signature"], v["timestamp"], v["nonce"], v["encrypt"], now)
    assert answer == v["msg"].encode()


@pytest.mark.parametrize("name", ["V2", "V4"])
def test_published_messages_pass_the_whole_door(vectors, name):
    v = vectors[name]
    door = WeComDoor(v["receiveid"], v["token"], v["aes_key"])
    body = f"<xml><Encrypt><![CDATA[{v['encrypt']}]]></Encrypt></xml>".encode()
    message = door.read(v["msg_signature"], v["timestamp"], v["nonce"], body, int(v["timestamp"]) * 1000)
    expected = {
        "V2": ("mycreate", "hello", "4561255354251345929"),
        "V4": ("ChenJiaShun", "你好", "1456453720"),
    }
    assert (message.account, message.text, message.key) == expected[name]


def test_url_verification_is_refused_like_a_message(vectors, now_ms):
    v = vectors["V1"]
    door = WeComDoor(v["receiveid"], v["token"], v["aes_key"])
    then = int(v["timestamp"]) * 1000
    with pytest.raises(Forged, match=r"^unsigned$"):
        door.verify_url(v["msg_signature"], v["timestamp"], v["nonce"], None, then)
    with pytest.raises(Forged, match=r"^signature$"):
        door.verify_url("0" * 40, v["timestamp"], v["nonce"], v["encrypt"], then)
    with pytest.raises(Forged, match=r"^stale"):
        door.verify_url(v["msg_signature"], v["timestamp"], v["nonce"], v["encrypt"], now_ms)
    with pytest.raises(Unreadable, match=r"^receive-id$"):
        WeComDoor("wwOTHER", v["token"], v["aes_key"]).verify_url(
            v["msg_signature"], v["timestamp"], v["nonce"], v["encrypt"], then
        )


def test_door_shows_no_secret(wecom):
    assert repr(wecom) == "WeComDoor(corp_id='wwEXAMPLE000000000')"
