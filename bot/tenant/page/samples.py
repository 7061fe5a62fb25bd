"""What can be sent besides text: small samples, so that nobody needs a file at hand."""

import struct
import zlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import islice

from bot.tenant.people import Member
from bot.tenant.tenant import Said, SaidKind

VOICE_TEXT = "我还差几个学时"
_WIDTH, _HEIGHT = 240, 150
_SKY, _HILL, _SUN = (214, 232, 250), (122, 176, 128), (250, 199, 92)
# One frame of silence in AMR-NB at 4.75 kbit/s; fifty of them are a second.
_AMR_HEADER, _AMR_SILENCE = b"#!AMR\n", bytes.fromhex("04" + "00" * 12)

SPREADSHEET = "spreadsheet"
KINDS = {
    SaidKind.IMAGE.value: "图片",
    SaidKind.VOICE.value: "语音",
    SaidKind.FILE.value: "文件",
    SPREADSHEET: "表格",
    SaidKind.LOCATION.value: "位置",
}
_MOST_ROWS = 5


def sample(kind: SaidKind, text: str, *, to_bot: bool) -> Said:
    """`text` is what somebody said into the telephone; the other kinds have no text of the person's own."""
    match kind:
        case SaidKind.IMAGE:
            return Said(kind=kind, file_name="课堂照片（示例）.png", content=picture(), to_bot=to_bot)
        case SaidKind.VOICE:
            voice = _AMR_HEADER + _AMR_SILENCE * 100
            return Said(
                kind=kind, text=text or VOICE_TEXT, file_name="voice.amr", content=voice, to_bot=to_bot
            )
        case SaidKind.FILE:
            plan = "教学设计（示例）\n课题：认识图形\n环节：导入、探究、练习、小结\n".encode()
            return Said(kind=kind, file_name="教学设计（示例）.txt", content=plan, to_bot=to_bot)
        case SaidKind.LOCATION:
            return Said(kind=kind, text="示例县第一小学", to_bot=to_bot)
    return Said(text=text, to_bot=to_bot)


def spreadsheet(people: Iterable[Member], day: date, *, to_bot: bool) -> Said:
    """Online hours of the first few people, as the training platform exports them: who is of the office may try it."""
    rows = [f"{one.name},{one.key},25" for one in islice(people, _MOST_ROWS)]
    written = "\n".join(
        [
            "线上学时（示例）",
            f"统计时间：{day.year}年{day.month}月{day.day}日",
            "姓名,人员编号,获得学时",
            *rows,
            "",
        ]
    )
    return Said(
        kind=SaidKind.FILE,
        file_name="线上学时（示例）.csv",
        content=written.encode("utf-8-sig"),
        to_bot=to_bot,
    )


@cache
def picture() -> bytes:
    """A PNG of a hill below the sun."""
    rows = b"".join(b"\0" + b"".join(bytes(_colour(x, y)) for x in range(_WIDTH)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if (x - 180) ** 2 + (y - 42) ** 2 < 22**2:
        return _SUN
    return _HILL if y > 105 + (x - 90) ** 2 // 420 else _SKY


def _chunk(name: bytes, content: bytes) -> bytes:
    body = name + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
