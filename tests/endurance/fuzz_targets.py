"""What is fuzzed: a function of bytes for every place at which something of somebody else's is read."""

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from bot.imports.columns import find_table
from bot.imports.files import read_content
from bot.imports.kinds import ImportRefused, Kind
from bot.pages.guard import comes_from_us, is_own, is_token
from bot.pages.reading import clean
from bot.platforms.dingtalk.callback import DingTalkDoor
from bot.platforms.dingtalk.stream.frames import read_frame as read_stream_frame
from bot.platforms.errors import Forged, Unreadable
from bot.platforms.wecom.aibot.frames import read_frame as read_aibot_frame
from bot.platforms.wecom.callback import WeComDoor, _read, _understand
from bot.platforms.wecom.crypto import signature
from bot.points_file import load_catalogue
from bot.policy.links import carried_extraction, drive_of, fingerprint, host_of, judge_link
from bot.received_files.recognising import likely_kinds
from messages.incoming import IncomingMessage
from messages.understanding.read import Reader

NOW_MS = 1_767_225_601_000
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
WECOM = WeComDoor("wwEXAMPLE000000000", "QDG6eK", KEY)
DINGTALK = DingTalkDoor("example-client-secret", "dingexample")
READER = Reader(load_catalogue(), bot_names=("研修助手",))
XML = (
    "<xml><ToUserName><![CDATA[ww]]></ToUserName><FromUserName><![CDATA[T1]]></FromUserName>"
    "<CreateTime>1767225600</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[选点 A1 A5 B2]]></Content>"
    "<MsgId>1</MsgId><AgentID>1000002</AgentID></xml>"
).encode()
EVENT = (
    XML.replace(b"text", b"event").replace(b"Content", b"Event").replace("选点 A1 A5 B2".encode(), b"click")
)
JSON = (
    '{"msgtype":"text","text":{"content":"选点 A1 A5 B2"},"msgId":"m1","conversationType":"2","conversationId":"c",'
    '"senderStaffId":"T1","createAt":1767225600000,"sessionWebhook":"https://a.cn","content":{"richText":[{"text":"a"}]}}'
).encode()


def storable(message: object) -> None:
    """Raises AssertionError for what a database or an encoder does not take."""
    if isinstance(message, IncomingMessage):
        for text in (message.key, message.account, message.chat, message.text, message.sender_name):
            assert "\0" not in text
            text.encode()  # raises for half a character
        assert 0 < len(message.key) <= 200


def envelope(data: bytes) -> None:
    with suppress(Forged, Unreadable):
        storable(WECOM.read("a" * 40, "1767225601", "n", data, NOW_MS))


def ciphertext(data: bytes) -> None:
    """Rightly signed, with anything for a ciphertext."""
    encrypt = b64encode(data or b"x").decode()  # an empty one is unsigned
    body = f"<xml><Encrypt>{encrypt}</Encrypt></xml>".encode()
    signed = signature("QDG6eK", "1767225601", "n", encrypt)
    with suppress(Unreadable):
        storable(WECOM.read(signed, "1767225601", "n", body, NOW_MS))


def document(data: bytes) -> None:
    with suppress(Unreadable):
        storable(_understand(_read(data), NOW_MS))


def dingtalk(data: bytes) -> None:
    with suppress(Unreadable):
        storable(DINGTALK.parse(data, NOW_MS))


def frames(data: bytes) -> None:
    """Of the long connections."""
    text = data.decode("utf-8", "replace")
    with suppress(Unreadable):
        read_aibot_frame(text)
    with suppress(Unreadable):
        read_stream_frame(text)


def reading(data: bytes) -> None:
    text = data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace") if _decodes(data) else ""
    for roles in ((), ("leader",), ("office", "school")):
        understood = READER.read(text, in_group=bool(roles), roles=frozenset(roles))
        assert understood.command is None or not understood.silent
        for link in understood.arguments.links:
            judge_link(link, 1024)
            for look in (host_of, drive_of, carried_extraction, fingerprint):
                look(link)


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def table(data: bytes) -> None:
    with suppress(ImportRefused):
        sheets = read_content("a.xlsx", data).sheets
        likely_kinds(sheets, practice_imported=True)
        for kind in Kind:
            with suppress(ImportRefused):
                find_table(sheets, kind)


def sheet(data: bytes) -> None:
    """As a worksheet inside of a workbook that is otherwise as it should be."""
    table(_workbook(data))


def headers(data: bytes) -> None:
    """Of a browser, and what a form sends."""
    text = data.decode("utf-8", "replace")
    is_token(text)
    is_own(text)
    assert "\0" not in clean(text)
    comes_from_us({"Origin": text, "Sec-Fetch-Site": text[:9]}, "https://a.cn/x", text)
    comes_from_us({"Origin": text}, "https://a.cn/x", "a.cn")


_NS = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_NS}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sheet.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_NS}/package/2006/relationships"><Relationship Id="r1" Target="xl/workbook.xml" '
        f'Type="{_NS}/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_NS}/spreadsheetml/2006/main" xmlns:r="{_NS}/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_NS}/package/2006/relationships"><Relationship Id="r1" Target="worksheets/s.xml" '
        f'Type="{_NS}/officeDocument/2006/relationships/worksheet"/></Relationships>'
    ),
}
SHEET = (
    f'<worksheet xmlns="{_NS}/spreadsheetml/2006/main"><dimension ref="A1:B2"/><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="b"><v>1</v></c></row><row r="2"><c r="A2" t="d">'
    '<v>2024-05-20</v></c><c r="B2"><f>A1</f><v>1.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/>'
    "</mergeCells></worksheet>"
).encode()


def _workbook(worksheet: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        archive.writestr("xl/worksheets/s.xml", worksheet)
    return kept.getvalue()


PAGE = "<html><table><tr><td rowspan=2>姓名<td colspan=3>学校</tr><tr><td>赵一<br>a</table>".encode()
CSV = '姓名,人员编号,"学\n校"\n赵一,\'001,示例县第一小学\n'.encode("gb18030")
FRAME = b'{"cmd":"aibot_msg_callback","headers":{"req_id":"r1"},"body":' + JSON + b"}"
STREAM = b'{"specVersion":"1.0","type":"CALLBACK","headers":{"messageId":"1","topic":"/v1.0/im/bot/messages/get"},"data":"{}"}'
TARGETS: Mapping[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (envelope, ciphertext, document, dingtalk, frames, reading, table, sheet, headers)
}
SAMPLES: Mapping[str, Sequence[bytes]] = {
    "envelope": (b"<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>", XML),
    "ciphertext": (bytes(64), b"\x20" * 96),
    "document": (XML, EVENT),
    "dingtalk": (JSON, JSON.replace(b'"text",', b'"richText",')),
    "frames": (FRAME, STREAM),
    "reading": tuple(
        text.encode()
        for text in (
            "选点 A1 A5 B2",
            "提交 A1 https://pan.baidu.com/s/1?pwd=8k2d",
            "通过 1、3、5 优秀",
            "公告 各校：明天交",
        )
    ),
    "table": (CSV, PAGE, _workbook(SHEET)),
    "sheet": (SHEET,),
    "headers": (b"https://a.cn:443/x", b"/office/people/1?a=b"),
}
