"""Whoever knows the secrets and means ill: refused or read, never a fault, never much, and the next one is answered."""

import json
import zlib
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.conftest import as_json, dingtalk_text, wecom_text

pytestmark = pytest.mark.one_database

MOST_ANSWER_BYTES = 8192
DEEP = 9_000
BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><xml><MsgType>text</MsgType><FromUserName>T1</FromUserName><Content>&i;</Content></xml>"
).encode()
EXTERNAL = (
    b'<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<xml><MsgType>text</MsgType><FromUserName>T1</FromUserName><Content>&x;</Content></xml>"
)
DOCUMENTS = {
    "billion laughs": (BILLION_LAUGHS, 400),
    "external entity": (EXTERNAL, 400),
    "external subset": (b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x">' + wecom_text(), 400),
    "unknown entity": (wecom_text("&nbsp;"), 400),
    "depth": (wecom_text("<a>" * 2_000 + "</a>" * 2_000), 200),
    "many elements": (wecom_text(Extra="<a/>" * 8_000), 200),
    "many attributes": (b"<xml " + b" ".join(b'a%d=""' % n for n in range(3_000)) + b"/>", 400),
    "one attribute twice": (b"<xml a='1' a='2'/>", 400),
    "CDATA in CDATA": (wecom_text("<![CDATA[a]]]]><![CDATA[>b]]>"), 200),
    "an end of CDATA too many": (wecom_text("]]>"), 400),
    "NUL": (wecom_text("a\0b"), 400),
    "control character": (wecom_text("&#8;"), 400),
    "half a surrogate": (wecom_text("\ud800"), 400),
    "half a surrogate by number": (wecom_text("&#xD800;"), 400),
    "UTF-16": (wecom_text().decode().encode("utf-16"), 200),
    "another encoding by declaration": (b'<?xml version="1.0" encoding="gb18030"?>' + wecom_text(), 200),
    "an encoding that is none": (b'<?xml version="1.0" encoding="no-such"?>' + wecom_text(), 200),
    "duplicate elements": (wecom_text(Content="<![CDATA[帮助]]></Content><Content>我是谁"), 200),
    "two roots": (wecom_text() + wecom_text(), 400),
    "nothing": (b"", 400),
    "no XML": (b'{"MsgType": "text"}', 400),
    "an id that is too long": (wecom_text(FromUserName="T" * 3_000), 400),
    "times that are none": (wecom_text(CreateTime="9" * 5_000), 200),
    "a namespace": (b'<x:xml xmlns:x="y">' + wecom_text() + b"</x:xml>", 400),
    "64 KiB of one word": (wecom_text("交" * 12_000), 200),
}


async def test_a_wecom_document_is_refused_or_read(forger, quiet):
    for name, (document, expected) in DOCUMENTS.items():
        answered = await forger.wecom(document)

        assert answered.status == expected, (name, quiet())
        assert len(answered.body) < MOST_ANSWER_BYTES, name
    assert (await forger.wecom(wecom_text(FromUserName="T2"))).status == 200
    quiet()


def damaged(sealed):
    raw = bytearray(sealed.encode())
    return {
        "no base64": "§" + sealed[1:],
        "blanks in base64": sealed[:40] + " \n" + sealed[40:],
        "cut in a block": sealed[:-8],
        "cut by a block": sealed[:64],
        "one block": sealed[:22] + "==",
        "another last block": sealed[:-24] + sealed[:22] + "==",
        "the first bytes changed": (bytes(raw[:30:-1]) + bytes(raw[30:])).decode(),
        "empty": "",
        "one character": "A",
        "bars": "=" * 64,
        "NUL within": "A\0" * 32,
    }


async def test_a_damaged_ciphertext_is_refused_in_one_and_the_same_way(forger, quiet):
    for name, sealed in damaged(forger.sealed(wecom_text())).items():
        answered = await forger.wecom_sealed(sealed)
        # Nobody learns from the answer whether padding, length or receiver was wrong.
        assert (answered.status, answered.body) in {(400, b"bad request\n"), (403, b"forbidden\n")}, name
    quiet()


@pytest.mark.parametrize("length", [0, 1, 2**31, 2**32 - 1])
@pytest.mark.parametrize("receiver", ["", "wwsomebodyelse", "wwexample00000000x"])
async def test_a_wrong_length_or_receiver_inside_is_refused(forger, quiet, length, receiver):
    cipher = forger._cipher
    inner = b"r" * 16 + length.to_bytes(4, "big") + b"x" + receiver.encode()
    pad = 32 - len(inner) % 32
    encryptor = cipher._aes.encryptor()
    sealed = encryptor.update(inner + bytes([pad]) * pad) + encryptor.finalize()
    answered = await forger.wecom_sealed(b64encode(sealed).decode())

    assert (answered.status, answered.body) == (400, b"bad request\n")
    quiet()


BODIES = {
    "depth of lists": (b"[" * DEEP, 400),
    "depth of objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, 400),
    "depth and half a surrogate": (b'["\\ud800",' + b"[" * DEEP + b"]" * DEEP + b"]", 400),
    "huge number": (as_json(dingtalk_text())[:-1] + b',"createAt":' + b"9" * 10_000 + b"}", 400),
    "huge exponent": (as_json(dingtalk_text())[:-1] + b',"createAt":1e99999}', 200),
    "NaN": (as_json(dingtalk_text())[:-1] + b',"createAt":NaN}', 400),
    "infinity": (as_json(dingtalk_text())[:-1] + b',"createAt":-Infinity}', 400),
    "half a surrogate": (as_json(dingtalk_text("我\ud800是谁")), 200),
    "NUL": (as_json(dingtalk_text("我\0是谁")), 200),
    "duplicate keys": (as_json(dingtalk_text())[:-1] + b',"text":{"content":"\\u5e2e\\u52a9"}}', 200),
    "true for a text": (as_json(dingtalk_text(True, msgtype=True)), 200),
    "lists for texts": (as_json(dingtalk_text(["a"], senderStaffId=["T1"], conversationType=[1])), 200),
    "null for everything": (as_json(dict.fromkeys(dingtalk_text())), 200),
    "numbers for everything": (as_json(dict.fromkeys(dingtalk_text(), 7)), 200),
    "an empty object": (b"{}", 200),
    "no object": (b'"text"', 400),
    "nothing": (b"", 400),
    "UTF-16": (json.dumps(dingtalk_text()).encode("utf-16"), 400),
    "GB18030": (json.dumps(dingtalk_text(), ensure_ascii=False).encode("gb18030"), 400),
    "BOM": (b"\xef\xbb\xbf" + as_json(dingtalk_text()), 400),
    "keys by the thousand": (as_json(dingtalk_text() | {f"k{n}": n for n in range(4_000)}), 200),
    "times far away": (as_json(dingtalk_text(createAt=-(10**15), sessionWebhookExpiredTime=10**18)), 200),
    "a webhook inside": (as_json(dingtalk_text(sessionWebhook="http://169.254.169.254/latest")), 200),
    "a long id": (as_json(dingtalk_text(senderStaffId="T" * 5_000)), 400),
    "64 KiB of one word": (as_json(dingtalk_text("交" * 9_000)), 200),
}


async def test_a_dingtalk_body_is_refused_or_read(forger, quiet):
    for name, (body, expected) in BODIES.items():
        answered = await forger.dingtalk(body)

        assert answered.status == expected, (name, quiet())
        assert len(answered.body) < MOST_ANSWER_BYTES, name
    assert (await forger.dingtalk(as_json(dingtalk_text(senderStaffId="T2")))).status == 200
    quiet()


PATHS = ["/wecom/app/callback?msg_signature=a&timestamp=1&nonce=n", "/dingtalk/callback"]


@pytest.mark.parametrize("path", PATHS)
async def test_a_body_over_64_kib_is_too_large_however_it_is_packed(forger, quiet, path):
    packed = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packed.compress(bytes(1 << 20)) for _ in range(64)) + packed.flush()
    assert len(bomb) < 80_000

    plain = await forger.send(path, b"x" * (64 * 1024 + 1))
    unpacked = await forger.send(path, bomb, {"Content-Encoding": "gzip"})
    # DingTalk's door looks at signature and clock first, and reads the body before it: both are refusals.
    assert (plain.status, unpacked.status) == (413, 413)
    assert len(plain.body + unpacked.body) < 1_000
    quiet()


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_is_not_packed_as_it_says_is_a_bad_request(forger, quiet, encoding):
    for path in PATHS:
        answered = await forger.send(path, b"\x1f\x8b no such thing", {"Content-Encoding": encoding})
        assert answered.status in {400, 403}, (path, encoding)
    quiet()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?msg_signature=%00&timestamp=%ff&nonce=%ed%a0%80",
        "?msg_signature=" + "a" * 4_000,
        "?timestamp=99999999999999999999&nonce=&msg_signature=a&echostr=a",
        "?msg_signature=a&msg_signature=b&timestamp=1&timestamp=2&nonce=<script>&echostr=<script>",
        "?timestamp=²&nonce=n&msg_signature=é&echostr=" + "=" * 3_000,
    ],
)
async def test_a_query_of_any_kind_is_forbidden(forger, bot, quiet, query):
    url = f"{bot.url}/wecom/app/callback{query}"
    async with forger._session.get(url) as looked, forger._session.post(url, data=b"<xml/>") as sent:
        for answered in (looked, sent):
            assert answered.status in {400, 403}
            assert b"<script>" not in await answered.read()
    quiet()


FEW = settings(max_examples=15, derandomize=True)


async def test_what_anybody_says_is_answered(forger, quiet):
    """The same words over both doors: whatever they are, there is an answer or silence, and it is bounded."""

    @FEW
    @given(st.lists(st.text(max_size=300), min_size=8, max_size=8))
    def words(texts):
        said.extend(texts)

    said = []
    words()
    for number, text in enumerate(said[:60]):
        plain = "".join(c for c in text if c.isprintable())
        escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        over_wecom = await forger.wecom(wecom_text(escaped, MsgId=f"w{number}", FromUserName=f"U{number}"))
        over_dingtalk = await forger.dingtalk(as_json(dingtalk_text(text, senderStaffId=f"V{number}")))
        assert (over_wecom.status, over_dingtalk.status) == (200, 200), repr(text)
        assert len(over_wecom.body) < MOST_ANSWER_BYTES
        assert len(over_dingtalk.body) < MOST_ANSWER_BYTES
    quiet()
