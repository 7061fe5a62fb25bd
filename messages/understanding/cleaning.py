"""A message as typed, made comparable: width, invisible characters, mentions, traditional characters."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from messages.understanding.expression import expression

# Characters of our vocabulary only: this is not a converter.
_TRADITIONAL = "學時點選擇換資還麼為導講總結審核過優備簡報匯進組長園兒區縣開關線視頻課絡網盤鏈給單類實訊連級師說請問謝幫個們誰沒錯發書內環維據習評測驗練創數圖現應動傳圍條號項聽覺這裡裏屬處統計強後異議標準規劃員錄鐘幾變見項從對嗎臺絕確認綁碼狀態務辦訴離將題話測試無論權範稱樣採隨檔價係協討質續齡歷構擬勵劃僅佈訂編複滿夠補歸顯儲廣讓雙檢產職業齊層戶帳賬煩體隊轉達運週鎮鄉於況種專啟終閱郵詢頁響盡縮寫斷電腦機暫別壓誤寧靜"
_SIMPLIFIED = "学时点选择换资还么为导讲总结审核过优备简报汇进组长园儿区县开关线视频课络网盘链给单类实讯连级师说请问谢帮个们谁没错发书内环维据习评测验练创数图现应动传围条号项听觉这里里属处统计强后异议标准规划员录钟几变见项从对吗台绝确认绑码状态务办诉离将题话测试无论权范称样采随档价系协讨质续龄历构拟励划仅布订编复满够补归显储广让双检产职业齐层户账账烦体队转达运周镇乡于况种专启终阅邮询页响尽缩写断电脑机暂别压误宁静"
_LOOK_ALIKES = {"А": "A", "В": "B", "С": "C", "а": "a", "с": "c", "Α": "A", "Β": "B", "α": "a", "β": "b"}
_PUNCTUATION = {"—": "-", "–": "-", "−": "-", "~": "~", "〜": "~", "﹣": "-", "﹕": ":", "`": "'"}  # fmt: skip
# Width forms, circled and mathematical letters, Roman numerals, squared and compatibility characters.
_COMPATIBLE = ((0x00A0, 0x00C0), (0x2000, 0x20A0), (0x2100, 0x2190), (0x2460, 0x2500), (0x3000, 0x3001),
               (0x3200, 0x3400), (0xF900, 0xFB00), (0xFE30, 0xFE70), (0xFF00, 0xFFF0), (0x1D400, 0x1D800))  # fmt: skip

_INVISIBLE = expression(
    "[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffc]"
    # A joiner between two emoji makes one picture of them and stays.
    "|(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d"
)


def _table() -> dict[int, int]:
    table: dict[int, int] = {}
    for first, end in _COMPATIBLE:
        for point in range(first, end):
            form = unicodedata.normalize("NFKC", chr(point))
            if len(form) == 1 and ord(form) != point:
                table[point] = ord(form)
    for source, target in zip(_TRADITIONAL, _SIMPLIFIED, strict=True):
        table[ord(source)] = ord(target)
    for source, target in (_LOOK_ALIKES | _PUNCTUATION).items():
        table[ord(source)] = ord(target)
    return table


# ① ⑴ ⒈ ❶ ➀ ➊ ⓵ ⓫ ㈠ ㊀ ㉑ ㊱: each is a number of its own, ①③⑤ is not 135.
_RINGS = ((0x2460, 0x249C), (0x24EB, 0x24FF), (0x2776, 0x2794), (0x3220, 0x322A), (0x3251, 0x3260),
          (0x3280, 0x328A), (0x32B1, 0x32C0))  # fmt: skip
_RING = "\u2460-\u2473\u3251-\u325f\u32b1-\u32bf"
_RINGED = expression(f"[{_RING}]")
_ALONE = expression(f"(?<![0-9{_RING}])[\u2460-\u2468](?![0-9{_RING}])")


def _ringed() -> dict[int, int]:
    """Every such number to one form, 1 … 50: ① … ⑳, ㉑ … ㉟, ㊱ … ㊿."""
    forms = dict(enumerate((*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0)), 1))
    return {
        point: forms[int(unicodedata.numeric(chr(point)))]
        for first, end in _RINGS
        for point in range(first, end)
    }


_PLAIN = _table() | _ringed()

# What people call a bot whose name they do not know.
_USUAL_NAMES = ("研修小助手", "研修助手", "小助手", "小助理", "助手", "机器人")


@dataclass(frozen=True, slots=True)
class Heard:
    """Two views of one message, character by character: `raw` as typed, `plain` comparable."""

    raw: str
    plain: str

    def cut(self, *spans: tuple[int, int], fill: str = " ") -> "Heard":
        """Without these spans (in order, not overlapping); each leaves `fill` behind."""
        raw: list[str] = []
        plain: list[str] = []
        at = 0
        for start, end in spans:
            raw += (self.raw[at:start], fill)
            plain += (self.plain[at:start], fill)
            at = end
        raw.append(self.raw[at:])
        plain.append(self.plain[at:])
        return Heard("".join(raw), "".join(plain))

    def part(self, start: int, end: int | None = None) -> "Heard":
        return Heard(self.raw[start:end], self.plain[start:end])

    def stripped(self) -> "Heard":
        start = len(self.plain) - len(self.plain.lstrip())
        return self.part(start, len(self.plain.rstrip()))


# 撤 回: a word typed with a blank behind every character.
_SPREAD = expression(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?:[ \t]+[\u4e00-\u9fff](?![\u4e00-\u9fff]))+")


def drawn_together(heard: Heard) -> Heard:
    """Without the blanks inside words that were typed character by character."""
    spans = [
        (match.start() + blank.start(), match.start() + blank.end())
        for match in _SPREAD.finditer(heard.plain[:200])
        for blank in re.finditer(r"[ \t]+", match.group())
    ]
    return heard.cut(*spans, fill="") if spans else heard


def plain_form(text: str) -> str:
    """The comparable form, of the same length; ① beside another number stays ①."""
    plain = text.translate(_PLAIN)
    if plain.isascii() or not _RINGED.search(plain):
        return plain
    return _ALONE.sub(lambda match: str(ord(match.group()) - 0x245F), plain)


# What stands behind these words is sent on as it was written.
_CONTENT = expression(r"\s*(?:[@＠]\S+\s+)*(?:发布?)?(?:公告|通知|通告|更正|勘误|订正)(?=[\s:：\d])")


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Each of these spans leaves a blank behind."""
    return Heard(text, text).cut(*spans).raw


class Mentions:
    """Finds what addresses the bot or somebody else: '@研修助手', also glued to the next word."""

    def __init__(self, bot_names: Iterable[str]) -> None:
        names = sorted({*bot_names, *_USUAL_NAMES} - {""}, key=len, reverse=True)
        bots = "|".join(re.escape(name) for name in names)
        end = r"\s\u2005@＠,，。:：;；!！?？、"
        self._mention = expression(
            # not the @ of a mail address or inside a link; 所有人 is an audience, not a name
            rf"(?<![A-Za-z0-9._/=?&%-])[@＠](?!所有人|全体|全员)(?:(?:{bots})|(?P<other>[^{end}]{{1,32}})(?=[{end}]|$))[\u2005\s]?",
        )

    def heard(self, text: str) -> tuple[Heard, bool]:
        """The message without mentions, and whether there was one."""
        visible = _INVISIBLE.sub("", text)
        if "@" not in visible and "＠" not in visible:
            return Heard(visible, plain_form(visible)).stripped(), False
        opened = _CONTENT.match(visible)
        begun = opened.end() if opened else len(visible)  # whom the content names, it goes on naming
        found = [one for one in self._mention.finditer(visible) if not one["other"] or one.start() < begun]
        rest = _without(visible, [one.span() for one in found])
        if len(found) == 1 and found[0]["other"] and not rest.strip():
            rest = found[0]["other"]  # '@我的学时': the word itself was addressed
        return Heard(rest, plain_form(rest)).stripped(), bool(found)
